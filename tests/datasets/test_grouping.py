import pytest

from earmark.datasets import Dataset
from earmark.errors import ConfigError


def test_parent(tree):
    dataset = Dataset.from_folder(
        tree("dog/park/1.wav", "cat/park/1.wav", "dog/2.wav"), groups="parent"
    )
    assert dataset.groups.tolist() == ["park", "dog/2.wav", "park"]  # one park, whatever the label
    assert dataset.group_source == "parent folder"
    assert [p.kind for p in dataset.problems] == ["missing group"]


def test_parent_needs_a_folder_below_the_label(tree):
    with pytest.raises(ConfigError, match=r"DIR/label/recording/clip\.wav"):
        Dataset.from_folder(tree("dog/1.wav"), groups="parent")


def test_none_switches_a_convention_off(tree):
    dataset = Dataset.from_folder(tree("0/0_jo_1.wav", "1/1_jo_1.wav"), groups="none")
    assert dataset.groups.tolist() == ["0/0_jo_1.wav", "1/1_jo_1.wav"]
    assert dataset.group_source == "none: every file is its own group"


def test_pattern_by_first_or_named_group(tree):
    root = tree("a/x-s1-1.wav", "b/y-s2-1.wav")
    assert Dataset.from_folder(root, groups=r"-(s\d)-").groups.tolist() == ["s1", "s2"]
    named = Dataset.from_folder(root, groups=r"(.)-(?P<group>s\d)-")
    assert named.groups.tolist() == ["s1", "s2"]
    assert named.group_source == r"pattern '(.)-(?P<group>s\d)-'"


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (r"-s\d-", "has no capture group: put brackets"),
        (r"-(s\d", "no regular expression at position 1: missing"),
        (r"(s1)", r"does not match 1 of 2 clips: 'b/y-s2-1\.wav'"),
        ("speaker", r"groups 'speaker' is none of: 'column:NAME'.*'parent'.*'none'.*regular"),
        ("column:speaker", "needs a table; a folder has no columns"),
    ],
)
def test_bad_options(tree, option, words):
    with pytest.raises(ConfigError, match=words):
        Dataset.from_folder(tree("a/x-s1-1.wav", "b/y-s2-1.wav"), groups=option)


def test_column(tree):
    root = tree("a.wav", "b.wav")
    (root / "t.csv").write_text("path,label,Speaker\na.wav,x,jo\nb.wav,y,\n")
    for option in ("column:speaker", "Speaker"):
        dataset = Dataset.open(root / "t.csv", groups=option)
        assert dataset.groups.tolist() == ["jo", "b.wav"]
        assert dataset.group_source == "column 'speaker'"
    with pytest.raises(ConfigError, match=r"no column 'speker'; did you mean 'speaker'\? It has:"):
        Dataset.open(root / "t.csv", groups="column:speker")


@pytest.mark.parametrize(
    ("names", "groups", "folds", "source"),
    [
        (
            ["dog/1-100032-A.ogg", "dog/5-9-B-12.wav"],
            ["100032", "9"],
            ["1", "5"],
            "file names: fold-source-take (ESC-10 / ESC-50)",
        ),
        (
            ["zero/0_jackson_0.wav", "one/1_jackson_12.wav"],
            ["jackson", "jackson"],
            [None, None],
            "file names: digit_speaker_index (Free Spoken Digits)",
        ),
        (
            ["horn/fold1/7061-6-0-0.wav", "horn/fold10/518-1-0-11.wav"],
            ["518", "7061"],
            ["10", "1"],
            "file names: source-class-occurrence-slice (UrbanSound8K)",
        ),
        (
            ["yes/0a7c2a8d_nohash_0.wav", "no/0a7c2a8d_nohash_1.wav"],
            ["0a7c2a8d", "0a7c2a8d"],
            [None, None],
            "file names: speaker_nohash_index (Speech Commands)",
        ),
    ],
)
def test_conventions(tree, names, groups, folds, source):
    dataset = Dataset.from_folder(tree(*names))
    by_name = {c.name: c for c in dataset.clips}
    assert sorted(c.group for c in by_name.values()) == sorted(groups)
    assert sorted(map(str, (c.fold for c in by_name.values()))) == sorted(map(str, folds))
    assert dataset.group_source == source
    assert dataset.fold_source == (source if folds[0] else None)


def test_dates_and_other_names_are_no_convention(tree):
    dataset = Dataset.from_folder(tree("a/2024-01-02-03.wav", "b/2024-01-02-04.wav"))
    assert dataset.group_source is None
    assert dataset.problems == ()


def test_a_few_strangers_among_a_convention_do_not_cost_the_others_their_groups(tree):
    names = [f"zero/0_jo_{i}.wav" for i in range(19)]
    dataset = Dataset.from_folder(tree(*names, "noise/hum.wav"))
    assert dataset.group_source == "file names: digit_speaker_index (Free Spoken Digits)"
    assert set(dataset.groups) == {"jo", "noise/hum.wav"}
    (problem,) = dataset.problems
    assert problem.kind == "convention not followed"
    assert "not of 1 clip, each on its own: 'noise/hum.wav'" in problem.detail


def test_strangers_cost_the_official_folds_and_that_is_told(tree):
    names = [f"dog/{1 + i % 5}-{i}-A.ogg" for i in range(19)]
    dataset = Dataset.from_folder(tree(*names, "dog/mine.wav"))
    assert dataset.fold_source is None
    assert len(set(dataset.groups)) == 20
    assert "The official folds are not used" in dataset.problems[0].detail
