"""The clips that look mislabelled, with players: what `label_errors.csv` of a run has."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from earmark.inference.report.files import Folder, place_of
from earmark.inference.report.listen import Budget, media_of

FILE = "label_errors.csv"
SHOWN = 8
NAMES = ("path", "name", "clip")
LABELS = ("label", "given_label", "given", "labels")
SUGGESTED = ("suggested_label", "suggested", "rather", "predicted")
FACTS = ("quality", "score", "label_quality", "group")
NOT_FLAGGED = {"", "0", "no", "false"}


def gather_label_errors(folder: Folder, root: Path, budget: Budget | None) -> dict[str, Any] | None:
    """The flagged clips, the worst first, as the file has them; None where there are none."""
    rows = folder.rows(FILE)
    if not rows:
        return None
    for flag in ("flagged", "is_label_issue", "likely"):
        if flag in rows[0]:
            rows = [row for row in rows if row[flag].strip().lower() not in NOT_FLAGGED]
    clips = []
    for row in rows[:SHOWN]:
        name = _first(row, NAMES)
        clip: dict[str, Any] = {
            "name": name,
            "label": _first(row, LABELS),
            "suggested": _first(row, SUGGESTED),
            "facts": [(key, row[key]) for key in FACTS if row.get(key)],
        }
        if budget is not None and root.is_dir():
            clip["media"] = media_of(place_of(root, name), budget)
        clips.append(clip)
    return {"found": len(rows), "clips": clips} if clips else None


def _first(row: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((row[name] for name in names if row.get(name)), "")
