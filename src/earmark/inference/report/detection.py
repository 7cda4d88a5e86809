"""The report of a detection run: that of any run, with its recordings over time."""

from pathlib import Path
from typing import Any

from earmark.audio import probe
from earmark.errors import AudioError
from earmark.inference.report.files import Folder, place_of
from earmark.inference.report.listen import Budget, media_of
from earmark.inference.report.run import RUN, gather_run, parts_of
from earmark.inference.report.scenes import LONGEST_S, gather_scenes

DETECT = "detect"  # the task in run.json


def is_detection(place: Path) -> bool:
    """Whether a run folder is of a detector."""
    run = Folder(place, []).mapping(RUN) or {}
    settings = run.get("settings")
    return isinstance(settings, dict) and settings.get("task") == DETECT


def gather_detection(
    place: Path, budget: Budget | None, data: Path | None = None
) -> dict[str, Any]:
    """The document of a detection run; without a `budget` no sound is read."""
    document = gather_run(place, budget, data)
    folder = Folder(place, document["remarks"])
    run = folder.mapping(RUN) or {}
    settings = run.get("settings") or {}
    document["subtitle"] = "Report of the training of a detector"
    clips, recordings = run.get("clips") or 0, run.get("recordings") or 0
    document["noun"] = "sound" if clips and recordings else "recording" if recordings else "clip"
    document["data"]["clips"] = clips + recordings
    root = data or Path(str(settings.get("dataset", "")))
    parts = [(part.name, part.folder) for part in parts_of(folder, run)]
    document["data"]["classes"] = _heard(run.get("classes"), parts[0][1] if parts else folder)
    scenes = gather_scenes(parts, lambda file: _length_s(place_of(root, file)[0]))
    document["scenes"] = scenes
    if scenes is not None and budget is not None:
        for scene in (*scenes["worst"], *scenes["best"]):
            path, _, _ = place_of(root, scene["file"])
            if path.is_file():  # scenes that were mixed for the test are nowhere to be heard
                part = (path, scene["begin_s"], scene["end_s"])
                scene["media"] = media_of(part, budget, seen_s=LONGEST_S)
    return document


def _heard(classes: Any, folder: Folder) -> dict[str, int]:
    """In how many sounds each class is heard: as run.json has it, or by the table of the split."""
    if isinstance(classes, dict):
        return classes
    counts = dict.fromkeys(map(str, classes or ()), 0)
    for row in folder.rows("split.csv") or ():
        for label in row.get("label", "").split(";"):
            if label in counts:
                counts[label] += 1
    return counts


def _length_s(path: Path) -> float:
    """0 where it is not known."""
    try:
        return probe(path).duration_s if path.is_file() else 0.0
    except AudioError:
        return 0.0
