"""The same facts as Markdown, in which no name becomes markup."""

import json

import pytest

from earmark.evaluation.report import as_json, as_markdown
from tests.evaluation.report.documents import band, comparison, document


def test_every_section_is_there_and_no_tag():
    text = as_markdown(document())
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings[1:] == [
        "## The data",
        "## The audit",
        "## The split",
        "## The score card",
        "## Pictures",
        "## The worst mistakes",
        "## Labels that look wrong",
        "## Repeat it",
    ]
    assert "<script>" not in text
    assert r"a\|b \*c\*" in text
    assert "![Confusion](<confusion.png>)" in text


def test_what_the_score_card_tells_is_there_too():
    made = document()
    made["card"]["baselines"]["loudness"]["margin"] = band(-0.05, -0.12, 0.02)
    text = as_markdown(made)
    assert "| Loudness | 40.0 % | 30.0 to 50.0 | −5.0 \\[−12.0, +2.0\\] |" in text
    assert "Calibration: expected error 5.0 % (before: 9.0 %)." in text
    assert "| Given a class | 95.0 % | 90.0 to 98.0 |" in text


@pytest.mark.parametrize("made", [document(), comparison()], ids=["run", "comparison"])
def test_every_row_of_a_table_has_as_many_cells(made):
    rows = 0
    for block in as_markdown(made).split("\n\n"):
        lines = [line for line in block.splitlines() if line.startswith("|")]
        cells = {line.replace(r"\|", "").count("|") for line in lines}
        assert len(cells) <= 1, block
        rows += len(lines)
    assert rows > 20


def test_json_is_one_document_without_sounds():
    found = json.loads(as_json(comparison()))
    assert found["comparison"]["clips"] == 30
    assert "data:" not in as_json(comparison())
