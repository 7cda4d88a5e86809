"""From a dataset to tuned settings: split, search on the rest, train the best once, report.

The outer test part is set aside first, by the split that `earmark train` would make of the same
seed and options. The search gets a dataset without it.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock, Timeout

from earmark.datasets import Dataset, Split, folds
from earmark.errors import ConfigError, DatasetError, ModelError
from earmark.training.entries import entries_of
from earmark.training.options import TrainOptions
from earmark.training.plan import Overrides
from earmark.training.prepare import prepare
from earmark.training.recipe_file import settings_of, write_recipe
from earmark.training.run import checked_recipe, make_splits, run_training
from earmark.training.run_folder import RUN, next_free, open_run, split_rows, write_json, write_text
from earmark.training.tuning.objective import Inner
from earmark.training.tuning.options import TuneOptions
from earmark.training.tuning.outcome import Tuned, outcome_of
from earmark.training.tuning.pictures import draw_all
from earmark.training.tuning.report import report
from earmark.training.tuning.space import Space, space_of
from earmark.training.tuning.storage import (
    DEFAULT,
    open_study,
    own_storage,
    quiet_optuna,
    shared_storage,
    shown,
)
from earmark.training.tuning.study import (
    SCORES,
    Tried,
    all_tried,
    give_up_running,
    packed,
    search,
)
from earmark.training.watcher import Watcher

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import Trial

SETTINGS = "tune.json"
DATABASE = "study.db"
BEST = "best"
RECIPE = "recipe.json"
OUTCOME = "tuning.json"
LOCK = "tune.lock"
OWN_STUDY = "tune"


def run_tuning(
    dataset: Dataset, options: TuneOptions, out: Path, watcher: Watcher | None = None
) -> Tuned:
    """Search, train the best, and write everything to the folder `out`."""
    watcher = watcher or Watcher()
    entries = entries_of(options.models, options.train.recipe)
    base = options.train.overrides
    trained = [replace(options.train, model=one.model, recipe=one.recipe) for one in entries]
    for own in trained:
        recipe = checked_recipe(dataset, own)
    space = space_of(entries, dataset, base, frontends=options.frontends, search=options.search)
    settings = _settings(dataset, options, space)
    place = {"dataset": str(dataset.root.resolve()), "groups": dataset.group_source}
    storage = None if options.storage is None else shared_storage(options.storage)
    wanted = settings | place | {"storage": options.storage and shown(options.storage)}
    open_run(out, wanted, resume=options.train.resume, file=SETTINGS)
    with _alone(out):
        write_json(out / SETTINGS, {"settings": wanted})
        recipe = checked_recipe(dataset, trained[0])
        prepared = prepare(dataset, recipe, trained[0], watcher)
        (outer,) = make_splits(prepared.dataset, trained[0], recipe)
        rest = np.sort(np.concatenate([outer.train, outer.validation]))
        inner = prepared.dataset.subset(rest)
        splits = _inner_folds(inner, options)
        rows = split_rows(prepared.dataset, outer, prepared.store.digests)
        settings |= {"clips": len(rows), "data": _digest(rows)}
        watcher.message(
            f"{len(outer.test)} of {len(rows)} clips are set aside for the test; "
            f"the search is on {len(splits)} inner folds of the others"
        )
        where = str(out / DATABASE) if options.storage is None else shown(options.storage)
        name = options.study or (OWN_STUDY if storage is None else _name(dataset))
        with quiet_optuna():
            study, made = open_study(storage or own_storage(out / DATABASE), name, settings, where)
            if made:
                for default in space.defaults():
                    study.enqueue_trial(default, {DEFAULT: True})
            elif storage is None:
                give_up_running(study)
        scored = Inner(inner, splits, options.train, watcher)
        objective = _objective(scored, space, base, out)
        interrupted = False
        try:
            search(
                study,
                objective,
                seed=options.train.seed,
                trials=options.trials,
                minutes=options.minutes,
                told=_teller(study, watcher, options.trials),
            )
        except KeyboardInterrupt:
            interrupted = True
        tried = all_tried(study)
        found = outcome_of(study, tried, inner, splits, out)
        if found is None:
            if interrupted:
                raise KeyboardInterrupt
            reasons = dict.fromkeys(one.reason for one in tried if one.reason)
            why = "; ".join(list(reasons)[:3]) or "the time was up before one was finished"
            raise ModelError(f"not one trial gave a score: {why}")
        others = sum(one.state == "running" for one in tried)
        if interrupted or others:
            if others and not interrupted:
                watcher.message(
                    f"{others} trials are still running elsewhere: whoever ends last trains the "
                    "best; or go on here by --resume when they are over"
                )
            return _written(replace(found, interrupted=interrupted), study)
        return _written(_trained(found, dataset, outer, prepared.dataset, options, watcher), study)


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """A folder is for one process at a time."""
    lock = FileLock(out / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ConfigError(
            f"{out} is being worked in by another process: wait for it, or choose another --out "
            "(and the same --storage, to share its study)"
        ) from None
    try:
        yield
    finally:
        lock.release()


def _settings(dataset: Dataset, options: TuneOptions, space: Space) -> dict[str, Any]:
    """What must be the same in every worker and when a search goes on."""
    settings = {
        "space": space.to_dict(),
        "fixed": settings_of(options.train.overrides),
        "seed": options.train.seed,
        "test": options.train.test,
        "validation": options.train.validation,
        "inner_folds": options.inner_folds,
        "precision": options.train.precision,
    }
    plain: dict[str, Any] = json.loads(json.dumps(settings))  # as it will be read back
    return plain


def _digest(rows: Sequence[Sequence[str]]) -> str:
    """A short text that differs if a clip, its label, group, part or content does."""
    text = json.dumps(rows, ensure_ascii=True)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _name(dataset: Dataset) -> str:
    root = dataset.root.resolve()
    return (root.stem if root.is_file() else root.name) or OWN_STUDY


def _inner_folds(inner: Dataset, options: TuneOptions) -> list[Split]:
    """Grouped folds of what is not test."""
    wanted = options.inner_folds
    try:
        return folds(inner, wanted, seed=options.train.seed, validation=options.train.validation)
    except (ConfigError, DatasetError) as error:
        raise DatasetError(
            f"what the test part leaves cannot be parted into {wanted} inner folds: {error}. "
            "Ask for fewer by inner_folds (at least 2), or add recordings"
        ) from error


def _objective(
    scored: Inner, space: Space, base: Overrides, out: Path
) -> Callable[["Trial"], float]:
    """What gives a trial its value: its setting on the inner folds."""
    import optuna

    def objective(trial: "Trial") -> float:
        setting = space.suggest(trial, base)
        trial.set_user_attr("model", setting.entry.model)
        trial.set_user_attr("recipe", setting.entry.recipe)
        trial.set_user_attr("overrides", settings_of(setting.overrides))
        prepared, overrides = scored.prepare(setting)
        trial.set_user_attr("overrides", settings_of(overrides))
        setting = replace(setting, overrides=overrides)

        def told(fold: int, value: float) -> None:
            trial.report(value, fold)
            if fold < len(scored.splits) and trial.should_prune():
                raise optuna.TrialPruned

        place = out / "trials" / f"{trial.number + 1:04}"
        name = f"trial {trial.number + 1}"
        scores = scored.score(prepared, setting, place, name, told)
        trial.set_user_attr(SCORES, packed(scores))
        return float(scores.mean())

    return objective


def _teller(study: "Study", watcher: Watcher, wanted: int) -> Callable[[Tried], None]:
    """A line for each trial, with the best so far."""

    def tell(one: Tried) -> None:
        finished = [t for t in all_tried(study) if t.state == "finished" and t.value is not None]
        figures = {
            "finished": f"{100 * (one.value or 0):.1f} %",
            "pruned": f"pruned at {100 * (one.value or 0):.1f} %",
            "failed": f"failed: {one.reason}",
        }
        text = f"trial {one.number} of {wanted}: {figures.get(one.state, one.state)}"
        if one.state != "failed":
            text += f", {one.model}{', the default' if one.default else ''}"
        if one.seconds is not None:
            text += f", {one.seconds:.0f} s"
        if finished:
            best = max(finished, key=lambda t: (t.value, -t.number))
            text += f"; best {100 * (best.value or 0):.1f} % (trial {best.number})"
        watcher.message(text)

    return tell


def _trained(
    found: Tuned,
    dataset: Dataset,
    outer: Split,
    readable: Dataset,
    options: TuneOptions,
    watcher: Watcher,
) -> Tuned:
    """The best settings trained once on the rest and scored once on the outer test part."""
    best, place = found.best, found.out / BEST
    count = sum(one.state in ("finished", "pruned") for one in found.trials)
    chosen = replace(
        options.train,
        model=best.model,
        recipe=best.recipe,
        overrides=Overrides(**best.overrides),
        note=f"tuned: {count} trials on inner folds, test chose nothing",
        resume=(place / RUN).exists(),
    )
    elsewhere = (
        f"tuned by {count} trials on inner folds of '{dataset.root.resolve().name}', split of seed "
        f"{options.train.seed}: of another split of it, test clips took part in choosing"
    )
    _keep_earlier(found.out, chosen)
    write_recipe(found.out / RECIPE, replace(chosen, note=elsewhere))
    watcher.message(
        f"trial {best.number} is the best, {found.figure} {100 * (best.value or 0):.1f} % on inner "
        "folds: training it on all of them"
    )
    result = run_training(dataset, chosen, place, watcher)
    (split,) = result.splits
    if not np.array_equal(split.test, outer.test):
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


def _written(found: Tuned, study: "Study") -> Tuned:
    """Table, pictures, report and JSON."""
    out = found.out
    write_text(out / "trials.csv", _as_csv(found.trials))
    draw_all(found, out)
    write_text(out / "report.md", report(found))
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
