"""Tempo of every clip: in order, kept by content, NaN where there is none."""

import shutil
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from earmark.datasets import Dataset
from earmark.datasets.tempo import dataset_rhythms, dataset_tempi, worth_a_tempo
from earmark.features.tempo import BEATS

RATE_HZ = 8000
TEMPI = {"slow/café 1.wav": 80, "slow/b.wav": 84, "fast/c d.wav": 160, "fast/e.wav": 172}


def write(path, bpm, seconds=9.0):
    samples = 1e-4 * np.random.default_rng(0).standard_normal(round(seconds * RATE_HZ))
    for at_s in np.arange(0.1, seconds - 0.1, 60 / bpm):
        samples[round(at_s * RATE_HZ)] = 0.5
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, RATE_HZ)


@pytest.fixture
def dances(tmp_path):
    """Four clips that beat, one silent, one broken; and a cache of their own."""
    root = tmp_path / "some dances"
    for name, bpm in TEMPI.items():
        write(root / name, bpm)
    soundfile.write(root / "slow" / "silent.wav", np.zeros(9 * RATE_HZ), RATE_HZ)
    (root / "fast" / "broken.wav").write_bytes(b"RIFF no")
    return Dataset.from_folder(root), tmp_path / "cache"


def test_in_the_order_of_the_clips_nan_where_there_is_none(dances):
    dataset, cache = dances
    seen = []
    tempi = dataset_tempi(dataset, cache_dir=cache, progress=lambda *at: seen.append(at))
    assert tempi.shape == (6,)
    assert seen[-1] == (6, 6)
    for clip, tempo in zip(dataset.clips, tempi, strict=True):
        if clip.name in TEMPI:
            assert tempo == pytest.approx(TEMPI[clip.name], rel=0.01)
        else:
            assert np.isnan(tempo)


def test_the_second_time_nothing_is_computed(dances, monkeypatch):
    dataset, cache = dances
    first = dataset_rhythms(dataset, cache_dir=cache)
    assert first.shape == (6, 1 + len(BEATS))

    def refuse(*_):
        raise AssertionError("computed again")

    monkeypatch.setattr("earmark.datasets.tempo.estimate_rhythm", refuse)
    np.testing.assert_array_equal(dataset_rhythms(dataset, cache_dir=cache), first)
    (folder,) = cache.iterdir()
    assert folder.name.startswith("rhythm-")


def test_a_renamed_clip_is_found_again_and_a_changed_one_is_not(dances, monkeypatch):
    dataset, cache = dances
    dataset_tempi(dataset, cache_dir=cache)
    shutil.move(dataset.root / "slow/b.wav", dataset.root / "slow/z.wav")
    write(dataset.root / "fast/e.wav", 140)
    calls = []
    from earmark.datasets import tempo

    real = tempo.estimate_rhythm
    monkeypatch.setattr(tempo, "estimate_rhythm", lambda *a: calls.append(1) or real(*a))
    again = Dataset.from_folder(dataset.root)
    tempi = dict(
        zip([c.name for c in again.clips], dataset_tempi(again, cache_dir=cache), strict=True)
    )
    assert len(calls) == 1
    assert tempi["slow/z.wav"] == pytest.approx(84, rel=0.01)
    assert tempi["fast/e.wav"] == pytest.approx(140, rel=0.01)


def test_two_processes_may_fill_the_cache_at_once(dances):
    dataset, cache = dances
    code = (
        "import sys; from pathlib import Path; from earmark.datasets import Dataset; "
        "from earmark.datasets.tempo import dataset_tempi; "
        "print(*dataset_tempi(Dataset.from_folder(sys.argv[1]), cache_dir=Path(sys.argv[2])))"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(dataset.root), str(cache)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60)[0] for process in running]
    assert said[0] == said[1]
    assert len(said[0].split()) == 6


def test_parts_of_a_file_have_a_tempo_each(tmp_path):
    both = [tmp_path / "one.wav", tmp_path / "two.wav"]
    for path, bpm in zip(both, (90, 150), strict=True):
        write(path, bpm, seconds=10)
    joined = np.concatenate([soundfile.read(path)[0] for path in both])
    soundfile.write(tmp_path / "both.wav", joined, RATE_HZ)
    table = tmp_path / "clips.csv"
    table.write_text("path,label,onset,offset\nboth.wav,a,0,10\nboth.wav,b,10,20\n")
    dataset = Dataset.from_table(table)
    tempi = dataset_tempi(dataset, cache_dir=tmp_path / "cache")
    assert tempi == pytest.approx([90, 150], rel=0.01)
    assert worth_a_tempo(dataset)


def test_a_long_recording_comes_in_blocks(tmp_path, monkeypatch):
    write(tmp_path / "a" / "long.wav", 100, seconds=40)
    monkeypatch.setattr("earmark.features.extract.LONG_S", 20)
    dataset = Dataset.from_folder(tmp_path)
    assert dataset_tempi(dataset, cache_dir=tmp_path / "c") == pytest.approx([100], rel=0.01)
    monkeypatch.setattr("earmark.datasets.tempo.STREAMED_S", 15)
    assert dataset_tempi(dataset, cache_dir=tmp_path / "d") == pytest.approx([100], rel=0.01)


def test_tempo_is_worth_it_for_long_clips_alone(dances, tone_dataset):
    dataset, _ = dances
    assert worth_a_tempo(dataset)
    assert not worth_a_tempo(tone_dataset)
    broken = [clip.name == "fast/broken.wav" for clip in dataset.clips]
    assert not worth_a_tempo(dataset.subset(np.array(broken)))
