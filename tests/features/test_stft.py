"""The plain spectrogram against scipy's, and at the settings of the paper it is from."""

import numpy as np
import pytest
from scipy.signal import ShortTimeFFT
from scipy.signal.windows import hann

from earmark.errors import ConfigError
from earmark.features import create_frontend


def by_scipy(samples, frame=1024, hop=512):
    """Decibels (frames, lines) of the frames that lie wholly inside the samples."""
    window = hann(frame, sym=False)
    transform = ShortTimeFFT(
        2 * window / window.sum(), hop, fs=22_050, fft_mode="onesided", phase_shift=None
    )
    # scipy's slice p is centred on p * hop, ours begins there
    first, last = frame // 2 // hop, (len(samples) - frame // 2) // hop
    spectrum = transform.stft(samples.astype(np.float64), p0=first, p1=last + 1).T
    return 10 * np.log10(np.maximum(np.abs(spectrum) ** 2, 1e-10))


def test_it_equals_scipy_s():
    rng = np.random.default_rng(0)
    samples = rng.uniform(-0.5, 0.5, 22_050).astype(np.float32)
    wanted = by_scipy(samples)
    got = create_frontend("stft", 22_050)(samples)
    assert len(wanted) == 42
    np.testing.assert_allclose(got[:42], wanted, atol=2e-3)


def test_the_settings_of_the_paper():
    frontend = create_frontend("stft", 22_050)
    assert (frontend.frame, frontend.hop, frontend.bins) == (1024, 512, 513)
    assert 128 / frontend.frames_per_s == pytest.approx(3, abs=0.03)


@pytest.mark.parametrize(("rate_hz", "frame"), [(8000, 512), (16_000, 1024), (44_100, 2048)])
def test_other_rates_have_frames_of_about_46_ms_and_all_their_lines(rate_hz, frame):
    frontend = create_frontend("stft", rate_hz)
    assert (frontend.frame, frontend.hop, frontend.bins) == (frame, frame // 2, frame // 2 + 1)


def test_a_full_scale_sine_on_a_line_is_0_db_there_and_6_less_beside_it():
    frontend = create_frontend("stft", 22_050)
    sine = np.sin(2 * np.pi * 64 * np.arange(4096) / 1024).astype(np.float32)
    row = frontend(sine)[2]
    np.testing.assert_allclose(row[63:66], [-6.02, 0, -6.02], atol=0.01)
    assert row[:60].max() < -90


def test_silence_is_the_floor():
    np.testing.assert_allclose(create_frontend("stft").silence(), -100, atol=1e-4)


def test_the_highest_lines_can_be_left_out():
    samples = np.random.default_rng(1).uniform(-0.5, 0.5, 4000).astype(np.float32)
    whole, low = create_frontend("stft", 8000), create_frontend("stft", 8000, bins=100)
    np.testing.assert_array_equal(low(samples), whole(samples)[:, :100])


def test_more_lines_than_there_are_are_refused_by_both_paths():
    frontend = create_frontend("stft", 8000, bins=258)
    words = "a frame of 512 samples has 257 lines, got bins=258: take fewer bins or a longer"
    with pytest.raises(ConfigError, match=words):
        frontend.silence()
    with pytest.raises(ConfigError, match=words):
        frontend.torch_module()
