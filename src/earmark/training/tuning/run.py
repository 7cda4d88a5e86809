"""From a dataset to tuned settings: split, search on the rest, train the best once, report.

The outer test part is set aside first, by the split that `earmark train` would make of the same
seed and options. The search gets a dataset without it.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock, Timeout

from earmark.datasets import Dataset, Split, folds
from earmark.datasets.words import count
from earmark.errors import ConfigError, DatasetError, ModelError
from earmark.models import Recipe
from earmark.training.copies import Guarded, empty_folder_goes, guard
from earmark.training.entries import entries_of
from earmark.training.options import TrainOptions
from earmark.training.plan import Overrides
from earmark.training.prepare import prepare
from earmark.training.recipe_file import settings_of
from earmark.training.run import cannot_write, checked_recipe
from earmark.training.run_folder import open_run, split_rows, write_json
from earmark.training.splits import make_splits
from earmark.training.tuning.final import Parted, train_best, written
from earmark.training.tuning.objective import Inner
from earmark.training.tuning.options import TuneOptions
from earmark.training.tuning.outcome import Tuned, outcome_of
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
    from optuna.storages import RDBStorage
    from optuna.trial import Trial

SETTINGS = "tune.json"
DATABASE = "study.db"
LOCK = "tune.lock"
OWN_STUDY = "tune"


def run_tuning(
    dataset: Dataset,
    options: TuneOptions,
    out: Path,
    watcher: Watcher | None = None,
    *,
    aside: bool = True,
) -> Tuned:
    """Search, train the best, and write everything to the folder `out`.

    aside: a test part is kept out of the search; False: all clips are searched on, nothing is
    trained or scored at the end, and the recipe is not written.
    KeyboardInterrupt if it is stopped before a trial is finished; later, what is finished is told.
    """
    watcher = watcher or Watcher()
    entries = entries_of(options.models, options.train.recipe)
    trained = [replace(options.train, model=one.model, recipe=one.recipe) for one in entries]
    recipes = [checked_recipe(dataset, own) for own in trained]
    space = space_of(
        entries,
        dataset,
        options.train.overrides,
        frontends=options.frontends,
        search=options.search,
    )
    storage = None if options.storage is None else shared_storage(options.storage)
    settings = _settings(options, space) | ({} if aside else {"aside": False})
    wanted = settings | {
        "dataset": str(dataset.root.resolve()),
        "groups": dataset.group_source,
        "storage": options.storage and shown(options.storage),
    }
    open_run(out, wanted, resume=options.train.resume, file=SETTINGS)
    with empty_folder_goes(out):
        guarded = guard(dataset, trained[0], recipes[0], watcher)
    with alone(out):
        try:
            write_json(out / SETTINGS, {"settings": wanted})
            parted = _part(guarded, trained[0], options, watcher, aside=aside)
            settings |= {"clips": len(parted.rows), "data": _digest(parted.rows)}
            study = _open(dataset, options, space, settings, storage, out)
            return _search(study, parted, space, options, out, watcher)
        except OSError as error:
            raise cannot_write(out, error) from error


def _part(
    guarded: Guarded, first: TrainOptions, options: TuneOptions, watcher: Watcher, *, aside: bool
) -> Parted:
    """Set the test part aside as `earmark train` does: of the clips that can be read."""
    recipe = checked_recipe(guarded.given, first)
    prepared = prepare(guarded.dataset, recipe, first, watcher)
    outer = _outer(prepared.dataset, first, recipe, aside=aside)
    inner = prepared.dataset.subset(np.sort(np.concatenate([outer.train, outer.validation])))
    splits = _inner_folds(inner, options)
    rows = split_rows(prepared.dataset, outer, prepared.store.digests)
    if not aside:
        watcher.message(f"the search is on {len(splits)} inner folds of all {len(rows)} clips")
        return Parted(guarded, outer.test, rows, inner, splits)
    watcher.message(
        f"{len(outer.test)} of {len(rows)} clips are set aside for the test; "
        f"the search is on {len(splits)} inner folds of the others"
    )
    return Parted(guarded, outer.test, rows, inner, splits)


def _outer(dataset: Dataset, first: TrainOptions, recipe: Recipe, *, aside: bool) -> Split:
    """The split that sets the test part aside, or that puts all clips into training."""
    if aside:
        (outer,) = make_splits(dataset, first, recipe)
        return outer
    none = np.zeros(0, np.int64)
    return Split(np.arange(len(dataset)), none, none, "all", "all clips")


def _open(
    dataset: Dataset,
    options: TuneOptions,
    space: Space,
    settings: Mapping[str, Any],
    storage: "RDBStorage | None",
    out: Path,
) -> "Study":
    """The study, with the defaults to begin with where it is new."""
    where = str(out / DATABASE) if options.storage is None else shown(options.storage)
    name = options.study or (OWN_STUDY if storage is None else _name(dataset))
    with quiet_optuna():
        base = own_storage(out / DATABASE) if storage is None else storage
        study, made = open_study(base, name, settings, where)
        if made:
            for default in space.defaults():
                study.enqueue_trial(default, {DEFAULT: True})
        elif storage is None:  # the folder is ours alone: no other process runs them
            give_up_running(study)
    return study


def _search(
    study: "Study",
    parted: Parted,
    space: Space,
    options: TuneOptions,
    out: Path,
    watcher: Watcher,
) -> Tuned:
    """Trials until there are enough, then the best; all of it written."""
    scored = Inner(parted.inner, parted.splits, options.train, watcher)
    interrupted = False
    try:
        search(
            study,
            _objective(scored, space, options.train.overrides, out),
            seed=options.train.seed,
            trials=options.trials,
            minutes=options.minutes,
            told=_teller(study, watcher, options.trials),
        )
    except KeyboardInterrupt:
        interrupted = True
    tried = all_tried(study)
    found = outcome_of(study, tried, parted.inner, parted.splits, out)
    if found is not None:
        found = replace(found, aside=len(parted.test) > 0)
    if found is None:
        if interrupted:
            raise KeyboardInterrupt
        reasons = dict.fromkeys(one.reason for one in tried if one.reason)
        why = "; ".join(list(reasons)[:3]) or "the time was up before one was finished"
        raise ModelError(f"not one trial gave a score: {why}")
    if interrupted:
        return written(replace(found, interrupted=True))
    if others := len(found.with_state("running")):
        watcher.message(
            f"{count(others, 'trial')} still running elsewhere: whoever ends last trains the best; "
            "or go on here by --resume when they are over"
        )
        return written(found)
    if not found.aside:
        return written(found)
    return written(train_best(found, parted, options, watcher))


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Keep other processes out of a folder."""
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


def _settings(options: TuneOptions, space: Space) -> dict[str, Any]:
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
    if options.train.folds is not None:
        settings |= {"folds": options.train.folds, "only_fold": options.train.only_fold}
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
