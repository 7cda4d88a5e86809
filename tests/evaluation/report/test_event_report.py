"""A card of events is told in words, and no section speaks of clips that there are none of."""

import json

import pytest

from earmark.evaluation.report import as_html, as_json, as_markdown
from earmark.evaluation.report.event_words import meaning
from earmark.evaluation.report.page import view
from earmark.evaluation.report.verdict import verdict, warnings
from tests.evaluation.report.documents import NASTY, band, detection, events_card
from tests.evaluation.report.test_page import Page


def nothing_known():
    """The card of recordings without any event."""
    card = events_card()
    card |= dict.fromkeys([name for name, value in card.items() if isinstance(value, dict)
                           and "value" in value])  # fmt: skip
    nothing = dict.fromkeys(card["error_parts"]["event"])
    each = {name: value | dict.fromkeys(value) | {"events": 0, "answered": 2}
            for name, value in card["per_class"].items()}  # fmt: skip
    return card | {
        "error_parts": {"event": nothing, "segment": nothing}, "per_class": each, "events": 0,
        "baselines": {"everything": {}},
    }  # fmt: skip


def test_the_verdict_says_when_and_what_beside_the_strongest_baseline_of_each():
    assert verdict(events_card()) == (
        "Finds events with an F1 of 50.0 % in 200 recordings that training had not heard (95 % "
        "interval 40.0 to 60.0): the begin within 0.2 s, the end within 0.2 s or a fifth of the "
        "event. The strongest baseline, loudness, gets 10.0 %: shown to beat it. Second by second "
        "its F1 is 70.0 % (65.0 to 75.0). The strongest baseline there, everything, gets 30.0 %: "
        "shown to beat it."
    )


def test_a_baseline_that_is_not_beaten_is_a_warning():
    made = detection() | {"card": events_card(loudness=0.45)}
    assert (
        "Not shown to beat the baseline loudness: it has an event F1 of 45.0 %, and the model may "
        "score as low as 40.0 %."
    ) in warnings(made)
    made["card"]["segment_f1"] = band(0.35, 0.25, 0.45)
    assert any("it has a segment F1 of 30.0 %" in one for one in warnings(made))
    assert "not shown to beat it" in verdict(made["card"])


def test_classes_without_events_and_few_groups_are_told():
    found = warnings(detection() | {"card": events_card() | {"groups": 3}})
    assert any(one.endswith("so nothing is known of owl.") for one in found)
    assert any(one.startswith("The scored recordings come from 3 groups only") for one in found)


def test_figures_come_to_sentences():
    assert meaning(events_card()) == [
        "Of 100 events it finds 55 in their time, takes 5 for another class and misses 40. For "
        "every 100 events it gives 35 answers that fit none.",
        "It knows what is heard better than when: its F1 by the second is 20 points above that of "
        "events, whose begin and end must fit.",
        "It answers less than there is: 20 events, where the truth has 30.",
        "Weakest are a|b *c* (20.0 %).",
    ]
    assert meaning(nothing_known()) == []


@pytest.mark.parametrize("card", [events_card(), nothing_known()], ids=["events", "none"])
def test_the_page_is_whole_and_escapes_every_name(card):
    text = as_html(detection() | {"card": card})
    page = Page(text)
    assert "<script>alert" not in text
    anchors = set(page.values("id"))
    for key in ("events", "scenes", "data", "curves"):
        assert key in anchors
    assert not {"card", "confusion", "mistakes"} & anchors
    assert "90</b> recordings" in text
    assert len(page.named("rect")) == 8


def test_a_page_of_nothing_known_says_so_in_place_of_a_figure():
    shown = view(detection() | {"card": nothing_known()})
    assert shown["headline"] is None
    assert shown["verdict"].startswith("No event is known in 200 recordings")


def test_shares_of_the_history_are_drawn():
    titles = [panel.title for panel in view(detection())["curves"]["panels"]]
    assert titles[:2] == ["Loss", "Event F1"]


@pytest.mark.parametrize("card", [events_card(), nothing_known()], ids=["events", "none"])
def test_markdown_has_the_same_and_its_tables_are_even(card):
    text = as_markdown(detection() | {"card": card})
    assert "## The score card" in text
    assert "200 recordings in 40 groups" in text
    assert "| found badly | events | found | missed | in vain |" in text
    assert "90 recordings of 3 classes" in text
    cells = 0
    for line in text.splitlines():
        number = line.replace(r"\|", "").count("|")
        assert number == 0 or cells in (0, number), line
        cells = number


def test_markdown_tells_baselines_and_errors():
    text = as_markdown(detection())
    assert "| Loudness | 10.0 % | 5.0 to 20.0 |" in text
    assert "| Event error rate | 0.80 | 0.70 to 1.20 | 0.05 | 0.40 | 0.35 |" in text
    assert NASTY not in text


def test_json_has_every_figure():
    found = json.loads(as_json(detection()))
    assert found["card"]["kind"] == "events"
    assert found["scenes"]["worst"][0]["missed"] == 1
