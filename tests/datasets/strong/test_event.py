import math

import pytest

from earmark.datasets.strong import Annotations, Event, match_recordings, merge_overlaps, tidy
from earmark.errors import DatasetError


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (("dog", 2, 1), r"the offset \(1 s\) must not be before the onset \(2 s\)"),
        (("dog", -1, 1), "the onset must be seconds, 0 or more; got -1"),
        (("dog", 0, math.nan), "the offset must be seconds, 0 or more; got nan"),
        (("dog", 0, math.inf), "the offset must be seconds, 0 or more; got inf"),
        ((" ", 0, 1), "the label is empty"),
        (("dog", 0, 1, math.nan), "the score must be a finite number, got nan"),
    ],
)
def test_an_event_that_cannot_be_is_refused(values, message):
    with pytest.raises(DatasetError, match=message):
        Event(*values)


def test_a_moment_is_an_event():
    assert Event("click", 1, 1).duration_s == 0


def test_annotations_are_a_mapping_that_keeps_empty_scenes():
    known = Annotations({"b": (Event("dog", 0, 1), Event("cat", 0, 1)), "a": ()})
    assert list(known) == ["b", "a"]
    assert (len(known), known.count, known.labels) == (2, 2, ("cat", "dog"))
    assert known["a"] == ()


def test_overlaps_of_one_label_become_one_and_those_of_two_stay():
    events = [Event("dog", 0, 2, 0.3), Event("cat", 1, 3), Event("dog", 1, 4, 0.9)]
    assert merge_overlaps(events) == (Event("dog", 0, 4, 0.9), Event("cat", 1, 3))


def test_a_chain_of_overlaps_becomes_one():
    chain = [Event("dog", 0, 9), Event("dog", 1, 2), Event("dog", 3, 4), Event("dog", 8, 12)]
    assert merge_overlaps(chain) == (Event("dog", 0, 12),)


def test_marks_at_one_moment_become_one():
    assert merge_overlaps([Event("dog", 1, 1), Event("dog", 1, 1)]) == (Event("dog", 1, 1),)


def test_tidy_clips_drops_merges_and_tells():
    rough = Annotations(
        {
            "long.wav": (Event("dog", 8, 12), Event("dog", 11, 13), Event("cat", 0, 10)),
            "odd.wav": (Event("dgo", 0, 1), Event("cat", 0, 2), Event("cat", 1, 3)),
            "empty.wav": (),
        }
    )
    fit = tidy(rough, {"long.wav": 10.0}, classes=["cat", "dog"])
    assert dict(fit) == {
        "long.wav": (Event("cat", 0, 10), Event("dog", 8, 10)),
        "odd.wav": (Event("cat", 0, 3),),
        "empty.wav": (),
    }
    assert [(p.kind, p.path, p.detail) for p in fit.problems] == [
        ("past the end", "long.wav", "'dog' from 8 to 12 s clipped: the recording ends at 10 s"),
        ("past the end", "long.wav", "'dog' from 11 to 13 s left out: the recording ends at 10 s"),
        ("unknown label", "odd.wav", "1 event of 'dgo' left out; did you mean dog?"),
        ("overlapping events", "odd.wav", "2 events of which some of one label overlap became 1"),
    ]
    assert fit.durations_s == {"long.wav": 10.0}


def test_recordings_are_found_with_and_without_suffix(tmp_path):
    for name in ("dog/a.wav", "cat/a.wav", "cat/Élan 1.flac"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    one = (Event("x", 0, 1),)
    labels = {"dog/a.wav": one, "cat/a": one, "Élan 1": one, "a": one, "none": one}
    found, paths = match_recordings(Annotations(labels, {"cat/a": 3.0}), tmp_path)
    assert set(found) == {"cat/a.wav", "cat/Élan 1.flac", "dog/a.wav"}
    assert found.durations_s == {"cat/a.wav": 3.0}
    assert paths["cat/a.wav"] == tmp_path / "cat" / "a.wav"
    assert [(p.kind, p.path) for p in found.problems] == [
        ("ambiguous name", "a"),
        ("unknown path", "none"),
    ]


def test_no_recording_found_is_an_error(tmp_path):
    with pytest.raises(DatasetError, match="not one of the 1 labelled recordings is a sound below"):
        match_recordings(Annotations({"a": ()}), tmp_path)
