"""Which clips the synthetic set has: dance, tempo and CD of each; no audio."""

import zlib
from dataclasses import dataclass

import numpy as np

from earmark.datasets.synthetic_rhythms import DANCES, Dance
from earmark.errors import ConfigError, unknown_name

FULL_SIZE = 698  # clips of the real set
FULL_CDS = 53  # CDs of the real set

# The real tempi are peaked (dance schools keep to a standard) with a few far off. A normal of the
# same spread would let 5-NN on tempo reach only 63 %, where the real set gives 82; a narrow core
# and a remote tail with the same mean and sd give 72-78 (eight seeds). Core share p solves
# p * 0.35 ** 2 + (1 - p) * 5.25 = 1, where 5.25 is the variance of +-uniform(1.5, 3).
_CORE_SD = 0.35
_CORE_SHARE = 4.25 / (5.25 - _CORE_SD**2)


@dataclass(frozen=True)
class SyntheticClip:
    """One clip of the set before it is rendered."""

    name: str  # path below the folder: "ChaChaCha/cd07-03.wav"
    dance: str
    tempo_bpm: float
    cd: int
    index: int  # together with the seed it decides all random choices of the clip

    @property
    def group(self) -> str:
        """The CD as it stands in the file name: clips which must not be parted by a split."""
        return f"cd{self.cd:02d}"


def generator(seed: int, purpose: str, *numbers: int) -> np.random.Generator:
    """A generator of its own for each purpose and item; the same whatever the order."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode()), *numbers])


def find_dance(name: str) -> Dance:
    """The dance of that name; ConfigError with the near ones for another."""
    if name not in DANCES:
        raise unknown_name("dance", name, DANCES)
    return DANCES[name]


def at_least(name: str, value: float, least: float) -> None:
    """ConfigError unless `value` is at least `least`; not-a-number never is."""
    if not value >= least:
        raise ConfigError(f"{name} must be at least {least:g}, got {value:g}")


def draw_tempo(dance: str, *, seed: int, index: int) -> float:
    """The tempo of clip `index` in BPM: mean and sd of the real class, within 3 sd."""
    known = find_dance(dance)
    rng = generator(seed, f"tempo {dance}", index)
    if rng.random() < _CORE_SHARE:
        deviation = np.clip(rng.normal(0, _CORE_SD), -3, 3)
    else:
        deviation = rng.choice([-1, 1]) * rng.uniform(1.5, 3)
    return round(float(known.tempo_bpm + known.tempo_sd_bpm * deviation), 2)


def shares(clips: int) -> dict[str, int]:
    """Clips of each dance, in the proportions of the real set (largest remainder), at least one."""
    exact = {name: dance.clips * clips / FULL_SIZE for name, dance in DANCES.items()}
    counts = {name: max(1, int(share)) for name, share in exact.items()}
    while sum(counts.values()) != clips:
        step = 1 if sum(counts.values()) < clips else -1
        open_names = [name for name in counts if step > 0 or counts[name] > 1]
        name = max(open_names, key=lambda name: step * (exact[name] - counts[name]))
        counts[name] += step
    return counts


def plan(clips: int = FULL_SIZE, *, seed: int = 0) -> list[SyntheticClip]:
    """The clips of a set of this size: classes in the shares of the real set, over several CDs.

    A full set has 53 CDs, a smaller one about one CD for 8 clips; each carries about half of the
    dances, and each dance is on at least two CDs as soon as it has two clips. ConfigError below 8
    clips (one a dance).
    """
    at_least("clips", clips, len(DANCES))
    at_least("seed", seed, 0)
    rng = generator(seed, "plan", clips)
    cds = (
        min(max(4, round(clips / 8)), FULL_CDS) if clips < FULL_SIZE else max(FULL_CDS, clips // 13)
    )
    carried = np.zeros(cds)  # dances on each CD
    filled = np.zeros(cds)  # clips on each CD
    out: list[SyntheticClip] = []
    for dance, count in shares(clips).items():
        spread = min(count, max(2, round(cds / 2)))
        chosen = np.lexsort((rng.random(cds), carried))[:spread]
        carried[chosen] += 1
        for n in range(count):
            # Once round, so that each chosen CD has the dance; then at random, as on real CDs.
            cd = int(chosen[n] if n < spread else rng.choice(chosen))
            filled[cd] += 1
            name = f"{dance}/cd{cd + 1:02d}-{int(filled[cd]):02d}.wav"
            tempo_bpm = draw_tempo(dance, seed=seed, index=len(out))
            out.append(SyntheticClip(name, dance, tempo_bpm, cd + 1, len(out)))
    return out
