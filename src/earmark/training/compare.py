"""Several networks under one split: features once, one training after the other, one table."""

import csv
import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from earmark.datasets import Dataset
from earmark.datasets.tempo import dataset_rhythms, worth_a_tempo
from earmark.errors import ConfigError, ModelError
from earmark.evaluation.baselines import nearest_neighbours
from earmark.evaluation.checks import Labels
from earmark.evaluation.comparison import Comparison, Contender
from earmark.evaluation.intervals import bootstrap_intervals
from earmark.evaluation.paired import compare_paired
from earmark.evaluation.pictures import plot_joint_curves
from earmark.evaluation.scorecard import Raw, Scorecard
from earmark.features import FRONTENDS
from earmark.features.tempo import RHYTHM_WEIGHTS
from earmark.models import MODELS, describe
from earmark.models.network import find_recipe
from earmark.saved import read_config
from earmark.training.options import TrainOptions
from earmark.training.run import make_splits, run_training
from earmark.training.run_folder import open_run, read_history, write_json, write_text
from earmark.training.split_run import Result
from earmark.training.watcher import Watcher

COMPARISON = "comparison.json"
SETTINGS = "compare.json"
NEIGHBOURS = 5  # as the published tempo baselines of the Ballroom set have it
Speed = Callable[[Path, Sequence[Path]], float]
"""Model folder and sound files -> seconds of sound answered in a second."""


@dataclass(frozen=True)
class Entry:
    """A network with a recipe."""

    model: str
    recipe: str

    @property
    def name(self) -> str:
        """As a folder is named."""
        return f"{self.model}-{self.recipe}"


@dataclass(frozen=True)
class Compared:
    """What a comparison gave."""

    out: Path
    comparison: Comparison
    interrupted: bool


def entries_of(models: Sequence[str] | None, recipe: str) -> list[Entry]:
    """Networks by name, or NAME:RECIPE; None: every one that has the recipe.

    >>> entries_of(["simple", "resnet:modern"], "seed")
    [Entry(model='simple', recipe='seed'), Entry(model='resnet', recipe='modern')]
    """
    if models is None:
        models = [name for name in MODELS if recipe in MODELS[name].recipes]
        if not models:
            known = sorted({known for name in MODELS for known in MODELS[name].recipes})
            raise ConfigError(f"no network has a recipe '{recipe}'. Known: {', '.join(known)}")
    entries = []
    for text in models:
        name, _, own = text.strip().partition(":")
        find_recipe(name, own or recipe)
        entries.append(Entry(name, own or recipe))
    if not entries:
        raise ConfigError("models must name at least one network, got none")
    twice = sorted({entry.name for entry in entries if entries.count(entry) > 1})
    if twice:
        raise ConfigError(f"models must differ from each other, got {', '.join(twice)} twice")
    return entries


def run_comparison(
    dataset: Dataset,
    entries: Sequence[Entry],
    options: TrainOptions,
    out: Path,
    speed: Speed,
    watcher: Watcher | None = None,
) -> Compared:
    """Train each network into its folder below `out`; what is there already is gone on with.

    A network that fails is reported; the others are trained and compared.
    """
    watcher = watcher or Watcher()
    if dataset.multilabel:
        raise ConfigError(
            f"compare needs one label a clip; {dataset.root} has several: train each network by "
            "earmark train, with the same --seed, and read their score cards side by side"
        )
    dataset.check_trainable()
    asked = {
        entry: replace(options, model=entry.model, recipe=entry.recipe, resume=True)
        for entry in entries
    }
    for entry, own in asked.items():
        recipe = own.overrides.apply(find_recipe(entry.model, entry.recipe))
        FRONTENDS[recipe.frontend]
        make_splits(dataset, own, recipe)
    open_run(out, _settings(dataset, options), resume=options.resume, file=SETTINGS)
    write_json(out / SETTINGS, {"settings": _settings(dataset, options)})
    results: dict[Entry, Result] = {}
    failed: dict[str, str] = {}
    interrupted = False
    for number, (entry, own) in enumerate(asked.items(), start=1):
        watcher.message(f"{number} of {len(asked)}: {entry.name}")
        try:
            result = run_training(dataset, own, out / entry.name, watcher)
        except (ModelError, MemoryError) as error:
            failed[entry.name] = str(error) or "not enough memory"
            watcher.message(f"{entry.name} failed, the others go on: {failed[entry.name]}")
            continue
        if result.interrupted:
            interrupted = True
            break
        results[entry] = result
    if not results:
        why = "; ".join(f"{name}: {text}" for name, text in failed.items())
        if interrupted:
            raise KeyboardInterrupt
        raise ModelError(f"not one network could be trained: {why}")
    comparison = _compared(results, failed, out, speed, watcher)
    write_json(out / COMPARISON, comparison.to_dict())
    write_text(out / "comparison.csv", _as_csv(comparison.rows()))
    names = _names(list(results))
    histories = {names[entry]: mean_history(result) for entry, result in results.items()}
    plot_joint_curves(histories, out / "curves.png")
    return Compared(out, comparison, interrupted)


def _settings(dataset: Dataset, options: TrainOptions) -> dict[str, Any]:
    """What must be the same when a comparison goes on; networks may be added."""
    return {
        "dataset": str(dataset.root.resolve()),
        "groups": dataset.group_source,
        "seed": options.seed,
        "folds": options.folds,
        "test": options.test,
    }


def _names(entries: Sequence[Entry]) -> dict[Entry, str]:
    """The network alone where that says enough."""
    models = [entry.model for entry in entries]
    one_recipe = len({entry.recipe for entry in entries}) == 1
    return {
        entry: entry.model
        if one_recipe or models.count(entry.model) == 1
        else f"{entry.model}:{entry.recipe}"
        for entry in entries
    }


def _compared(
    results: Mapping[Entry, Result],
    failed: Mapping[str, str],
    out: Path,
    speed: Speed,
    watcher: Watcher,
) -> Comparison:
    names = _names(list(results))
    contenders = []
    for entry, result in results.items():
        watcher.message(f"{entry.name}: how fast it predicts")
        contenders.append(_contender(names[entry], entry, result, speed))
    first = next(iter(results.values()))
    raw = _arrays(first)
    answers = {}
    for entry, result in results.items():
        own = _arrays(result)
        if not np.array_equal(own.clip.targets, raw.clip.targets):
            raise ConfigError(f"{out / entry.name} was scored on other clips; start anew")
        answers[names[entry]] = own.clip.predictions
    trivial = dict(raw.baselines)
    if worth_a_tempo(first.dataset):
        watcher.message("estimating tempi, for the baselines that hear nothing else")
        trivial |= _by_rhythm(first, watcher)
    classes = len(first.card.classes)
    baselines = {
        name: bootstrap_intervals(raw.clip.targets, found, raw.clip.groups, classes)
        for name, found in trivial.items()
    }
    strongest = max(baselines, key=lambda name: baselines[name]["accuracy"].value)
    answers[strongest] = trivial[strongest]
    paired = compare_paired(raw.clip.targets, answers, raw.clip.groups)
    return Comparison(
        contenders=tuple(contenders),
        baselines=baselines,
        paired=paired,
        split=first.card.split,
        clips=first.card.clip.count,
        failed=dict(failed),
    )


def _arrays(result: Result) -> Raw:
    """What a card that was just made was made from."""
    assert isinstance(result.card, Scorecard)
    assert result.card.raw is not None
    return result.card.raw


def _contender(name: str, entry: Entry, result: Result, speed: Speed) -> Contender:
    config = read_config(result.models[0])
    info = describe(
        entry.model,
        entry.recipe,
        len(config.classes),
        frames=config.window.frames,
        bins=config.frontend["bins"],
    )
    intervals = result.card.clip.intervals
    heard = result.dataset.features is None
    tested = [result.dataset.clips[int(index)].path for index in result.splits[0].test]
    return Contender(
        name=name,
        model=entry.model,
        recipe=entry.recipe,
        accuracy=intervals["accuracy"],
        macro_f1=intervals["macro_f1"],
        parameters=info.parameters,
        gmac=info.gmac,
        window_s=info.window_s,
        epochs=sum(len(history) for history in histories_of(result)),
        train_s=result.seconds,
        realtime=speed(result.models[0], tested) if heard else None,
    )


def _by_rhythm(result: Result, watcher: Watcher) -> dict[str, Labels]:
    """Answers of 5-NN on the estimated tempo, and on tempo and metre, over the same splits."""
    dataset = result.dataset
    rhythms = dataset_rhythms(dataset, progress=watcher.extracting)  # (clips, values)
    weighted = {
        "tempo 5-NN": (rhythms[:, :1], None),
        "rhythm 5-NN": (rhythms, RHYTHM_WEIGHTS),
    }
    found: dict[str, list[Labels]] = {name: [] for name in weighted}
    for split in result.splits:
        rest = np.setdiff1d(np.arange(len(dataset)), split.test)
        for name, (values, weights) in weighted.items():
            known, asked = values[rest], values[split.test]
            found[name].append(
                nearest_neighbours(known, dataset.targets[rest], asked, NEIGHBOURS, weights=weights)
            )
    return {name: np.concatenate(parts) for name, parts in found.items()}


def histories_of(result: Result) -> list[list[dict[str, float]]]:
    """The epochs of each split's training."""
    return [read_history(model.parent) for model in result.models]


def mean_history(result: Result) -> list[dict[str, float]]:
    """Each epoch's figures, the mean over the folds that got so far."""
    histories = histories_of(result)
    longest = max(len(history) for history in histories)
    rows = []
    for epoch in range(longest):
        there = [history[epoch] for history in histories if epoch < len(history)]
        keys = dict.fromkeys(key for row in there for key in row)
        row = {}
        for key in keys:
            values = [each[key] for each in there if math.isfinite(each.get(key, math.nan))]
            row[key] = float(np.mean(values)) if values else math.nan
        rows.append(row)
    return rows


def _as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    text = io.StringIO()
    columns = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {
                key: f"{value:.6g}" if isinstance(value, float) else value
                for key, value in row.items()
            }
        )
    return text.getvalue()
