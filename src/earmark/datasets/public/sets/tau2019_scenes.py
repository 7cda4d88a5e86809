"""TAU Urban Acoustic Scenes 2019, development set: where was this recorded?"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from earmark.datasets.public.about import About, Found, Remote
from earmark.datasets.public.public_set import PUBLIC_SETS, PublicSet
from earmark.datasets.public.tree import need_file, rows_of, sounds_below

CLASSES = (
    "airport", "bus", "metro", "metro_station", "park", "public_square", "shopping_mall",
    "street_pedestrian", "street_traffic", "tram",
)  # fmt: skip
# scene-city-location-segment-device
NAME = re.compile(r"(?P<scene>[a-z_]+)-(?P<place>[a-z]+-[0-9]+)-[0-9]+-[a-z]")


@PUBLIC_SETS.register("tau2019-scenes")
class Tau2019Scenes(PublicSet):
    """In the official split of its development set."""

    loader = "soundata"
    upstream = "tau2019uas"
    about = About(
        summary="Ten kinds of places in twelve cities, 10 s each (DCASE 2019, task 1A).",
        clips=14400,
        classes=CLASSES,
        hours=40.0,
        licence="non-commercial",
        split="official",
        fair_split=(
            "The official fold 1, which parts by place of recording; places are the groups. Clips "
            "that it leaves out of both sides (those of one city) are left out here too."
        ),
        page="https://zenodo.org/record/2589280",
        citation=(
            "A. Mesaros, T. Heittola and T. Virtanen, A multi-device dataset for urban acoustic "
            "scene classification, DCASE, 2018."
        ),
        download_gb=35.0,
        disk_gb=41.0,
    )

    def remotes(self, choices: Mapping[str, Any]) -> list[Remote]:
        """The archives of the development set: its table and the sounds in 21 parts."""
        sounds = [f"development.audio.{number}" for number in range(1, 22)]
        return self.listed(["development.meta", *sounds])

    def find(self, tree: Path, choices: Mapping[str, Any]) -> list[Found]:
        """Scene and place from the name, part from the two lists of fold 1."""
        parts: dict[str, str] = {}
        for part, lines in (("train", "fold1_train.csv"), ("test", "fold1_evaluate.csv")):
            rows = rows_of(need_file(tree, lines), delimiter="\t")
            parts |= {Path(row["filename"]).name: part for row in rows}
        found = []
        for path in sounds_below(tree):
            name = NAME.fullmatch(path.stem)
            if name is not None and name["scene"] in CLASSES:
                fold = parts.get(path.name, "")
                why = "" if fold else "in neither part of the official fold"
                found.append(Found(path, name["scene"], name["place"], fold, left_out=why))
        return found
