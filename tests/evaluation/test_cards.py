"""One place knows the kinds of score cards: each is read, shown and told by its main figure."""

import io
import json

import pytest
from rich.console import Console

from earmark.datasets.strong import Event
from earmark.errors import ConfigError
from earmark.evaluation.cards import (
    card_table,
    main_figure,
    pool_cards,
    read_card,
    scored_count,
)
from earmark.evaluation.events import EventScorecard, score_events
from earmark.evaluation.multilabel import score as score_labels
from tests.evaluation.sample_cards import make_card

DOG = (Event("dog", 1, 2),)


def events_card(truth=DOG):
    return score_events(
        {"a.wav": list(truth), "b.wav": []},
        {"a.wav": [Event("dog", 1.1, 2.1)]},
        ["cat", "dog"],
        durations_s={"a.wav": 5.0, "b.wav": 5.0},
        split={"kind": "unseen", "description": "2 recordings"},
        resamples=50,
    )


def labels_card():
    return score_labels(
        [[1, 0], [0, 1]], [[0.9, 0.2], [0.1, 0.7]], ["1", "2"], ["cello", "flute"],
        thresholds={"mean": 0.5, "sum": 0.5}, train_counts=[1, 1], train_clips=2, split={},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("make", "figure", "count"),
    [
        (make_card, "accuracy", "40 clips"),
        (labels_card, "micro F1", "2 clips"),
        (events_card, "event F1", "2 recordings"),
    ],
)
def test_every_kind_is_read_shown_and_told(make, figure, count):
    card = make()
    again = read_card(json.loads(json.dumps(card.to_dict())))
    assert type(again) is type(card)
    assert again.to_dict() == card.to_dict()
    name, band = main_figure(again)
    assert name == figure
    assert band.low <= band.value <= band.high
    assert scored_count(again) == count
    out = io.StringIO()
    Console(file=out, width=80).print(card_table(card))
    assert max(map(len, out.getvalue().splitlines())) <= 80


def test_cards_of_events_are_not_pooled_but_scored_at_once():
    card = events_card()
    with pytest.raises(ConfigError, match="give the recordings and answers of all folds to"):
        pool_cards({"fold 1": card, "fold 2": card}, {})
    with pytest.raises(ConfigError, match="score cards of events are not pooled"):
        pool_cards({"fold 1": card, "fold 2": make_card()}, {})


def test_recordings_without_events_have_no_main_figure():
    card = events_card(truth=())
    assert isinstance(card, EventScorecard)
    with pytest.raises(ConfigError, match="the truth of 2 recordings has no event"):
        main_figure(card)
