"""`earmark detect`: every format, names that lead back to the sounds, nothing overwritten."""

import json
import os
import pty
import re

import pytest

from earmark.datasets.strong import match_recordings, read_annotations
from tests.detector import write_detector, write_scene

from .conftest import start

EVENTS = {
    "monday.wav": (("low", 0.5, 1.0), ("high", 0.8, 1.6)),
    "sub folder/déjà vu.wav": (("high", 0.2, 0.4),),
    "silence.wav": (),
}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return write_detector(tmp_path_factory.mktemp("models") / "tones")


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    root = tmp_path_factory.mktemp("data") / "recordings"
    for name, events in EVENTS.items():
        write_scene(root / name, 2, events)
    return root


def known(annotations):
    """Without scores, as they were made."""
    return {
        name: tuple((event.label, event.onset_s, event.offset_s) for event in events)
        for name, events in annotations.items()
    }


def test_json_is_one_document_of_the_agreed_form(earmark, model, recordings):
    result = earmark("detect", model, recordings, "--format", "json")
    rows = json.loads(result.stdout)
    assert [row["path"] for row in rows] == [str(recordings / name) for name in sorted(EVENTS)]
    for row, name in zip(rows, sorted(EVENTS), strict=True):
        assert set(row) == {"path", "events"}
        found = [(event["label"], event["onset_s"], event["offset_s"]) for event in row["events"]]
        assert found == list(EVENTS[name])
        assert all(0.9 < event["score"] <= 1 for event in row["events"])
    assert result.stderr == ""


def test_csv_is_a_label_table_of_the_sounds_as_they_were_given(
    earmark, model, recordings, tmp_path
):
    text = earmark("detect", model, recordings, "--format", "csv").stdout
    assert text.splitlines()[0] == "file,onset_s,offset_s,label,score"
    place = tmp_path / "new folder" / "events.csv"
    earmark("detect", model, recordings, "--format", "csv", "--out", place)
    assert place.read_text() == text
    found, paths = match_recordings(read_annotations(place), recordings)
    assert len(paths) == 3
    assert known(found) == EVENTS
    assert found["monday.wav"][0].score == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("kind", ["audacity", "raven"])
def test_label_files_lead_back_to_their_recordings(earmark, model, recordings, tmp_path, kind):
    out = tmp_path / "tracks"
    assert earmark("detect", model, recordings, "--format", kind, "--out", out).stdout == ""
    annotations, paths = match_recordings(read_annotations(out), recordings)
    assert known(annotations) == EVENTS
    assert paths == {name: recordings / name for name in EVENTS}
    assert annotations.problems == ()


def test_files_of_one_name_keep_their_folders(earmark, model, tmp_path):
    one = write_scene(tmp_path / "a" / "x.wav", 1, [("low", 0.2, 0.4)])
    two = write_scene(tmp_path / "b" / "x.wav", 1, [("high", 0.2, 0.4)])
    out = tmp_path / "tracks"
    earmark("detect", model, one, two, "--format", "audacity", "--out", out)
    annotations, _ = match_recordings(read_annotations(out), tmp_path)
    assert {name: events[0].label for name, events in annotations.items()} == {
        "a/x.wav": "low",
        "b/x.wav": "high",
    }


def test_one_recording_needs_no_folder(earmark, model, recordings, tmp_path):
    path = recordings / "monday.wav"
    text = earmark("detect", model, path, "--format", "audacity").stdout
    assert text == "0.500000\t1.000000\tlow\n0.800000\t1.600000\thigh\n"
    earmark("detect", model, path, "--format", "audacity", "--out", tmp_path / "monday.txt")
    assert (tmp_path / "monday.txt").read_text() == text


def test_what_may_hold_corrections_is_never_overwritten(earmark, model, recordings, tmp_path):
    for kind, name in (("audacity", "tracks"), ("csv", "events.csv"), ("json", "events.json")):
        args = ("detect", model, recordings, "--format", kind, "--out", tmp_path / name)
        earmark(*args)
        assert "is there already" in earmark(*args, status=1).stderr
    corrected = tmp_path / "tracks" / "monday.wav.txt"
    corrected.write_text("0\t1\tdog\n")
    told = earmark(
        "detect", model, recordings / "monday.wav", "--format", "audacity",
        "--out", tmp_path / "tracks", status=1,
    ).stderr  # fmt: skip
    assert "may hold corrections; choose another --out" in told
    assert corrected.read_text() == "0\t1\tdog\n"


def test_a_file_that_cannot_be_read_does_not_stop_the_others(earmark, model, recordings, tmp_path):
    bad, good = tmp_path / "bad.wav", recordings / "monday.wav"
    bad.write_bytes(b"no sound")
    rows = json.loads(earmark("detect", model, bad, good, "--format", "json").stdout)
    assert "bad.wav" in rows[0]["error"]
    assert len(rows[1]["events"]) == 2
    told = earmark("detect", model, bad, good, "--format", "csv")
    assert str(bad) not in told.stdout
    assert "1 of 2 files could not be read" in told.stderr
    assert "bad.wav" in told.stderr
    out = tmp_path / "tracks"
    earmark("detect", model, bad, good, "--format", "audacity", "--out", out)
    assert [path.name for path in out.iterdir()] == ["monday.wav.txt"]
    for kind in ("table", "csv", "json"):
        earmark("detect", model, bad, tmp_path / "none.wav", "--format", kind, status=1)


def test_tabs_for_a_pipe(earmark, model, recordings):
    lines = earmark("detect", model, recordings).stdout.splitlines()
    assert lines[0].startswith(f"{recordings}/monday.wav\t0.500\t1.000\tlow\t")
    assert f"{recordings}/silence.wav\tno event" in lines


def test_a_terminal_gets_lines_no_wider_than_it_is(model, recordings, tmp_path):
    long = write_scene(tmp_path / ("long " * 20) / "name.wav", 2, [("low", 0.5, 1)])
    shown, inside = pty.openpty()
    missing = tmp_path / "missing"
    process = start("detect", model, recordings, long, missing, stdout=inside, NO_COLOR="1")
    process.communicate(timeout=60)
    os.close(inside)
    text = re.sub(r"\x1b\[[0-9;]*m", "", os.read(shown, 1 << 16).decode())
    os.close(shown)
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    assert "  0:00.50 to 0:01.00  low   100.0 %" in lines
    assert any(line.endswith("silence.wav  no event in 0:02.00") for line in lines)
    assert any("error: no such file" in line for line in lines)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--format", "audacity"), "gives a file for each of 3 recordings: name a folder"),
        (("--out", "x"), "--out goes with --format csv, json, audacity or raven"),
        (("--threshold", "2"), r"--threshold must be in \[0, 1\], got 2"),
        (("--step", "0.5"), "--step is for classifiers"),
    ],
)
def test_impossible_wishes_are_told(earmark, model, recordings, args, words):
    assert re.search(words, earmark("detect", model, recordings, *args, status=1).stderr)


def test_a_threshold_of_ones_own(earmark, model, tmp_path):
    path = write_scene(tmp_path / "a.wav", 2, [("low", 0.5, 1)])
    assert "low" in earmark("detect", model, path).stdout
    table = earmark("detect", model, path, "--threshold", "0").stdout
    assert "0.000\t2.000\thigh" in table


def test_pictures_are_drawn(earmark, model, recordings, tmp_path):
    out = tmp_path / "pictures"
    earmark("detect", model, recordings, "--pictures", out)
    found = {path.relative_to(out).as_posix() for path in out.rglob("*.png")}
    assert found == {f"{name}.png" for name in EVENTS}
    (tmp_path / "file").write_text("")
    told = earmark(
        "detect", model, recordings / "monday.wav", "--pictures", tmp_path / "file", status=1
    )
    assert "cannot be written" in told.stderr
    assert "low" in told.stdout


def test_a_classifier_slides_and_says_so(earmark, trained, sounds):
    path = sounds / "low" / "00.wav"
    result = earmark("detect", trained / "model", path, "--format", "json", "--step", "0.1")
    (row,) = json.loads(result.stdout)
    assert set(row) == {"path", "events"}
    assert "events are crude" in result.stderr


def test_predict_points_to_it(earmark, model, recordings):
    assert "earmark detect" in earmark("predict", model, recordings, status=1).stderr
