"""A stand-in for the Ballroom set which needs no download: eight dances, all of it SYNTHETIC.

`synthetic_plan` says which clips there are. Rhythm patterns (`synthetic_rhythms`) become a score
(`synthetic_score`), the score becomes sound (`synthetic_drums`, `synthetic_tones`), the CD a clip
stands on masters it (`synthetic_mastering`); `synthetic_render` puts these together. This module
writes the set and holds the public names. Scores on it say that a pipeline works; they say nothing
about real music.
"""

import csv
import io
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from earmark.datasets.synthetic_plan import (
    FULL_SIZE,
    SyntheticClip,
    at_least,
    draw_tempo,
    plan,
    shares,
)
from earmark.datasets.synthetic_render import render
from earmark.datasets.synthetic_rhythms import DANCES, Dance
from earmark.errors import DatasetError
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

VERSION = 1  # raise when the same seed gives other sound: files of two versions must not mix


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
    at_least("rate_hz", rate_hz, 8000)
    at_least("duration_s", duration_s, 0.1)
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
    counts: Mapping[str, int] = shares(settings.clips)
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
