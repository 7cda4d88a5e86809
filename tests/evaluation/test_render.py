"""The card in a terminal: all there, never wider than 80 columns, labels never read as markup."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from earmark.evaluation.intervals import Interval
from earmark.evaluation.leak import Leak
from earmark.evaluation.render import card_table, worst_confusions
from earmark.evaluation.scorecard import Scorecard, pool
from earmark.evaluation.terminal import percent, split_line

from .sample_cards import make_card


def text(card, width=80):
    file = io.StringIO()
    Console(file=file, width=width).print(card_table(card))
    return file.getvalue()


def test_everything_is_shown():
    card = make_card(baselines={"tempo": [0] * 40})
    shown = text(card)
    band = card.clip.accuracy
    assert f"{100 * band.value:.1f} % [{100 * band.low:.1f}, {100 * band.high:.1f}]" in shown
    for word in ("Balanced accuracy", "Macro F1", "Windows", "Majority", "Tempo", "Brier"):
        assert word in shown
    for word in ("40 clips in 8 groups", "120 windows", "95 % interval", "grouped by cd"):
        assert word in shown
    assert "[red]oiseau[/red]" in shown
    assert "chien à poil" in shown


def test_baselines_stand_strongest_first_each_with_its_intervals():
    right = [clip % 3 for clip in range(40)]
    card = make_card(
        skill=50.0,
        clips=40,
        baselines={
            "tempo": [*right[:25], *[0] * 15],
            "[b]rhythm, as estimated from the sound[/b]": right,
            "annotated tempo": [*right[:30], *[0] * 10],
        },
    )
    lines = text(card).splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("Baseline"))
    assert "Model above it" in lines[start]
    rows = lines[start + 2 : start + 6]
    assert [row.split()[0][:5] for row in rows] == ["[b]rh", "Annot", "Tempo", "Major"]
    for name, row in zip(("annotated tempo", "tempo", "majority"), rows[1:], strict=True):
        assert percent(card.baselines[name]["accuracy"]) in row
        assert f"  {100 * card.baselines[name]['macro_f1'].value:.1f} %  " in row
        assert f"{100 * card.baselines[name]['margin'].value:.1f} [" in row
    assert rows[0].count("100.0 %") == 2
    assert "0.0 [" in rows[0]
    assert max(len(line.rstrip()) for line in lines) <= 80


@pytest.mark.parametrize("skill", [0.0, 2.0, 50.0])
@pytest.mark.parametrize("windows", [True, False])
def test_no_line_is_wider_than_80_or_cut(skill, windows):
    cards = {str(i): make_card(i, skill=skill, windows=windows) for i in range(10)}
    shown = text(pool(cards, {"kind": "group folds", "folds": 10}))
    assert max(len(line.rstrip()) for line in shown.splitlines()) <= 80
    assert "…" not in shown
    assert "Folds" in shown


def test_a_long_label_is_cut_and_an_absent_class_is_a_dash():
    names = ("a" * 60, "b", "never")
    card = make_card(names=names, clips=2)
    shown = text(card)
    assert "a" * 29 + "…" in shown
    assert "–" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_a_score_that_does_not_beat_the_baseline_says_so():
    shown = " ".join(text(make_card(skill=0.0)).split())
    assert "Not shown to beat the majority baseline" in shown
    assert "Not shown" not in text(make_card(skill=50.0))


def test_the_strongest_baseline_that_is_not_beaten_is_named():
    right = [clip % 3 for clip in range(40)]
    card = make_card(skill=50.0, baselines={"mfcc": right, "loudness": [0] * 40})
    shown = " ".join(text(card).split())
    assert "Not shown to beat the MFCC baseline: it scores 100.0 %, and the model is 0.0 [" in shown
    worse = " ".join(text(make_card(skill=0.5, baselines={"mfcc": right})).split())
    below = -100 * make_card(skill=0.5, baselines={"mfcc": right}).baselines["mfcc"]["margin"].value
    assert f"and the model is {below:.1f} [" in worse
    assert "points below it" in worse


def test_a_card_of_old_is_shown_without_what_it_has_not():
    document = make_card(skill=0.0).to_dict()
    for part in ("clip", "window"):
        del document[part]["mean_average_precision"], document[part]["reliability"]
        for figures in document[part]["per_class"].values():
            del figures["average_precision"]
    del document["baselines"]["majority"]["margin"]
    shown = " ".join(text(Scorecard.from_dict(document)).split())
    assert "Mean avg. precision" not in shown
    assert "Not shown to beat the majority baseline" in shown
    assert "may be as low as" in shown


def test_leaks_are_told_within_80_columns():
    leak = Leak("accuracy", Interval(1.0, 1.0, 1.0), Interval(0.5, 0.0, 1.0))
    card = replace(make_card(), leak=leak, leak_of_baseline=leak)
    assert Scorecard.from_dict(card.to_dict()) == card
    shown = text(card)
    assert max(len(line.rstrip()) for line in shown.splitlines()) <= 80
    assert "Leak         a random split would claim 100.0 %" in shown
    assert "by MFCC alone a random split would claim 100.0 % [100.0, 100.0]" in shown
    alone = text(replace(card, leak=None))
    assert "Leak         by MFCC alone" in alone


def test_worst_confusions_are_ordered_and_off_the_diagonal():
    card = make_card(skill=0.3)
    worst = worst_confusions(card.clip, most=3)
    assert len(worst) == 3
    assert [count for *_, count in worst] == sorted((c for *_, c in worst), reverse=True)
    assert all(truth != answer for truth, answer, _ in worst)


def test_split_without_plain_values():
    assert split_line({"parts": [1, 2]}) == "not stated"
