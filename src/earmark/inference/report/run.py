"""A training run as a document: every file that its folder has, in the order of the report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from earmark.datasets.split import PARTS
from earmark.errors import ConfigError, EarmarkError
from earmark.evaluation.reliability import reliability
from earmark.evaluation.report.words import EVENTS, duration, grouped, number
from earmark.inference.model import Model, load
from earmark.inference.report.commands import commands_of
from earmark.inference.report.files import Folder, place_of
from earmark.inference.report.label_errors import gather_label_errors
from earmark.inference.report.listen import Budget, media_of
from earmark.inference.report.mistakes import Wrong, wrong_answers

RUN = "run.json"
MISTAKES = 8  # that are heard and looked at: more say little that is new
PICTURES = {
    "Confusion": "confusion.png",
    "Reliability": "reliability.png",
    "Learning curves": "curves.png",
    "Learning rate": "learning_rate.png",
    "Stress": "stress.png",
}
BINS = 10


@dataclass(frozen=True)
class Part:
    """One training of a run: the run itself, or one of its folds."""

    name: str
    folder: Folder


def gather_run(
    place: Path,
    budget: Budget | None,
    data: Path | None = None,
    *,
    mistakes: int = MISTAKES,
) -> dict[str, Any]:
    """The document of a run; without a `budget` no sound is read."""
    remarks: list[str] = []
    folder = Folder(place, remarks)
    run = folder.mapping(RUN)
    if run is None:
        raise ConfigError(f"{place / RUN}: not readable; the run cannot be told of without it")
    settings = run.get("settings") or {}
    parts = parts_of(folder, run)
    card = folder.mapping("scorecard.json")
    if card is not None and not _is_card(card):
        remarks.append("scorecard.json is no score card, and is left out")
        card = None
    config = next((c for part in parts if (c := _config(part)) is not None), {})
    classes = list((card or {}).get("classes") or config.get("classes") or run.get("classes") or ())
    root = data or Path(str(settings.get("dataset", "")))
    name = Path(str(settings.get("dataset", place.name))).name or place.name
    document: dict[str, Any] = {
        "kind": "run",
        "title": f"{name}: {settings.get('model', '')}".strip(": "),
        "subtitle": "Report of a training",
        "said": "This run has no score yet: it was stopped before its end.",
        "grouped_by": settings.get("groups"),
        "data": _data(run),
        "audit": folder.mapping("audit.json"),
        "split": _split(run, card, parts),
        "card": card,
        "reliability": _reliability(parts),
        "histories": [found for part in parts if (found := _history(part))],
        "learning_rate": parts[0].folder.mapping("learning_rate.json") if parts else None,
        "training": _training(parts),
        "stress": folder.mapping("stress.json"),
        "pictures": _pictures(folder, parts),
        "model": _model(config),
        "remarks": remarks,
    }
    document["mistakes"] = _mistakes(parts, classes, root, budget, mistakes, remarks)
    document["label_errors"] = gather_label_errors(folder, root, budget)
    models = [part.folder.path / "model" for part in parts]
    document["repeat"] = {
        **commands_of(run, place, [path for path in models if path.is_dir()]),
        "facts": _facts(run, config),
    }
    return document


def _is_card(card: Mapping[str, Any]) -> bool:
    if card.get("kind") == EVENTS:
        counts = {"recordings", "groups", "events", "answered", "event_f1"}
        return counts <= set(card) and isinstance(card.get("per_class"), Mapping)
    clip = card.get("clip")
    if not isinstance(clip, Mapping) or not {"count", "groups"} <= set(clip):
        return False
    figure = clip.get("accuracy") or clip.get("micro_f1")
    return isinstance(figure, Mapping) and {"value", "low", "high"} <= set(figure)


def parts_of(folder: Folder, run: Mapping[str, Any]) -> list[Part]:
    """The folds that are there, or the run as its only part."""
    names = [str(split.get("name", "")) for split in run.get("splits") or ()]
    if len(names) < 2:
        return [Part("", folder)]
    folders = [(name, name.split(" (")[0].replace(" ", "-")) for name in names]
    return [
        Part(name, folder.inner(place)) for name, place in folders if (folder.path / place).is_dir()
    ]


def _config(part: Part) -> dict[str, Any] | None:
    return part.folder.inner("model").mapping("config.json")


def _data(run: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "clips": run.get("clips", 0),
        "classes": run.get("classes") or {},
        "problems": run.get("problems") or [],
    }


def _split(
    run: Mapping[str, Any], card: Mapping[str, Any] | None, parts: Sequence[Part]
) -> dict[str, Any] | None:
    """How the parts were made, and how many clips and groups each has."""
    described = (card or {}).get("split", {}).get("description")
    splits = run.get("splits") or []
    described = described or (splits[0].get("description") if splits else None)
    if not described:
        return None
    rows, every = [], set()
    whole = True
    for part in parts:
        clips: dict[str, int] = {}
        groups: dict[str, set[str]] = {}
        for row in part.folder.rows("split.csv") or ():
            where = row.get("part", "")
            clips[where] = clips.get(where, 0) + 1
            groups.setdefault(where, set()).add(row.get("group", ""))
        if clips:
            order = [name for name in PARTS if name in clips]
            rows.append(
                {
                    "name": part.name or "holdout",
                    "clips": {name: clips[name] for name in order},
                    "groups": {name: len(groups[name]) for name in order},
                }
            )
            every |= set().union(*groups.values())
            whole = whole and sum(map(len, groups.values())) == len(set().union(*groups.values()))
    facts = [("groups in all", grouped(len(every)))] if every else []
    return {
        "text": str(described).replace("; ", " · "),
        "facts": facts,
        "parts": rows,
        "whole": whole,
    }


def _reliability(parts: Sequence[Part]) -> list[dict[str, float | int]]:
    """Bins of confidence over the answers of all parts, where a card has none of its own."""
    sure, right = [], []
    for part in parts:
        arrays = part.folder.arrays("answers.npz") or {}
        if {"probabilities", "targets"} <= set(arrays) and arrays["targets"].ndim == 1:
            sure.append(arrays["probabilities"].max(axis=1))
            right.append(arrays["probabilities"].argmax(axis=1) == arrays["targets"])
    if not sure:
        return []
    confidence, hit = np.concatenate(sure), np.concatenate(right)
    return [each.to_dict() for each in reliability(confidence, hit, BINS)]


def _history(part: Part) -> dict[str, Any] | None:
    rows = part.folder.rows("history.csv")
    if not rows:
        return None
    try:
        columns = {name: [float(row[name]) for row in rows] for name in rows[0]}
    except (ValueError, KeyError):
        part.folder.remarks.append(f"{part.folder.path.name}/history.csv is damaged: no curves")
        return None
    return {"name": part.name, "columns": columns} if "epoch" in columns else None


def _training(parts: Sequence[Part]) -> list[tuple[str, str]]:
    seconds, epochs, rates, again = 0.0, 0, [], False
    for part in parts:
        timing = part.folder.mapping("timing.json") or {}
        seconds += timing["train_s"] if number(timing.get("train_s")) else 0
        for place in (part.folder, part.folder.inner("refit")):
            epochs += len(place.rows("history.csv") or ())
        again = again or (part.folder.path / "refit" / "history.csv").is_file()
        found = part.folder.mapping("learning_rate.json") or {}
        if number(found.get("rate")):
            rates.append(f"{found['rate']:.2g}")
    facts = [("epochs", grouped(epochs) + (", two trainings each" if again else ""))]
    if seconds:
        facts.append(("time", duration(seconds)))
    if rates:
        facts.append(("learning rate", " · ".join(dict.fromkeys(rates))))
    return facts


def _pictures(folder: Folder, parts: Sequence[Part]) -> dict[str, str]:
    """Pictures by what they show, their paths from the run folder; of folds the first one's."""
    found = {}
    for name, file in PICTURES.items():
        for place in (folder.path, *(part.folder.path for part in parts[:1])):
            if (place / file).is_file() and name not in found:
                found[name] = (place / file).relative_to(folder.path).as_posix()
    return found


def _model(config: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "earmark": config.get("earmark", ""),
        "name": (config.get("model") or {}).get("name", ""),
        "calibrated_on": (config.get("calibration") or {}).get("fitted_on"),
    }


def _mistakes(
    parts: Sequence[Part],
    classes: Sequence[str],
    root: Path,
    budget: Budget | None,
    most: int,
    remarks: list[str],
) -> dict[str, Any]:
    wrong: list[Wrong] = []
    for part in parts:
        wrong += wrong_answers(part.folder, classes, part.name)
    wrong.sort(key=lambda one: (-one.sure, one.name))
    found: dict[str, Any] = {"wrong": len(wrong), "clips": [], "said": "", "looked": False}
    if wrong and budget is not None and not root.is_dir():
        budget = None
        what = "features and not sounds" if root.is_file() else "no longer there"
        remarks.append(
            f"No sounds can be heard here: what it was trained from is {what}. If they are "
            "elsewhere now, name the folder: earmark report RUN --data DIR"
        )
    models: dict[Path, Model | None] = {}
    for one in wrong[:most]:
        values = one.to_dict()
        if budget is not None:
            if one.part not in models:
                models[one.part] = _loaded(one.part / "model")
            model = models[one.part]
            values["media"] = media_of(place_of(root, one.name), budget, model, one.blamed)
            found["looked"] = found["looked"] or "attention" in values["media"]
        found["clips"].append(values)
    return found


def _loaded(path: Path) -> Model | None:
    """The model, or None where it cannot be read: then there is a player all the same."""
    try:
        return load(path)
    except EarmarkError:
        return None


def _facts(run: Mapping[str, Any], config: Mapping[str, Any]) -> list[tuple[str, str]]:
    settings = run.get("settings") or {}
    frontend = run.get("frontend") or {}
    model = config.get("model") or {}
    provenance = config.get("provenance") or {}
    facts: list[tuple[str, Any]] = [
        ("Earmark", run.get("earmark")),
        ("torch", provenance.get("torch")),
        ("Dataset", settings.get("dataset")),
        ("Groups", settings.get("groups") or "not known"),
        ("Seed", settings.get("seed")),
        ("Network", model.get("name") or settings.get("model")),
        ("Recipe", (settings.get("recipe") or {}).get("name")),
        ("Weights", grouped(model["parameters"]) if model.get("parameters") else None),
        ("Features", frontend.get("name")),
        ("Rate", f"{frontend['rate_hz']} Hz" if frontend.get("rate_hz") else None),
        ("Window", duration(run["window_s"]) if number(run.get("window_s")) else None),
        ("Precision", provenance.get("precision")),
        ("Calibration", _calibration(config.get("calibration") or {})),
    ]
    return [(name, str(value)) for name, value in facts if value is not None]


def _calibration(found: Mapping[str, Any]) -> str | None:
    if not number(found.get("temperature")):
        return None
    if not found.get("fitted_on"):
        return "none"
    return f"temperature {found['temperature']:.2f}, of {found['fitted_on']} validation windows"
