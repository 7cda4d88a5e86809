"""GTZAN: 1,000 excerpts in ten genres, known for its faults."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar

from earmark.datasets.public.about import About, Found, Option, Remote
from earmark.datasets.public.public_set import PUBLIC_SETS, PublicSet
from earmark.datasets.public.tree import sounds_below

CLASSES = (
    "blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock",
)  # fmt: skip
NAME = re.compile(r"(?P<genre>[a-z]+)\.(?P<number>[0-9]{5})")
PARTS = {"t": "train", "v": "valid", "e": "test"}
DAMAGED = "jazz.00054"  # cannot be decoded in the copies that are about


@dataclass(frozen=True)
class Track:
    """What the index says of one clip; empty where it says nothing."""

    artist: str
    fold: str
    fault_filtered: str


def index() -> dict[str, Track]:
    """Artist, artist-filtered fold and fault-filtered part of each clip, by name."""
    text = files("earmark.datasets.public").joinpath("index/gtzan.tsv").read_text(encoding="ascii")
    tracks: dict[str, Track] = {}
    for line in text.splitlines():
        if not line or line[0] == "#":
            continue
        genre, runs, parts = line.split("\t")
        clips = []
        for run in runs.split():
            who, _, count = run.partition("*")
            artist, _, fold = who.partition(":")
            clips += [(artist, fold)] * int(count or 1)
        for number, ((artist, fold), part) in enumerate(zip(clips, parts, strict=True)):
            known = "" if artist == "?" else f"artist-{artist}"
            tracks[f"{genre}.{number:05}"] = Track(known, fold, PARTS.get(part, ""))
    return tracks


@PUBLIC_SETS.register("gtzan")
class Gtzan(PublicSet):
    """By artist, in the three artist-filtered folds."""

    loader = "mirdata"
    upstream = "gtzan_genre"
    options: ClassVar = {"replicas": Option("drop", ("drop", "keep"))}
    about = About(
        summary="Music in ten genres, 100 excerpts of 30 s each.",
        clips=1000,
        classes=CLASSES,
        hours=8.3,
        licence="none stated",
        split="by artist (3)",
        fair_split=(
            "Group by artist, in the three artist-filtered folds. In a random split 63 % of the "
            "test clips share an artist with training. The fault-filtered parts (443 train, 197 "
            "validation, 290 test) are in the column fault_filtered."
        ),
        page="https://arxiv.org/abs/1306.1461",
        citation=(
            "G. Tzanetakis and P. Cook, Musical genre classification of audio signals, IEEE "
            "Transactions on Speech and Audio Processing 10(5), 2002. Its faults: B. L. Sturm, "
            "arXiv 1306.1461."
        ),
        download_gb=1.2,
        disk_gb=1.4,
        notes=(
            "The address that mirdata knows has been down for years; a copy that you have is laid "
            "out with --from. With replicas = drop, left out are the clips that the fault-filtered "
            "split leaves out (repetitions and distortions), one that is damaged, and those whose "
            "artist is not known, which are in no artist-filtered fold. With replicas = keep all "
            "are there; then some have no fold, and the official folds are not used. Wrong labels, "
            "of which there are many, are left as they are."
        ),
    )

    def remotes(self, choices: Mapping[str, Any]) -> list[Remote]:
        """The sounds alone."""
        return self.listed(["all"])

    def find(self, tree: Path, choices: Mapping[str, Any]) -> list[Found]:
        """Everything from the name, `blues.00000`, and the index."""
        tracks = index()
        found = []
        for path in sounds_below(tree):
            name = NAME.fullmatch(path.stem)
            if name is None or path.stem not in tracks:
                continue
            track = tracks[path.stem]
            why = _fault(path.stem, track) if choices["replicas"] == "drop" else ""
            more = {"fault_filtered": track.fault_filtered}
            label = name["genre"]
            found.append(Found(path, label, track.artist, track.fold, more=more, left_out=why))
        return found


def _fault(name: str, track: Track) -> str:
    if name == DAMAGED:
        return "damaged"
    if not track.fault_filtered:
        return "left out by the fault-filtered split"
    return "" if track.artist else "artist not known"
