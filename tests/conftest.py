"""What all tests share: where real audio is, a cache of their own, small sounds, a quick model."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy and torch: tests run side by side

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from earmark.datasets import Dataset

REPO = Path(__file__).parents[1]
TONE_RATE_HZ = 8000
TONE_CLASSES = ("clicks", "noise", "sine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that ask for real audio are marked so."""
    for item in items:
        if {"data_dir", "real_data"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.data)


@pytest.fixture(autouse=True, scope="session")
def _surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A feature cache of the session's own, and one process: tests never touch the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EARMARK_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("EARMARK_WORKERS", "1")
        yield


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real audio, or skip."""
    place = Path(os.environ.get("EARMARK_TEST_DATA", REPO / ".." / "shared" / "data"))
    if not place.is_dir():
        pytest.skip(f"no real audio at {place}; set EARMARK_TEST_DATA")
    return place


@pytest.fixture(scope="session")
def real_data(data_dir: Path) -> Callable[[str], Path]:
    """The folder of one real set, or skip."""

    def find(name: str) -> Path:
        if not (data_dir / name).is_dir():
            pytest.skip(f"no real audio at {data_dir / name}; set EARMARK_TEST_DATA")
        return data_dir / name

    return find


def tone_sound(label: str, rng: np.random.Generator, seconds: float = 0.4) -> np.ndarray:
    """A short sound (samples,) of one of `TONE_CLASSES` at `TONE_RATE_HZ`."""
    samples = round(seconds * TONE_RATE_HZ)
    if label == "sine":
        pitch_hz = rng.uniform(300, 600)
        sound = 0.5 * np.sin(2 * np.pi * pitch_hz * np.arange(samples) / TONE_RATE_HZ)
    elif label == "noise":
        sound = 0.1 * rng.standard_normal(samples)
    else:
        sound = np.zeros(samples)  # at no steady pace: two of one pace would be copies
        sound[np.cumsum(rng.integers(150, 500, samples // 500))] = 0.8
    return (sound + 1e-3 * rng.standard_normal(samples)).clip(-1, 1).astype(np.float32)


def write_tones(root: Path, *, clips: int = 12, groups: int = 4, seed: int = 0) -> Path:
    """`root/label/label-tapeG/N.wav`: `clips` a class, on `groups` tapes (groups='parent')."""
    rng = np.random.default_rng(seed)
    for label in TONE_CLASSES:
        for number in range(clips):
            path = root / label / f"{label}-tape{number % groups}" / f"{number:02}.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(path, tone_sound(label, rng), TONE_RATE_HZ)
    return root


@pytest.fixture(scope="session")
def tone_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """3 classes x 12 clips of 0.4 s at 8 kHz, each class on 4 tapes. Read it only."""
    return write_tones(tmp_path_factory.mktemp("sounds") / "tones")


@pytest.fixture(scope="session")
def tone_dataset(tone_folder: Path) -> Dataset:
    """`tone_folder` as a dataset, grouped by tape."""
    return Dataset.from_folder(tone_folder, groups="parent")


@pytest.fixture(scope="session")
def tone_run(tone_dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run folder of a quick training on `tone_dataset`. Read it only; the model is `model`."""
    pytest.importorskip("torch")
    import earmark

    out = tmp_path_factory.mktemp("runs") / "tones"
    earmark.train(
        tone_dataset, "simple", out, frontend="log_mel", epochs=3, precision="float32", workers=1
    )
    return out


@pytest.fixture(scope="session")
def tone_model(tone_run: Path) -> Path:
    """The saved model of `tone_run`. Read it only."""
    return tone_run / "model"


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list:
    """The figures that are written while a test runs."""
    from matplotlib.figure import Figure

    figures = []
    write = Figure.savefig

    def keep(figure, *args, **options):
        figures.append(figure)
        write(figure, *args, **options)

    monkeypatch.setattr(Figure, "savefig", keep)
    return figures
