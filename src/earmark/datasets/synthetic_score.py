"""Writes the music of one synthetic clip: which instrument sounds when, and how loud; no audio."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from earmark.datasets.synthetic_drums import DRUMS
from earmark.datasets.synthetic_rhythms import (
    DANCES,
    DRUM_ROLES,
    PITCHED_ROLES,
    STEPS_PER_BEAT,
    VELOCITY,
    Dance,
)
from earmark.datasets.synthetic_tones import TONES

Floats = npt.NDArray[np.float64]
Steps = npt.NDArray[np.str_]

POOLS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "low": ("kick", "surdo", "tom", "cajon"),
        "back": ("snare", "brush", "clap", "rim", "timbale"),
        "tick": ("hat", "shaker", "maracas", "brush", "ride", "tambourine", "guiro", "open_hat"),
        "bell": ("cowbell", "claves", "woodblock", "rim", "triangle", "agogo"),
        "hand": ("conga", "bongo", "timbale", "tom"),
        "bass": ("upright", "electric_bass", "synth_bass", "tuba", "piano"),
        "chord": ("piano", "guitar", "accordion", "strings", "brass", "organ", "vibes", "marimba"),
        "melody": ("flute", "clarinet", "violin", "trumpet", "piano", "accordion", "vibes"),
        "pad": ("strings", "organ", "accordion"),
    }
)
"""Role -> the instruments that may take it, in every dance."""

# Chosen by ear: how often a layer is there at all, and how loud (drums peak, tones RMS 0.2 a note).
_PRESENCE = {"low": 0.9, "back": 0.8, "tick": 0.82, "bell": 0.5, "hand": 0.5, "bass": 0.94}
_PRESENCE |= {"hand_low": 0.7, "chord": 0.92, "melody": 0.75, "pad": 0.3}
_LOUDNESS = {"low": 0.6, "back": 0.4, "tick": 0.17, "bell": 0.2, "hand": 0.33, "hand_low": 0.36}
_LOUDNESS |= {"bass": 0.95, "chord": 0.5, "melody": 0.7, "pad": 0.25}
# Against weights of bands which span a factor of a thousand: mild on purpose, so that instruments
# do not betray the dance (MFCC statistics and logistic regression, split by CD: 20 %; chance 16).
_CLASS_PREFERENCE = 5.0
# A layer now and then plays what belongs to another dance, as arrangers do.
_BORROWED = 0.07

_MAJOR = (0, 2, 4, 5, 7, 9, 11)
_MINOR = (0, 2, 3, 5, 7, 8, 10)
_PROGRESSIONS_MAJOR = ((0, 3, 4, 0), (0, 5, 3, 4), (0, 5, 1, 4), (0, 0, 3, 4), (0, 4, 4, 0))
_PROGRESSIONS_MINOR = ((0, 3, 4, 0), (0, 6, 5, 4), (0, 5, 2, 6), (0, 0, 4, 4), (0, 3, 0, 4))
_PHRASE_BARS = 4


@dataclass(frozen=True)
class Sound:
    """One thing to synthesise; equal sounds of a clip are made once."""

    instrument: str
    pitches: tuple[int, ...]  # MIDI numbers; for a drum one number: semitones off its own pitch
    length_s: float = 0.0  # of a note, without its release; drums ring as they do


@dataclass(frozen=True)
class Event:
    """A sound at a time."""

    sound: Sound
    start_s: float  # below 0 where the sound began before the clip
    gain: float


@dataclass(frozen=True)
class _Clip:
    """What all layers of one clip share."""

    dance: Dance
    bars: int
    step_s: float  # a sixteenth at the mean tempo
    chords: tuple[tuple[int, ...], ...]  # MIDI pitches of each bar's chord, root first
    scale: tuple[int, ...]  # pitches of the key from 48 to 96
    seconds: Floats  # (bars * steps a bar + 1,) when each sixteenth falls
    playing: Mapping[str, npt.NDArray[np.bool_]]  # role -> (bars,)


def favourites(rng: np.random.Generator) -> dict[str, float]:
    """Instrument -> weight: the players of a band; some often heard, some never."""
    names = sorted({*DRUMS, *TONES})
    # A gamma shape well below 1 gives few large weights: a band, not all the world's musicians.
    return dict(zip(names, (rng.gamma(0.3, size=len(names)) + 0.01).tolist(), strict=True))


def compose(
    dance: Dance,
    tempo_bpm: float,
    duration_s: float,
    weights: Mapping[str, float],
    rng: np.random.Generator,
) -> list[Event]:
    """The events of one clip which is cut out of a longer piece, at `tempo_bpm`.

    The tempo wanders by at most 2 %; its mean over the clip stays within 1 % of `tempo_bpm`.
    """
    clip = _lay_out(dance, tempo_bpm, duration_s, rng)
    jitter_s = rng.uniform(0.002, 0.009)  # from studio musicians to an amateur band
    balance = 10 ** (rng.uniform(-4, 4) / 20)  # drums against the rest
    events: list[Event] = []
    for role, playing in clip.playing.items():
        instrument = _choose(role, dance, weights, rng)
        pattern = _pattern(role, clip, rng)
        steps = np.where(np.repeat(playing, len(pattern) // clip.bars), pattern, ".")
        if role in DRUM_ROLES and playing.any():
            steps = _with_fills(role, steps, clip, rng)
        gain = _LOUDNESS[role] * 10 ** (rng.normal(0, 2.5) / 20)
        gain *= balance if role in DRUM_ROLES else 1 / balance
        late_s = rng.normal(0, 0.004)  # each player sits before or behind the beat
        at = np.flatnonzero(steps != ".")
        sounds = _sounds(role, instrument, steps, at, clip, rng)
        starts = clip.seconds[at] + late_s + rng.normal(0, jitter_s, len(at))
        loud = gain * np.exp(rng.normal(0, 0.12, len(at)))
        for sound, step, start, level in zip(
            sounds, at, starts.tolist(), loud.tolist(), strict=True
        ):
            if start < duration_s:
                events.append(Event(sound, start, level * VELOCITY.get(str(steps[step]), 0.8)))
    return events


def _lay_out(dance: Dance, tempo_bpm: float, duration_s: float, rng: np.random.Generator) -> _Clip:
    """Key, harmony, form and the time of every sixteenth."""
    beat_s = 60.0 / tempo_bpm
    bar_s = beat_s * dance.beats_per_bar
    bars = int(np.ceil(1.03 * duration_s / bar_s)) + 2
    minor = rng.random() < dance.minor
    key = int(rng.integers(12))
    seventh = rng.random() < 0.3
    progressions = _PROGRESSIONS_MINOR if minor else _PROGRESSIONS_MAJOR
    progression = progressions[rng.integers(len(progressions))]
    each = int(rng.choice(dance.bars_per_chord))
    centre = int(rng.integers(55, 64))
    chords = tuple(
        _chord(progression[bar // each % len(progression)], minor, key, centre, seventh)
        for bar in range(bars)
    )
    scale = tuple(48 + key + n for n in range(-12, 49) if n % 12 in (_MINOR if minor else _MAJOR))
    return _Clip(
        dance=dance,
        bars=bars,
        step_s=beat_s / STEPS_PER_BEAT,
        chords=chords,
        scale=tuple(pitch for pitch in scale if 48 <= pitch <= 96),
        seconds=_times(dance, beat_s, bars, duration_s, rng),
        playing=_form(dance, bars, bar_s, rng),
    )


def _times(
    dance: Dance, beat_s: float, bars: int, duration_s: float, rng: np.random.Generator
) -> Floats:
    """When each sixteenth falls, in seconds; (bars * steps a bar + 1,)."""
    steps = np.arange(bars * dance.beats_per_bar * STEPS_PER_BEAT + 1)
    beats, within = np.divmod(steps / STEPS_PER_BEAT, 1)
    swung = np.interp(within, [0, 0.5, 1], [0, rng.uniform(*dance.swing), 1])
    early = rng.uniform(*dance.early_second_beat)
    second = (beats % dance.beats_per_bar == 1) & (within == 0)
    at = (beats + swung - early * second) * beat_s
    # A slow swing of the tempo by up to 1.5 %, over about the length of the clip.
    period_s = duration_s * rng.uniform(0.7, 1.5)
    depth = rng.uniform(0, 0.015)
    start = rng.uniform(0, 2 * np.pi)
    drift = np.cos(start) - np.cos(start + 2 * np.pi * at / period_s)
    at = at + depth * period_s / (2 * np.pi) * drift
    # The excerpt begins anywhere in the bar.
    times: Floats = at - rng.uniform(0, dance.beats_per_bar * beat_s)
    return times


def _form(
    dance: Dance, bars: int, bar_s: float, rng: np.random.Generator
) -> dict[str, npt.NDArray[np.bool_]]:
    """Role -> in which bars it plays; (bars,) each. Something plays in every bar."""
    roles = [
        role for role in (*DRUM_ROLES, *PITCHED_ROLES, "pad") if rng.random() < _PRESENCE[role]
    ]
    if "hand" not in roles and "hand_low" in roles:
        roles.remove("hand_low")
    if rng.random() < dance.drumless:
        roles = ["bass", "chord", *(role for role in ("melody", "pad") if role in roles)]
    if len({"chord", "melody", "pad"} & set(roles)) == 0:
        roles.append("chord")
    drums = [role for role in roles if role in DRUM_ROLES]
    playing = {role: np.ones(bars, dtype=bool) for role in roles}
    for first in range(0, bars, _PHRASE_BARS):
        phrase = slice(first, first + _PHRASE_BARS)
        kind = rng.choice(["full", "thin", "no drums", "break"], p=[0.76, 0.1, 0.07, 0.07])
        if kind == "break" and len(drums) >= 2:
            silent = [role for role in roles if role not in drums]
        elif kind == "no drums":
            silent = drums
        elif kind == "thin":
            silent = [role for role in roles if role != "chord" and rng.random() < 0.4]
        else:
            silent = []
        for role in silent:
            playing[role][phrase] = False
    if rng.random() < 0.1:  # an introduction of long chords
        intro = max(1, round(rng.uniform(2.5, 5.0) / bar_s))
        playing.setdefault("pad", np.zeros(bars, dtype=bool))
        for role, on in playing.items():
            on[:intro] = role == "pad"
    nothing = ~np.any(list(playing.values()), axis=0)
    playing.setdefault("chord", np.zeros(bars, dtype=bool))
    playing["chord"] |= nothing
    return playing


def _choose(role: str, dance: Dance, weights: Mapping[str, float], rng: np.random.Generator) -> str:
    """The instrument of a role: by the CD's favourites, with a mild preference of the dance."""
    pool = POOLS["hand" if role == "hand_low" else role]
    weight = np.array([weights[name] for name in pool])
    weight *= [_CLASS_PREFERENCE if name in dance.prefers else 1.0 for name in pool]
    return str(rng.choice(pool, p=weight / weight.sum()))


def _pattern(role: str, clip: _Clip, rng: np.random.Generator) -> Steps:
    """The steps of one role over all bars; (bars * steps a bar,) of single characters."""
    dance = clip.dance
    steps_per_bar = dance.beats_per_bar * STEPS_PER_BEAT
    if role == "pad":
        return np.array(list(("x" + "." * (steps_per_bar - 1)) * clip.bars))
    source = dance
    if role != "melody" and rng.random() < _BORROWED:
        others = [d for d in DANCES.values() if d.beats_per_bar == dance.beats_per_bar]
        source = others[rng.integers(len(others))]
    choices = source.patterns[role]
    if role != "melody":
        chosen = choices[rng.integers(len(choices))].replace("|", "")
        return np.array(list((chosen * clip.bars)[: clip.bars * steps_per_bar]))
    # A melody has a motif of two cells and an answer, and breathes.
    picks = [choices[rng.integers(len(choices))].split("|")[0] for _ in range(3)]
    order = (0, 1, 0, 2)
    cells = [picks[order[bar % 4]] for bar in range(clip.bars)]
    rest = "." * steps_per_bar
    cells = [rest if rng.random() < 0.12 else cell for cell in cells]
    return np.array(list("".join(cells)))


def _with_fills(role: str, steps: Steps, clip: _Clip, rng: np.random.Generator) -> Steps:
    """Some hits left out or added as ghosts, and a fill at the end of some phrases."""
    steps = steps.copy()
    steps[(steps != "X") & (rng.random(len(steps)) < 0.04)] = "."
    if role in ("back", "hand"):
        per_bar = len(steps) // clip.bars
        for bar in range(_PHRASE_BARS - 1, clip.bars, _PHRASE_BARS):
            if rng.random() < 0.25 and np.any(steps[bar * per_bar : (bar + 1) * per_bar] != "."):
                # Sixteenths would be a roll at quick tempi, so these go in eighths.
                gap = 1 if clip.step_s > 0.1 else 2
                steps[(bar + 1) * per_bar - STEPS_PER_BEAT : (bar + 1) * per_bar : gap] = "x"
    return steps


def _sounds(
    role: str,
    instrument: str,
    steps: Steps,
    at: npt.NDArray[np.intp],
    clip: _Clip,
    rng: np.random.Generator,
) -> list[Sound]:
    """What each of the events at the steps `at` sounds like."""
    if role in DRUM_ROLES:
        return [Sound(instrument, (-5 if role == "hand_low" else 0,))] * len(at)
    per_bar = len(steps) // clip.bars
    gate = rng.uniform(0.75, 1.0) if role != "chord" else rng.choice([0.3, 0.5, 0.7, 0.95])
    gaps = np.minimum(np.diff(at, append=len(steps)), per_bar)
    lengths = [round(float(gap * clip.step_s * gate), 3) for gap in gaps]
    chords = [clip.chords[step // per_bar] for step in at]
    pitches: list[tuple[int, ...]]
    if role == "bass":
        pitches = [(_bass(chord, str(steps[s])),) for chord, s in zip(chords, at, strict=True)]
    elif role == "melody":
        pitches = _melody(chords, at, clip, rng)
    else:
        pitches = [
            (sorted(chord)[n % len(chord)],) if steps[step] == "a" else chord
            for n, (chord, step) in enumerate(zip(chords, at, strict=True))
        ]
    return [Sound(instrument, p, length) for p, length in zip(pitches, lengths, strict=True)]


def _chord(degree: int, minor: bool, key: int, centre: int, seventh: bool) -> tuple[int, ...]:
    """Stacked thirds on a degree of the scale, each tone put within an octave about `centre`."""
    scale = _MINOR if minor else _MAJOR
    tones = [scale[(degree + third) % 7] for third in (0, 2, 4, 6)[: 4 if seventh else 3]]
    if minor and degree == 4:
        tones[1] = 11  # the leading note of harmonic minor
    return tuple(centre - 6 + (key + tone - centre + 6) % 12 for tone in tones)


def _bass(chord: tuple[int, ...], degree: str) -> int:
    """A bass pitch (E1 up): the chord's root, third, fifth, a sixth or an octave above."""
    root = 29 + (chord[0] - 29) % 12
    third = (chord[1] - chord[0]) % 12
    above = {"1": 0, "3": third, "5": (chord[2] - chord[0]) % 12, "6": 9, "8": 12}
    # Drum letters occur where a pattern is borrowed; they mean the root.
    return root + above.get(degree, 0)


def _melody(
    chords: list[tuple[int, ...]],
    at: npt.NDArray[np.intp],
    clip: _Clip,
    rng: np.random.Generator,
) -> list[tuple[int, ...]]:
    """A random walk on the scale which meets a chord tone on the beat."""
    scale = clip.scale
    place = int(rng.integers(len(scale) // 3, 2 * len(scale) // 3))
    walk = rng.choice([-3, -2, -1, -1, 0, 1, 1, 2, 3], size=len(at))
    out: list[tuple[int, ...]] = []
    for chord, step, move in zip(chords, at.tolist(), walk.tolist(), strict=True):
        place = min(max(place + move, 5), len(scale) - 6)
        if step % STEPS_PER_BEAT == 0:
            tones = {pitch % 12 for pitch in chord}
            for near in (0, 1, -1, 2, -2):
                if scale[place + near] % 12 in tones:
                    place += near
                    break
        out.append((scale[place],))
    return out
