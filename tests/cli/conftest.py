"""Three kinds of tone, a run trained on them, and two ways to call the command line."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner, Result

from earmark.cli import build_app

REPO = Path(__file__).parents[2]
RATE_HZ = 8000
PITCHES_HZ = {"high": 2500, "low": 200, "mid": 700}
SMALL = ("--model", "simple", "--epochs", "8", "--precision", "float32", "--workers", "1")

Earmark = Callable[..., Result]


def tone(pitch_hz: float, seed: int, seconds: float = 0.4) -> np.ndarray:
    """A tone near `pitch_hz` in noise, (samples,) at RATE_HZ."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    pitch = pitch_hz * (1 + 0.05 * rng.standard_normal())
    return (0.3 * np.sin(2 * np.pi * pitch * t) + 0.05 * rng.standard_normal(len(t))).astype("f4")


def write_sounds(root: Path, clips: int = 12) -> Path:
    """A folder a label, `clips` WAV files in each."""
    for number, (label, pitch_hz) in enumerate(PITCHES_HZ.items()):
        (root / label).mkdir(parents=True)
        for clip in range(clips):
            samples = tone(pitch_hz, 1000 * number + clip)
            soundfile.write(root / label / f"{clip:02}.wav", samples, RATE_HZ)
    return root


@pytest.fixture(scope="session", autouse=True)
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache of our own, and a terminal of 80 columns."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EARMARK_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("COLUMNS", "80")
        patch.delenv("EARMARK_CHECKPOINT_S", raising=False)
        yield


@pytest.fixture(scope="session")
def earmark() -> Earmark:
    """Call the command line in this process; a traceback is a failed test."""
    app, runner = build_app(), CliRunner()

    def call(*args: object, status: int = 0) -> Result:
        result = runner.invoke(app, [str(arg) for arg in args], prog_name="earmark")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == status, result.output
        assert "Traceback" not in result.output
        return result

    return call


def start(
    *args: object, python: tuple[str, ...] = (), stdout: int = subprocess.PIPE, **env: str
) -> subprocess.Popen[str]:
    """Call the command line as a process of its own."""
    return subprocess.Popen(
        [sys.executable, *(python or ("-m", "earmark")), *map(str, args)],
        env={**os.environ, "PYTHONPATH": str(REPO / "src"), **env},
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """36 tones with three labels; leave them as they are."""
    return write_sounds(tmp_path_factory.mktemp("data") / "sounds")


@pytest.fixture(scope="session")
def trained(earmark: Earmark, sounds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run on `sounds`; leave it as it is."""
    out = tmp_path_factory.mktemp("runs") / "run"
    earmark("train", sounds, *SMALL, "--out", out)
    return out
