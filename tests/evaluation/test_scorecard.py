"""The score card: its document, its hard cases, and pooling folds."""

import json

import numpy as np
import pytest

from earmark.errors import ConfigError
from earmark.evaluation import Scorecard, pool, score

from .sample_cards import NAMES, make_card

SPLIT = {"kind": "holdout"}


def test_document_has_every_figure():
    card = make_card()
    document = json.loads(json.dumps(card.to_dict(), allow_nan=False))
    assert set(document) == {"clip", "window", "baselines", "classes", "split", "confidence"}
    assert set(document["clip"]) == {
        "accuracy", "balanced_accuracy", "macro_f1", "count", "groups", "per_class",
        "confusion", "ece", "brier", "nll", "mean_average_precision", "reliability",
    }  # fmt: skip
    assert set(document["window"]) == set(document["clip"])
    assert set(document["clip"]["accuracy"]) == {"value", "low", "high"}
    assert list(document["clip"]["per_class"]) == list(NAMES) == document["classes"]
    assert set(document["clip"]["per_class"]["chat"]) == {
        "precision", "recall", "f1", "support", "average_precision",
    }  # fmt: skip
    assert (document["clip"]["count"], document["window"]["count"]) == (40, 120)
    assert np.sum(document["clip"]["confusion"]) == 40
    assert document["baselines"]["majority"]["accuracy"]["value"] < 0.5
    assert document["split"] == {"kind": "group folds", "grouped_by": "cd", "seed": 0}


@pytest.mark.parametrize("windows", [True, False])
def test_round_trip(windows):
    card = make_card(windows=windows)
    back = Scorecard.from_dict(json.loads(json.dumps(card.to_dict())))
    assert back == card
    assert back.raw is None
    pooled = pool({"1": card, "2": make_card(1, windows=windows)}, SPLIT)
    assert Scorecard.from_dict(json.loads(json.dumps(pooled.to_dict()))) == pooled
    with pytest.raises(ConfigError, match="not a score card: KeyError 'classes'"):
        Scorecard.from_dict({})


def test_a_class_without_test_clips_is_none_not_nan():
    card = score([0, 0, 1], [[0.8, 0.1, 0.1]] * 3, None, NAMES, train_targets=[2], split=SPLIT)
    document = json.loads(json.dumps(card.to_dict(), allow_nan=False))
    absent = document["clip"]["per_class"]["[red]oiseau[/red]"]
    assert absent.pop("support") == 0
    assert set(absent.values()) == {None}
    assert document["clip"]["balanced_accuracy"]["value"] == 0.5
    assert document["window"] is None
    assert document["baselines"]["majority"]["accuracy"]["value"] == 0


def test_a_single_clip():
    card = score([1], [[0.0, 1.0, 0.0]], ["a"], NAMES, train_targets=[1], split=SPLIT)
    assert card.clip.accuracy.value == 1
    assert card.clip.accuracy.low < 0.25
    json.dumps(card.to_dict(), allow_nan=False)


def test_more_baselines_stand_beside_the_majority():
    targets = np.arange(40) % 3
    card = make_card(baselines={"tempo": targets})
    assert list(card.baselines) == ["majority", "tempo"]
    assert card.baselines["tempo"]["accuracy"].value == 1


def test_pooling_joins_the_folds():
    cards = {str(i): make_card(i, clips=20 + 10 * i) for i in range(3)}
    whole = pool(cards, {"kind": "group folds", "folds": 3})
    assert whole.clip.count == 90
    assert whole.clip.groups == sum(card.clip.groups for card in cards.values())
    right = sum(np.trace(card.clip.matrix) for card in cards.values())
    assert whole.clip.accuracy.value == pytest.approx(right / 90)
    assert whole.window is not None
    assert whole.window.count == 270
    np.testing.assert_array_equal(
        whole.clip.matrix, sum(card.clip.matrix for card in cards.values())
    )
    document = whole.to_dict()
    assert [fold["name"] for fold in document["folds"]] == ["0", "1", "2"]
    assert set(document["folds"][0]) >= {"name", "clip", "window", "baselines", "split"}
    values = [card.clip.accuracy.value for card in cards.values()]
    mean = document["mean_over_folds"]["accuracy"]
    assert mean["values"] == values
    assert mean["mean"] == pytest.approx(np.mean(values))
    assert mean["sd"] == pytest.approx(np.std(values, ddof=1))


def test_pooling_one_fold_has_no_spread():
    card = make_card()
    whole = pool({"only": card}, SPLIT)
    assert whole.clip == card.clip
    assert whole.mean_over_folds()["accuracy"]["sd"] is None


def test_pooling_errors():
    card = make_card()
    with pytest.raises(ConfigError, match="at least 1 fold, got 0"):
        pool({}, SPLIT)
    with pytest.raises(ConfigError, match=r"same classes .* in fold 'b'"):
        pool({"a": card, "b": make_card(names=("x", "y"))}, SPLIT)
    with pytest.raises(ConfigError, match="fold 'a' has no arrays to pool"):
        pool({"a": Scorecard.from_dict(card.to_dict())}, SPLIT)
    with pytest.raises(ConfigError, match="windows in every fold or in none, got 1 of 2"):
        pool({"a": card, "b": make_card(1, windows=False)}, SPLIT)


GOOD = {"targets": [0, 1], "probabilities": [[0.9, 0.1], [0.2, 0.8]], "groups": None,
        "classes": ["a", "b"], "train_targets": [0], "split": SPLIT}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"targets": [], "probabilities": np.zeros((0, 2))}, "at least 1 label, got 0"),
        ({"probabilities": [[0.9, 0.3], [0.2, 0.8]]}, "row 0 sums to 1.2"),
        ({"probabilities": [[0.9, 0.1], [np.nan, 0.8]]}, "got NaN or infinity in 1 of 2 rows"),
        ({"probabilities": [[0.9, 0.1]]}, r"shape \(2, 2\), got \(1, 2\)"),
        ({"classes": ["a", "a"]}, "classes must differ"),
        ({"groups": ["x"]}, r"groups must have shape \(2,\), got \(1,\)"),
        ({"train_targets": [5]}, r"train_targets must lie in 0..1, got 5..5"),
        ({"window_targets": [0]}, "go together, got one of them"),
        ({"window_targets": [0], "window_probabilities": [[1, 0]]}, "window_groups must name"),
        ({"baselines": {"tempo": [0]}}, "baseline 'tempo' must have 2 answers, got 1"),
    ],
)
def test_errors(change, text):
    with pytest.raises(ConfigError, match=text):
        score(**(GOOD | change))
