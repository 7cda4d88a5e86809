"""Medley-solos-DB: one instrument at a time."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from earmark.datasets.public.about import About, Found, Remote
from earmark.datasets.public.public_set import PUBLIC_SETS, PublicSet
from earmark.datasets.public.tree import need_file, rows_of, sounds_below

CLASSES = (
    "clarinet", "distorted electric guitar", "female singer", "flute", "piano",
    "tenor saxophone", "trumpet", "violin",
)  # fmt: skip


@PUBLIC_SETS.register("medley-solos-db")
class MedleySolosDb(PublicSet):
    """In its official parts."""

    loader = "mirdata"
    upstream = "medley_solos_db"
    about = About(
        summary="Single instruments, eight of them, in excerpts of 3 s.",
        clips=21571,
        classes=CLASSES,
        hours=17.8,
        licence="CC BY 4.0",
        split="official",
        fair_split=(
            "The official parts: training and validation are from MedleyDB, test is from another "
            "collection (solosDb). Songs are the groups and none is parted."
        ),
        page="https://zenodo.org/record/3464194",
        citation=(
            "V. Lostanlen, C.-E. Cella, R. Bittner and S. Essid, Medley-solos-DB: a "
            "cross-collection dataset for musical instrument recognition, Zenodo, 2018."
        ),
        download_gb=2.9,
        disk_gb=5.7,
    )

    def remotes(self, choices: Mapping[str, Any]) -> list[Remote]:
        """The sounds and their table."""
        return self.listed(["annotations", "audio"])

    def find(self, tree: Path, choices: Mapping[str, Any]) -> list[Found]:
        """Everything from the table; a file is named `..._SUBSET-CLASS_UUID.wav`."""
        paths = {path.stem.rpartition("_")[2]: path for path in sounds_below(tree)}
        found = []
        for row in rows_of(need_file(tree, "Medley-solos-DB_metadata.csv")):
            path = paths.get(row["uuid4"])
            if path is not None:
                song = f"song-{row['song_id']}"
                found.append(Found(path, row["instrument"], song, row["subset"]))
        return found
