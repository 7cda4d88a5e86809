"""Sources made ready: sounds decoded, features extracted, what cannot be read left out and told."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from earmark.audio import iter_blocks
from earmark.datasets import Clip, Dataset, Problem
from earmark.datasets.backgrounds import Backgrounds, find_backgrounds
from earmark.datasets.soundscape import SoundBank, fill_bank
from earmark.datasets.strong import StrongDataset, as_dataset
from earmark.datasets.words import count
from earmark.errors import DatasetError
from earmark.features import Frontend
from earmark.features.extract import FeatureStore, Part, extract_many
from earmark.features.frontend import Array
from earmark.features.levels import levels_db
from earmark.models import Recipe
from earmark.models.detector import Detector
from earmark.training.detection.cut import SceneCut, scene_cut
from earmark.training.detection.lessons import WeakClip
from earmark.training.detection.options import DetectOptions
from earmark.training.detection.recording import Recording
from earmark.training.detection.sources import Sources
from earmark.training.plan import choose_frontend
from earmark.training.watcher import Watcher

MOST_TOLD = 5


@dataclass(frozen=True)
class Ready:
    """Everything that a split of a detector's training takes its parts from."""

    classes: tuple[str, ...]
    kind: type[Detector]
    recipe: Recipe
    frontend: Frontend
    cut: SceneCut
    clips: Dataset | None
    """Those that can be used."""
    bank: SoundBank | None
    weak: dict[str, WeakClip]
    """Clips of several labels, by name."""
    recordings: StrongDataset | None
    features: FeatureStore | None
    """Of the recordings, in their order."""
    digests: dict[str, str]
    """Of the content of every clip, by name."""
    recorded_digests: dict[str, str]
    """Of that of every recording: a clip may have the same name."""
    backgrounds: Backgrounds | None
    problems: tuple[Problem, ...]

    def recorded(self, indices: Sequence[int], *, levels: bool = False) -> list[Recording]:
        """Some of the recordings, with their features; their levels where those are asked for."""
        rate_hz = self.frontend.rate_hz
        there, store = self.recordings, self.features
        assert there is not None
        assert store is not None
        return [
            Recording(
                there.names[index],
                store[index],
                there.events[index],
                there.durations_s[index],
                there.groups[index],
                levels_db(iter_blocks(there.paths[index], rate_hz), rate_hz) if levels else None,
            )
            for index in map(int, indices)
        ]


def make_ready(
    sources: Sources, kind: type[Detector], recipe: Recipe, options: DetectOptions, watcher: Watcher
) -> Ready:
    """Decode and extract, from the cache where it is there. DatasetError: nothing can be used."""
    every: list[Clip] = list(sources.clips.clips if sources.clips else ())
    if sources.recordings is not None:
        every += as_dataset(sources.recordings).clips
    frontend = choose_frontend(recipe, every, options.train.overrides.rate_hz)
    backgrounds = None
    if options.train.background is not None:
        backgrounds = find_backgrounds(options.train.background, watcher.message)
    problems: list[Problem] = []
    clips, bank, weak, digests = sources.clips, None, dict[str, Array](), dict[str, str]()
    if clips is not None:
        bank, digests = _sounds(clips, frontend, options, watcher, problems)
        weak = _weak_features(clips, kind, frontend, options, watcher, digests, problems)
    recordings, features = sources.recordings, None
    recorded_digests: dict[str, str] = {}
    if recordings is not None:
        recordings, features = _extracted(recordings, frontend, options, watcher, problems)
        recorded_digests = {
            name: digest or ""
            for name, digest in zip(recordings.names, features.digests, strict=True)
        }
    _tell(problems, watcher)
    clips = None if clips is None else _kept(clips, digests)
    classes = dataclasses.replace(sources, clips=clips, recordings=recordings).classes
    return Ready(
        classes=classes,
        kind=kind,
        recipe=recipe,
        frontend=frontend,
        cut=scene_cut(recipe, kind, frontend),
        clips=clips,
        bank=bank,
        weak=_weak_clips(weak, clips, classes),
        recordings=recordings,
        features=features,
        digests=digests,
        recorded_digests=recorded_digests,
        backgrounds=backgrounds,
        problems=tuple(problems),
    )


def _sounds(
    clips: Dataset,
    frontend: Frontend,
    options: DetectOptions,
    watcher: Watcher,
    problems: list[Problem],
) -> tuple[SoundBank | None, dict[str, str]]:
    """The clips of one label to mix scenes from, and the digest of each by name."""
    alone = [index for index, clip in enumerate(clips.clips) if len(clip.tags) == 1]
    if not alone:
        return None, {}
    filled = fill_bank(
        clips,
        frontend.rate_hz,
        clips=alone,
        cache_dir=options.train.cache_dir,
        workers=options.train.workers,
        progress=watcher.extracting,
    )
    problems += filled.problems
    return filled.bank, dict(filled.digests)


def _weak_features(
    clips: Dataset,
    kind: type[Detector],
    frontend: Frontend,
    options: DetectOptions,
    watcher: Watcher,
    digests: dict[str, str],
    problems: list[Problem],
) -> dict[str, Array]:
    """Features (frames, bins) of the clips of several labels, by name; their `digests` join."""
    several = [clip for clip in clips.clips if len(clip.tags) > 1]
    if not several:
        return {}
    if not kind.learns_weak:
        watcher.message(
            f"{count(len(several), 'clip')} of several labels left out: this network has to "
            "know when each is heard; crnn learns from them"
        )
        return {}
    parts = [Part(clip.path, clip.onset_s, clip.offset_s) for clip in several]
    store = _features(parts, frontend, options, watcher)
    found = {}
    for index, clip in enumerate(several):
        if index in store.errors:
            problems.append(Problem("unreadable", clip.name, str(store.errors[index])))
            continue
        found[clip.name] = store[index]
        digests[clip.name] = store.digests[index] or ""
    return found


def _extracted(
    recordings: StrongDataset,
    frontend: Frontend,
    options: DetectOptions,
    watcher: Watcher,
    problems: list[Problem],
) -> tuple[StrongDataset, FeatureStore]:
    """The recordings that can be read, and their features."""
    store = _features([Part(path) for path in recordings.paths], frontend, options, watcher)
    good = [index for index in range(len(recordings)) if index not in store.errors]
    if not good:
        raise DatasetError(
            f"not one recording of '{recordings.root}' can be read; the first: {store.errors[0]}"
        )
    problems += [
        Problem("unreadable", recordings.names[index], str(error))
        for index, error in store.errors.items()
    ]
    return recordings.subset(good), store.subset(good)


def _features(
    parts: Sequence[Part], frontend: Frontend, options: DetectOptions, watcher: Watcher
) -> FeatureStore:
    return extract_many(
        parts,
        frontend,
        cache_dir=options.train.cache_dir,
        workers=options.train.workers,
        progress=watcher.extracting,
    )


def _kept(clips: Dataset, digests: dict[str, str]) -> Dataset:
    kept = [index for index, clip in enumerate(clips.clips) if clip.name in digests]
    if not kept:
        raise DatasetError(f"'{clips.root}' has no clip that a detector can learn from")
    if len(kept) < len(clips):
        clips = clips.subset(kept)
        clips.check_trainable()  # without those that were left out
    return clips


def _weak_clips(
    features: dict[str, Array], clips: Dataset | None, classes: Sequence[str]
) -> dict[str, WeakClip]:
    """By the clip's name; labels are numbered once it is known which classes are left."""
    return {
        clip.name: WeakClip(features[clip.name], tuple(map(classes.index, clip.tags)))
        for clip in (() if clips is None else clips.clips)
        if clip.name in features
    }


def _tell(problems: Sequence[Problem], watcher: Watcher) -> None:
    if problems:
        watcher.message(f"{count(len(problems), 'sound')} left out:")
    for problem in problems[:MOST_TOLD]:
        watcher.message(f"  {problem.detail}")
    if len(problems) > MOST_TOLD:
        watcher.message(f"  ... and {len(problems) - MOST_TOLD} more, all of them in run.json")
