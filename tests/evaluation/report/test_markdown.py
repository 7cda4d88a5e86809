"""The same facts as Markdown, in which no name becomes markup."""

import json

import pytest

from earmark.evaluation.report import as_json, as_markdown
from tests.evaluation.report.documents import comparison, document


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
