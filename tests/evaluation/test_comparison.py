"""The table of a comparison, and its documents."""

import io
import json

import pytest
from rich.console import Console

from earmark.evaluation.comparison import Comparison, Contender, comparison_table, short_count
from earmark.evaluation.intervals import Interval
from earmark.evaluation.paired import compare_paired


def contender(name, accuracy=0.81, **changes):
    band = Interval(accuracy, accuracy - 0.1, accuracy + 0.08)
    values = {
        "name": name,
        "model": name,
        "recipe": "modern",
        "accuracy": band,
        "macro_f1": band,
        "parameters": 122_824_648,
        "gmac": 7.891,
        "window_s": 30.2,
        "epochs": 500,
        "train_s": 23_456.7,
        "realtime": 1234.5,
    }
    return Contender(**values | changes)


def comparison(names=("vgg", "alexnet"), **changes):
    answers = {name: [0, 1, 0, number % 2] for number, name in enumerate(names)}
    paired = compare_paired([0, 1, 0, 1], answers, ["a", "b", "c", "d"]) if len(names) > 1 else ()
    figures = {"accuracy": Interval(0.16, 0.11, 0.22), "macro_f1": Interval(0.03, 0.02, 0.05)}
    values = {
        "contenders": tuple(contender(name) for name in names),
        "baselines": {"majority": figures, "tempo 5-NN": figures},
        "paired": paired,
        "split": {"name": "holdout", "description": "53 groups kept whole; seed 0"},
        "clips": 140,
    }
    return Comparison(**values | changes)


def printed(one, width=80):
    file = io.StringIO()
    Console(file=file, width=width).print(comparison_table(one))
    return file.getvalue()


def test_the_table_tells_everything_in_80_columns():
    text = printed(comparison(failed={"googlenet-modern": "training diverged: the loss"}))
    for words in (
        "81.0 % [71.0, 89.0]", "123 M", "7.891", "23457 s", "1234x", "majority", "tempo 5-NN",
        "16.0 % [11.0, 22.0]", "140 clips scored", "holdout · 53 groups kept whole · seed 0",
        "googlenet-modern", "failed: training diverged",
    ):  # fmt: skip
        assert words in text, words
    assert max(map(len, text.splitlines())) <= 80


def test_long_names_keep_it_within_80_columns():
    text = printed(comparison(("a-network-with-a-very-long-name:modern", "vgg")))
    assert max(map(len, text.splitlines())) <= 80
    assert "81.0 % [71.0, 89.0]" in text


def test_one_network_alone_has_no_pairs():
    assert "Paired" not in printed(comparison(("vgg",)))


def test_the_document_is_json_and_the_rows_are_flat():
    one = comparison()
    document = json.loads(json.dumps(one.to_dict(), allow_nan=False))
    assert [row["name"] for row in document["networks"]] == ["vgg", "alexnet"]
    assert document["networks"][0]["accuracy"]["value"] == 0.81
    assert set(document["baselines"]) == {"majority", "tempo 5-NN"}
    assert len(document["paired"]) == 1
    rows = one.rows()
    assert [row["name"] for row in rows] == ["vgg", "alexnet", "majority", "tempo 5-NN"]
    assert rows[0]["accuracy_low"] == pytest.approx(0.71)
    assert "gmac" not in rows[-1]


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (999, "999"), (1000, "1.00 k"), (12_345, "12.3 k"), (9_999_999, "10.00 M")],
)
def test_large_counts_are_short(number, text):
    assert short_count(number) == text
