"""Disturb the clips that a model has not learned from, and count what it still gets right."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from earmark.datasets import Clip, Dataset, Problem
from earmark.datasets.words import without_path
from earmark.errors import ConfigError, DatasetError, ModelError
from earmark.inference.model import Model
from earmark.inference.stress.ask import MOST_S, Asker
from earmark.inference.stress.curve import curves_of, point_of
from earmark.inference.stress.draw import draw
from earmark.inference.stress.report import StressReport
from earmark.inference.stress.way import WAYS, Way, chosen_ways
from earmark.inference.unseen import unseen_clips
from earmark.parallel import Progress, map_files

CLIPS = 100  # by default: 80 clips of 5 s take 70 s on two cores, measured


def stress(
    model: Model,
    dataset: Dataset,
    *,
    only: Iterable[str] | None = None,
    clips: int = CLIPS,
    seed: int = 0,
    include_training: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
) -> StressReport:
    """Accuracy of `model` against each degradation, on clips that it has not learned from.

    Args:
        only: names or families of degradations; None: all that can be done here.
        clips: at most so many are drawn, the classes in their shares; the same for the same seed.
    A clip that cannot be read is a problem in the report. Stopped by Ctrl-C, the clips that were
    asked about so far are reported.

    Raises:
        ConfigError: an unknown name in `only`, or `clips` below 1, or nothing can be done here.
        DatasetError: no clip left to ask about, or one of model and dataset has several labels a
        clip and the other has not.
    """
    if clips < 1:
        raise ConfigError(f"clips must be at least 1, got {clips}")
    ways, skipped = possible(chosen_ways(only))
    unseen = unseen_clips(
        [model], model.config.classes, dataset, include_training=include_training, what="stress"
    )
    problems = list(unseen.problems)
    drawn = draw(unseen.clips, clips, np.random.default_rng(seed))
    asker = Asker(model.directory.resolve(), tuple(way.name for way in ways), seed)
    asked: list[Clip] = []
    answers: list[NDArray[np.bool_]] = []
    interrupted = False
    try:
        found = map_files(asker, drawn, workers=workers, progress=progress)
        for clip, answer in zip(drawn, found, strict=True):
            if isinstance(answer, ModelError):
                raise answer
            if isinstance(answer, Exception):
                problems.append(
                    Problem("unreadable", clip.name, without_path(str(answer), clip.path))
                )
            else:
                asked.append(clip)
                answers.append(answer)
    except KeyboardInterrupt:
        if not answers:
            raise
        interrupted = True
    if not asked:
        why = "; ".join(f"{problem.kind}: {problem.detail}" for problem in problems[-3:])
        raise DatasetError(f"{dataset.root}: no clip is left to ask about. {why}")
    names = dict(zip((clip.name for clip in dataset.clips), dataset.groups, strict=True))
    groups = np.array([names[clip.name] for clip in asked])
    array = np.stack(answers)  # (clips, 1 + levels, 2)
    return StressReport(
        model=str(model.directory),
        dataset=dataset.root.resolve().name,
        undisturbed=point_of(None, None, array[:, 0], groups),
        curves=tuple(curves_of(ways, array, groups)),
        skipped=skipped,
        clips=len(asked),
        groups=len(set(groups)),
        unseen=len(unseen.clips),
        split=_split(len(asked), len(unseen.clips), unseen.learned, include_training, asked),
        majority=_majority(model, asked),
        figure="exact match" if model.multilabel else "accuracy",
        seed=seed,
        problems=tuple(problems),
        interrupted=interrupted,
    )


def possible(ways: Sequence[Way]) -> tuple[list[Way], dict[str, str]]:
    """What can be done here, and why the rest cannot. ConfigError: nothing can, or no way."""
    if not ways:
        raise ConfigError(f"only must name at least 1 degradation. Known: {', '.join(WAYS)}")
    skipped = {way.name: why for way in ways if (why := way.lacking()) is not None}
    can = [way for way in ways if way.name not in skipped]
    if not can:
        raise ConfigError(f"nothing can be tried here: {'; '.join(sorted(set(skipped.values())))}")
    return can, skipped


def _split(asked: int, unseen: int, learned: int, all_clips: bool, clips: Sequence[Clip]) -> str:
    text = f"{asked} of {unseen} clips" if asked < unseen else f"{asked} clips"
    if all_clips:
        text += ", those the model was trained on among them"
    else:
        text += f" the model has not seen, {learned} seen ones left out"
    if any(_seconds(clip) > MOST_S for clip in clips):
        text += f"; of longer ones the first {MOST_S:g} s"
    return text


def _seconds(clip: Clip) -> float:
    from earmark.audio import probe

    whole = probe(clip.path).duration_s if clip.offset_s is None else clip.offset_s
    return whole - clip.onset_s


def _majority(model: Model, clips: Sequence[Clip]) -> float | None:
    """What always answering the training's most frequent class would score."""
    counts = model.config.provenance.get("train_counts", {})
    if model.multilabel or not counts:
        return None
    most = max(model.config.classes, key=lambda label: counts.get(label, 0))
    return sum(clip.label == most for clip in clips) / len(clips)
