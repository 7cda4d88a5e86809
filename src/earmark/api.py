"""The verbs of the library: what the command line calls, and what Python users call."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark.datasets import Dataset
from earmark.errors import ConfigError, unknown_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from earmark.datasets.audit.audit import Audit
    from earmark.datasets.soundscape import Written
    from earmark.datasets.strong.collection import StrongDataset
    from earmark.evaluation.cards import Card
    from earmark.evaluation.comparison import Comparison
    from earmark.inference.model import Model
    from earmark.inference.stress.report import StressReport
    from earmark.training.compare import Compared
    from earmark.training.detection.options import DetectOptions
    from earmark.training.detection.run import DetectResult
    from earmark.training.detection.sources import Sources
    from earmark.training.find_rate import FoundRate
    from earmark.training.options import TrainOptions
    from earmark.training.split_run import Result
    from earmark.training.tuning.nested import Nested
    from earmark.training.tuning.options import TuneOptions
    from earmark.training.tuning.outcome import Tuned
    from earmark.training.watcher import Watcher

RUNS = Path("runs")


def train(
    dataset: Dataset | str | Path,
    model: str | None = None,
    out: str | Path | None = None,
    *,
    groups: str | None = None,
    watcher: "Watcher | None" = None,
    **options: Any,
) -> "Model":
    """Train a classifier on a folder (or table) of labelled sounds; return the saved model.

    `model` is resnet if None, or the network of the recipe where that is a file of `tune`.
    `out` is the run's folder, the next free one under `runs` if None. `options` are the fields of
    `earmark.training.options.TrainOptions` (recipe, seed, resume, ...) and of
    `earmark.training.plan.Overrides` (epochs, frontend, learning_rate, ...). The score on held-out
    clips is in `model.scorecard`.
    """
    from earmark.inference.model import load

    if options.get("folds") is not None:
        raise ConfigError(
            "train makes one model; for folds take cross_validate(dataset, folds=...)"
        )
    result = run(dataset, out, _options_of_train(model, options), groups=groups, watcher=watcher)
    return load(result.models[0])


def cross_validate(
    dataset: Dataset | str | Path,
    model: str | None = None,
    out: str | Path | None = None,
    *,
    folds: int | None = None,
    groups: str | None = None,
    watcher: "Watcher | None" = None,
    **options: Any,
) -> "Card":
    """Train once a fold and score every clip once, unseen: the official folds, or grouped ones."""
    options["folds"] = "auto" if folds is None else folds
    return run(dataset, out, _options_of_train(model, options), groups=groups, watcher=watcher).card


def run(
    dataset: Dataset | str | Path,
    out: str | Path | None,
    options: "TrainOptions",
    *,
    groups: str | None = None,
    watcher: "Watcher | None" = None,
) -> "Result":
    """Train as `options` say, into the run folder `out`."""
    from earmark.models.network import find_recipe
    from earmark.training.run import run_training

    if options.resume and out is None:
        raise ConfigError("resume goes on with the run in 'out': name its folder")
    find_recipe(options.model, options.recipe)
    chosen = as_dataset(dataset, groups)
    place = new_run(chosen, options.model) if out is None else Path(out)
    result = run_training(chosen, options, place, watcher)
    if not result.interrupted:
        _report_of(place, watcher)
    return result


def train_detector(
    data: Dataset | str | Path,
    model: str | None = None,
    out: str | Path | None = None,
    *,
    groups: str | None = None,
    watcher: "Watcher | None" = None,
    **options: Any,
) -> "Model":
    """Train a detector of sounds within sounds; return the saved model.

    `data` is a folder (or table) of isolated clips, which are mixed into scenes, or a folder of
    recordings with strong labels. `model` is crnn if None. `options` are the fields of
    `earmark.training.detection.options.DetectOptions` (labels, recordings, corrections, scenes,
    ...) and those of `train`. The score is in `model.scorecard`.
    """
    from earmark.inference.model import load
    from earmark.training.detection.options import DEFAULT, DetectOptions
    from earmark.training.detection.sources import open_sources

    own = {name: options.pop(name) for name in list(options) if name in _detect_fields()}
    for name in ("labels", "recordings", "corrections"):
        if own.get(name) is not None:
            own[name] = Path(own[name])
    if isinstance(own.get("scenes"), dict):
        from earmark.datasets.soundscape import SceneSettings

        own["scenes"] = SceneSettings.from_dict(own["scenes"])
    if options.get("folds") is not None:
        raise ConfigError("train_detector makes one model; for folds take the command line")
    chosen = DetectOptions(train=_options(model or DEFAULT, options), **own)
    result = run_detect(open_sources(data, chosen, groups), out, chosen, watcher=watcher)
    return load(result.models[0])


def _detect_fields() -> set[str]:
    import dataclasses

    from earmark.training.detection.options import DetectOptions

    return {field.name for field in dataclasses.fields(DetectOptions)} - {"train"}


def run_detect(
    sources: "Sources",
    out: str | Path | None,
    options: "DetectOptions",
    *,
    watcher: "Watcher | None" = None,
) -> "DetectResult":
    """Train a detector as `options` say, into the run folder `out`."""
    from earmark.training.detection.run import run_detection

    if options.train.resume and out is None:
        raise ConfigError("resume goes on with the run in 'out': name its folder")
    place = new_run_of(sources.root, options.train.model) if out is None else Path(out)
    result = run_detection(sources, options, place, watcher)
    if not result.interrupted:
        _report_of(place, watcher)
    return result


def compare(
    dataset: Dataset | str | Path,
    models: "Sequence[str] | None" = None,
    out: str | Path | None = None,
    *,
    groups: str | None = None,
    watcher: "Watcher | None" = None,
    **options: Any,
) -> "Comparison":
    """Train several networks under one split and compare them on the same clips.

    `models` are names of networks, or NAME:RECIPE; None takes every one that has the recipe.
    `options` are those of `train`, and `folds`. Everything is kept in the folder `out`, each
    network in a folder of its own.
    """
    chosen = _options(None, options)
    return run_compare(dataset, models, out, chosen, groups=groups, watcher=watcher).comparison


def run_compare(
    dataset: Dataset | str | Path,
    models: "Sequence[str] | None",
    out: str | Path | None,
    options: "TrainOptions",
    *,
    groups: str | None = None,
    watcher: "Watcher | None" = None,
) -> "Compared":
    """Compare as `options` say; their recipe is that of every network without one of its own."""
    from earmark.inference.speed import realtime_factor
    from earmark.training.compare import run_comparison
    from earmark.training.entries import entries_of

    if options.resume and out is None:
        raise ConfigError("resume goes on with the comparison in 'out': name its folder")
    entries = entries_of(models, options.recipe)
    chosen = as_dataset(dataset, groups)
    place = new_run(chosen, "compare") if out is None else Path(out)
    compared = run_comparison(chosen, entries, options, place, realtime_factor, watcher)
    if not compared.interrupted:
        _report_of(place, watcher)
    return compared


def find_learning_rate(
    dataset: Dataset | str | Path,
    model: str = "resnet",
    out: str | Path | None = None,
    *,
    groups: str | None = None,
    watcher: "Watcher | None" = None,
    **options: Any,
) -> "FoundRate":
    """The learning rate that `train` would find with the same options, by the range test alone.

    With `out`, `learning_rate.json` and `learning_rate.png` are written to that folder.
    """
    return run_rate(dataset, out, _options(model, options), groups=groups, watcher=watcher)


def run_rate(
    dataset: Dataset | str | Path,
    out: str | Path | None,
    options: "TrainOptions",
    *,
    groups: str | None = None,
    watcher: "Watcher | None" = None,
) -> "FoundRate":
    """A range test as `options` say; nothing is written where `out` is None."""
    from earmark.training.rate_run import run_range_test

    chosen = as_dataset(dataset, groups)
    return run_range_test(chosen, options, None if out is None else Path(out), watcher)


def new_run(dataset: Dataset, model: str) -> Path:
    """The next free run folder for a dataset and a model."""
    return new_run_of(dataset.root, model)


def new_run_of(place: Path, model: str) -> Path:
    """The same for the place of any data."""
    from earmark.training.run_folder import next_free

    root = place.resolve()
    name = root.stem if root.is_file() else root.name  # a table of features is its own root
    return next_free(RUNS, f"{name or 'run'}-{model}")


def evaluate(
    model: "Model | str | Path",
    dataset: "Dataset | StrongDataset | str | Path",
    *,
    labels: str | Path | None = None,
    include_training: bool = False,
) -> "Card":
    """Score a model on the clips of a dataset that it has not learned from.

    A detector is scored on a folder of recordings with the label files in it, or those at `labels`.
    """
    from earmark.inference.evaluate_any import evaluate_any

    return evaluate_any(model, dataset, labels=labels, include_training=include_training).card


def stress(
    model: "Model | str | Path",
    dataset: Dataset | str | Path,
    *,
    only: "Sequence[str] | None" = None,
    out: str | Path | None = None,
    **options: Any,
) -> "StressReport":
    """Find where a model breaks: its accuracy on clips it has not learned from, disturbed.

    `only` are names of degradations or families of them (noise, codec, ...), None: all. `options`
    are `clips` (how many are drawn at most), `seed`, `include_training`, `workers`, `progress`.
    With `out`, `stress.json`, `stress.csv` and `stress.png` are written to that folder.
    """
    from earmark.inference.model import Model, load
    from earmark.inference.stress.run import stress as find_out
    from earmark.inference.stress.write import make_folder, write_report

    loaded = model if isinstance(model, Model) else load(model)
    if out is not None:
        make_folder(Path(out))
    report = find_out(loaded, as_dataset(dataset), only=only, **options)
    if out is not None:
        write_report(report, Path(out))
    return report


def inspect(
    dataset: Dataset | str | Path,
    out: str | Path | None = None,
    *,
    groups: str | None = None,
    workers: int | None = None,
) -> "Audit":
    """Listen to every clip: what is broken, what is twice, what belongs together, what would leak.

    With `out`, `audit.json`, `report.md` and `clips.csv`, which `train` takes, are written there.
    """
    from earmark.datasets.audit.audit import audit_dataset
    from earmark.datasets.audit.files import open_out, write_audit

    if out is not None:
        open_out(Path(out))
    audit = audit_dataset(as_dataset(dataset, groups), workers=workers)
    if out is not None:
        write_audit(audit, Path(out))
    return audit


def soundscape(
    dataset: Dataset | str | Path,
    out: str | Path,
    count: int = 100,
    *,
    background: str | Path | None = None,
    split: bool = False,
    groups: str | None = None,
    **options: Any,
) -> "Written":
    """Mix isolated sounds into `count` scenes with known events, written to the folder `out`.

    `background` is a folder of recordings, None: made noise. With `split` the scenes are parted
    into train, validation and test, which share no clip and no group. `options` are `test`,
    `validation`, `seed`, `rate_hz`, `format`, `labels`, `workers`, `reading`, `progress`, and the
    fields of `earmark.datasets.soundscape.SceneSettings` (duration_s, snr_db, overlap, ...).
    """
    import dataclasses

    from earmark.datasets.soundscape import SceneSettings, make_soundscapes

    of_scenes = {field.name for field in dataclasses.fields(SceneSettings)}
    of_run = {
        "test", "validation", "seed", "rate_hz", "format", "labels", "workers", "cache_dir",
        "reading", "progress",
    }  # fmt: skip
    for name in options:
        if name not in of_scenes | of_run:
            raise unknown_name("option of soundscape", name, of_scenes | of_run)
    settings = SceneSettings(**{name: options.pop(name) for name in of_scenes & options.keys()})
    return make_soundscapes(
        as_dataset(dataset, groups),
        Path(out),
        count,
        settings,
        background=None if background is None else Path(background),
        split=split,
        **options,
    )


def report(
    run: str | Path,
    out: str | Path | None = None,
    *,
    format: str = "html",  # noqa: A002
    sounds: bool = True,
    data: str | Path | None = None,
) -> Path:
    """Write the report of a training's or a comparison's folder; gives the file's path.

    `format` is html (one page that holds everything), md or json; `out` is `report` with that
    ending in the folder if None. `sounds` False leaves out players and spectrograms; `data` is
    where the sounds are now, if they were moved.
    """
    from earmark.inference.report import write_report

    return write_report(run, out, format=format, sounds=sounds, data=data)


def _report_of(place: Path, watcher: "Watcher | None") -> None:
    """The report at the end of a training: whatever happens to it, the run is good."""
    from earmark.inference.report import write_report

    try:
        write_report(place, quick=True)
    except Exception as error:  # a page is never worth a training
        if watcher is not None:
            watcher.message(
                f"No report was written ({error or type(error).__name__}); the run is whole. "
                f"Try: earmark report {shlex.quote(str(place))}"
            )


def as_dataset(dataset: Dataset | str | Path, groups: str | None = None) -> Dataset:
    """A dataset as it is, or the one at a path."""
    return dataset if isinstance(dataset, Dataset) else Dataset.open(dataset, groups=groups)


def tune(
    dataset: Dataset | str | Path,
    models: "Sequence[str] | None" = None,
    out: str | Path | None = None,
    *,
    groups: str | None = None,
    watcher: "Watcher | None" = None,
    **options: Any,
) -> "Tuned | Nested":
    """Search for the settings that suit a dataset, on inner folds that never see its test part.

    `models` are names of networks, or NAME:RECIPE. `options` are the fields of
    `earmark.training.tuning.options.TuneOptions` (trials, minutes, search, storage, ...) and those
    of `train` for what is the same in every trial. The best settings are trained on all but the
    test part and scored on it once: `scorecard` and `model` of the result. `recipe.json` in the
    folder `out` is a recipe for `train`.

    With `folds` (a number, or "auto") it is nested cross-validation, and the result a `Nested`:
    each fold is the test part of a search of its own, `scorecard` is over all of them.
    """
    import dataclasses

    from earmark.training.tuning.options import TuneOptions

    of_search = {field.name for field in dataclasses.fields(TuneOptions)} - {"train", "models"}
    own: dict[str, Any] = {name: options.pop(name) for name in list(options) if name in of_search}
    for name in ("frontends", "search"):
        if own.get(name) is not None:
            own[name] = tuple(own[name])
    if models is not None:
        own["models"] = tuple(models)
    chosen = TuneOptions(train=_options(None, options), **own)
    return run_tune(dataset, out, chosen, groups=groups, watcher=watcher)


def run_tune(
    dataset: Dataset | str | Path,
    out: str | Path | None,
    options: "TuneOptions",
    *,
    groups: str | None = None,
    watcher: "Watcher | None" = None,
) -> "Tuned | Nested":
    """Tune as `options` say, in the folder `out`."""
    from earmark.training.tuning.nested import run_nested
    from earmark.training.tuning.run import run_tuning

    if options.train.resume and out is None:
        raise ConfigError("resume goes on with the search in 'out': name its folder")
    chosen = as_dataset(dataset, groups)
    place = new_run(chosen, "tune") if out is None else Path(out)
    if options.train.folds is not None:
        return run_nested(chosen, options, place, watcher)
    return run_tuning(chosen, options, place, watcher)


def _options_of_train(model: str | None, given: dict[str, Any]) -> "TrainOptions":
    """Those of `_options`, with the settings of a recipe file where one is named."""
    from earmark.training.recipe_file import with_recipe_file

    return with_recipe_file(_options(model, given), model=model)


def _options(model: str | None, given: dict[str, Any]) -> "TrainOptions":
    """Sort keyword arguments into training options and what they override in the recipe."""
    import dataclasses

    from earmark.training.options import TrainOptions
    from earmark.training.plan import Overrides

    of_recipe = {field.name for field in dataclasses.fields(Overrides)}
    of_run = {field.name for field in dataclasses.fields(TrainOptions)} - {"overrides", "model"}
    for name in given:
        if name not in of_recipe | of_run:
            raise unknown_name("option of train", name, of_recipe | of_run)
    overrides = Overrides(**{name: given[name] for name in given if name in of_recipe})
    chosen = {name: given[name] for name in given if name in of_run}
    options = TrainOptions(overrides=overrides, **chosen)
    if model is not None:
        options = dataclasses.replace(options, model=model)
    return options
