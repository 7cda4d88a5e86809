"""Renders one synthetic clip: score, instruments and mastering put together."""

import numpy as np
import numpy.typing as npt

from earmark.datasets.synthetic_drums import DRUMS, strike
from earmark.datasets.synthetic_mastering import draw_master, master_clip
from earmark.datasets.synthetic_plan import at_least, draw_tempo, find_dance, generator
from earmark.datasets.synthetic_score import Event, Sound, compose, favourites
from earmark.datasets.synthetic_tones import TONES, note

Samples = npt.NDArray[np.float32]


def render(
    dance: str,
    *,
    seed: int,
    index: int,
    duration_s: float = 30.0,
    rate_hz: int = 44100,
    cd: int = 0,
) -> Samples:
    """The sound of one clip: float32 mono (duration_s * rate_hz,), within [-1, 1].

    Depends on its arguments only. The same clip at another rate is the same piece. The mastering
    and the favourite instruments are those of `cd`. ConfigError for an unknown dance, a rate below
    8 kHz or a duration below 0.1 s.
    """
    known = find_dance(dance)
    at_least("seed", seed, 0)
    at_least("rate_hz", rate_hz, 8000)
    at_least("duration_s", duration_s, 0.1)
    of_cd = generator(seed, "cd", cd)
    master = draw_master(of_cd)
    # A CD has its musicians, and for each dance a choice of them: its clips resemble one another,
    # which is what a random split would let leak.
    band = favourites(of_cd)
    for_dance = favourites(generator(seed, f"band {dance}", cd))
    weights = {name: weight * for_dance[name] for name, weight in band.items()}
    tempo_bpm = draw_tempo(dance, seed=seed, index=index)
    score_rng = generator(seed, f"score {dance}", index, cd)
    events = compose(known, tempo_bpm, duration_s, weights, score_rng)
    sound_rng = generator(seed, f"sound {dance}", index, cd)
    dry = _play(events, round(duration_s * rate_hz), rate_hz, sound_rng)
    return master_clip(dry, rate_hz, master, sound_rng)


def _play(events: list[Event], count: int, rate_hz: int, rng: np.random.Generator) -> Samples:
    """Every event added at its time; float32 (count,). Equal sounds are synthesised once."""
    # Tuning and damping of each drum are the clip's own.
    kit = {name: np.exp(rng.normal(0, (0.1, 0.2))).tolist() for name in DRUMS}
    made: dict[Sound, Samples] = {}
    out = np.zeros(count, dtype=np.float32)
    for event in events:
        sound = event.sound
        shot = made.get(sound)
        if shot is None:
            if sound.instrument in DRUMS:
                tune, ring = kit[sound.instrument]
                tune *= 2 ** (sound.pitches[0] / 12)
                shot = strike(DRUMS[sound.instrument], rate_hz, rng, tune=tune, ring=ring)
            else:
                shot = _tones(sound, rate_hz)
            made[sound] = shot
        start = round(event.start_s * rate_hz)
        skipped = max(0, -start)
        target = out[start + skipped : max(0, start + len(shot))]
        if len(target):
            target += shot[skipped : skipped + len(target)] * np.float32(event.gain)
    return out


def _tones(sound: Sound, rate_hz: int) -> Samples:
    """The notes of a sound together; (samples,)."""
    tone = TONES[sound.instrument]
    notes = [
        note(tone, pitch, sound.length_s, rate_hz, phase=0.29 * voice)
        for voice, pitch in enumerate(sound.pitches)
    ]
    return np.sum(notes, axis=0, dtype=np.float32) if len(notes) > 1 else notes[0]
