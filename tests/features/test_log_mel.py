import numpy as np
import pytest

from earmark.features import create_frontend

STANDARD_RATES_HZ = (8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000)


@pytest.mark.parametrize("rate_hz", STANDARD_RATES_HZ)
@pytest.mark.parametrize("name", ["log_mel", "mfcc"])
def test_no_mel_band_is_empty(name, rate_hz):
    weights = create_frontend(name, rate_hz).filterbank()
    assert np.isfinite(weights).all()
    assert (weights.sum(axis=0) > 0).all()
    assert (weights >= 0).all()


@pytest.mark.parametrize("rate_hz", STANDARD_RATES_HZ)
def test_frames_last_about_32_ms_and_overlap_by_half(rate_hz):
    frontend = create_frontend("log_mel", rate_hz)
    assert 0.022 < frontend.frame / rate_hz < 0.047
    assert frontend.frame == 2 * frontend.hop


def test_a_full_scale_sine_reaches_about_0_db():
    frontend = create_frontend("log_mel", 16_000)
    peaks = []
    for pitch_hz in (200, 440, 1000, 3000, 7000):
        sound = np.sin(2 * np.pi * pitch_hz * np.arange(16_000) / 16_000).astype(np.float32)
        peaks.append(frontend(sound)[5:-5].max())
    assert np.ptp(peaks) < 6
    assert max(peaks) == pytest.approx(0, abs=3)


def test_a_gain_is_a_constant_in_decibels():
    frontend = create_frontend("log_mel", 8000)
    sound = np.random.default_rng(0).uniform(-0.5, 0.5, 4000).astype(np.float32)
    np.testing.assert_allclose(frontend(sound) - frontend(sound / 2), 20 * np.log10(2), atol=1e-3)


def test_a_sine_is_in_the_band_of_its_pitch():
    frontend = create_frontend("log_mel", 16_000)
    sound = np.sin(2 * np.pi * 1000 * np.arange(16_000) / 16_000).astype(np.float32)
    loudest = frontend(sound)[10].argmax()
    bins_hz = np.arange(frontend.frame // 2 + 1) * 16_000 / frontend.frame
    weights = frontend.filterbank()[:, loudest]
    assert bins_hz[weights > 0][0] <= 1000 <= bins_hz[weights > 0][-1]


def test_silence_is_the_floor():
    np.testing.assert_allclose(create_frontend("log_mel").silence(), -100, atol=1e-4)
