"""`earmark lr` by its own entry point."""

import json

import pytest

QUICK = ("--model", "simple", "--precision", "float32", "--workers", "1", "--batch-size", "8")


def test_a_table_with_every_rule_the_choice_and_why(earmark, sounds, tmp_path):
    out = tmp_path / "é rate"
    shown = earmark("lr", sounds, *QUICK, "--out", out).stdout
    for words in ("chosen", "Why:", "Picture:", "Numbers:"):
        assert words in shown
    lines = [line for line in shown.splitlines() if str(out) not in line]
    assert max(map(len, lines)) <= 80
    assert {path.name for path in out.iterdir()} == {"learning_rate.json", "learning_rate.png"}
    error = earmark("lr", sounds, *QUICK, "--out", out, status=1).stderr
    assert "is not empty: choose another folder by --out" in error


def test_the_same_as_json_and_the_same_again(earmark, sounds, tmp_path):
    command = ("lr", sounds, *QUICK, "--format", "json", "--out")
    first, again = (json.loads(earmark(*command, tmp_path / n).stdout) for n in ("a", "b"))
    assert first["how"] in ("range test", "usual")
    assert first["rate"] == again["rate"]
    assert first["losses"] == again["losses"]
    assert len(first["rates"]) == len(first["smoothed"])


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("lr --model simpl", "unknown model 'simpl'; did you mean simple"),
        ("lr --epochs 0", "--epochs must be above 0, got 0"),
        ("train --learning-rate fast", "--learning-rate takes a number such as 0.003, or auto"),
    ],
)
def test_a_wrong_option_is_named(earmark, sounds, option, words):
    verb, *options = option.split()
    assert words in earmark(verb, sounds, *options, status=1).stderr
