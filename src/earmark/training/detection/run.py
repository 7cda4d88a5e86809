"""From clips and recordings to the run folder of a detector."""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

import earmark
from earmark.datasets import Dataset
from earmark.datasets.strong import StrongDataset, as_dataset
from earmark.errors import ConfigError
from earmark.evaluation.events import EventScorecard
from earmark.models import MODELS, Recipe
from earmark.models.detector import DETECTORS, Detector, find_detector
from earmark.training.copies import Guarded, empty_folder_goes, guard, keep_audit, pooled
from earmark.training.detection.described import PARTS, counts_of
from earmark.training.detection.held_out import check_tested
from earmark.training.detection.lessons import KEPT
from earmark.training.detection.options import DetectOptions
from earmark.training.detection.parts import Parts, leak_of, make_parts
from earmark.training.detection.prepare import Ready, make_ready
from earmark.training.detection.scoring import score_folds
from earmark.training.detection.sources import Sources
from earmark.training.detection.split_run import SplitResult, run_split
from earmark.training.run import cannot_write
from earmark.training.run_folder import RUN, keep_rows, open_run, write_json
from earmark.training.tensorboard import TensorBoard
from earmark.training.watcher import Watcher


@dataclass(frozen=True)
class DetectResult:
    """What the training of a detector gave."""

    out: Path
    card: EventScorecard
    models: tuple[Path, ...]
    seconds: float
    interrupted: bool


def run_detection(
    sources: Sources, options: DetectOptions, out: Path, watcher: Watcher | None = None
) -> DetectResult:
    """Train a detector on sources and write everything about it to the folder `out`."""
    watcher = TensorBoard(watcher or Watcher())
    kind, recipe = chosen_recipe(options)
    settings = _settings(sources, options, recipe)
    open_run(out, settings, resume=options.train.resume)
    try:
        with empty_folder_goes(out):
            clips = _guarded(sources.clips, options, recipe, watcher)
            if clips is not None:
                sources = dataclasses.replace(sources, clips=clips.dataset)
            strong, copy_of = None, dict[str, str]()
            if sources.recordings is not None:
                given = as_dataset(sources.recordings)
                corrected = sources.corrected
                parted = corrected is None or corrected.before is not None  # else all are new
                strong = _guarded(given, options, recipe, watcher, parted=parted)
                assert strong is not None
                copy_of |= strong.copy_of
                together = _with_copies(sources.recordings, strong)
                sources = dataclasses.replace(sources, recordings=together)
            ready = make_ready(sources, kind, recipe, options, watcher)
            parts = make_parts(ready, sources, options.train, recipe, copy_of)
            for each in parts:
                check_tested(ready, each)
            recorded = None if ready.recordings is None else as_dataset(ready.recordings)
        audited = clips or strong
        assert audited is not None
        keep_audit(audited, out)
        _write_run(out, ready, settings, options, parts)
        results = []
        for each in parts:
            place = out if len(parts) == 1 else out / each.name.split(" (")[0].replace(" ", "-")
            place.mkdir(exist_ok=True)
            _keep_split(place, ready, each)
            leaks = [
                leak_of(clips, ready.clips, each.clips),
                leak_of(strong, recorded, each.recordings),
            ]
            results.append(run_split(ready, each, options, place, watcher, pooled(leaks)))
            if results[-1].interrupted:
                break
        return _together(results, ready, parts, options, out)
    except (OSError, SafetensorError) as error:
        raise cannot_write(out, error) from error


def chosen_recipe(options: DetectOptions) -> tuple[type[Detector], Recipe]:
    """The network and its recipe, as `options` have it."""
    name = options.train.model
    if name in MODELS and name not in DETECTORS:
        raise ConfigError(
            f"'{name}' is a network that classifies; to detect take one of {', '.join(DETECTORS)}"
        )
    kind, recipe = find_detector(name, options.train.recipe)
    asked = options.train.overrides
    unused = sorted(name for name, by in (asked.augment or {}).items() if by and name not in KEPT)
    if unused:
        raise ConfigError(
            f"augment {', '.join(unused)} is of classifiers; a detector's windows are changed by "
            f"{', '.join(KEPT)}, and made scenes by their own settings (--scene), such as room"
        )
    if asked.balance not in (None, "none"):
        raise ConfigError("balance is of classifiers; in made scenes each class is as likely")
    return kind, asked.apply(recipe)


def _guarded(
    dataset: Dataset | None,
    options: DetectOptions,
    recipe: Recipe,
    watcher: Watcher,
    *,
    parted: bool = True,
) -> Guarded | None:
    if dataset is None:
        return None
    if parted:
        dataset.check_trainable()
    return guard(dataset, options.train, recipe, watcher, parted=parted)


def _with_copies(recordings: StrongDataset, guarded: Guarded) -> StrongDataset:
    """The recordings with copies of one sound in one group."""
    joined = guarded.dataset
    return dataclasses.replace(
        recordings, groups=tuple(map(str, joined.groups)), group_source=joined.group_source
    )


def _together(
    results: Sequence[SplitResult],
    ready: Ready,
    parts: Sequence[Parts],
    options: DetectOptions,
    out: Path,
) -> DetectResult:
    """One split as it is; several scored as one."""
    card = results[0].card
    if len(parts) > 1:
        names = [each.name for each in parts[: len(results)]]
        scored = [result.scored for result in results]
        description = {
            "kind": "folds",
            "description": f"{len(names)} folds, each answered by a model that had not heard it; "
            + parts[0].description,
            "seed": options.train.seed,
            "folds": names,
        }
        card = score_folds(scored, ready.classes, description)
        write_json(out / "scorecard.json", card.to_dict())
    return DetectResult(
        out,
        card,
        tuple(result.model for result in results),
        sum(result.seconds for result in results),
        results[-1].interrupted,
    )


def _settings(sources: Sources, options: DetectOptions, recipe: Recipe) -> dict[str, Any]:
    """What must be the same when a run goes on."""
    train = options.train
    settings: dict[str, Any] = {
        "task": "detect",
        "dataset": str(sources.root.resolve()),
        "groups": (sources.clips or sources.recordings).group_source,  # type: ignore[union-attr]
        "model": train.model,
        "recipe": recipe.to_dict(),
        "rate_hz": train.overrides.rate_hz,
        "seed": train.seed,
        "folds": train.folds,
        "test": train.test,
        "validation": train.validation,
        "precision": train.precision,
        "scenes": options.scenes.to_dict(),
        "scenes_per_epoch": options.scenes_per_epoch,
        "validation_scenes": options.validation_scenes,
        "test_scenes": options.test_scenes,
    }
    for name in ("labels", "recordings", "corrections"):
        if (path := getattr(options, name)) is not None:
            settings[name] = str(Path(path).resolve())
    if train.allow_leak:
        settings["allow_leak"] = True
    if train.only_fold is not None:
        settings["only_fold"] = train.only_fold
    if train.background is not None:
        settings["background"] = str(Path(train.background).resolve())
    plain: dict[str, Any] = json.loads(json.dumps(settings))  # as it will be read back
    return plain


def _write_run(
    out: Path,
    ready: Ready,
    settings: dict[str, Any],
    options: DetectOptions,
    parts: Sequence[Parts],
) -> None:
    clips, recordings = ready.clips, ready.recordings
    problems = [
        *(() if clips is None else clips.problems),
        *(() if recordings is None else recordings.problems),
        *ready.problems,
    ]
    write_json(
        out / RUN,
        {
            "earmark": earmark.__version__,
            "command": options.train.command,
            "settings": settings,
            "clips": 0 if clips is None else len(clips),
            "recordings": 0 if recordings is None else len(recordings),
            "classes": counts_of(ready),
            "frontend": ready.frontend.settings(),
            "window_s": ready.cut.frames / ready.frontend.frames_per_s,
            "splits": [{"name": each.name, "description": each.description} for each in parts],
            "problems": [dataclasses.asdict(problem) for problem in problems],
        },
    )


def _keep_split(out: Path, ready: Ready, parts: Parts) -> None:
    """Write the split; where one is there already it must be the same, of the same sounds."""
    rows: list[list[str]] = []
    if ready.clips is not None and parts.clips is not None:
        rows += _rows(ready.clips, parts.clips, ready.digests)
    if ready.recordings is not None and parts.recordings is not None:
        rows += _rows(as_dataset(ready.recordings), parts.recordings, ready.recorded_digests)
    keep_rows(out, rows)


def _rows(dataset: Dataset, split: Any, digests: dict[str, str]) -> list[list[str]]:
    part_of = {int(index): part for part in PARTS for index in getattr(split, part)}
    return [
        [clip.name, clip.label, str(group), part_of[index], digests.get(clip.name, "")]
        for index, (clip, group) in enumerate(zip(dataset.clips, dataset.groups, strict=True))
    ]
