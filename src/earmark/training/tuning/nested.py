"""Nested cross-validation: each outer fold is tuned by itself, and its test part chooses nothing.

A score by folds of settings that were chosen on the same folds flatters. Here the whole search is
repeated in each outer fold, on inner folds of its training part, so what is scored is the way of
choosing (Varma & Simon, BMC Bioinformatics 7, 2006). Folds may choose differently, and no vote is
taken among them: the recipe comes from one more search by the same rules, on all clips.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from earmark.datasets import Dataset
from earmark.datasets.words import count
from earmark.errors import ConfigError
from earmark.evaluation.cards import ClipCard, main_figure, pool_cards
from earmark.evaluation.intervals import Interval
from earmark.evaluation.multilabel.metrics import ranking_precision
from earmark.evaluation.scorecard import Scorecard
from earmark.evaluation.terminal import percent
from earmark.files import write_whole
from earmark.training.copies import guard
from earmark.training.entries import entries_of
from earmark.training.options import TrainOptions
from earmark.training.plan import Overrides
from earmark.training.prepare import prepare
from earmark.training.recipe_file import settings_of, write_recipe
from earmark.training.run import cannot_write, checked_recipe, run_training
from earmark.training.run_folder import RUN, open_run, write_json
from earmark.training.split_run import write_card
from earmark.training.splits import make_splits
from earmark.training.tuning.final import OUTCOME, RECIPE
from earmark.training.tuning.gain import Scores, difference
from earmark.training.tuning.nested_report import nested_lines, nested_report
from earmark.training.tuning.options import TuneOptions
from earmark.training.tuning.outcome import Tuned
from earmark.training.tuning.run import SETTINGS as SEARCH
from earmark.training.tuning.run import alone, run_tuning
from earmark.training.tuning.study import Tried
from earmark.training.watcher import Watcher

SETTINGS = "nested.json"
ALL = "all"  # the folder of the last search
DEFAULT = "default"  # the folder of the default's run in a fold


@dataclass(frozen=True)
class OuterFold:
    """One outer fold: its search, and the default on the same test part."""

    name: str
    tuned: Tuned
    default: ClipCard | None
    """The default's score on the fold's test part; None if it failed in the search."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "name": self.name,
            "best": self.tuned.best.to_dict(),
            "test": None if self.tuned.scorecard is None else self.tuned.scorecard.to_dict(),
            "default": None if self.default is None else self.default.to_dict(),
        }


@dataclass(frozen=True)
class Nested:
    """The outcome of `earmark tune --folds`."""

    out: Path
    wanted: int
    """Outer folds that there are; fewer may be finished."""
    folds: tuple[OuterFold, ...]
    scorecard: ClipCard | None
    """Over the test parts of all finished folds; None with fewer than two."""
    gain: Interval | None
    """Tuned minus default on the same test clips; None if the default failed somewhere."""
    last: Tuned | None
    """The search on all clips, which gives `recipe.json`; None while folds are left."""
    interrupted: bool = False
    model: None = None
    """There is a model in each fold's folder, and none of all: train one by the recipe."""

    @property
    def best(self) -> Tried | None:
        """What the search on all clips chose."""
        return None if self.last is None else self.last.best

    def lines(self) -> Sequence[str]:
        """For the terminal."""
        return nested_lines(self)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "outer_folds": self.wanted,
            "folds": [fold.to_dict() for fold in self.folds],
            "test": None if self.scorecard is None else self.scorecard.to_dict(),
            "gain": None if self.gain is None else self.gain.to_dict(),
            "best": None if self.best is None else self.best.to_dict(),
        }


def run_nested(
    dataset: Dataset, options: TuneOptions, out: Path, watcher: Watcher | None = None
) -> Nested:
    """Tune in each outer fold, score them together, search once more on all; write it to `out`.

    KeyboardInterrupt if it is stopped before a fold is finished; later, what is finished is told.
    """
    watcher = watcher or Watcher()
    first = entries_of(options.models, options.train.recipe)[0]
    train = replace(options.train, model=first.model, recipe=first.recipe)
    recipe = checked_recipe(dataset, train)
    guarded = guard(dataset, train, recipe, watcher)
    readable = prepare(guarded.dataset, recipe, train, watcher).dataset
    names = [split.name for split in make_splits(readable, train, recipe)]
    if len(names) < 2:
        raise ConfigError(
            "folds must be a number here: the official split is one training and one test part, "
            "which tune takes without folds"
        )
    wanted = {
        "dataset": str(dataset.root.resolve()),
        "groups": dataset.group_source,
        "folds": options.train.folds,
        "fold_names": names,
        "seed": options.train.seed,
    }
    open_run(out, wanted, resume=options.train.resume, file=SETTINGS)
    with alone(out):
        try:
            write_json(out / SETTINGS, {"settings": wanted})
            return _run(dataset, options, names, out, watcher)
        except OSError as error:
            raise cannot_write(out, error) from error


def _run(
    dataset: Dataset, options: TuneOptions, names: Sequence[str], out: Path, watcher: Watcher
) -> Nested:
    """The folds one after the other, then the search on all."""
    done: list[OuterFold] = []
    last = None
    try:
        for number, name in enumerate(names, start=1):
            place = out / f"fold-{number}"
            watcher.message(f"{name} of {len(names)}: a search of its own")
            fold = _fold(dataset, _of_fold(options, number, place), name, place, watcher)
            done.append(fold)
            assert fold.tuned.scorecard is not None
            figure, band = main_figure(fold.tuned.scorecard)
            watcher.message(f"{name}: {figure} {percent(band)} on its test part")
        watcher.message("the last search, on all clips, gives the recipe")
        last = run_tuning(dataset, _of_all(options, out / ALL), out / ALL, watcher, aside=False)
    except KeyboardInterrupt:
        if not done:
            raise
    stopped = last is None or last.interrupted
    return _written(_together(out, names, done, last, interrupted=stopped), dataset, options)


def _of_fold(options: TuneOptions, number: int, place: Path) -> TuneOptions:
    there = (place / SEARCH).exists()
    return replace(options, train=replace(options.train, only_fold=number, resume=there))


def _of_all(options: TuneOptions, place: Path) -> TuneOptions:
    return replace(
        options, train=replace(options.train, folds=None, resume=(place / SEARCH).exists())
    )


def _fold(
    dataset: Dataset, options: TuneOptions, name: str, place: Path, watcher: Watcher
) -> OuterFold:
    """One fold's search, and the default trained and scored as its best was."""
    tuned = run_tuning(dataset, options, place, watcher)
    if tuned.interrupted or tuned.scorecard is None:
        raise KeyboardInterrupt
    usual = tuned.default
    if usual is None or usual is tuned.best:
        return OuterFold(name, tuned, None if usual is None else tuned.scorecard)
    run = replace(
        options.train,
        model=usual.model,
        recipe=usual.recipe,
        overrides=Overrides(**usual.overrides),
        note="default settings, which the tuned ones are compared with",
        resume=(place / DEFAULT / RUN).exists(),
    )
    watcher.message(f"{name}: the default is trained too, to compare")
    result = run_training(dataset, run, place / DEFAULT, watcher)
    if result.interrupted:
        raise KeyboardInterrupt
    return OuterFold(name, tuned, result.card)


def _together(
    out: Path,
    names: Sequence[str],
    done: Sequence[OuterFold],
    last: Tuned | None,
    *,
    interrupted: bool,
) -> Nested:
    cards = {f.name: f.tuned.scorecard for f in done if f.tuned.scorecard is not None}
    card = None
    if len(cards) > 1:
        some = "" if len(cards) == len(names) else f"{len(cards)} of "
        part = next(iter(cards.values())).split
        how = str(part["description"]).split("; train/validation/test")[0]
        text = f"nested: {some}{len(names)} outer folds, each tuned by itself on inner folds; {how}"
        split = {
            "kind": "nested folds",
            "description": text,
            "seed": part["seed"],
            "folds": list(cards),
        }
        card = pool_cards(cards, split)
    return Nested(out, len(names), tuple(done), card, _gain(done), last, interrupted)


def _gain(done: Sequence[OuterFold]) -> Interval | None:
    """Tuned minus default over the test clips of all folds; groups stay whole."""
    best, usual, groups = [], [], []
    for fold in done:
        if fold.default is None or fold.tuned.scorecard is None:
            return None
        best.append(_by_clip(fold.tuned.scorecard)[0])
        scores, names = _by_clip(fold.default)
        usual.append(scores)
        groups.append(names)
    return difference(np.concatenate(best), np.concatenate(usual), np.concatenate(groups))


def _by_clip(card: ClipCard) -> tuple[Scores, Any]:
    """Each clip's score as the search has it, and its group, (clips,) each."""
    assert card.raw is not None
    if isinstance(card, Scorecard):
        assert isinstance(card.raw.clip.predictions, np.ndarray)
        clip = card.raw.clip
        return (clip.predictions == clip.targets).astype(np.float64), clip.groups
    answered = card.raw.ways[card.aggregate]
    return np.asarray(ranking_precision(answered.targets, answered.scores)), answered.groups


def _written(found: Nested, dataset: Dataset, options: TuneOptions) -> Nested:
    """ClipCard, recipe, report and JSON."""
    out = found.out
    if found.scorecard is not None:
        write_card(out, found.scorecard, title=f"{count(len(found.folds), 'outer fold')}, nested")
    if found.last is not None and not found.interrupted and found.scorecard is not None:
        write_recipe(out / RECIPE, _recipe(found, found.last, dataset, options))
    write_whole(out / "report.md", nested_report(found))
    write_json(out / OUTCOME, found.to_dict())
    return found


def _recipe(found: Nested, last: Tuned, dataset: Dataset, options: TuneOptions) -> TrainOptions:
    """The best settings of the search on all clips, and what is to be said of a score by them."""
    assert found.scorecard is not None
    figure, band = main_figure(found.scorecard)
    judged = count(sum(one.state in ("finished", "pruned") for one in last.trials), "trial")
    note = (
        f"tuned by {judged} on all clips of '{dataset.root.resolve().name}': a score on any of "
        f"them flatters; nested cross-validation gave {figure} {percent(band)} there"
    )
    best = last.best
    overrides = Overrides(**best.overrides)
    assert settings_of(overrides) == dict(best.overrides)
    return replace(
        options.train, model=best.model, recipe=best.recipe, overrides=overrides, note=note
    )
