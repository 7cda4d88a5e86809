"""The tempogram against sums written out, and on beats whose tempo is known."""

import numpy as np
import pytest

from earmark.errors import ConfigError
from earmark.features import create_frontend

RATE_HZ = 8000


@pytest.fixture(scope="module")
def frontend():
    return create_frontend("tempogram", RATE_HZ)


def beats(bpm, seconds=20, every=1):
    """A drum at a tempo; each `every`-th stroke is four times as strong."""
    sound = np.zeros(seconds * RATE_HZ, np.float32)
    noise = np.random.default_rng(0).uniform(-1, 1, 800)
    burst = noise * np.exp(-np.arange(800) / 100)
    for number, start in enumerate(np.arange(0, len(sound) - 800, 60 / bpm * RATE_HZ)):
        strength = 0.4 if number % every == 0 else 0.1
        sound[round(start) : round(start) + 800] += strength * burst
    return sound


def written_out(sound, frontend):
    """The first frame's agreement (tempi,), from its definition, by other means at each step."""
    step, spectrum = frontend.step, frontend.spectrum
    bands = create_frontend("log_mel", RATE_HZ, frame=spectrum, hop=step, bins=frontend.bands)
    power = 10 ** (bands(sound).astype(np.float64) / 10)
    loud = power**0.15
    steps_a_hop = frontend.hop // step
    onsets = ((frontend.frame - spectrum) // step - 1) // steps_a_hop * steps_a_hop
    curve = [np.maximum(loud[k + 2] - loud[k], 0).mean() for k in range(onsets)]
    spectrum_of_curve = np.fft.fft(np.array(curve) - np.mean(curve), 2 * onsets)
    per_s = RATE_HZ / step
    hz = np.abs(np.fft.fftfreq(2 * onsets, 1 / per_s))
    root = np.where((hz >= 0.4) & (hz <= 20), np.abs(spectrum_of_curve), 0)
    lags_s = np.arange(40 * onsets) / (40 * per_s)  # far finer than the onsets
    found = np.array([root @ np.cos(2 * np.pi * hz * lag_s) for lag_s in lags_s])
    found /= root.sum()
    out = []
    for bpm in 15 * 2 ** (np.arange(80) / 16):
        lag_s = 60 / bpm
        spread_s = lag_s * (2 ** (1 / 16) - 1)
        weights = np.maximum(0, 1 - np.abs(lags_s - lag_s) / spread_s)
        out.append(weights @ found / weights.sum() / max(1 - lag_s * per_s / onsets, 0.3))
    return np.array(out)


def test_a_row_is_what_its_definition_says():
    frontend = create_frontend("tempogram", RATE_HZ, hop=1024, frame=512 + 128 * (320 + 1))
    sound = beats(100, seconds=6)
    np.testing.assert_allclose(frontend(sound)[0], written_out(sound, frontend), atol=2e-3)


@pytest.mark.parametrize("place", [26, 32, 40, 48, 53, 60])
def test_a_beat_is_highest_at_its_tempo(frontend, place):
    bpm = frontend.tempi_bpm()[place]
    assert bpm == pytest.approx(15 * 2 ** (place / 16))
    row = frontend(beats(bpm))[3]
    assert row.argmax() == place
    assert row[place] > 0.3


def test_a_pattern_played_faster_is_the_same_pattern_further_up(frontend):
    slow, fast = (frontend(beats(bpm, every=3))[3] for bpm in (90, 90 * 2**0.25))
    assert np.corrcoef(slow[8:60], fast[12:64])[0, 1] > 0.95
    assert np.corrcoef(slow[8:60], fast[8:60])[0, 1] < 0.6


@pytest.mark.parametrize("every", [2, 3, 4])
def test_a_bar_shows_at_its_own_tempo(frontend, every):
    even, accented = (frontend(beats(120, every=n))[3] for n in (1, every))
    bar = 48 - round(16 * np.log2(every))
    assert accented[bar] / accented[48] > 1.4 * even[bar] / even[48]


def test_loudness_does_not_matter(frontend):
    sound = beats(97, every=4)
    np.testing.assert_allclose(frontend(0.1 * sound), frontend(sound), atol=0.05)


def test_silence_and_a_steady_tone_have_no_tempo(frontend):
    assert not frontend.silence().any()
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(20 * RATE_HZ) / RATE_HZ).astype(np.float32)
    assert np.abs(frontend(tone)[3]).max() < 0.15


def test_each_range_of_pitch_has_its_own_rhythm():
    frontend = create_frontend("tempogram", RATE_HZ, ranges=4, bins=320)
    time_s = np.arange(20 * RATE_HZ) / RATE_HZ
    low = np.sin(2 * np.pi * 150 * time_s) * (time_s % 1 < 0.1)  # 60 BPM
    high = np.sin(2 * np.pi * 3300 * time_s) * (time_s % 0.5 < 0.05)  # 120 BPM
    rows = frontend((0.3 * low + 0.3 * high).astype(np.float32))[3].reshape(4, 80)
    assert rows[0].argmax() == 32
    assert rows[3].argmax() == 48


def test_levels_of_the_bands_stand_before_the_tempi():
    plain = create_frontend("tempogram", RATE_HZ)
    both = create_frontend("tempogram", RATE_HZ, bins=120)
    sound = beats(110)
    features = both(sound)
    np.testing.assert_array_equal(features[:, 40:], plain(sound))
    bands = create_frontend("log_mel", RATE_HZ, frame=512, hop=128, bins=40)(sound)
    levels = bands[2 : 2 + 512].mean(axis=0)  # as many spectra as the first frame has onsets
    np.testing.assert_allclose(features[0, :40], levels - levels.mean(), atol=1e-3)


@pytest.mark.parametrize("rate_hz", [8000, 11_025, 16_000, 22_050, 32_000, 44_100])
def test_a_frame_is_about_8_s_at_any_rate(rate_hz):
    frontend = create_frontend("tempogram", rate_hz)
    assert frontend.frame / rate_hz == pytest.approx(8.2, abs=0.2)
    assert 1.9 < frontend.frames_per_s < 2.8
    assert frontend.silence().shape == (80,)


def test_round_tempi_are_named_on_the_axis():
    ticks = create_frontend("tempogram", RATE_HZ).bin_ticks()
    assert [name for _, name in ticks] == ["15", "30", "60", "90", "120", "180", "240", "360"]
    assert [place for place, name in ticks if name in ("15", "60", "240")] == [0, 32, 64]
    assert len(create_frontend("tempogram", RATE_HZ, ranges=2, bins=160).bin_ticks()) == 16


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"hop": 100}, r"hop \(100\) must be a multiple of step \(128\)"),
        ({"ranges": 3}, r"ranges must divide bands \(40\), got 3"),
        ({"bins": 90}, "bins must be .* 80, or with the levels of the bands 120; got 90"),
        ({"frame": 20_000}, "a frame of 20000 samples at 8000 Hz is too short for low_bpm=15"),
        ({"step": 0}, "step must be at least 1, got 0"),
        ({"ranges": 0}, "ranges must be at least 1, got 0"),
        ({"low_bpm": 0.0}, "low_bpm must be above 0 and below high_bpm, got 0 and 480"),
        ({"high_bpm": 10.0}, "below high_bpm, got 15 and 10"),
    ],
)
def test_settings_that_do_not_fit_are_refused(settings, words):
    with pytest.raises(ConfigError, match=f"front-end tempogram: .*{words}"):
        create_frontend("tempogram", RATE_HZ, **settings).silence()
