"""The multi-label card: both ways, its baseline, its document, its folds."""

import io
import json

import numpy as np
import pytest
from rich.console import Console

from earmark.errors import ConfigError
from earmark.evaluation import cards
from earmark.evaluation.aggregate import by_largest
from earmark.evaluation.multilabel import MultilabelScorecard, pool, score
from earmark.evaluation.multilabel.render import card_table, score_table
from earmark.evaluation.scorecard import Scorecard
from tests.evaluation.sample_cards import make_card as single_card

from .cards import make_card, some_answers

HOLDOUT = {
    "thresholds": {"mean": 0.5, "sum": 0.55},
    "train_counts": [2, 1],
    "train_clips": 2,
    "split": {"kind": "holdout"},
    "resamples": 50,
}


def printed(card):
    console = Console(width=80, file=io.StringIO())
    console.print(cards.card_table(card))
    return console.file.getvalue()


def test_both_ways_are_scored_with_their_own_thresholds():
    # a faint clip: nothing reaches .5, but its loudest label is found in the normalised sum
    card = score([[1, 0], [1, 1]], [[0.3, 0.1], [0.9, 0.8]], None, ["a", "b"], **HOLDOUT)
    assert card.by_aggregate["mean"].micro_f1.value == pytest.approx(0.8)
    assert card.by_aggregate["sum"].micro_f1.value == 1.0
    assert card.by_aggregate["sum"].threshold == 0.55
    assert card.clip is card.by_aggregate["mean"]
    assert card.by_aggregate["sum"].ece is None  # normalised scores are no probabilities


def test_the_figures_of_each_class_are_counted_by_hand():
    card = score(
        [[1, 0], [1, 1], [0, 1]], [[0.9, 0.6], [0.4, 0.7], [0.1, 0.8]], None, "ab", **HOLDOUT
    )
    first, second = card.clip.per_class
    assert (first.precision, first.recall, first.support) == (1.0, 0.5, 2)
    assert (second.precision, second.recall) == (pytest.approx(2 / 3), 1.0)
    assert first.f1 == pytest.approx(2 / 3)
    assert (first.average_precision, second.average_precision) == (1.0, 1.0)
    assert card.clip.micro_f1.value == pytest.approx(6 / 8)
    assert card.clip.exact_match.value == pytest.approx(1 / 3)
    assert card.clip.brier == pytest.approx((0.01 + 0.36 + 0.36 + 0.09 + 0.01 + 0.04) / 6)


def test_the_baseline_always_answers_the_most_frequent_labels_of_training():
    train = {"train_counts": [4, 1], "train_clips": 4}
    card = score([[1, 0], [0, 1]], [[0.9, 0.1], [0.2, 0.9]], None, "ab", **(HOLDOUT | train))
    figures = card.baselines["most common"]
    assert figures["micro_f1"].value == pytest.approx(0.5)  # "a" alone, right once, wrong once
    assert figures["mean_average_precision"].value == pytest.approx(0.5)
    assert figures["exact_match"].value == 0.5


def test_the_document_makes_the_card_again():
    card = make_card()
    document = json.loads(json.dumps(card.to_dict(), allow_nan=False))
    assert document["kind"] == "multilabel"
    assert document["clip"] == document["by_aggregate"]["mean"]
    assert cards.read_card(document) == card
    assert isinstance(cards.read_card(single_card().to_dict()), Scorecard)
    with pytest.raises(ConfigError, match="not a multi-label score card: KeyError"):
        MultilabelScorecard.from_dict({"classes": ["a"]})


def test_a_multi_label_document_is_told_from_a_single_label_one():
    with pytest.raises(ConfigError, match=r"read it with MultilabelScorecard\.from_dict"):
        Scorecard.from_dict(make_card().to_dict())


def test_folds_are_pooled():
    folds = {str(seed): make_card(seed, aggregate="sum") for seed in (1, 2)}
    card = cards.pool_cards(folds, {"kind": "folds"})
    assert card.clip.count == 120
    assert card.window.count == 360
    assert card.clip.groups == 16
    assert card.aggregate == "sum"
    assert card.clip.threshold == 0.55
    values = card.mean_over_folds()["micro_f1"]["values"]
    assert values == [fold.clip.micro_f1.value for fold in folds.values()]
    document = json.loads(json.dumps(card.to_dict()))
    assert cards.read_card(document).folds[0][0] == "1"


def test_each_fold_is_answered_at_its_own_threshold():
    strict = make_card(1, thresholds={"mean": 1.0, "sum": 1.0})
    card = pool({"1": strict, "2": make_card(2)}, {"kind": "folds"})
    assert card.clip.threshold is None
    answered = card.raw.ways["mean"].answers
    assert not answered[:60].any()
    assert answered[60:].any()
    assert "each fold's own threshold" in printed(card)


def test_folds_that_do_not_fit_are_refused():
    with pytest.raises(ConfigError, match="pooling needs at least 1 fold"):
        pool({}, {})
    with pytest.raises(ConfigError, match="folds must have the same aggregate mean, got sum in"):
        pool({"1": make_card(1), "2": make_card(2, aggregate="sum")}, {})
    with pytest.raises(ConfigError, match="it was read from a file"):
        pool({"1": cards.read_card(make_card().to_dict())}, {})
    with pytest.raises(ConfigError, match="windows in every fold or in none, got 1 of 2"):
        pool({"1": make_card(1), "2": make_card(2, windows=False)}, {})
    with pytest.raises(ConfigError, match="must all be multi-label or none"):
        cards.pool_cards({"1": make_card(1), "2": single_card()}, {})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"targets": [[0, 0], [0, 0]]}, "targets must hold at least 1 label, got 0 in 2 rows"),
        ({"targets": [[1, 2], [0, 1]]}, "targets must be 0 or 1"),
        ({"targets": [1, 0]}, r"targets must have shape \(clips, 2\), got \(2,\)"),
        ({"scores": [[0.5, 0.5]]}, r"scores must have shape \(2, 2\), got \(1, 2\)"),
        ({"scores": [[0.5, np.nan], [0, 1]]}, "scores must be finite.*first in row 0"),
        ({"scores": [[0.5, 1.5], [0, 1]]}, r"scores must lie in \[0, 1\], got 0 to 1\.5"),
        ({"aggregate": "max"}, "aggregate must be mean or sum, got 'max'"),
        ({"window_targets": [[1, 0]]}, "window_targets and window_scores go together"),
        ({"groups": ["a"]}, r"groups must have shape \(2,\), got \(1,\)"),
        ({"classes": "aa"}, "classes must differ from each other"),
    ],
)
def test_what_does_not_fit_is_refused(changes, words):
    fits = {
        "targets": [[1, 0], [1, 1]],
        "scores": [[0.9, 0.1], [0.9, 0.9]],
        "groups": None,
        "classes": "ab",
    }
    with pytest.raises(ConfigError, match=words):
        score(**(fits | HOLDOUT | changes))


@pytest.mark.parametrize("windows", [True, False])
def test_the_table_fits_80_columns_and_tells_everything(windows):
    many = tuple(f"a very long label of some instrument {i}" for i in range(3))
    for card in (make_card(windows=windows), make_card(names=many, skill=9.0, windows=windows)):
        text = printed(card)
        assert max(map(len, text.splitlines())) <= 80
        for words in ("Micro F1", "Exact match", "Most common", "Other way", "Calibration"):
            assert words in text
    assert "[red]oiseau[/red]" in printed(make_card())  # a label is no markup


def test_a_card_that_beats_nothing_says_so():
    assert "Not shown to beat the most common baseline" in printed(make_card(skill=0.0))
    assert "Not shown" not in printed(make_card(skill=9.0, clips=200))


def test_the_markdown_table_has_both_ways_and_the_baseline():
    lines = score_table(make_card()).splitlines()
    assert [line.split(" |")[0] for line in lines[2:]] == [
        "| per clip, mean of windows",
        "| per clip, normalised sum of windows",
        "| per window",
        "| baseline: most common",
    ]


def test_the_main_figure_is_micro_f1():
    card = make_card()
    assert cards.main_figure(card) == ("micro F1", card.clip.micro_f1)
    assert cards.main_figure(single_card())[0] == "accuracy"
    assert card_table(card)


def test_the_normalised_sum_is_the_sum_over_the_largest():
    _, windows = some_answers(0, 7)
    total = windows.sum(axis=0)
    np.testing.assert_allclose(by_largest(windows.mean(axis=0)), total / total.max())
