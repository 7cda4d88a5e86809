"""Baselines of trivial cues: what they find, that they are kept without loss, and hard cases."""

import io

import numpy as np
import pytest

from earmark.errors import ConfigError
from earmark.evaluation.baselines import majority
from earmark.evaluation.cue_baselines import (
    MOST_NEIGHBOURS,
    CueBaselines,
    fit_cues,
    neighbours_for,
)


def rng():
    return np.random.default_rng(0)


def timbres(clips=90, classes=3, columns=6, seed=0):
    draw = np.random.default_rng(seed)
    targets = np.arange(clips) % classes
    return draw.normal(size=(clips, columns)) + 2 * np.eye(classes, columns)[targets], targets


def stored(baselines):
    """Through an npz file and back."""
    file = io.BytesIO()
    np.savez(file, **baselines.to_arrays())
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        return CueBaselines.from_arrays({name: arrays[name] for name in arrays.files})


def test_a_class_in_the_middle_is_found():
    loud = np.array([-40, -38, -36, -20, -19, -18, -5, -4, -3], float)[:, None].repeat(4, 0)
    loud += rng().normal(0, 0.1, loud.shape)
    targets = np.repeat([0, 0, 0, 1, 1, 1, 0, 0, 0], 4)
    found = fit_cues({"loudness": loud}, targets, 2, rng())
    asked = np.array([[-39.0], [-19.0], [-4.0]])
    assert found.answers({"loudness": asked})["loudness"].tolist() == [0, 1, 0]


@pytest.mark.parametrize("classes", [2, 3])
def test_the_regression_is_that_of_scikit_learn(classes):
    linear = pytest.importorskip("sklearn.linear_model")
    rows, targets = timbres(classes=classes)
    found = fit_cues({"mfcc": rows}, targets, classes, rng())
    scaled = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    wanted = linear.LogisticRegression(max_iter=300).fit(scaled, targets)
    np.testing.assert_allclose(
        found.probabilities({"mfcc": rows}), wanted.predict_proba(scaled), atol=1e-6
    )
    assert found.answers({"mfcc": rows})["mfcc"].tolist() == wanted.predict(scaled).tolist()


def test_nothing_is_lost_in_the_file():
    rows, targets = timbres()
    rhythms = np.random.default_rng(1).normal(size=(90, 10)).astype(np.float32)
    values = {"loudness": rows[:, :1].astype(np.float32), "rhythm": rhythms, "mfcc": rows}
    found = fit_cues(values, targets, 3, rng())
    again = stored(found)
    assert again.names == found.names == ("loudness", "rhythm", "mfcc")
    for name, answers in found.answers(values).items():
        assert again.answers(values)[name].tolist() == answers.tolist()
    assert again.answers({"mfcc": rows}).keys() == {"mfcc"}  # a cue that is not given is left out


def test_many_clips_are_drawn_from():
    rows, targets = timbres(clips=MOST_NEIGHBOURS + 500)
    found = fit_cues({"duration": rows[:, :1]}, targets, 3, rng())
    assert len(found.targets) == len(found.neighbours["duration"]) == MOST_NEIGHBOURS
    assert len(np.unique(found.targets)) == 3
    assert found.k["duration"] == neighbours_for("duration", MOST_NEIGHBOURS) == 45


def test_what_is_nan_or_never_changes_does_no_harm():
    rows, targets = timbres()
    rows[:, 2] = 7.0
    rows[:5] = np.nan
    found = fit_cues({"loudness": rows[:, :1], "mfcc": rows}, targets, 3, rng())
    answers = found.answers({"loudness": rows[:, :1], "mfcc": rows})
    assert (answers["mfcc"][5:] == targets[5:]).mean() > 0.7
    assert set(answers["mfcc"][:5]) <= {0, 1, 2}
    silent = fit_cues({"mfcc": np.full((4, 6), np.nan)}, [0, 1, 0, 1], 2, rng())
    assert silent.logistic is None
    assert silent.answers({"mfcc": rows}) == {}
    with pytest.raises(ConfigError, match="no logistic regression"):
        silent.probabilities({"mfcc": rows})


def test_a_class_without_training_clips_is_never_answered():
    rows, targets = timbres(classes=2)
    found = fit_cues({"mfcc": rows}, targets * 2, 3, rng())
    assert set(found.answers({"mfcc": rows})["mfcc"]) == {0, 2}
    one = fit_cues({"mfcc": rows}, np.ones(90, int), 3, rng())
    assert one.answers({"mfcc": rows})["mfcc"].tolist() == majority([1], 90).tolist()


def test_several_labels_are_answered_each_by_itself():
    rows, classes = timbres()
    marks = np.eye(4, dtype=int)[classes]  # no clip has the last label
    marks[:, 0] |= classes == 1
    found = stored(fit_cues({"mfcc": rows, "loudness": rows[:, :1]}, marks, 4, rng()))
    assert found.names == ("mfcc",)
    scores = found.probabilities({"mfcc": rows})
    assert ((scores >= 0) & (scores <= 1)).all()
    answered = scores >= found.threshold
    assert (answered == marks.astype(bool)).mean() > 0.85
    assert not answered[:, 3].any()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"targets": None}, "not the arrays of baselines"),
        ({"mfcc bias": np.zeros((2, 2))}, "not the arrays of baselines"),
        ({"values loudness": np.zeros((3, 1))}, "as long, got 90 and 3"),
        ({"k loudness": np.zeros(5)}, "not the arrays of baselines"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(change, text):
    rows, targets = timbres()
    arrays = fit_cues({"loudness": rows[:, :1], "mfcc": rows}, targets, 3, rng()).to_arrays()
    arrays |= change
    with pytest.raises(ConfigError, match=text):
        CueBaselines.from_arrays({name: a for name, a in arrays.items() if a is not None})


def test_bad_training_parts_are_refused():
    with pytest.raises(ConfigError, match="as long, got 2 and 3"):
        fit_cues({"loudness": np.zeros((3, 1))}, [0, 1], 2, rng())
    with pytest.raises(ConfigError, match="at least 1 training clip"):
        fit_cues({}, [], 2, rng())
