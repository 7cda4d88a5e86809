"""Several networks under one split: features once, one training after the other, one table."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from earmark.datasets import Dataset
from earmark.errors import ConfigError, ModelError
from earmark.evaluation.baselines import beside
from earmark.evaluation.comparison import Comparison, Contender
from earmark.evaluation.paired import compare_paired
from earmark.evaluation.pictures import plot_joint_curves
from earmark.evaluation.scorecard import Raw, Scorecard
from earmark.files import write_whole
from earmark.models import describe
from earmark.saved import read_config
from earmark.training.copies import empty_folder_goes, guard
from earmark.training.entries import Entry, names_of
from earmark.training.find_rate import read_rate
from earmark.training.histories import epochs_of, mean_history
from earmark.training.options import TrainOptions
from earmark.training.run import checked_recipe, run_training
from earmark.training.run_folder import open_run, write_json
from earmark.training.split_run import Result
from earmark.training.watcher import Watcher

COMPARISON = "comparison.json"
SETTINGS = "compare.json"
Speed = Callable[[Path, Sequence[Path]], float]
"""Model folder and sound files -> seconds of sound answered in a second."""


@dataclass(frozen=True)
class Compared:
    """What a comparison gave."""

    out: Path
    comparison: Comparison
    interrupted: bool


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
    asked = {
        entry: replace(options, model=entry.model, recipe=entry.recipe, resume=True)
        for entry in entries
    }
    checked = [checked_recipe(dataset, own) for own in asked.values()]
    settings = _settings(dataset, options)
    open_run(out, settings, resume=options.resume, file=SETTINGS)
    with empty_folder_goes(out):  # for all networks at once: they share the split
        guarded = guard(dataset, options, checked[0], watcher)
    write_json(out / SETTINGS, {"command": options.command, "settings": settings})
    results: dict[Entry, Result] = {}
    failed: dict[str, str] = {}
    interrupted = False
    for number, (entry, own) in enumerate(asked.items(), start=1):
        watcher.message(f"{number} of {len(asked)}: {entry.name}")
        try:
            result = run_training(dataset, own, out / entry.name, watcher, guarded)
        except (ModelError, MemoryError) as error:
            failed[entry.name] = str(error) or "not enough memory"
            watcher.message(f"{entry.name} failed, the others go on: {failed[entry.name]}")
            continue
        if result.interrupted:
            interrupted = True
            break
        results[entry] = result
    if not results:
        if interrupted:
            raise KeyboardInterrupt
        why = "; ".join(f"{name}: {text}" for name, text in failed.items())
        raise ModelError(f"not one network could be trained: {why}")
    comparison = _compared(results, failed, out, speed, watcher)
    write_json(out / COMPARISON, comparison.to_dict())
    write_whole(out / "comparison.csv", _as_csv(comparison.rows()))
    names = names_of(list(results))
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


def _compared(
    results: Mapping[Entry, Result],
    failed: Mapping[str, str],
    out: Path,
    speed: Speed,
    watcher: Watcher,
) -> Comparison:
    names = names_of(list(results))
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
    # The margin on a card is that of its own network.
    figures = {
        name: {metric: band for metric, band in own.items() if metric != "margin"}
        for name, own in first.card.baselines.items()
    }
    strongest = max(figures, key=lambda name: figures[name]["accuracy"].value)
    baselines = {beside(name, answers): own for name, own in figures.items()}
    answers[beside(strongest, answers)] = raw.baselines[strongest]
    paired = compare_paired(raw.clip.targets, answers, raw.clip.groups)
    return Comparison(
        contenders=tuple(contenders),
        baselines=baselines,
        paired=paired,
        split=first.card.split,
        clips=len(raw.clip.targets),
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
    assert isinstance(result.card, Scorecard)
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
        window_s=config.window.frames * config.window.hop_samples / config.rate_hz,
        epochs=epochs_of(result),
        train_s=result.seconds,
        realtime=speed(result.models[0], tested) if heard else None,
        learning_rate=_mean_rate(result),
    )


def _mean_rate(result: Result) -> float | None:
    """The geometric mean of the folds' rates; None where a run of an older version has none."""
    found = [rate for model in result.models if (rate := read_rate(model.parent)) is not None]
    return float(np.exp(np.mean([np.log(each.rate) for each in found]))) if found else None


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
