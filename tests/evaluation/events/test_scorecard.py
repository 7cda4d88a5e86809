import io
import json

import numpy as np
import pytest
from rich.console import Console

from earmark.datasets.strong import Event
from earmark.errors import ConfigError
from earmark.evaluation.events import EventScorecard, event_track, score_events
from earmark.evaluation.events.render import card_table

CLASSES = ("cat", "dog")


def recordings(number=40, skill=0.7, seed=0):
    """Truth, answers with scores, and lengths: each event is found with probability `skill`."""
    rng = np.random.default_rng(seed)
    truth, answers = {}, {}
    for at in range(number):
        onsets = 0.5 + 3 * np.arange(3) + rng.random(3)
        events = [Event(str(rng.choice(CLASSES)), float(t), float(t) + 1.5) for t in onsets]
        truth[f"{at}.wav"] = events
        found = [Event(e.label, e.onset_s, e.offset_s, 0.9) for e in events if rng.random() < skill]
        if rng.random() < 0.3:
            found.append(Event("dog", 9.8, 10.0, float(rng.uniform(0.2, 0.8))))
        answers[f"{at}.wav"] = found
    return truth, answers, dict.fromkeys(truth, 10.0)


def card_of(number=40, **more):
    truth, answers, lengths = recordings(number)
    tracks = {name: event_track(found, CLASSES) for name, found in answers.items()}
    return score_events(
        truth, answers, CLASSES, durations_s=lengths, tracks=tracks, resamples=200, **more
    )


@pytest.fixture(scope="module")
def card():
    return card_of(split={"kind": "holdout"})


def test_every_figure_has_its_interval(card):
    for name, band in card.figures.items():
        assert band.low <= band.value <= band.high, name
        assert band.low < band.high, name
    assert card.figures["event_f1"].value == pytest.approx(0.77, abs=0.06)
    assert card.figures["event_f1"].high - card.figures["event_f1"].low < 0.25
    assert (card.recordings, card.groups, card.events, card.duration_s) == (40, 40, 120, 400)


def test_perfect_answers_have_an_interval_still():
    truth, _, lengths = recordings(6)
    sure = {name: [Event(e.label, e.onset_s, e.offset_s, 1) for e in truth[name]] for name in truth}
    tracks = {name: event_track(found, CLASSES) for name, found in sure.items()}
    found = score_events(truth, sure, CLASSES, durations_s=lengths, tracks=tracks, resamples=100)
    for name in ("event_f1", "segment_f1", "intersection_f1", "psds1", "psds2"):
        band = found.figures[name]
        assert (band.value, band.high) == (1, 1), name
        assert 0.3 < band.low < 0.95, name
    assert found.figures["event_error_rate"].low == 0 < found.figures["event_error_rate"].high


def test_few_groups_make_wide_intervals():
    many = card_of()
    half = {f"{at}.wav": f"place {at % 4}" for at in range(40)}
    few = card_of(groups=half)
    assert few.groups == 4
    width = [c.figures["event_f1"].high - c.figures["event_f1"].low for c in (many, few)]
    assert width[1] > width[0]
    assert few.figures["event_f1"].value == many.figures["event_f1"].value


def test_the_same_seed_gives_the_same_card():
    assert card_of(12) == card_of(12)


def test_the_baseline_answers_everything_throughout(card):
    assert set(card.baselines) == {"everything"}
    assert card.baselines["everything"]["event_f1"].value == 0
    assert 0.2 < card.baselines["everything"]["segment_f1"].value < 0.9


def test_a_baseline_of_ones_own_stands_beside_it():
    truth, answers, _ = recordings(6)
    found = score_events(truth, answers, CLASSES, baselines={"nothing": {}}, resamples=50)
    assert found.baselines["nothing"]["event_error_rate"].value == 1
    assert found.duration_s is None
    assert found.figures["psds1"] is None


def test_overlaps_of_one_label_are_one_and_counted():
    truth = {"a": [Event("dog", 0, 2), Event("dog", 1, 3)]}
    found = score_events(truth, {"a": [Event("dog", 0, 3)]}, ["dog"], resamples=50)
    assert (found.figures["event_f1"].value, found.events, found.merged) == (1, 1, 1)


def test_a_truth_without_events_has_no_figures():
    found = score_events({"a": []}, {"a": [Event("dog", 0, 1)]}, ["dog"], durations_s={"a": 2.0})
    assert set(found.figures.values()) == {None}
    assert found.per_class[0].answered == 1
    json.dumps(found.to_dict(), allow_nan=False)
    assert "nothing can be said" in shown(found)


def test_the_document_is_the_card(card):
    document = json.loads(json.dumps(card.to_dict(), allow_nan=False))
    assert document["kind"] == "events"
    assert EventScorecard.from_dict(document) == card
    with pytest.raises(ConfigError, match="not a score card of events: KeyError 'psds2'"):
        EventScorecard.from_dict({k: v for k, v in document.items() if k != "psds2"})


def shown(card, width=80):
    out = io.StringIO()
    Console(width=width, file=out).print(card_table(card))
    return out.getvalue()


def test_the_card_fits_80_columns_and_says_what_matters(card):
    text = shown(card)
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text
    for words in ("Event F1", "PSDS1", "Everything", "40 recordings in 40 groups", "holdout"):
        assert words in text
    assert "Not shown to beat" not in text


def test_long_names_are_cut_to_fit():
    label = "a very long label, longer than anyone would give to a class of sounds"
    truth = {"a": [Event(label, 0, 1), Event("[bold]", 2, 3)]}
    tracks = {"a": event_track([Event(label, 0, 1, 0.5)], [label, "[bold]"])}
    found = score_events(
        truth, {}, [label, "[bold]"], durations_s={"a": 5.0}, tracks=tracks, resamples=50
    )
    text = shown(found)
    assert max(map(len, text.splitlines())) <= 80
    assert "[bold]" in text
    assert "Not shown to beat the baseline 'everything'" in " ".join(text.split())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"truth": {}}, "at least 1 recording, got 0"),
        ({"classes": ["dog"]}, "unknown label 'cat'"),
        ({"groups": {}}, "that of '0.wav' is lacking"),
        ({"answers": {"x": []}}, "'x' .1 in all. is not among the 3"),
        ({"durations_s": {}}, "that of '0.wav' is not known .3 of 3."),
        ({"resamples": 1}, "resamples must be at least 2, got 1"),
        ({"confidence": 1}, "confidence must lie between 0 and 1, got 1"),
    ],
)
def test_bad_input_is_refused(change, message):
    truth, answers, lengths = recordings(3)
    given = {"truth": truth, "answers": answers, "classes": CLASSES, "durations_s": lengths}
    with pytest.raises(ConfigError, match=message):
        score_events(**(given | {"tracks": {}} | change))
