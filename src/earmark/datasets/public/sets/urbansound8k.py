"""UrbanSound8K: 8,732 excerpts of street sounds."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from earmark.datasets.public.about import About, Found, Remote
from earmark.datasets.public.public_set import PUBLIC_SETS, PublicSet
from earmark.datasets.public.tree import need_file, rows_of, sounds_below


@PUBLIC_SETS.register("urbansound8k")
class UrbanSound8K(PublicSet):
    """In its ten official folds, which keep the excerpts of one recording together."""

    loader = "soundata"
    upstream = "urbansound8k"
    about = About(
        summary="Street sounds in ten classes, up to 4 s each.",
        clips=8732,
        classes=(
            "air_conditioner", "car_horn", "children_playing", "dog_bark", "drilling",
            "engine_idling", "gun_shot", "jackhammer", "siren", "street_music",
        ),
        hours=8.8,
        licence="CC BY-NC 4.0",
        split="official (10)",
        fair_split=(
            "The ten official folds, as they are. Excerpts of one recording are in one fold; the "
            "same network that scores 98.1 % on a random split scores 83.9 % on these."
        ),
        page="https://urbansounddataset.weebly.com/urbansound8k.html",
        citation=(
            "J. Salamon, C. Jacoby and J. P. Bello, A Dataset and Taxonomy for Urban Sound "
            "Research, ACM Multimedia, 2014."
        ),
        download_gb=6.0,
        disk_gb=7.1,
    )  # fmt: skip

    def remotes(self, choices: Mapping[str, Any]) -> list[Remote]:
        """One archive."""
        return self.listed(["all"])

    def find(self, tree: Path, choices: Mapping[str, Any]) -> list[Found]:
        """Everything from metadata/UrbanSound8K.csv."""
        paths = {path.name: path for path in sounds_below(tree)}
        return [
            Found(paths[row["slice_file_name"]], row["class"], row["fsID"], row["fold"])
            for row in rows_of(need_file(tree, "UrbanSound8K.csv"))
            if row["slice_file_name"] in paths
        ]
