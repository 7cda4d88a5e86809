"""From clips and recordings to the run folder of a detector."""

import dataclasses
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

import earmark
from earmark.datasets import Dataset
from earmark.datasets.strong import StrongDataset, as_dataset
from earmark.datasets.words import count
from earmark.evaluation.events import EventScorecard
from earmark.models import Recipe
from earmark.training.copies import Guarded, empty_folder_goes, guard, keep_audit, pooled
from earmark.training.detection.chosen import chosen_recipe
from earmark.training.detection.described import counts_of
from earmark.training.detection.held_out import check_tested
from earmark.training.detection.options import DetectOptions
from earmark.training.detection.parts import Parts, leak_of, make_parts
from earmark.training.detection.prepare import Ready, make_ready
from earmark.training.detection.scoring import score_folds
from earmark.training.detection.sources import Sources
from earmark.training.detection.split_run import SplitResult, run_split
from earmark.training.run import cannot_write
from earmark.training.run_folder import (
    RUN,
    keep_rows,
    open_run,
    split_folder,
    split_rows,
    write_json,
)
from earmark.training.run_settings import run_settings
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
            place = split_folder(out, each.name, len(parts))
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
        description: dict[str, Any] = {
            "kind": "folds",
            "description": f"{len(names)} folds, each answered by a model that had not heard it; "
            + parts[0].description,
            "seed": options.train.seed,
            "folds": names,
        }
        if leak := pooled([result.card.split.get("leak") for result in results]):
            description["leak"] = leak
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
    source = sources.clips or sources.recordings
    more: dict[str, Any] = {
        "task": "detect",
        "scenes": options.scenes.to_dict(),
        "scenes_per_epoch": options.scenes_per_epoch,
        "validation_scenes": options.validation_scenes,
        "test_scenes": options.test_scenes,
    }
    for name in ("labels", "recordings", "corrections"):
        if (path := getattr(options, name)) is not None:
            more[name] = str(Path(path).resolve())
    if sources.recordings is not None:
        more["events"] = _told(sources.recordings)
    groups = None if source is None else source.group_source
    return run_settings(sources.root, groups, options.train, recipe, **more)


def _told(recordings: StrongDataset) -> str:
    """The events, so that a run does not go on with labels or corrections that were changed."""
    rows = [
        (name, event.label, event.onset_s, event.offset_s)
        for name, events in zip(recordings.names, recordings.events, strict=True)
        for event in events
    ]
    digest = hashlib.blake2b(repr(rows).encode(), digest_size=4).hexdigest()
    return f"{len(rows)} in {count(len(recordings), 'recording')} ({digest})"


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
        digests = [ready.digests.get(clip.name) for clip in ready.clips.clips]
        rows += split_rows(ready.clips, parts.clips, digests)
    if ready.recordings is not None and parts.recordings is not None:
        digests = [ready.recorded_digests[name] for name in ready.recordings.names]
        rows += split_rows(as_dataset(ready.recordings), parts.recordings, digests)
    keep_rows(out, rows)
