"""What must be the same when a run goes on, and is kept in its run.json."""

import json
from pathlib import Path
from typing import Any

from earmark.models import Recipe
from earmark.training.options import TrainOptions


def run_settings(
    root: Path, groups: str | None, options: TrainOptions, recipe: Recipe, **more: Any
) -> dict[str, Any]:
    """The settings of any training on the data at `root`, and `more` of this kind of it."""
    settings = {
        "dataset": str(root.resolve()),
        "groups": groups,
        "model": options.model,
        "recipe": recipe.to_dict(),
        "rate_hz": options.overrides.rate_hz,
        "seed": options.seed,
        "folds": options.folds,
        "test": options.test,
        "validation": options.validation,
        "precision": options.precision,
        **more,
    }
    if options.allow_leak:
        settings["allow_leak"] = True
    if options.only_fold is not None:
        settings["only_fold"] = options.only_fold
    if options.background is not None:
        settings["background"] = str(Path(options.background).resolve())
    plain: dict[str, Any] = json.loads(json.dumps(settings))  # as it will be read back
    return plain
