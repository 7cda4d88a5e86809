"""The end of a search: the best settings trained once, scored once, and everything written."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from earmark.datasets import Dataset, Split
from earmark.datasets.allot import Ints
from earmark.datasets.words import count
from earmark.errors import ConfigError
from earmark.files import write_whole
from earmark.training.copies import Guarded
from earmark.training.options import TrainOptions
from earmark.training.plan import Overrides
from earmark.training.recipe_file import settings_of, write_recipe
from earmark.training.run import run_training
from earmark.training.run_folder import RUN, next_free, write_json
from earmark.training.tuning.options import TuneOptions
from earmark.training.tuning.outcome import Tuned
from earmark.training.tuning.pictures import draw_all
from earmark.training.tuning.report import report
from earmark.training.tuning.study import Tried
from earmark.training.watcher import Watcher

BEST = "best"
RECIPE = "recipe.json"
OUTCOME = "tuning.json"


@dataclass(frozen=True)
class Parted:
    """A dataset with its test part set aside."""

    guarded: Guarded
    """As it was given, with what is known of its copies."""
    test: Ints
    """Clips of the test part, of those that can be read."""
    rows: list[list[str]]
    """The outer split, as `split.csv` has it."""
    inner: Dataset
    """The others: all that the search gets."""
    splits: list[Split]
    """Folds of `inner`."""


def train_best(found: Tuned, parted: Parted, options: TuneOptions, watcher: Watcher) -> Tuned:
    """The best settings trained once on the rest and scored once on the outer test part."""
    best, place, dataset = found.best, found.out / BEST, parted.guarded.given
    judged = count(sum(one.state in ("finished", "pruned") for one in found.trials), "trial")
    chosen = replace(
        options.train,
        model=best.model,
        recipe=best.recipe,
        overrides=Overrides(**best.overrides),
        note=f"tuned: {judged} on inner folds, test chose nothing",
        resume=(place / RUN).exists(),
    )
    elsewhere = (
        f"tuned by {judged} on inner folds of '{dataset.root.resolve().name}', split of "
        f"seed {options.train.seed}: of another split of it, test clips took part in choosing"
    )
    _keep_earlier(found.out, chosen)
    write_recipe(found.out / RECIPE, replace(chosen, note=elsewhere))
    watcher.message(
        f"trial {best.number} is the best, {found.figure} {100 * (best.value or 0):.1f} % on inner "
        "folds: training it on all of them"
    )
    result = run_training(dataset, chosen, place, watcher, parted.guarded)
    (split,) = result.splits
    if not np.array_equal(split.test, parted.test):
        raise ConfigError(f"{place} was split otherwise than the search; begin anew by --out")
    return replace(
        found,
        scorecard=result.card,
        model=result.models[0],
        interrupted=result.interrupted,
    )


def _keep_earlier(out: Path, chosen: TrainOptions) -> None:
    """More trials may have found another best: the run of the earlier one is set aside."""
    try:
        before = json.loads((out / RECIPE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    same = (chosen.model, chosen.recipe, settings_of(chosen.overrides))
    there = (before.get("model"), before.get("recipe"), before.get("settings"))
    if there != same and (out / BEST).exists():
        (out / BEST).rename(next_free(out, "earlier-best"))


def written(found: Tuned) -> Tuned:
    """Table, pictures, report and JSON."""
    out = found.out
    write_whole(out / "trials.csv", _as_csv(found.trials))
    draw_all(found, out)
    write_whole(out / "report.md", report(found))
    write_json(out / OUTCOME, found.to_dict())
    return found


def _as_csv(trials: Sequence[Tried]) -> str:
    text = io.StringIO()
    names = sorted({name for trial in trials for name in trial.params})
    own = ("number", "state", "value", "default", "model", "recipe", "seconds")
    columns = [*own, *(name for name in names if name not in own), "reason"]
    writer = csv.DictWriter(text, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for trial in trials:
        writer.writerow({**trial.params, **trial.to_dict(), **_rounded(trial)})
    return text.getvalue()


def _rounded(trial: Tried) -> dict[str, str]:
    return {
        "value": "" if trial.value is None else f"{trial.value:.6g}",
        "seconds": "" if trial.seconds is None else f"{trial.seconds:.1f}",
    }
