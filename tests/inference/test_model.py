"""A saved model as read: what it answers, to files and to samples."""

import numpy as np
import pytest
import soundfile

import earmark
from earmark.audio import load_audio
from earmark.errors import AudioError, ConfigError
from tests.conftest import TONE_CLASSES, TONE_RATE_HZ, tone_sound


@pytest.fixture(scope="module")
def model(tone_model):
    return earmark.load(tone_model)


@pytest.fixture(scope="module")
def paths(tone_folder):
    return sorted(tone_folder.rglob("*.wav"))[::5]


def test_it_tells_what_it_is(model, tone_model):
    assert model.classes_.tolist() == list(TONE_CLASSES)
    assert model.rate_hz == TONE_RATE_HZ
    assert repr(model) == f"Model('{tone_model}', simple, 3 classes)"


def test_probabilities_are_rows_of_distributions(model, paths):
    probabilities = model.predict_proba(paths)
    assert probabilities.shape == (len(paths), 3)
    assert probabilities.dtype == np.float64
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(model.predict_proba(paths), probabilities)


def test_the_answer_is_the_most_probable_class(model, paths):
    answers, probabilities = model.predict(paths), model.predict_proba(paths)
    assert answers.tolist() == model.classes_[probabilities.argmax(axis=1)].tolist()
    for path, prediction, row in zip(paths, model.predictions(paths), probabilities, strict=True):
        assert prediction.path == str(path)
        assert prediction.error is None
        assert prediction.score == pytest.approx(row.max())
        assert list(prediction.scores) == model.classes_.tolist()
        np.testing.assert_allclose(list(prediction.scores.values()), row)
        assert prediction.scores[prediction.label] == prediction.score
        assert "error" not in prediction.to_dict()


def test_paths_texts_and_samples_give_the_same(model, paths):
    wanted = model.predict_proba(paths)
    samples = [load_audio(path)[0] for path in paths]
    np.testing.assert_array_equal(model.predict_proba([str(path) for path in paths]), wanted)
    np.testing.assert_allclose(model.predict_proba(samples), wanted, atol=1e-6)
    np.testing.assert_allclose(model.predict_proba(samples, TONE_RATE_HZ), wanted, atol=1e-6)
    in_double = [part.astype(np.float64) for part in samples]
    np.testing.assert_allclose(model.predict_proba(in_double), wanted, atol=1e-6)


def test_one_source_is_one_row(model, paths):
    wanted = model.predict_proba(paths[:1])
    samples = load_audio(paths[0])[0]
    for source in (paths[0], str(paths[0]), samples):
        np.testing.assert_allclose(model.predict_proba(source), wanted, atol=1e-6)
        assert model.predict(source).shape == (1,)
    two = np.stack([samples, samples / 2])
    assert model.predict_proba(two).shape == (2, 3)  # rows are recordings


def test_nothing_gives_nothing(model):
    assert model.predict([]).shape == (0,)
    assert model.predict_proba([]).shape == (0, 3)
    assert list(model.predictions([])) == []


def test_samples_at_another_rate_are_resampled(model, tmp_path):
    sound = tone_sound("sine", np.random.default_rng(0))
    double = np.repeat(sound, 2)
    soundfile.write(tmp_path / "fast.wav", double, 2 * TONE_RATE_HZ, subtype="FLOAT")
    by_file = model.predict_proba(tmp_path / "fast.wav")
    np.testing.assert_allclose(model.predict_proba(double, 2 * TONE_RATE_HZ), by_file, atol=1e-3)


def test_a_source_that_cannot_be_read_keeps_its_place(model, paths, tmp_path):
    (tmp_path / "bad.wav").write_bytes(b"no sound")
    sources = [paths[0], tmp_path / "bad.wav", tmp_path / "gone.wav", np.zeros(0, "f"), paths[1]]
    found = list(model.predictions(sources))
    assert [prediction.error is None for prediction in found] == [True, False, False, False, True]
    bad = found[1].to_dict()
    assert (bad["label"], bad["score"], bad["scores"]) == (None, None, {})
    assert "bad.wav" in bad["error"]
    assert found[3].path == "<samples>"
    with pytest.warns(UserWarning, match=r"bad\.wav|gone\.wav|samples must be mono"):
        rows = model.predict_proba(sources)
    assert np.isnan(rows).all(axis=1).tolist() == [False, True, True, True, False]
    with pytest.warns(UserWarning, match=r"bad\.wav|gone\.wav|samples must be mono"):
        answers = model.predict(sources)
    assert [answer is None for answer in answers] == [False, True, True, True, False]


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        (np.zeros((1, 2, 100), np.float32), r"mono, shape \(samples,\); got shape \(2, 100\)"),
        (np.float32([[0, np.nan]]), "NaN or infinite"),
        (np.zeros(100, np.int16), "floats from -1 to 1, got int16; divide 16-bit samples by 32768"),
    ],
)
def test_samples_that_are_no_mono_sound_are_told(model, samples, words):
    (prediction,) = model.predictions(samples)
    assert prediction.label is None
    with pytest.raises(AudioError, match=words):
        raise AudioError(prediction.error)


def test_a_rate_that_is_none_is_told(model):
    (prediction,) = model.predictions(np.zeros(100, np.float32), rate_hz=0)
    with pytest.raises(ConfigError, match="rate_hz must be a positive whole number"):
        raise ConfigError(prediction.error)


def test_a_long_recording_is_answered_window_by_window(model, tmp_path):
    rng = np.random.default_rng(0)
    sound = np.concatenate([tone_sound(label, rng, 25.0) for label in TONE_CLASSES])
    soundfile.write(tmp_path / "long.wav", sound, TONE_RATE_HZ)
    by_blocks = model.windows_proba(tmp_path / "long.wav")  # blocks of ten seconds
    whole = model.windows_proba(load_audio(tmp_path / "long.wav")[0])
    frames = -(-len(sound) // model.config.window.hop_samples)
    assert len(whole) == -(-frames // model.config.window.frames)
    np.testing.assert_allclose(by_blocks, whole, atol=1e-6)
    row = model.predict_proba(tmp_path / "long.wav")[0]
    np.testing.assert_allclose(row, whole.mean(axis=0), atol=1e-6)


def test_a_part_of_a_file_is_answered_as_its_samples(model, tone_folder):
    path = next(tone_folder.rglob("*.wav"))
    samples = load_audio(path)[0][800:2400]
    got = model.clip_windows(path, 0.1, 0.3)[0]
    np.testing.assert_allclose(got, model.windows_proba(samples), atol=1e-6)
    np.testing.assert_array_equal(model.clip_windows(path)[0], model.windows_proba(path))


def test_predictions_are_those_of_training(model, tone_run, tone_folder):
    """The saved graph answers the test part as the network did when it was scored."""
    with np.load(tone_run / "answers.npz") as answers:
        wanted = answers["probabilities"]
    lines = (tone_run / "predictions.csv").read_text().splitlines()[1:]
    names = [tone_folder / line.split(",")[0] for line in lines]
    np.testing.assert_allclose(model.predict_proba(names), wanted, atol=1e-4)


def test_the_shortest_sound_is_answered(model):
    for samples in (1, 2, 100):
        assert np.isfinite(model.predict_proba(np.full(samples, 0.1, np.float32))).all()


def test_the_score_on_held_out_clips_comes_with_the_model(model, tone_run):
    import json

    card = model.scorecard
    assert card.to_dict() == json.loads((tone_run / "scorecard.json").read_text())
    assert card.split["kind"] == "holdout"
