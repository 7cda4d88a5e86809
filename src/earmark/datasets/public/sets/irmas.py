"""IRMAS: which instrument leads, in excerpts of recorded music."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from earmark.datasets.public.about import About, Found, Option, Remote
from earmark.datasets.public.public_set import PUBLIC_SETS, PublicSet
from earmark.datasets.public.tree import lines_of, sounds_below

CODES = {
    "cel": "cello", "cla": "clarinet", "flu": "flute", "gac": "acoustic_guitar",
    "gel": "electric_guitar", "org": "organ", "pia": "piano", "sax": "saxophone",
    "tru": "trumpet", "vio": "violin", "voi": "voice",
}  # fmt: skip
# `[cel][nod][pop_roc]0058__1`: after the tags the recording's number and the excerpt's.
TRAINING = re.compile(r".*\](?P<recording>[0-9]+)__[0-9]+")
TESTING = re.compile(r"(?P<recording>.+)-[0-9]+")


@PUBLIC_SETS.register("irmas")
class Irmas(PublicSet):
    """The training part has one label a clip; the test part, several."""

    loader = "mirdata"
    upstream = "irmas"
    options: ClassVar = {"test_part": Option(default=False)}
    about = About(
        summary="Recorded music by its leading instrument, eleven of them, 3 s each.",
        clips=6705,
        classes=tuple(CODES.values()),
        hours=5.6,
        licence="CC BY-NC-SA 3.0",
        split="by recording",
        fair_split=(
            "Group by recording: of most there are several excerpts. The published test part (2,874"
            " longer excerpts, test-part = yes) has one or more labels each and is for models that "
            "may give several; it is in a table of its own, test.csv, labels joined by ';'."
        ),
        page="https://www.upf.edu/web/mtg/irmas",
        citation=(
            "J. J. Bosch, J. Janer, F. Fuhrmann and P. Herrera, A Comparison of Sound Segregation "
            "Techniques for Predominant Instrument Recognition in Musical Audio Signals, ISMIR 2012"
        ),
        download_gb=3.2,
        disk_gb=3.6,
        notes="The test part is about 8 GB more to fetch.",
    )

    def remotes(self, choices: Mapping[str, Any]) -> list[Remote]:
        """The training part, and the three archives of the test part if wanted."""
        tests = [f"testing_data_{number}" for number in (1, 2, 3)] if choices["test_part"] else []
        return self.listed(["training_data", *tests])

    def find(self, tree: Path, choices: Mapping[str, Any]) -> list[Found]:
        """Training clips by their folder; test clips by the `.txt` beside them."""
        found = []
        for path in sounds_below(tree):
            name = TRAINING.fullmatch(path.stem)
            if name is not None and path.parent.name in CODES:
                found.append(Found(path, CODES[path.parent.name], name["recording"]))
            elif path.with_suffix(".txt").is_file() and choices["test_part"]:
                found.append(_test_clip(path))
        return found


def _test_clip(path: Path) -> Found:
    """One clip of the test part, in a hidden folder: it is no example of one label."""
    codes = [line.split()[0] for line in lines_of(path.with_suffix(".txt"))]
    labels = ";".join(sorted(CODES.get(code, code) for code in codes))
    name = TESTING.fullmatch(path.stem)
    recording = name["recording"] if name else path.stem
    return Found(path, ".test", recording, more={"labels": labels}, table="test.csv")
