"""A recording in columns: what it holds, of the part that was asked for, at constant memory."""

import tracemalloc

import numpy as np
import pytest
import soundfile

from earmark.errors import AudioError
from earmark.features import create_frontend
from earmark.features.outline import MOST_COLUMNS, outline

RATE_HZ = 8000
FRONTEND = create_frontend("log_mel", RATE_HZ)


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    """20 s of noise whose amplitude is a hundredth of the second it is in, above 0 twice that."""
    noise = np.random.default_rng(0).uniform(-1, 1, 20 * RATE_HZ)
    sound = noise * (np.arange(len(noise)) // RATE_HZ + 1) / 100
    sound[sound > 0] *= 2
    path = tmp_path_factory.mktemp("outline") / "steps.wav"
    soundfile.write(path, sound.astype(np.float32), RATE_HZ, subtype="FLOAT")
    return path


def test_a_short_part_has_every_sample_and_the_very_features(steps):
    sound, _ = soundfile.read(steps, dtype="float32")
    part = sound[4000:5000]
    got = outline(steps, FRONTEND, 0.5, 0.125)
    np.testing.assert_array_equal(got.wave[:, 1], part)
    np.testing.assert_array_equal(got.wave[:, 0], -part)
    np.testing.assert_allclose(got.features, FRONTEND(part), atol=1e-3)
    assert (got.onset_s, got.duration_s, got.frames_per_column) == (0.5, 0.125, 1)
    assert got.wave_step_s == 1 / RATE_HZ


def test_a_long_one_keeps_its_extremes_and_the_mean_of_its_frames(steps):
    sound, _ = soundfile.read(steps, dtype="float32")
    got = outline(steps, FRONTEND)
    size = round(got.wave_step_s * RATE_HZ)
    assert MOST_COLUMNS <= len(got.wave) <= 2 * MOST_COLUMNS
    third = sound[3 * size : 4 * size]
    assert got.wave[3].tolist() == [-third.min(), third.max()]
    features = FRONTEND(sound)
    assert len(got.features) == len(features)  # few enough
    assert got.duration_s == 20
    np.testing.assert_allclose(got.features, features, atol=1e-3)


def test_a_part_runs_to_the_end_where_it_is_shorter(steps):
    got = outline(steps, FRONTEND, 19.5, 60)
    assert got.duration_s == 0.5
    assert got.wave.max() == pytest.approx(0.4, rel=0.01)


def test_a_part_beyond_the_end_is_refused(steps):
    with pytest.raises(AudioError, match=r"steps.wav: onset 20.0 s lies beyond .* at 20.000 s"):
        outline(steps, FRONTEND, 20.0)


def test_memory_does_not_grow_with_the_length(tmp_path):
    path = tmp_path / "long.wav"
    with soundfile.SoundFile(path, "w", RATE_HZ, 1) as file:
        for _ in range(20):
            file.write(np.zeros(60 * RATE_HZ, np.float32))
    outline(path, FRONTEND, duration_s=1)  # what is loaded once
    tracemalloc.start()
    try:
        got = outline(path, FRONTEND)
        assert tracemalloc.get_traced_memory()[1] < 16e6  # the samples alone are 38 MB
    finally:
        tracemalloc.stop()
    assert got.duration_s == 1200
    assert got.frames_per_column > 1
    assert len(got.features) <= 2 * MOST_COLUMNS
