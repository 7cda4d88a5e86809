"""Events of recordings, by a detector and by a classifier whose window slides."""

import numpy as np
import pytest
import soundfile

import earmark
from earmark.audio import probe
from earmark.errors import AudioError, ConfigError, ModelError
from earmark.evaluation.events.decoding import Boxes, Settings, Threshold, decode
from earmark.inference.windows import cut_windows, placed_windows
from tests.conftest import TONE_RATE_HZ, tone_sound
from tests.detector import HOP, PITCHES_HZ, RATE_HZ, scene, write_detector, write_scene

EVENTS = (("low", 0.5, 1.0), ("high", 0.8, 1.6), ("low", 2.2, 2.5))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_detector(tmp_path_factory.mktemp("models") / "tones")


@pytest.fixture(scope="module")
def model(folder):
    return earmark.load(folder)


def times(events):
    return sorted((event.label, event.onset_s, event.offset_s) for event in events)


def near(events, wanted, apart_s=0.021):
    """The same labels, and times that differ by a step at most."""
    found, wanted = times(events), sorted(wanted)
    assert [row[0] for row in found] == [row[0] for row in wanted]
    return [row[1:] for row in found] == [pytest.approx(row[1:], abs=apart_s) for row in wanted]


def test_events_stand_where_the_tones_are(model, tmp_path):
    path = write_scene(tmp_path / "a.wav", 3.3, EVENTS)
    (found,) = model.detect(path)
    assert times(found.events) == sorted(EVENTS)
    assert (found.path, found.duration_s, found.error) == (str(path), 3.3, None)
    assert all(event.score == pytest.approx(1, abs=0.01) for event in found.events)
    assert [event.onset_s for event in found.events] == [0.5, 0.8, 2.2]
    assert found.to_dict() == {
        "path": str(path),
        "events": [vars(event) for event in found.events],
    }


def test_samples_and_files_at_other_rates_give_the_same(model, tmp_path):
    (plain,) = model.detect(scene(3.3, EVENTS))
    assert times(plain.events) == sorted(EVENTS)
    assert plain.path == "<samples>"
    fast = write_scene(tmp_path / "fast.wav", 3.3, EVENTS, rate_hz=44_100)
    (found,) = model.detect([fast])
    assert near(found.events, EVENTS)
    (again,) = model.detect(scene(3.3, EVENTS, 16_000), rate_hz=16_000)
    assert near(again.events, EVENTS)


@pytest.mark.parametrize("seconds", [0.013, 0.5, 1.0, 1.001, 1.5, 2.35, 7.2])
@pytest.mark.parametrize("step", [None, 50, 98])
def test_a_track_has_a_score_for_each_step_that_begins_in_the_recording(tmp_path, seconds, step):
    model = earmark.load(write_detector(tmp_path / "model", step_frames=step))
    samples = scene(seconds, [("low", 0, seconds)])
    scores, hop_s = model.tracks(samples)
    assert hop_s == 0.02
    assert scores.shape == (int(np.ceil(round(seconds / hop_s, 6))), 2)
    assert scores.dtype == np.float32
    full = scores[: len(samples) // (2 * HOP)]
    np.testing.assert_allclose(full, np.tile([0, 1], (len(full), 1)), atol=1e-3)
    (found,) = model.detect(samples)
    assert all(event.offset_s <= seconds for event in found.events)
    assert near(found.events, [("low", 0, seconds)])


def test_where_windows_overlap_a_score_is_their_mean(model):
    samples = np.random.default_rng(0).uniform(-1, 1, 21_234).astype(np.float32)
    windows = list(placed_windows([samples], model.config.window, 2))
    assert [at for at, _ in windows] == [0, 50, 100, 150, 166]
    sums, counts = np.zeros((133, 2)), np.zeros((133, 1))
    for at, window in windows:
        sums[at // 2 : at // 2 + 50] += model.window_proba(window[None])[0]
        counts[at // 2 : at // 2 + 50] += 1
    np.testing.assert_allclose(model.tracks(samples)[0], (sums / counts)[:133], atol=1e-6)
    for window, (_, same) in zip(
        cut_windows([samples], model.config.window, 2), windows, strict=True
    ):
        np.testing.assert_array_equal(window, same)


@pytest.mark.parametrize("one", [Threshold(0.5, 0.2, 0.1, 0.1, 0.05), Boxes(0.3)])
def test_in_blocks_it_is_what_decoding_the_whole_track_gives(tmp_path, one):
    chosen = Settings(dict.fromkeys(PITCHES_HZ, one))
    model = earmark.load(write_detector(tmp_path / "model", chosen))
    rng = np.random.default_rng(1)
    loud = np.repeat(rng.uniform(0, 1, 473), round(0.1 * RATE_HZ))
    path = tmp_path / "a.wav"
    soundfile.write(path, loud * scene(47.3, [("low", 0, 47.3)]), RATE_HZ, subtype="FLOAT")
    (found,) = model.detect(path)
    scores, hop_s = model.tracks(path)
    wanted = decode(scores, chosen, hop_s)
    assert len(wanted) > 5
    assert found.events == wanted


def test_an_event_ends_with_its_recording(model, tmp_path):
    path = write_scene(tmp_path / "cut.wav", 1.013, [("low", 0.5, 1.013)], rate_hz=44_100)
    (found,) = model.detect(path)
    assert found.duration_s == probe(path).duration_s
    assert found.events[-1].offset_s <= found.duration_s
    assert found.events[-1].offset_s == pytest.approx(1.013, abs=1e-4)


def test_a_source_that_cannot_be_read_does_not_stop_the_others(model, tmp_path):
    good = write_scene(tmp_path / "é è.wav", 2, [("low", 0, 1)])
    (tmp_path / "bad.wav").write_bytes(b"no sound")
    bad, missing, last = model.detect([tmp_path / "bad.wav", tmp_path / "none.wav", good])
    assert "bad.wav" in bad.error
    assert "none.wav" in missing.error
    assert (missing.events, missing.duration_s) == ((), None)
    assert set(missing.to_dict()) == {"path", "events", "error"}
    assert times(last.events) == [("low", 0, 1)]
    (mute,) = model.detect([np.zeros((2, 2))])
    assert "mono" in mute.error
    with pytest.raises(AudioError, match="none"):
        model.tracks(tmp_path / "none.wav")


def test_it_tells_how_much_of_a_file_is_heard(model, tmp_path):
    path, heard = write_scene(tmp_path / "a.wav", 40.5, EVENTS), []
    list(model.detect([path, tmp_path / "none.wav"], progress=lambda *told: heard.append(told)))
    assert heard == sorted(heard)
    assert {total for _, total in heard} == {41}
    assert len({done for done, _ in heard}) > 1
    assert heard[-1][0] == 40


def test_nothing_gives_nothing(model):
    assert list(model.detect([])) == []
    (silent,) = model.detect(np.zeros(20_000, np.float32))
    assert silent.events == ()
    assert silent.duration_s == 2.5


def test_other_settings_may_be_given(model):
    quiet = 0.3 * scene(2, [("low", 0.5, 1)])
    (none,) = model.detect(quiet)
    assert none.events == ()
    low = Settings({"low": Threshold(0.1, 0.1), "high": Boxes()})
    (found,) = model.detect(quiet, settings=low)
    assert times(found.events) == [("low", 0.5, 1)]
    with pytest.raises(ConfigError, match=r"settings must be of the model's classes \(high, low\)"):
        model.detect(quiet, settings=Settings({"dog": Boxes()}))
    with pytest.raises(ConfigError, match="step_s is for classifiers"):
        model.detect(quiet, step_s=0.5)


def test_a_detector_gives_no_label_to_a_recording(model, folder):
    samples = scene(1)
    for ask in (model.predict, model.predict_proba, model.windows_proba):
        with pytest.raises(ModelError, match=r"detects events .* earmark detect, .* Model\.detect"):
            ask(samples)
    with pytest.raises(ModelError, match="earmark detect"):
        next(model.predictions(folder / "none.wav"))


def test_it_is_verified_like_any_model(model):
    assert model.verify() <= 1e-6
    assert not model.multilabel
    assert model.settings.by_class["low"] == Threshold(0.5, 0.25)


@pytest.fixture(scope="module")
def classifier(tone_model):
    return earmark.load(tone_model)


@pytest.fixture(scope="module")
def samples():
    """Noise, half a second of it each, before and after two seconds of a sine."""
    rng = np.random.default_rng(3)
    parts = [tone_sound("noise", rng, 2), tone_sound("sine", rng, 2),
             tone_sound("noise", rng, 2)]  # fmt: skip
    return np.concatenate(parts)


def test_a_classifier_s_scores_stand_for_the_middle_of_each_window(classifier, samples):
    step_s = 0.1
    scores, hop_s = classifier.tracks(samples, step_s=step_s)
    assert hop_s == step_s
    assert scores.shape == (60, 3)
    window = classifier.config.window
    long = (window.frames - 1) * window.hop_samples + window.frame_samples
    step = round(step_s * TONE_RATE_HZ)
    begin = 30 * step - (long - step) // 2
    probabilities, strange = classifier.scores_of(samples[None, begin : begin + long])
    known = strange.min() >= classifier.config.unknown.threshold
    np.testing.assert_allclose(scores[30], probabilities[0] * known, atol=1e-5)


def test_blocks_of_any_length_give_the_same(classifier, samples):
    from earmark.inference.detect.tracks import track_of

    wanted, _ = classifier.tracks(samples)
    got, _ = track_of(classifier, np.split(samples, [1, 2, 900, 20_000, 20_001]))
    np.testing.assert_allclose(got, wanted, atol=1e-5)


def test_a_quarter_of_the_window_is_the_step(classifier, samples):
    window = classifier.config.window
    long = (window.frames - 1) * window.hop_samples + window.frame_samples
    _, hop_s = classifier.tracks(samples)
    assert hop_s == pytest.approx(max(long / TONE_RATE_HZ / 4, 0.1), abs=1e-4)


def test_what_is_unknown_scores_nothing(classifier, samples):
    scores, _ = classifier.tracks(samples)
    sums = scores.sum(axis=1)
    assert np.all((sums == 0) | np.isclose(sums, 1, atol=1e-5))


def test_events_have_plain_thresholds(classifier, samples):
    assert classifier.settings == Settings(
        {label: Threshold() for label in classifier.config.classes}
    )
    (found,) = classifier.detect(samples, settings=None, step_s=0.1)
    scores, hop_s = classifier.tracks(samples, step_s=0.1)
    assert found.events == decode(scores, classifier.settings, hop_s)
    assert found.duration_s == 6


def test_a_recording_shorter_than_a_step(classifier):
    scores, _ = classifier.tracks(np.zeros(1, np.float32))
    assert scores.shape == (1, 3)


@pytest.mark.parametrize("step_s", [0, -1, float("nan"), 100, 1e-5])
def test_impossible_steps_are_refused(classifier, samples, step_s):
    with pytest.raises(ConfigError, match=r"step_s must be from 0\.01 s to the .* got"):
        classifier.detect(samples, step_s=step_s)


def test_the_hop_of_the_graph_is_that_of_the_configuration():
    assert RATE_HZ * 0.01 == HOP
