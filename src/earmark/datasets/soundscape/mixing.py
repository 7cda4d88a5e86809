"""One scene: sounds at random times over a background, with their labels."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from earmark.audio.noise import steady_noise
from earmark.audio.resampling import resample
from earmark.audio.reverberation import reverberate
from earmark.datasets.backgrounds import Backgrounds, find_piece, level
from earmark.datasets.soundscape.bank import Sound, SoundBank
from earmark.datasets.soundscape.settings import SceneSettings
from earmark.datasets.soundscape.sounding import sounding_parts
from earmark.datasets.strong.event import Event, in_order

Array = NDArray[np.float32]

FADE_S = 0.005  # at both ends of an event: a cut must not click
APART_S = 0.5  # events of one label: nearer ones would be one
TRIES = 20  # places that are tried for an event
PEAK = 0.99
FAINTEST = 1e-6  # of what fading leaves of a lone click at a clip's edge: no event
DECAY_S, DIRECT_DB = (0.1, 0.5), (3.0, 15.0)  # of rooms
SWAY_DB, SWAY_S = 6.0, 2.0  # how far and how fast a made background gets louder and softer


@dataclass(frozen=True)
class Scene:
    """A mixed scene and what is heard in it."""

    samples: Array
    """(samples,), within -1 and 1."""
    events: tuple[Event, ...]
    sources: tuple[str, ...]
    """Name of the clip of each event, in their order."""
    background: Path | None = None
    """The recording beneath them; None: a made noise."""


def mix_scene(
    bank: SoundBank,
    settings: SceneSettings,
    rng: np.random.Generator,
    backgrounds: Backgrounds | None = None,
) -> Scene:
    """A scene of sounds from `bank`: the same for the same bank, settings and state of `rng`.

    Over a piece of one of the `backgrounds`, or a made noise where there are none. The label is the
    bank's; each class is as likely, and each of its clips.
    """
    rate_hz = bank.rate_hz
    count = round(settings.duration_s * rate_hz)
    found = None if backgrounds is None else find_piece(backgrounds, rate_hz, count, rng)
    background = _made(count, rate_hz, rng) if found is None else found[1]
    loudness = 10 ** (rng.uniform(*settings.level_db) / 20)
    scene = np.asarray(background * np.float32(loudness / max(level(background), 1e-9)))
    room = None
    if rng.random() < settings.room:
        room = (rng.uniform(*DECAY_S), rng.uniform(*DIRECT_DB))
    fewest, most = settings.counts()
    classes, placed = bank.classes, list[tuple[Event, str]]()
    for _ in range(int(rng.integers(fewest, most + 1))):
        sounds = bank.by_label[classes[int(rng.integers(len(classes)))]]
        sound = sounds[int(rng.integers(len(sounds)))]
        piece = _event(sound, rate_hz, settings, rng, count)
        if not len(piece):
            continue
        start = _place(len(piece), count, sound.label, placed, settings.overlap, rate_hz, rng)
        if start is None:
            continue
        if room is not None:
            piece = reverberate(piece, rate_hz, *room, rng)
        _fade(piece, rate_hz)
        ratio_db = rng.uniform(*settings.snr_db)
        heard = level(piece)
        if heard < FAINTEST:
            continue
        gain = loudness * 10 ** (ratio_db / 20) / heard
        scene[start : start + len(piece)] += np.float32(gain) * piece
        onset_s, offset_s = start / rate_hz, (start + len(piece)) / rate_hz
        event = Event(sound.label, round(onset_s, 6), round(offset_s, 6))
        placed.append((event, sound.name))
    peak = float(np.abs(scene).max())
    if peak > PEAK:
        scene *= np.float32(PEAK / peak)
    order = in_order(event for event, _ in placed)
    name_of = dict(placed)
    sources = tuple(name_of[event] for event in order)
    return Scene(scene, order, sources, None if found is None else found[0])


def _made(count: int, rate_hz: int, rng: np.random.Generator) -> Array:
    """Noise that is nowhere quite steady."""
    noise = steady_noise(count, rate_hz, rng)
    bends = max(2, round(count / rate_hz / SWAY_S) + 1)
    sway_db = rng.uniform(0, SWAY_DB) * rng.standard_normal(bends).clip(-1, 1)
    levels = 10 ** (sway_db / 20)
    at = np.linspace(0, bends - 1, count, dtype=np.float32)
    return np.asarray(noise * np.interp(at, np.arange(bends), levels).astype(np.float32))


def _event(
    sound: Sound, rate_hz: int, settings: SceneSettings, rng: np.random.Generator, most: int
) -> Array:
    """One stretch of a sound, maybe shortened, at a slightly other speed; a copy.

    Nothing is left of it where all that is kept is a gap of the sound.
    """
    first, last = sound.parts[int(rng.integers(len(sound.parts)))]
    whole = last - first
    shortest = round(settings.shortest_s * rate_hz)
    if last - first > shortest and rng.random() < 0.5:
        length = int(rng.integers(shortest, last - first + 1))
        first += int(rng.integers(0, last - first - length + 1))
        last = first + length
    cut = last - first < whole
    piece = np.array(sound.samples[first:last], np.float32)
    if settings.speed:
        speed = 1 + rng.uniform(-settings.speed, settings.speed)
        piece = np.array(resample(piece, round(rate_hz * speed), rate_hz), np.float32)
    if settings.pitch or settings.tempo:
        from earmark.audio.stretching import stretch_sound

        piece = stretch_sound(
            piece,
            rate_hz,
            semitones=rng.uniform(-settings.pitch, settings.pitch),
            tempo=1 + rng.uniform(-settings.tempo, settings.tempo),
            seed=int(rng.integers(2**31)),
        )
    if cut or len(piece) > most:  # it may begin or end in a gap, which is no part of the event
        piece = piece[:most]
        parts = sounding_parts(piece, rate_hz)
        piece = piece[parts[0][0] : parts[-1][1]] if parts else piece[:0]
    return piece


def _place(
    length: int,
    count: int,
    label: str,
    placed: list[tuple[Event, str]],
    overlap: bool,
    rate_hz: int,
    rng: np.random.Generator,
) -> int | None:
    """The first sample of an event of `length` samples; None where no free place was found."""
    for _ in range(TRIES):
        start = int(rng.integers(0, count - length + 1))
        onset_s, offset_s = start / rate_hz, (start + length) / rate_hz
        near = any(
            (event.label == label or not overlap)
            and onset_s < event.offset_s + (APART_S if event.label == label else 0)
            and event.onset_s < offset_s + (APART_S if event.label == label else 0)
            for event, _ in placed
        )
        if not near:
            return start
    return None


def _fade(piece: Array, rate_hz: int) -> None:
    """Bring both ends of an event to nothing, in place."""
    length = min(round(FADE_S * rate_hz), len(piece) // 2)
    if length:
        ramp = np.linspace(0, 1, length, dtype=np.float32)
        piece[:length] *= ramp
        piece[-length:] *= ramp[::-1]
