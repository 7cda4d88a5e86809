"""Scenes on disk: sound, strong labels, and of which clips each is made."""

import hashlib
import io
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from earmark.datasets.backgrounds import Backgrounds
from earmark.datasets.clip import Problem
from earmark.datasets.feature_files.format import written_whole
from earmark.datasets.soundscape.bank import SoundBank
from earmark.datasets.soundscape.folder import Record, SceneFolder
from earmark.datasets.soundscape.mixing import mix_scene
from earmark.datasets.soundscape.parts import deal_scenes
from earmark.datasets.soundscape.settings import SceneSettings
from earmark.datasets.strong import Annotations, Event, write_annotations
from earmark.datasets.strong.formats import LABEL_FORMATS
from earmark.datasets.words import count as counted
from earmark.errors import ConfigError, unknown_name
from earmark.parallel import Progress, map_files

VERSION = 1  # raise when the same seed gives other scenes: those of two versions must not mix
FORMATS = {"wav": "WAV", "flac": "FLAC"}
WHOLE = ""  # the part of scenes without a split


@dataclass(frozen=True)
class Written:
    """The scenes of a folder."""

    out: Path
    scenes: dict[str, int]
    """How many each part has; without a split the part is ''."""
    events: dict[str, dict[str, int]]
    """How many of each label each part has."""
    labels: tuple[Path, ...]
    """The label files, or the folders that have one a scene."""
    made: int
    """Scenes made now; the others were there."""
    rate_hz: int
    problems: tuple[Problem, ...] = ()
    split: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        labels = [str(path) for path in self.labels]
        return asdict(self) | {"out": str(self.out), "labels": labels}


def write_scenes(
    banks: SoundBank | Mapping[str, SoundBank],
    out: Path,
    count: int | Mapping[str, int],
    settings: SceneSettings | None = None,
    *,
    seed: int = 0,
    backgrounds: Backgrounds | Mapping[str, Backgrounds] | None = None,
    format: str = "wav",  # noqa: A002
    labels: str = "table",
    about: Mapping[str, Any] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Written:
    """Write `count` scenes as 16-bit mono sound with their labels; of several banks, by part.

    Each scene depends on its bank, the settings, the seed, its part and its number alone, so that a
    larger `count` adds scenes. Scenes that are there, from a run that was stopped, are kept.

    Args:
        banks: sounds, or those of each part (train, validation, test), which goes into a folder
            of its own.
        count: of all parts together, dealt by their number of sounds; or of each part.
        backgrounds: for all parts, or of each part.
        format: wav or flac.
        labels: a registered label format.
        about: more for scenes.json.
    Raises:
        ConfigError: a setting that cannot be; a folder that cannot be written, or that holds
            something else.
        DatasetError: labels that the format has no way for, said before anything is mixed.
        MissingExtraError: another pitch or tempo without python-stretch.
    """
    settings = settings or SceneSettings()
    by_part = {WHOLE: banks} if isinstance(banks, SoundBank) else dict(banks)
    sizes = {part: len(bank) for part, bank in by_part.items()}
    beneath = (
        dict(backgrounds)
        if isinstance(backgrounds, Mapping)
        else {}
        if backgrounds is None
        else dict.fromkeys(by_part, backgrounds)
    )
    every = {label for bank in by_part.values() for label in bank.by_label}
    numbers = [count] if isinstance(count, int) else list(count.values())
    check_writing(every, numbers, settings, seed, format, labels)
    if not isinstance(count, int) and count.keys() != by_part.keys():
        raise ConfigError(
            f"count must name the parts {', '.join(by_part)}, got {', '.join(count) or 'none'}"
        )
    number = deal_scenes(count, sizes) if isinstance(count, int) else dict(count)
    folder = SceneFolder(
        out,
        {
            "version": VERSION,
            "seed": seed,
            "rate_hz": next(iter(by_part.values())).rate_hz,
            "format": format,
            "labels": labels,
            "sounds": {part: _digest(bank) for part, bank in by_part.items()},
            "backgrounds": {part: found.digest for part, found in beneath.items()} or None,
            **settings.to_dict(),
        },
    )
    wanted = [(part, at) for part in by_part for at in range(1, number[part] + 1)]
    files = {_file(part, at, format) for part, at in wanted}
    if extra := folder.done.keys() - files:
        raise ConfigError(
            f"{out} holds {counted(len(folder.done), 'scene')} already, and {len(extra)} of them "
            f"are not among the {len(wanted)} asked for: ask for as many or more, or choose "
            "another folder by --out"
        )
    todo = [task for task in wanted if _file(*task, format) not in folder.done]
    job = _Job(by_part, settings, seed, beneath, format, out)
    for result in map_files(job, todo, workers=workers, progress=progress):
        if isinstance(result, Exception):
            raise result
        folder.note(result)
    places = [_write_labels(folder, out, part, labels) for part in by_part]
    events = {part: _events_a_label(folder, part, by_part[part]) for part in by_part}
    told = {
        part or "all": {
            "scenes": number[part],
            "events": events[part],
            "clips": sorted(s.name for every in bank.by_label.values() for s in every),
        }
        for part, bank in by_part.items()
    }
    from earmark import __version__

    folder.finish({"earmark": __version__, **(about or {}), "parts": told})
    problems = _too_few(folder, settings)
    return Written(out, number, events, tuple(places), len(todo), job.rate_hz, problems)


@dataclass(frozen=True)
class _Job:
    """Makes and writes one scene: called with its part and its number."""

    banks: dict[str, SoundBank]
    settings: SceneSettings
    seed: int
    backgrounds: dict[str, Backgrounds]
    format: str
    out: Path

    @property
    def rate_hz(self) -> int:
        return next(iter(self.banks.values())).rate_hz

    def __call__(self, task: tuple[str, int]) -> Record:
        import soundfile

        part, at = task
        beneath = self.backgrounds.get(part)
        scene = mix_scene(
            self.banks[part], self.settings, scene_generator(self.seed, part, at), beneath
        )
        encoded = io.BytesIO()  # so that a full disk shows as an OSError with its reason
        kind = FORMATS[self.format]
        soundfile.write(encoded, scene.samples, self.rate_hz, format=kind, subtype="PCM_16")
        name = _file(part, at, self.format)
        with written_whole(self.out / name) as place:
            place.write_bytes(encoded.getvalue())
        background = None
        if beneath is not None and scene.background is not None:
            background = beneath.name_of(scene.background)
        return {
            "file": name,
            "duration_s": len(scene.samples) / self.rate_hz,
            "background": background,
            "events": [
                {"label": e.label, "onset_s": e.onset_s, "offset_s": e.offset_s, "clip": clip}
                for e, clip in zip(scene.events, scene.sources, strict=True)
            ],
        }


def scene_generator(seed: int, part: str, at: int) -> np.random.Generator:
    """The chance of one scene, whatever others there are."""
    digest = hashlib.blake2b(part.encode(), digest_size=8).digest()
    return np.random.default_rng([seed, int.from_bytes(digest, "big"), at])


def _file(part: str, at: int, format: str) -> str:  # noqa: A002
    return (PurePosixPath(part) / f"scene-{at:05}.{format}").as_posix()


def _part_of(file: str) -> str:
    return file.rpartition("/")[0]


def check_writing(
    classes: Collection[str],
    counts: Collection[int],
    settings: SceneSettings,
    seed: int,
    format: str,  # noqa: A002
    labels: str,
) -> None:
    """What can be known to fail is told before anything is read: as `write_scenes` raises."""
    if format not in FORMATS:
        raise unknown_name("format of sound", format, FORMATS)
    for number in counts:
        if number < 1:
            raise ConfigError(f"count must be 1 or more scenes, got {number}")
    if seed < 0:
        raise ConfigError(f"seed must be 0 or more, got {seed}")
    if settings.pitch or settings.tempo:
        from earmark.audio.stretching import stretcher

        stretcher()
    kind = LABEL_FORMATS[labels]()
    kind.text(Annotations({"scene.wav": tuple(Event(each, 0.0, 1.0) for each in sorted(classes))}))


def _digest(bank: SoundBank) -> str:
    """Of all that a scene takes from a bank."""
    digest = hashlib.blake2b(digest_size=8)
    for label in bank.classes:
        for sound in bank.by_label[label]:
            digest.update(repr((label, sound.name, sound.parts)).encode())
            digest.update(np.ascontiguousarray(sound.samples, "<f4").tobytes())
    return digest.hexdigest()


def _write_labels(folder: SceneFolder, out: Path, part: str, labels: str) -> Path:
    """The label file of a part, or the folder with one a scene."""
    events, durations_s = {}, {}
    for name in sorted(file for file in folder.done if _part_of(file) == part):
        record = folder.done[name]
        short = PurePosixPath(name).name
        events[short] = tuple(
            Event(event["label"], event["onset_s"], event["offset_s"]) for event in record["events"]
        )
        durations_s[short] = record["duration_s"]
    kind = LABEL_FORMATS[labels]()
    place = out / part if kind.one_recording else out / part / f"labels{kind.suffixes[0]}"
    write_annotations(Annotations(events, durations_s), place, labels)
    return place


def _events_a_label(folder: SceneFolder, part: str, bank: SoundBank) -> dict[str, int]:
    found = Counter(
        event["label"]
        for file, record in folder.done.items()
        if _part_of(file) == part
        for event in record["events"]
    )
    return {label: found[label] for label in bank.classes}


def _too_few(folder: SceneFolder, settings: SceneSettings) -> tuple[Problem, ...]:
    """Events that found no free place are told."""
    least, _ = settings.counts()
    short = sum(len(record["events"]) < least for record in folder.done.values())
    if not short:
        return ()
    detail = (
        f"{short} of {counted(len(folder.done), 'scene')} have fewer events than asked for: no "
        "more found a free place. Events of one label never overlap"
    )
    return (Problem("fewer events", "", detail),)
