"""Comparisons in words: the better first, never wider than 80 columns, names never markup."""

import io

import numpy as np
import pytest
from rich.console import Console

from earmark.evaluation.paired import compare_paired
from earmark.evaluation.paired_render import paired_sentence, paired_table


def text(tests, width=80):
    file = io.StringIO()
    Console(file=file, width=width).print(paired_table(tests))
    return file.getvalue()


def some(names, clips=698, groups=53):
    rng = np.random.default_rng(0)
    targets = rng.integers(8, size=clips)
    given = {
        name: np.where(rng.random(clips) < 0.9 - 0.08 * at, targets, (targets + 1) % 8)
        for at, name in enumerate(names)
    }
    return compare_paired(
        targets, given, None if groups is None else rng.integers(groups, size=clips)
    )


def test_the_better_one_comes_first():
    (test,) = some(["simple", "vgg"])
    (reverse,) = some(["vgg", "simple"])
    assert paired_sentence(test).startswith("simple over vgg: +")
    assert paired_sentence(reverse).startswith("vgg over simple: +")
    assert "points [" in paired_sentence(test)
    assert paired_sentence(test).endswith(" (Holm)")


def test_a_reversed_pair_reads_the_same():
    targets = np.arange(40) % 2
    good, poor = targets, np.where(np.arange(40) < 30, targets, 1 - targets)
    groups = np.arange(40) // 4
    (one,) = compare_paired(targets, {"good": good, "poor": poor}, groups)
    (other,) = compare_paired(targets, {"poor": poor, "good": good}, groups)
    assert paired_sentence(one) == paired_sentence(other)
    assert text([one]) == text([other])
    assert "10 : 0" in text([one])


def test_everything_is_shown():
    shown = text(some(["[red]vgg[/red]", "tempo", "majorité"]))
    for word in ("[red]vgg[/red] over tempo", "over majorité", "< .001", "Told apart", "yes"):
        assert word in shown
    plain = " ".join(shown.split())
    assert "698 clips in 53 groups" in plain
    assert "sign-flip test over groups, corrected for 3 pairs (Holm)" in plain
    assert "McNemar's test (mid-p)." in " ".join(text(some(["a", "b"], groups=None)).split())


@pytest.mark.parametrize("names", [["a" * 50, "b" * 50, "c"], ["a", "b" * 70, "d" * 20]])
def test_no_line_is_wider_than_80_and_only_names_are_cut(names):
    shown = text(some(names))
    lines = shown.splitlines()
    assert max(map(len, lines)) <= 80
    assert "Told apart" in lines[0]
    assert all(line.rstrip().endswith(("yes", "no")) for line in lines[2:5])
    assert all("]" in line and " : " in line for line in lines[2:5])


def test_level_models_and_none_at_all():
    targets = np.arange(30) % 3
    tests = compare_paired(targets, {"a": targets, "b": targets}, None)
    assert paired_sentence(tests[0]).startswith("a level with b: 0.0 points [-")
    assert paired_sentence(tests[0]).endswith("p = 1 (Holm)")
    assert "no" in text(tests)
    assert "nothing to compare" in text([])
