"""A stand-in for the Ballroom set which needs no download: eight dances, all of it SYNTHETIC.

Rhythm patterns (`synthetic_rhythms`) become a score (`synthetic_score`), the score becomes sound
(`synthetic_drums`, `synthetic_tones`), and the CD a clip stands on masters it
(`synthetic_mastering`). Scores on it say that a pipeline works; they say nothing about real music.
"""

import csv
import io
import json
import os
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from earmark.datasets.synthetic_drums import DRUMS, strike
from earmark.datasets.synthetic_mastering import draw_master, master_clip
from earmark.datasets.synthetic_rhythms import DANCES, Dance
from earmark.datasets.synthetic_score import Event, Sound, compose, favourites
from earmark.datasets.synthetic_tones import TONES, note
from earmark.errors import ConfigError, DatasetError, unknown_name
from earmark.parallel import Progress, map_files

__all__ = [
    "DANCES",
    "Dance",
    "SyntheticClip",
    "draw_tempo",
    "plan",
    "render",
    "write_synthetic_ballroom",
]

Samples = npt.NDArray[np.float32]

VERSION = 1  # raise when the same seed gives other sound: files of two versions must not mix
FULL_SIZE = 698  # clips of the real set
FULL_CDS = 53  # CDs of the real set

# The real tempi are peaked (dance schools keep to a standard) with a few far off. A normal of the
# same spread would let 5-NN on tempo reach only 63 %, where the real set gives 82; a narrow core
# and a remote tail with the same mean and sd give 75-80. Core share p solves
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


def _generator(seed: int, purpose: str, *numbers: int) -> np.random.Generator:
    """A generator of its own for each purpose and item; the same whatever the order."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode()), *numbers])


def _dance(name: str) -> Dance:
    if name not in DANCES:
        raise unknown_name("dance", name, DANCES)
    return DANCES[name]


def _check(name: str, value: float, least: float) -> None:
    if not value >= least:
        raise ConfigError(f"{name} must be at least {least:g}, got {value:g}")


def draw_tempo(dance: str, *, seed: int, index: int) -> float:
    """The tempo of clip `index` in BPM: mean and sd of the real class, within 3 sd."""
    known = _dance(dance)
    rng = _generator(seed, f"tempo {dance}", index)
    if rng.random() < _CORE_SHARE:
        deviation = np.clip(rng.normal(0, _CORE_SD), -3, 3)
    else:
        deviation = rng.choice([-1, 1]) * rng.uniform(1.5, 3)
    return round(float(known.tempo_bpm + known.tempo_sd_bpm * deviation), 2)


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
    known = _dance(dance)
    _check("seed", seed, 0)
    _check("rate_hz", rate_hz, 8000)
    _check("duration_s", duration_s, 0.1)
    of_cd = _generator(seed, "cd", cd)
    master = draw_master(of_cd)
    # A CD has its musicians, and for each dance a choice of them: its clips resemble one another,
    # which is what a random split would let leak.
    band = favourites(of_cd)
    for_dance = favourites(_generator(seed, f"band {dance}", cd))
    weights = {name: weight * for_dance[name] for name, weight in band.items()}
    tempo_bpm = draw_tempo(dance, seed=seed, index=index)
    score_rng = _generator(seed, f"score {dance}", index, cd)
    events = compose(known, tempo_bpm, duration_s, weights, score_rng)
    sound_rng = _generator(seed, f"sound {dance}", index, cd)
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


def _shares(clips: int) -> dict[str, int]:
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
    _check("clips", clips, len(DANCES))
    _check("seed", seed, 0)
    rng = _generator(seed, "plan", clips)
    cds = (
        min(max(4, round(clips / 8)), FULL_CDS) if clips < FULL_SIZE else max(FULL_CDS, clips // 13)
    )
    carried = np.zeros(cds)  # dances on each CD
    filled = np.zeros(cds)  # clips on each CD
    out: list[SyntheticClip] = []
    for dance, count in _shares(clips).items():
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


@dataclass(frozen=True)
class _Settings:
    """What decides the content of the files of a folder; kept there as synthetic.json."""

    clips: int
    duration_s: float
    rate_hz: int
    seed: int
    version: int = VERSION


def write_synthetic_ballroom(
    directory: Path,
    *,
    clips: int = FULL_SIZE,
    duration_s: float = 30.0,
    rate_hz: int = 44100,
    seed: int = 0,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write the synthetic set below `directory` and return its table, `directory/clips.csv`.

    One folder a dance with 16-bit mono WAV; `clips.csv` (path,label,group,tempo_bpm; the group is
    the CD); `README.md`, which says that it is synthetic. Files which are there already are kept,
    so that a broken run goes on where it stopped. DatasetError when the folder cannot be written or
    holds a set with other settings; ConfigError for a setting outside its range.
    """
    directory = Path(directory)
    _check("rate_hz", rate_hz, 8000)
    _check("duration_s", duration_s, 0.1)
    planned = plan(clips, seed=seed)
    settings = _Settings(clips, float(duration_s), int(rate_hz), seed)
    try:
        for dance in DANCES:
            (directory / dance).mkdir(parents=True, exist_ok=True)
        _claim(directory, settings)
    except OSError as error:
        raise _unwritable(directory, error) from error
    job = partial(_write_clip, directory, settings)
    for outcome in map_files(job, planned, workers=workers, progress=progress):
        if isinstance(outcome, Exception):
            raise outcome
    table = directory / "clips.csv"
    _write(table, _table(planned).encode())
    _write(directory / "README.md", _readme(settings, planned).encode())
    return table


def _claim(directory: Path, settings: _Settings) -> None:
    """Note the settings in the folder, or refuse it when it holds a set made with others."""
    stamp = directory / "synthetic.json"
    ours = json.dumps(asdict(settings), indent=2) + "\n"
    if not stamp.exists():
        _write(stamp, ours.encode())
    elif stamp.read_text(encoding="utf-8") != ours:
        raise DatasetError(
            f"{directory} holds a synthetic set with other settings than {asdict(settings)}: see "
            f"{stamp}. Choose another folder, or delete this one"
        )


def _write_clip(directory: Path, settings: _Settings, clip: SyntheticClip) -> None:
    """Render one clip to its file, unless it is there whole."""
    import soundfile

    path = directory / clip.name
    count = round(settings.duration_s * settings.rate_hz)
    # 44 bytes of header and two a sample; os.replace makes sure that a file is whole or absent.
    if path.is_file() and path.stat().st_size == 44 + 2 * count:
        return
    samples = render(
        clip.dance,
        seed=settings.seed,
        index=clip.index,
        duration_s=settings.duration_s,
        rate_hz=settings.rate_hz,
        cd=clip.cd,
    )
    encoded = io.BytesIO()  # so that a full disk shows as an OSError with its reason
    soundfile.write(encoded, samples, settings.rate_hz, format="WAV", subtype="PCM_16")
    _write(path, encoded.getvalue())


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; DatasetError naming it."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> DatasetError:
    reason = error.strerror or str(error)
    return DatasetError(
        f"cannot write the synthetic set to {path}: {reason}. Choose a writable folder with room; "
        "what is written stays and the next run goes on from there"
    )


def _table(planned: list[SyntheticClip]) -> str:
    """The rows of clips.csv."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("path", "label", "group", "tempo_bpm"))
    writer.writerows((clip.name, clip.dance, clip.group, clip.tempo_bpm) for clip in planned)
    return text.getvalue()


def _readme(settings: _Settings, planned: list[SyntheticClip]) -> str:
    """What the folder says about itself."""
    counts: Mapping[str, int] = _shares(settings.clips)
    lines = "\n".join(f"| {name} | {counts[name]} |" for name in DANCES)
    return f"""# Synthetic Ballroom stand-in

**Every sound here is SYNTHETIC.** No recording went into it, and scores on it say that a pipeline
works: they say nothing about real music and cannot be compared with published Ballroom results.

Made by `earmark.datasets.synthetic` (version {settings.version}) with seed {settings.seed}:
{settings.clips} clips of {settings.duration_s:g} s at {settings.rate_hz} Hz, 16-bit mono, on
{len({clip.cd for clip in planned})} made-up CDs.

| dance | clips |
|---|---|
{lines}

How: each dance has rhythm patterns of its own for drums, bass, chords and melody, some shared with
its neighbours; the tempo follows mean and standard deviation of the real class; instruments, keys,
harmony, swing, timing and form are drawn at random for each clip. Each CD has favourite instruments
and one mastering (equaliser, room, noise, level) and carries several dances.

`clips.csv` lists path, label, group (the CD) and the tempo in BPM. The CD is also in the file name
(`cd07-03.wav`, pattern `(cd\\d+)`): clips of one CD must stay on one side of a split. The file
`synthetic.json` holds the settings, so that a broken run can go on.
"""
