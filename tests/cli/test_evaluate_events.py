"""`earmark evaluate` of a detector: the card of events in 80 columns, or its document."""

import json

import pytest

from tests.inference.pitch_detector import write_detector, write_scenes

pytest.importorskip("onnx")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """`mon modèle` and `mes scènes`, the second with labels in a folder beside them too."""
    root = tmp_path_factory.mktemp("events")
    write_detector(root / "mon modèle")
    marks = {"a b.wav": [("low", 0.5, 1.5), ("owl", 2, 3)], "leer.wav": []}
    write_scenes(root / "mes scènes", marks)
    return root


def test_the_card_or_its_document_is_printed(earmark, place):
    result = earmark("evaluate", place / "mon modèle", place / "mes scènes")
    assert "Event F1" in result.stdout
    assert "2 recordings in 2 groups" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "unknown label: owl: 1 event of a class" in result.stderr
    text = earmark("evaluate", place / "mon modèle", place / "mes scènes", "--format", "json")
    document = json.loads(text.stdout)
    assert document["kind"] == "events"
    assert document["events"] == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["mon modèle", "not there"], "not there"),
        (["mon modèle", "mes scènes", "--labels", "nothing.csv"], "nothing.csv"),
        (["mon modèle", "mon modèle"], "no sound below"),
        (["mon modèle", "mes scènes", "--against", "mon modèle"], "one at a time"),
    ],
)
def test_what_cannot_be_scored_is_said(earmark, place, options, words, monkeypatch):
    monkeypatch.chdir(place)
    result = earmark("evaluate", *options, status=1)
    assert words in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
