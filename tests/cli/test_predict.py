"""`earmark predict`: every format of sound, every format of answer, and nothing else on stdout."""

import csv
import io
import json
import os
import pty
import re
import sys
from pathlib import Path

import pytest
import soundfile

from earmark.audio import is_audio

from .conftest import PITCHES_HZ, RATE_HZ, start, tone

FORMATS = ("wav", "flac", "mp3", "ogg", "aiff")
CLASSES = ["high", "low", "mid"]


@pytest.fixture(scope="module")
def five(tmp_path_factory):
    """The same low tone in five formats."""
    root = tmp_path_factory.mktemp("five")
    for name in FORMATS:
        soundfile.write(root / f"tone.{name}", tone(200, 5), RATE_HZ)
    return [root / f"tone.{name}" for name in FORMATS]


def test_json_is_one_document_of_the_agreed_form(earmark, trained, five):
    result = earmark("predict", trained / "model", *five, "--format", "json")
    rows = json.loads(result.stdout)
    assert [row["path"] for row in rows] == [str(path) for path in five]
    for row in rows:
        assert list(row) == [
            *("path", "label", "score", "scores"),
            *("nearest", "familiarity", "is_unknown"),
        ]
        assert list(row["scores"]) == CLASSES
        assert row["score"] == row["scores"][row["label"]] == max(row["scores"].values())
        assert sum(row["scores"].values()) == pytest.approx(1, abs=1e-5)
        assert row["scores"]["low"] == pytest.approx(rows[0]["scores"]["low"], abs=0.05)
    assert result.stderr == ""


def test_csv_and_table_say_the_same(earmark, trained, five):
    rows = json.loads(earmark("predict", trained / "model", *five, "--format", "json").stdout)
    text = earmark("predict", trained / "model", *five, "--format", "csv").stdout
    table = list(csv.DictReader(io.StringIO(text)))
    assert list(table[0]) == [
        *("path", "label", "score", *CLASSES),
        *("nearest", "familiarity", "error"),
    ]
    lines = earmark("predict", trained / "model", *five).stdout.splitlines()
    for row, cells, line in zip(rows, table, lines, strict=True):
        assert cells["path"] == row["path"]
        assert cells["label"] == row["label"]
        assert float(cells["score"]) == pytest.approx(row["score"], abs=1e-6)
        assert line.startswith(f"{row['path']}\t{row['label']}\t{100 * row['score']:.1f} %\t(")


def test_a_folder_gives_the_sounds_in_it(earmark, trained, sounds):
    rows = json.loads(earmark("predict", trained / "model", sounds, "--format", "json").stdout)
    assert [row["path"] for row in rows] == [
        str(path) for path in sorted(sounds.rglob("*")) if is_audio(path)
    ]
    assert {Path(row["path"]).parent.name for row in rows} == set(PITCHES_HZ)


def test_a_terminal_gets_columns_no_wider_than_it_is(trained, five):
    zero = five[0].with_name("zero.wav")
    zero.touch()
    shown, inside = pty.openpty()
    process = start("predict", trained / "model", *five, zero, stdout=inside, NO_COLOR="1")
    process.communicate(timeout=30)
    os.close(inside)
    text = re.sub(r"\x1b\[[0-9;]*m", "", os.read(shown, 1 << 16).decode())
    os.close(shown)
    rows = text.splitlines()
    assert max(map(len, rows)) <= 80
    assert len({row.index(" %") for row in rows[: len(FORMATS)]}) == 1
    assert len({row.index("low") for row in rows[: len(FORMATS)]}) == 1
    assert "zero.wav  error: the file is empty" in rows[len(FORMATS)]


def test_memory_stays_the_same_for_a_long_recording(trained, tmp_path):
    peaks = []
    for minutes in (1, 20):
        path = tmp_path / f"{minutes}.wav"
        with soundfile.SoundFile(path, "w", 44_100, 1, subtype="PCM_16") as file:
            for _ in range(minutes):
                file.write(tone(200, 1, seconds=60 * 44_100 / RATE_HZ))
        code = (
            "import resource, sys; from earmark.cli import build_app\n"
            "build_app()(sys.argv[1:], standalone_mode=False)\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
        )
        process = start("predict", trained / "model", path, python=("-c", code))
        _, error = process.communicate(timeout=60)
        peaks.append(int(error.split()[-1]) * (1 if sys.platform == "darwin" else 1024))
    assert peaks[1] - peaks[0] < 16 << 20  # the sound alone is 106 MB, decoded 212 MB


def test_the_reader_of_a_pipe_may_leave(trained, sounds):
    process = start("predict", trained / "model", sounds)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    process.wait(timeout=30)
    assert process.stderr is not None
    with process.stderr:
        assert "Traceback" not in process.stderr.read()


def test_a_name_that_is_no_text_is_printed_as_valid_json(trained, tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.wav"
    soundfile.write(tmp_path / "cafe.wav", tone(200, 5), RATE_HZ)
    (tmp_path / "cafe.wav").rename(os.fsdecode(path))
    process = start("predict", trained / "model", tmp_path, "--format", "json")
    out, _ = process.communicate(timeout=30)
    (row,) = json.loads(out)
    assert os.fsencode(row["path"]) == path
    assert row["label"] == "low"
