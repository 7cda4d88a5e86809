"""Ballroom: 698 excerpts of dance music from 53 CDs, the set of the report."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar

from earmark.datasets.conventions import CONVENTIONS
from earmark.datasets.public.about import About, Found, Option, Remote
from earmark.datasets.public.public_set import PUBLIC_SETS, PublicSet
from earmark.datasets.public.tree import files_below, sounds_below
from earmark.errors import DatasetError

CLASSES = (
    "ChaChaCha", "Jive", "Quickstep", "Rumba", "Samba", "Tango", "VienneseWaltz", "Waltz",
)  # fmt: skip
RUMBAS = ("Rumba-American", "Rumba-International", "Rumba-Misc")
CD = next(known.stem for known in CONVENTIONS if known.name == "Ballroom")


def replicas() -> list[tuple[str, str, str]]:
    """Pairs of clips that are one sound, or two parts of one recording: (kind, id, id)."""
    text = files("earmark.datasets.public").joinpath("index/ballroom-replicas.tsv").read_text()
    rows = [line.split("\t") for line in text.splitlines() if line and line[0] != "#"]
    return [(kind, first, second) for kind, first, second in rows]


@PUBLIC_SETS.register("ballroom")
class Ballroom(PublicSet):
    """Ten folders as published, eight classes as everybody scores them."""

    loader = "mirdata"
    upstream = "ballroom"
    options: ClassVar = {
        "rumbas": Option("merge", ("merge", "keep")),
        "replicas": Option("drop", ("drop", "keep")),
    }
    about = About(
        summary="Excerpts of ballroom dance music in eight styles, about 30 s each.",
        clips=698,
        classes=CLASSES,
        hours=5.8,
        licence="none stated",
        split="by CD",
        fair_split=(
            "Group by CD (53 of them). The official split shares a CD with training for each of "
            "its 210 test clips, a random one for almost every clip; then a network may know the "
            "record instead of the dance. Replicas must go first, since some lie on two CDs."
        ),
        page="http://mtg.upf.edu/ismir2004/contest/tempoContest/node5.html",
        citation=(
            "F. Gouyon et al., An experimental comparison of audio tempo induction algorithms, "
            "IEEE Transactions on Audio, Speech and Language Processing 14(5), 2006."
        ),
        download_gb=1.4,
        disk_gb=1.9,
        notes=(
            "Excerpts from a shop's sound samples, given out for research without a licence "
            "(mirdata names CC BY-NC-SA 4.0). The archive's three Rumba folders (American, "
            "International, Misc) are one class here unless rumbas = keep. Thirteen pairs of clips "
            "are replicas: four the same sound, nine the same recording. With replicas = drop the "
            "second of each pair is left out, and both of Albums-Fire-08 and -09, which are one "
            "sound under two labels (ChaChaCha and Samba): one label is wrong, and which is not "
            "known from the files."
        ),
    )

    def remotes(self, choices: Mapping[str, Any]) -> list[Remote]:
        """The sounds, and the tempi if they can be had."""
        return self.listed(["audio"], optional=["tempo"])

    def find(self, tree: Path, choices: Mapping[str, Any]) -> list[Found]:
        """Label from the folder, CD from the name, tempo from the `.bpm` file of that name."""
        dropped = _dropped() if choices["replicas"] == "drop" else {}
        tempi = {path.stem: path for path in files_below(tree) if path.suffix == ".bpm"}
        found = []
        for path in sounds_below(tree):
            folder, name = path.parent.name, path.stem
            cd = CD.fullmatch(name)
            if folder not in (*CLASSES, *RUMBAS) or cd is None:
                continue
            merge = folder in RUMBAS and choices["rumbas"] == "merge"
            more = {"folder": folder} if merge else {}
            if name in tempi:
                more["tempo_bpm"] = _tempo(tempi[name])
            label = "Rumba" if merge else folder
            left_out = dropped.get(name, "")
            found.append(Found(path, label, cd["group"], more=more, left_out=left_out))
        return found


def _dropped() -> dict[str, str]:
    """Why each clip that is dropped is."""
    reasons = {}
    for kind, first, second in replicas():
        same = "the same recording as" if kind == "recording" else "the same sound as"
        reasons[second] = f"replica: {same} a clip that is kept"
        if kind == "contradiction":
            reasons[first] = reasons[second] = "one sound under two labels"
    return reasons


def _tempo(path: Path) -> str:
    try:
        return f"{float(path.read_text(encoding='ascii')):g}"
    except (ValueError, OSError) as error:
        raise DatasetError(f"'{path}' holds no tempo: {error}") from error
