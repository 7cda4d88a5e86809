"""The synthetic stand-in for Ballroom: computed here, nothing fetched."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from earmark.datasets.public.about import About, Found, Listener, Option
from earmark.datasets.public.public_set import PUBLIC_SETS, PublicSet


@PUBLIC_SETS.register("synthetic-ballroom")
class SyntheticBallroom(PublicSet):
    """Class counts and tempi of the real set; all sound made up."""

    made = True
    options: ClassVar = {
        "clips": Option(698, least=8),
        "seconds": Option(30.0, least=0.1),
        "rate": Option(44_100, least=8000),
        "seed": Option(0, least=0),
    }
    about = About(
        summary="Made-up dance music in the eight styles of Ballroom, 30 s each: all SYNTHETIC.",
        clips=698,
        classes=(
            "ChaChaCha", "Jive", "Quickstep", "Rumba", "Samba", "Tango", "VienneseWaltz", "Waltz",
        ),
        hours=5.8,
        licence="MIT",
        split="by CD",
        fair_split="Group by (made-up) CD, as the real set.",
        page="docs/datasets.md",
        citation="none: it shows that a pipeline works and says nothing about real music",
        disk_gb=1.9,
    )  # fmt: skip

    def find(self, tree: Path, choices: Mapping[str, Any]) -> list[Found]:
        """It has no published tree."""
        raise NotImplementedError

    def make(self, directory: Path, choices: Mapping[str, Any], listener: Listener) -> Path:
        """Write what is missing of it."""
        from earmark.datasets.public.room import need_room
        from earmark.datasets.synthetic import write_synthetic_ballroom

        clips, rate_hz = int(choices["clips"]), int(choices["rate"])
        count = round(clips * choices["seconds"] * rate_hz * 2)
        here = sum(p.stat().st_size for p in directory.rglob("*.wav") if p.is_file())
        need_room(directory, count - here, "the synthetic set")
        return write_synthetic_ballroom(
            directory,
            clips=clips,
            duration_s=float(choices["seconds"]),
            rate_hz=rate_hz,
            seed=int(choices["seed"]),
            progress=lambda done, total: listener.counting("sounds", done, total),
        )
