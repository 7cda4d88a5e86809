import os
import unicodedata
from pathlib import Path

import pytest

from earmark.datasets import Dataset
from earmark.errors import DatasetError


def kinds(dataset: Dataset) -> list[str]:
    return [problem.kind for problem in dataset.problems]


def test_first_level_is_the_label_at_any_depth_and_any_case(tree):
    root = tree("dog/a.wav", "dog/x/y/b.WAV", "rain/c.Ogg")
    dataset = Dataset.from_folder(root)
    assert [(c.name, c.label) for c in dataset.clips] == [
        ("dog/a.wav", "dog"),
        ("dog/x/y/b.WAV", "dog"),
        ("rain/c.Ogg", "rain"),
    ]
    assert dataset.clips[0].path == root / "dog" / "a.wav"
    assert dataset.classes == ("dog", "rain")
    assert dataset.class_counts == {"dog": 2, "rain": 1}
    assert dataset.targets.tolist() == [0, 0, 1]
    assert dataset.problems == ()


def test_hidden_is_silent_and_other_files_are_one_line(tree):
    root = tree(
        "dog/a.wav", "dog/._a.wav", ".git/b.wav", "__MACOSX/dog/a.wav", "dog/.x/c.wav",
        "dog/notes.txt", "README.md", "cat/b.wav",
    )  # fmt: skip
    dataset = Dataset.from_folder(root)
    assert [c.name for c in dataset.clips] == ["cat/b.wav", "dog/a.wav"]
    assert kinds(dataset) == ["not audio"]
    assert dataset.problems[0].detail == "2 files skipped: 'README.md', 'dog/notes.txt'"


def test_odd_names_work(tree):
    names = ["a b/it's.wav", 'q"uote/x, y.wav', "line\nbreak/z\n.wav", "été/ü.wav", "#1/a#2.wav"]
    dataset = Dataset.from_folder(tree(*names))
    assert [c.name for c in dataset.clips] == sorted(names)
    assert all(c.path.exists() for c in dataset.clips)


def test_one_accent_in_two_normal_forms_is_one_class(tree):
    nfd = unicodedata.normalize("NFD", "été")
    dataset = Dataset.from_folder(tree("été/a.wav", f"{nfd}/b.wav", f"{nfd}/a.wav", "dog/c.wav"))
    assert dataset.classes == ("dog", "été")
    assert len({c.name for c in dataset.clips}) == 4


def test_bytes_that_are_no_utf8_can_be_printed(tree):
    root = tree("dog/a.wav")
    try:
        Path(os.fsdecode(os.fsencode(root) + b"/dog/\xff.wav")).touch()
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    dataset = Dataset.from_folder(root)
    assert dataset.clips[0].name == "dog/\\xff.wav"
    assert dataset.clips[0].path.exists()


def test_labels_that_differ_in_case_are_reported(tree):
    dataset = Dataset.from_folder(tree("Dog/a.wav", "dog/b.wav"))
    assert dataset.classes == ("Dog", "dog")
    assert dataset.problems[0].detail == "'Dog', 'dog' are taken as 2 classes"


def test_links_are_followed_and_loops_reported(tree, tmp_path):
    root = tree("dog/a.wav", "rain/b.wav")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "c.wav").touch()
    (root / "dog" / "far").symlink_to(elsewhere)
    (root / "dog" / "again").symlink_to(elsewhere)
    (root / "dog" / "file.wav").symlink_to(elsewhere / "c.wav")
    (root / "dog" / "up").symlink_to(root)
    (root / "dog" / "self").symlink_to(root / "dog" / "self")
    (root / "dog" / "gone.wav").symlink_to(root / "nowhere.wav")
    dataset = Dataset.from_folder(root)
    found = {(p.kind, p.path) for p in dataset.problems}
    assert ("symlink loop", "dog/up") in found
    assert ("symlink loop", "dog/self") in found
    assert ("broken link", "dog/gone.wav") in found
    assert len([p for p in dataset.problems if p.kind == "repeated folder"]) == 1
    assert [c.label for c in dataset.clips] == ["dog", "dog", "dog", "rain"]


def test_a_label_that_links_to_the_root_is_a_loop(tree):
    root = tree("dog/a.wav")
    (root / "all").symlink_to(root)
    assert kinds(Dataset.from_folder(root)) == ["symlink loop", "empty folder"]


def test_an_unreadable_folder_is_reported(tree, monkeypatch):
    root = tree("dog/a.wav", "dog/shut/b.wav")
    scandir = os.scandir

    def refuse(path):
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    dataset = Dataset.from_folder(root)
    assert [(p.kind, p.path) for p in dataset.problems] == [("unreadable", "dog/shut")]
    assert "Permission denied" in dataset.problems[0].detail


def test_sounds_without_a_label_and_folders_without_a_sound(tree):
    root = tree("loose.wav", "dog/a.wav")
    (root / "cat").mkdir()
    dataset = Dataset.from_folder(root)
    assert kinds(dataset) == ["empty folder", "no label"]
    assert "no class 'cat'" in dataset.problems[0].detail


def test_only_loose_sounds_shows_the_wanted_layout(tree):
    with pytest.raises(DatasetError, match=r"(?s)2 sounds directly.*One folder a label:.*dog/"):
        Dataset.from_folder(tree("a.wav", "b.wav"))


def test_nothing_in_it(tree):
    with pytest.raises(DatasetError, match=r"no sound found in '.*sounds'\. One folder a label"):
        Dataset.from_folder(tree())
    with pytest.raises(DatasetError, match=r"not audio:  1 file skipped: 'dog/a.txt'"):
        Dataset.from_folder(tree("dog/a.txt"))


def test_missing_offers_near_names(tree):
    root = tree("dog/a.wav")
    with pytest.raises(DatasetError, match=r"no such file or folder in .*did you mean 'sounds'\?"):
        Dataset.from_folder(root.with_name("sound"))
    with pytest.raises(DatasetError, match="does not exist either"):
        Dataset.open(root / "no" / "way")


def test_a_file_is_no_folder(tree):
    root = tree("dog/a.wav")
    with pytest.raises(DatasetError, match=r"is a file; a folder was wanted.*from_table"):
        Dataset.from_folder(root / "dog" / "a.wav")
    with pytest.raises(DatasetError, match=r"(?s)neither a folder nor a CSV.*One folder a label"):
        Dataset.open(root / "dog" / "a.wav")
