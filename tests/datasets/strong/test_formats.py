"""What every registered kind of label file has to keep, and what each does with others' files."""

import importlib
import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from earmark.datasets.strong import Annotations, Event, read_annotations, write_annotations
from earmark.datasets.strong.event import in_order
from earmark.datasets.strong.formats import LABEL_FORMATS
from earmark.datasets.words import clean_label
from earmark.errors import ConfigError, DatasetError

each_format = pytest.mark.parametrize("name", list(LABEL_FORMATS))
DOG = Event("dog", 0.5, 1.25)


def good_label(text):
    return text and clean_label(text) == text


labels = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
labels = labels.filter(good_label)
names = st.text("ab 1é,;'\"#.", min_size=1, max_size=8).map(lambda text: f"x{text}x.wav")
micro = st.integers(0, 10**11).map(lambda value: value / 1e6)
scores = st.none() | st.floats(-10, 10, allow_subnormal=False)
events = st.builds(
    lambda label, a, b, score: Event(label, min(a, b), max(a, b), score),
    labels, micro, micro, scores,
)  # fmt: skip
recordings = st.dictionaries(names, st.lists(events, max_size=4), min_size=1, max_size=3)


def breaks_lines(label):
    return re.search("[\t\n\r\0]", label)


def unscored(given_):
    return {
        name: in_order(Event(e.label, e.onset_s, e.offset_s) for e in found)
        for name, found in given_.items()
    }


@each_format
@settings(max_examples=30, deadline=None)
@given(given_=recordings, lengths=st.booleans())
@example(given_={"a b.wav": [Event("tab\there", 0, 1)]}, lengths=False)
@example(given_={"é,.wav": [Event('"quoted", é\nand broken', 0, 1)]}, lengths=True)
@example(given_={"a.wav": [Event("\\", 0, 0), Event("a", 0, 1), Event("a", 0.5, 0.7)]}, lengths=0)
def test_what_is_written_is_read_back(name, given_, lengths, tmp_path_factory):
    kind = LABEL_FORMATS[name]()
    place = tmp_path_factory.mktemp("labels") / f"out{kind.suffixes[0]}"
    durations = dict.fromkeys(given_, 123.5) if lengths else {}
    written = Annotations({k: in_order(v) for k, v in given_.items()}, durations)
    out = place.parent / "many" if kind.one_recording else place
    refused = kind.one_recording and name != "jams" and any(map(breaks_lines, written.labels))
    if refused:
        with pytest.raises(DatasetError, match=r"has a (tab|line break|NUL) in it, for which"):
            write_annotations(written, out, name)
        return
    write_annotations(written, out, name)
    for how in (name, None):
        found = read_annotations(out, how)
        assert found.problems == ()
        assert unscored(found) == unscored(written)
        if kind.keeps_scores:
            key = repr
            for recording in written:
                assert sorted(found[recording], key=key) == sorted(written[recording], key=key)
        if kind.keeps_durations:
            assert found.durations_s == durations


@each_format
def test_an_empty_file_is_no_events(name, tmp_path):
    kind = LABEL_FORMATS[name]()
    if name == "jams":
        return  # an empty file is no JSON
    (tmp_path / f"a.wav{kind.suffixes[0]}").touch()
    found = read_annotations(tmp_path / f"a.wav{kind.suffixes[0]}", name)
    assert found.count == 0
    assert list(found) == (["a.wav"] if kind.one_recording else [])


@each_format
def test_a_recording_without_events_is_kept(name, tmp_path):
    kind = LABEL_FORMATS[name]()
    out = tmp_path / ("many" if kind.one_recording else f"all{kind.suffixes[0]}")
    write_annotations(Annotations({"a.wav": (), "b.wav": (DOG,)}), out, name)
    assert dict(read_annotations(out)) == {"a.wav": (), "b.wav": (DOG,)}


@each_format
def test_every_format_is_told(name):
    page = Path(__file__).parents[3] / "docs" / "events.md"
    assert f"`{name}`" in page.read_text(encoding="utf-8")


def read_text(tmp_path, text, name="labels.csv", how=None):
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_annotations(path, how)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize(
    "names", ["file,onset_s,offset_s,label", "Filename, Onset ,offset,event_label"]
)
def test_usual_tables(tmp_path, delimiter, start, names):
    lines = f"{names}\r\na.wav,0.5,1.25,dog\r\n\r\nb.wav,,,\r\n".replace(",", delimiter)
    assert dict(read_text(tmp_path, start + lines)) == {"a.wav": (DOG,), "b.wav": ()}


def test_decimal_commas(tmp_path):
    text = "file;onset_s;offset_s;label\na.wav;0,5;1,25;dog\n"
    assert read_text(tmp_path, text)["a.wav"] == (DOG,)
    assert read_text(tmp_path, "0,5\t1,25\tdog\n", "a.txt")["a"] == (DOG,)


def test_a_bad_row_is_told_with_its_line_and_the_rest_is_kept(tmp_path):
    rows = [
        "a.wav,2,1,dog",
        "a.wav,0.5,1.25,dog",
        "a.wav,x,1,dog",
        "a.wav,-1,1,dog",
        "a.wav,nan,1,dog",
        "a.wav,0,,dog",
        "a.wav,0,1,",
        ",0,1,dog",
        "spoilt.wav,3,1,dog",
    ]
    found = read_text(tmp_path, "\n".join(["file,onset_s,offset_s,label", *rows]))
    assert dict(found) == {"a.wav": (DOG,)}  # spoilt.wav is no empty scene
    assert [(p.path, p.detail) for p in found.problems] == [
        ("a.wav", "labels.csv, line 2: the offset (1 s) must not be before the onset (2 s)"),
        ("a.wav", "labels.csv, line 4: the onset must be a number; got 'x'"),
        ("a.wav", "labels.csv, line 5: the onset must be seconds, 0 or more; got '-1'"),
        ("a.wav", "labels.csv, line 6: the onset must be seconds, 0 or more; got 'nan'"),
        ("a.wav", "labels.csv, line 7: the offset must be a number; got ''"),
        ("a.wav", "labels.csv, line 8: the label is empty"),
        ("", "labels.csv, line 9: the name of the recording is empty"),
        ("spoilt.wav", "labels.csv, line 10: the offset (1 s) must not be before the onset (3 s)"),
    ]


@pytest.mark.parametrize(
    ("text", "name", "how", "message"),
    [
        ("file,onset\na,1\n", "a.csv", None, r"is no label file that Earmark reads .*'file,onset'"),
        (
            "file,onset\na,1\n",
            "a.csv",
            "table",
            r"needs the columns file, onset_s, .*has: file, on",
        ),
        ("file,onset\na,1\n", "a.tsv", "desed", "needs the columns filename, onset, offset, event"),
        ("x\ty\n", "a.txt", "raven", r"needs the columns Begin Time \(s\).*first line has: x, y"),
        ("a\0\tb", "a.txt", "raven", "bytes that are no text"),
        (b"\xff\xfe\x00", "a.txt", None, r"is not UTF-8 text \(byte 0\)"),
        ('file,onset_s,offset_s,label\na,1,2,"dog\n', "a.csv", None, "line 2: .*not closed"),
        ("file,onset_s,offset_s,label\na,2,1,dog\n", "a.csv", None, "no label in .* can be used"),
        ("{", "a.jams", None, "not JSON that can be read"),
        ("{}", "a.jams", None, "has a list 'annotations'"),
        ('{"annotations": [{"namespace": "beat"}]}', "a.jams", None, "of the namespace beat;"),
        ("dog from 1 to 2", "a.txt", "audacity", "the onset must be a number; got 'dog from"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path, text, name, how, message):
    with pytest.raises(DatasetError, match=message):
        read_text(tmp_path, text, name, how)


def test_an_unknown_format_lists_the_known(tmp_path):
    (tmp_path / "a.txt").touch()
    with pytest.raises(ConfigError, match="unknown label format 'audacty'; did you mean audacity"):
        read_annotations(tmp_path / "a.txt", "audacty")


def test_a_missing_file_offers_the_near_one(tmp_path):
    (tmp_path / "labels.csv").touch()
    with pytest.raises(DatasetError, match=r"did you mean 'labels.csv'"):
        read_annotations(tmp_path / "label.csv")


def test_audacity_with_frequencies_and_points(tmp_path):
    text = "0.500000\t1.250000\tdog\n\\\t100.0\t2000.0\n3.000000\t3.000000\tclick\n"
    assert read_text(tmp_path, text, "my song.txt")["my song"] == (DOG, Event("click", 3, 3))


def test_a_label_track_without_a_label_is_told(tmp_path):
    found = read_text(tmp_path, "0\t1\t\n0.5\t1.25\tdog\n", "a.txt")
    assert found["a"] == (DOG,)
    assert found.problems[0].detail == "a.txt, line 1: the label is empty"


def test_raven_with_two_views_and_columns_of_its_own(tmp_path):
    head = "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\tSpecies\tMood"
    rows = [f"1\t{view}\t1\t0.5\t1.25\t100\tdog\tgood" for view in ("Waveform 1", "Spectrogram 1")]
    text = "\n".join([head, *rows])
    for name in ("a.wav.Table.1.selections.txt", "a.wav.selections.txt", "a.wav.txt"):
        assert dict(read_text(tmp_path, text, name)) == {"a.wav": (DOG,)}


def test_raven_over_several_files(tmp_path):
    head = "Selection\tBegin Time (s)\tEnd Time (s)\tBegin File\tFile Offset (s)\tAnnotation"
    text = f"{head}\n1\t60.5\t61.25\tb.wav\t0.5\tdog\n2\t0.5\t1.25\ta.wav\t0.5\tdog\n"
    assert dict(read_text(tmp_path, text, "all.txt")) == {"b.wav": (DOG,), "a.wav": (DOG,)}


def test_scaper_events_of_the_foreground(tmp_path):
    def observation(role, label):
        return {"time": 0.5, "duration": 0.75, "value": {"label": label, "role": role}}

    data = [observation("background", "street"), observation("foreground", "dog")]
    document = {
        "annotations": [{"namespace": "scaper", "data": data}, {"namespace": "beat", "data": []}],
        "file_metadata": {"duration": 10.0},
    }
    found = read_text(tmp_path, json.dumps(document), "scene.jams")
    assert dict(found) == {"scene": (DOG,)}
    assert found.durations_s == {"scene": 10.0}


def test_two_annotations_of_one_recording_are_told(tmp_path):
    one = {"namespace": "tag_open", "data": [{"time": 0.5, "duration": 0.75, "value": "dog"}]}
    columns = {"time": [0.5], "duration": [0.75], "value": ["cat"]}
    two = {"namespace": "segment_open", "data": columns}  # as old files have them
    found = read_text(tmp_path, json.dumps({"annotations": [one, two]}), "a.jams")
    assert found["a"] == (DOG,)
    assert [p.kind for p in found.problems] == ["several annotations"]
    assert read_text(tmp_path, json.dumps({"annotations": [two]}), "b.jams")["b"][0].label == "cat"


def test_a_folder_keeps_what_is_good(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_text("0.5\t1.25\tdog\n")
    (tmp_path / "sub" / "ö 1.txt").write_text("")
    (tmp_path / "README.txt").write_text("these are labels")
    (tmp_path / "more.csv").write_text("file,onset_s,offset_s,label\na,3,4,cat\n")
    found = read_annotations(tmp_path)
    assert dict(found) == {"a": (DOG, Event("cat", 3, 4)), "sub/ö 1": ()}
    assert [(p.kind, p.path) for p in found.problems] == [
        ("unreadable labels", "README.txt"),
        ("labelled twice", "a"),
    ]


def test_an_empty_folder_says_what_is_looked_for(tmp_path):
    with pytest.raises(DatasetError, match=r"no label file below .*they end in .*\.jams"):
        read_annotations(tmp_path)


def test_one_label_that_cannot_be_written_does_not_lose_the_others(tmp_path):
    bad = Annotations({"a.wav": (Event("a\tb", 0, 1),), "b.wav": (DOG,), "../c": (DOG,)})
    with pytest.raises(DatasetError, match=r"2 of 3 recordings not written: a.wav: .*has a tab"):
        write_annotations(bad, tmp_path / "out", "audacity")
    assert dict(read_annotations(tmp_path / "out")) == {"b.wav": (DOG,)}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_one_recording_may_be_given_a_file(tmp_path):
    (path,) = write_annotations(Annotations({"a.wav": (DOG,)}), tmp_path / "a.txt", "audacity")
    assert path.read_text() == "0.500000\t1.250000\tdog\n"


def test_places_that_do_not_fit_the_format(tmp_path):
    two = Annotations({"a": (DOG,), "b": ()})
    (tmp_path / "file.txt").touch()
    with pytest.raises(ConfigError, match="is a file; audacity has one a recording"):
        write_annotations(two, tmp_path / "file.txt", "audacity")
    with pytest.raises(ConfigError, match="is a folder; table is one file"):
        write_annotations(two, tmp_path, "table")


def jams_python():
    """A Python that has the library: this one, or the one named by EARMARK_SED_PYTHON."""
    try:
        importlib.import_module("jams")
    except ImportError:
        return os.environ.get("EARMARK_SED_PYTHON")
    return "python"


@pytest.mark.skipif(jams_python() is None, reason="needs jams: set EARMARK_SED_PYTHON")
def test_jams_reads_what_is_written(tmp_path):
    good = Annotations({"a.wav": (Event("dög", 0.5, 1.25, 0.5),)}, {"a.wav": 9.0})
    (path,) = write_annotations(good, tmp_path / "a.jams", "jams")
    code = """
import sys, jams
found = jams.load(sys.argv[1], strict=True)
found.validate(strict=True)
one = found.annotations[0].data[0]
print(repr((one.time, one.duration, one.value, one.confidence, found.file_metadata.duration)))
"""
    done = subprocess.run(
        [jams_python(), "-W", "ignore", "-X", "utf8", "-c", code, str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "(0.5, 0.75, 'dög', 0.5, 9.0)"
