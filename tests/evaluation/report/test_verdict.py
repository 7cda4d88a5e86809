"""The head of a report says how good, against what, and what to doubt, and never flatters."""

import pytest

from earmark.evaluation.report.verdict import beaten, verdict, warnings
from tests.evaluation.report.documents import band, card, document


def test_the_strongest_baseline_is_the_one_that_is_named():
    assert "The strongest baseline, loudness, gets 40.0 %: shown to beat it." in verdict(card())


def test_an_interval_that_reaches_down_to_the_baseline_does_not_beat_it():
    close = card(value=0.5, baseline=0.45)
    assert beaten(close) is False
    assert verdict(close).endswith("loudness, gets 45.0 %: not shown to beat it.")
    (warning,) = warnings({"card": close, "grouped_by": "parent"})
    assert warning.startswith("Not shown to beat the baseline loudness: it scores 45.0 %")


def test_a_paired_difference_is_taken_before_the_interval():
    close = card(value=0.5, baseline=0.45)
    close["baselines"]["loudness"]["margin"] = band(0.05, 0.01, 0.09)
    assert beaten(close) is True
    close["baselines"]["loudness"]["margin"] = band(0.05, -0.03, 0.13)
    (warning,) = warnings({"card": close, "grouped_by": "parent"})
    assert warning.endswith("the model is 5.0 points [-3.0, 13.0] above it.")


def test_a_warning_tells_the_difference_as_the_score_card_does():
    close = card(value=0.5, baseline=0.55)
    close["baselines"]["loudness"]["margin"] = band(-0.05, -0.12, 0.02)
    (warning,) = warnings({"card": close, "grouped_by": "parent"})
    assert warning.endswith("scores 55.0 %, and the model is 5.0 points [-2.0, 12.0] below it.")


def test_a_weaker_baseline_that_may_be_as_good_is_a_warning_too():
    close = card(value=0.5, baseline=0.45)
    close["baselines"]["loudness"]["margin"] = band(0.05, 0.01, 0.09)
    close["baselines"]["majority"]["margin"] = band(0.4, -0.01, 0.6)
    (warning,) = warnings({"card": close, "grouped_by": "parent"})
    assert warning.startswith("Not shown to beat the baseline majority: it scores 10.0 %")


def test_a_good_run_has_no_warning_but_that_of_its_audit():
    (warning,) = warnings(document())
    assert warning.startswith("1 sound is there under more than one label")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"grouped_by": None}, "No groups are known"),
        ({"model": {"calibrated_on": 0}}, "Not calibrated"),
        ({"remarks": ["x is gone"]}, "x is gone"),
    ],
)
def test_what_is_doubtful_is_told(change, words):
    assert any(words in one for one in warnings(document() | change))


def test_a_leak_comes_first():
    values = document()
    values["card"]["split"]["leak"] = {"test_clips": 12, "pairs": 14}
    assert warnings(values)[0] == (
        "The split leaks, and that was allowed: 12 test clips have a copy in training."
    )


def test_few_groups_are_told():
    values = document()
    values["card"]["clip"]["groups"] = 3
    assert any("come from 3 groups only" in one for one in warnings(values))
