"""MFCC against Essentia's values, and against its formulas written down a second time."""

import numpy as np
import pytest

from earmark.audio import load_audio
from earmark.errors import ConfigError
from earmark.features import create_frontend

# Essentia's 42 band edges in hertz, and the Fourier bins that each band takes
EDGES_HZ = [
    0, 49.772, 103.084, 160.186, 221.348, 286.859, 357.028, 432.186, 512.689, 598.915, 691.272,
    790.196, 896.154, 1009.646, 1131.208, 1261.413, 1400.876, 1550.256, 1710.257, 1881.634,
    2065.197, 2261.812, 2472.407, 2697.976, 2939.583, 3198.37, 3475.557, 3772.454, 4090.461,
    4431.08, 4795.918, 5186.697, 5605.262, 6053.588, 6533.792, 7048.14, 7599.06, 8189.152,
    8821.202, 9498.193, 10223.32, 11000.007,
]  # fmt: skip
BINS_IN_BAND = [
    4, 5, 6, 6, 6, 7, 7, 7, 9, 9, 9, 10, 11, 12, 13, 13, 14, 16, 16, 18, 19, 20, 22, 23, 25, 27,
    28, 30, 33, 35, 38, 41, 43, 46, 49, 53, 57, 61, 65, 69,
]  # fmt: skip
FRAME_200 = [
    -814.8877, 235.4133, 35.8794, -18.4728, 3.5748, 6.2892, -9.8803, -24.2045, -17.9028, -5.3303,
    -1.8116, 11.089, 12.5978,
]  # fmt: skip
RATE_HZ = 44_100


def mel(hz):
    return 2595 * np.log10(1 + np.asarray(hz, np.float64) / 700)


def slow_mfcc(samples):
    """The formulas, straight through and in float64: (samples,) -> (frames, 13)."""
    count = -(-len(samples) // 1024) + 1
    padded = np.concatenate([np.zeros(1024), samples, np.zeros(3 * 1024)])
    i = np.arange(2048)
    window = (
        0.44959 - 0.49364 * np.cos(2 * np.pi * i / 2047) + 0.05677 * np.cos(4 * np.pi * i / 2047)
    )
    window *= 2 / window.sum()
    edges = np.linspace(0, mel(11_000), 42)
    bin_mel = mel(np.arange(1025) * (22_050 / 1024))
    rows = []
    for k in range(count):
        power = np.abs(np.fft.rfft(padded[1024 * k : 1024 * k + 2048] * window)) ** 2
        logs = []
        for left, centre, right in zip(edges, edges[1:], edges[2:], strict=False):
            weight = np.zeros(1025)
            rising = (bin_mel >= left) & (bin_mel < centre)
            falling = (bin_mel >= centre) & (bin_mel <= right)
            weight[rising] = (bin_mel[rising] - left) / (centre - left)
            weight[falling] = (right - bin_mel[falling]) / (right - centre)
            band = (weight / weight.sum()) @ power
            logs.append(-200.0 if band < 1e-10 else 20 * np.log10(band))
        j = np.arange(40)
        rows.append(
            [
                np.sqrt((1 if c == 0 else 2) / 40)
                * np.sum(np.array(logs) * np.cos(np.pi * c * (j + 0.5) / 40))
                for c in range(13)
            ]
        )
    return np.array(rows)


def assert_as_essentia(got, wanted):
    """The tolerance that Essentia's own float32 allows."""
    np.testing.assert_allclose(got[:, 0], wanted[:, 0], rtol=1e-6, atol=1e-3)
    np.testing.assert_allclose(got[:, 1:], wanted[:, 1:], rtol=1e-6, atol=3e-4)


def test_a_real_track_has_essentias_values(data_dir):
    path = data_dir / "ballroom-sample" / "Waltz" / "Media-105901.wav"
    samples, _ = load_audio(path, RATE_HZ)
    features = create_frontend("mfcc")(samples)
    assert features.shape == (1370, 13)
    assert features.dtype == np.float32
    assert_as_essentia(features[200:201], np.array([FRAME_200]))
    assert features[:, 0].mean() == pytest.approx(-799, abs=0.5)
    assert features[:, 0].std() == pytest.approx(134, abs=0.5)


@pytest.mark.parametrize("level", [1.0, 0.1, 1e-3])
def test_random_sound_has_the_values_of_the_formulas(level):
    rng = np.random.default_rng(7)
    samples = np.float32(level * rng.uniform(-1, 1, 9 * 1024 + 311))
    assert_as_essentia(create_frontend("mfcc")(samples), slow_mfcc(samples.astype(np.float64)))


def test_a_tone_that_begins_has_the_values_of_the_formulas():
    samples = np.zeros(8192, np.float32)
    samples[3000:] = 0.5 * np.sin(2 * np.pi * 440 * np.arange(5192) / RATE_HZ)
    got, wanted = create_frontend("mfcc")(samples), slow_mfcc(samples.astype(np.float64))
    silent = wanted[:, 0] < -1200
    assert silent.any()
    np.testing.assert_allclose(got[silent], wanted[silent], rtol=1e-6, atol=1e-3)
    # a pure tone leaves bands at float32's rounding, some 14 digits of power below it
    np.testing.assert_allclose(got[~silent, 1:], wanted[~silent, 1:], rtol=0, atol=0.2)


def test_thirty_seconds_have_1293_frames():
    frontend = create_frontend("mfcc")
    assert frontend.frames(1_323_000) == 1293
    assert len(frontend(np.zeros(1_323_000, np.float32))) == 1293


def test_silence_is_minus_200_in_every_band():
    features = create_frontend("mfcc")(np.zeros(5000, np.float32))
    np.testing.assert_allclose(features[:, 0], -1264.911, atol=1e-3)
    np.testing.assert_allclose(features[:, 1:], 0, atol=1e-3)


def test_each_band_takes_essentias_bins():
    weights = create_frontend("mfcc").filterbank()
    assert weights.shape == (1025, 40)
    assert (weights > 0).sum(axis=0).tolist() == BINS_IN_BAND
    np.testing.assert_allclose(weights.sum(axis=0), 1, rtol=1e-6)
    step_hz = 22_050 / 1024
    for band in range(40):
        taken = np.flatnonzero(weights[:, band])
        assert taken[0] == np.ceil(EDGES_HZ[band] / step_hz) or band == 0  # bin 0 weighs nothing
        assert taken[-1] == np.floor(EDGES_HZ[band + 2] / step_hz)


def test_band_edges_are_essentias():
    from earmark.features._mel import hz_to_mel_htk, mel_edges, mel_to_hz_htk

    edges = mel_edges(40, 0.0, 11_000.0, hz_to_mel_htk, mel_to_hz_htk)
    np.testing.assert_allclose(edges, EDGES_HZ, rtol=0, atol=0.01)


def test_the_window_sums_to_two_and_is_symmetric():
    window = create_frontend("mfcc").window().astype(np.float64)
    assert window.sum() == pytest.approx(2, abs=1e-5)
    np.testing.assert_allclose(window, window[::-1], atol=1e-9)


def test_sound_of_any_rate_is_brought_to_44100_hz():
    assert create_frontend("mfcc", 8000).rate_hz == RATE_HZ


def test_mel_scales_invert_each_other():
    from earmark.features import _mel

    hz = np.array([0.0, 66.7, 999.0, 1000.0, 4000.0, 22_050.0])
    np.testing.assert_allclose(_mel.mel_to_hz_htk(_mel.hz_to_mel_htk(hz)), hz, atol=1e-8)
    np.testing.assert_allclose(_mel.mel_to_hz_slaney(_mel.hz_to_mel_slaney(hz)), hz, atol=1e-8)
    assert _mel.hz_to_mel_slaney(1000.0) == pytest.approx(15)  # Slaney's own fixed points:
    assert _mel.hz_to_mel_slaney(6400.0) == pytest.approx(42)  # 27 mels from 1 to 6.4 kHz


@pytest.mark.parametrize("setting", [{"high_hz": 30_000.0}, {"bands": 600}, {"frame": 128}])
def test_a_band_without_a_bin_is_refused(setting):
    setting = {"hop": 64, **setting} if "frame" in setting else setting
    frontend = create_frontend("mfcc", **setting)
    with pytest.raises(ConfigError, match="a band without a Fourier bin, with bands="):
        frontend(np.zeros(4096, np.float32))
