"""The command lines that repeat a run, from what it wrote about itself."""

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

TYPED = "command"  # of run.json: what was typed, where it was typed
SAID_BUILT = (
    "Put together from run.json: where the dataset is a table, or groups or settings of the recipe "
    "were chosen by an option, those options are missing; run.json has their values."
)


def commands_of(run: Mapping[str, Any], place: Path, models: Sequence[Path]) -> dict[str, Any]:
    """The lines, and a remark where they are not what was typed: {"commands", "said"}."""
    typed = run.get(TYPED)
    line = typed if isinstance(typed, str) and typed else train_line(run.get("settings") or {})
    lines = [line, f"earmark report {shlex.quote(str(place))}"]
    task = (run.get("settings") or {}).get("task")
    verb = "detect" if task == "detect" else "predict"
    lines += [f"earmark {verb} {shlex.quote(str(model))} FILES..." for model in models[:1]]
    return {"commands": lines, "said": "" if line == typed else SAID_BUILT}


def train_line(settings: Mapping[str, Any]) -> str:
    """`earmark train` with the settings of a run.

    >>> train_line({"dataset": "my sounds", "model": "simple", "recipe": {"name": "modern"},
    ...             "seed": 3, "folds": "auto", "groups": "parent folder"})
    "earmark train 'my sounds' --model simple --seed 3 --folds"
    """
    recipe = settings.get("recipe") or {}
    words = ["earmark", "train", shlex.quote(str(settings.get("dataset", "DIR")))]
    for name, value, usual in (
        ("--task", settings.get("task"), "classify"),
        ("--model", settings.get("model"), "resnet"),
        ("--recipe", recipe.get("name"), "modern"),
        ("--rate", settings.get("rate_hz"), None),
        ("--seed", settings.get("seed"), 0),
        ("--test", settings.get("test"), 0.2),
        ("--validation", settings.get("validation"), 0.1),
        ("--precision", settings.get("precision"), "auto"),
        ("--aggregate", settings.get("aggregate"), "mean"),
        ("--background", settings.get("background"), None),
    ):
        if value is not None and value != usual:
            words += [name, shlex.quote(str(value))]
    folds = settings.get("folds")
    if folds is not None:
        words += ["--folds"] + ([] if folds == "auto" else [str(folds)])
    return " ".join(words)
