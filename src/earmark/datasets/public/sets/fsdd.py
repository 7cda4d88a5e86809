"""Free Spoken Digits: six speakers, ten digits, fifty takes of each."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from earmark.datasets.public.about import About, Found, Remote
from earmark.datasets.public.public_set import PUBLIC_SETS, PublicSet
from earmark.datasets.public.tree import sounds_below

CLASSES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
NAME = re.compile(r"(?P<digit>[0-9])_(?P<speaker>[a-z]+)_(?P<take>[0-9]+)")
OFFICIAL_TEST = 5  # takes 0 to 4 of each speaker and digit


@PUBLIC_SETS.register("fsdd")
class Fsdd(PublicSet):
    """By speaker."""

    # GitHub makes the archive of a tag on demand and publishes no checksum of it.
    digest = "a2e8a660492f28d9eed6270b290d26cbc5c81d6077ce87d3c0ad5adf4d4ee696"
    about = About(
        summary="English digits spoken by six people, 8 kHz, under 1 s each.",
        clips=3000,
        classes=CLASSES,
        hours=0.4,
        licence="CC BY-SA 4.0",
        split="by speaker",
        fair_split=(
            "Leave one speaker out (6 folds): what a new voice gets. The official test set (takes "
            "0 to 4 of every speaker, in the column official) asks only for new takes of known "
            "voices."
        ),
        page="https://github.com/Jakobovski/free-spoken-digit-dataset",
        citation="Z. Jackson and contributors, Free Spoken Digit Dataset, v1.0.10, 2020.",
        download_gb=0.02,
        disk_gb=0.04,
    )

    def remotes(self, choices: Mapping[str, Any]) -> list[Remote]:
        """The repository at its tag; what is checked is the sounds, see `digest`."""
        tag = f"{self.about.page}/archive/refs/tags/v1.0.10.tar.gz"
        return [Remote("free-spoken-digit-dataset-1.0.10.tar.gz", tag)]

    def find(self, tree: Path, choices: Mapping[str, Any]) -> list[Found]:
        """Everything from the name, `7_jackson_32.wav`."""
        found = []
        for path in sounds_below(tree):
            name = NAME.fullmatch(path.stem)
            if name is not None:
                part = "test" if int(name["take"]) < OFFICIAL_TEST else "train"
                label = CLASSES[int(name["digit"])]
                found.append(Found(path, label, name["speaker"], more={"official": part}))
        return found
