"""Ballroom's CDs, replicas and Rumbas, against the real list of its 698 clips."""

import csv

import pytest

from earmark.datasets import Dataset
from earmark.datasets.public.get import get_public
from earmark.datasets.public.sets.ballroom import CD, replicas


@pytest.fixture
def tracks(real_data):
    with (real_data("ballroom-index") / "tracks.tsv").open() as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


@pytest.fixture
def whole(tracks, tree):
    """A tree with all 698 names."""
    return tree(*(f"BallroomData/{row['folder']}/{row['id']}.wav" for row in tracks))


def test_the_cd_follows_from_the_name(tracks):
    for row in tracks:
        found = CD.fullmatch(row["id"])
        assert found is not None, row["id"]
        assert found["group"] == row["cd"]


def test_our_replicas_are_those_that_are_known(real_data):
    with (real_data("ballroom-index") / "replicas.tsv").open() as lines:
        known = {(row["a"], row["b"]): row["kind"] for row in csv.DictReader(lines, delimiter="\t")}
    ours = {(first, second): kind for kind, first, second in replicas()}
    assert ours.keys() == known.keys()
    fire = ("Albums-Fire-08", "Albums-Fire-09")
    assert ours.pop(fire) == "contradiction"
    assert known.pop(fire) == "exact"
    assert ours == known


def test_the_whole_set_is_laid_out_in_eight_classes_without_replicas(whole, tmp_path):
    got = get_public("ballroom", tmp_path / "out", tree=whole)
    dataset = Dataset.open(got.table)
    assert (got.clips, sum(got.left_out.values())) == (684, 14)
    assert got.left_out["one sound under two labels"] == 2
    assert len(dataset.classes) == 8
    assert dataset.class_counts["Rumba"] == 98 - 3
    assert len(set(dataset.groups)) == 53
    names = {clip.path.stem for clip in dataset.clips}
    assert {"Albums-Latin_Jam2-05", "Media-103402"} <= names
    assert not {"Albums-Latin_Jam2-13", "Media-103415", "Albums-Fire-08", "Albums-Fire-09"} & names
    page = (tmp_path / "out" / "README.md").read_text()
    assert "one sound under two labels: Albums-Fire-08.wav, Albums-Fire-09.wav" in page


def test_rumbas_and_replicas_can_be_kept(whole, tmp_path):
    got = get_public("ballroom", tmp_path / "out", tree=whole, rumbas="keep", replicas="keep")
    dataset = Dataset.open(got.table)
    assert (got.clips, len(dataset.classes), got.left_out) == (698, 10, {})
    assert dataset.class_counts["Rumba-American"] == 7


def test_another_choice_moves_what_is_there(whole, tmp_path):
    place = tmp_path / "out"
    get_public("ballroom", place, tree=whole, rumbas="keep", replicas="keep")
    get_public("ballroom", place, tree=whole)
    assert len(Dataset.from_folder(place).clips) == 684
    assert not list(place.glob("Rumba-*"))
    get_public("ballroom", place, tree=whole, replicas="keep")
    assert len(Dataset.from_folder(place).clips) == 698


def test_the_folder_alone_is_grouped_by_cd_too(whole, tmp_path):
    get_public("ballroom", tmp_path / "out", tree=whole)
    dataset = Dataset.from_folder(tmp_path / "out")
    assert dataset.group_source == "file names: CD and track (Ballroom)"
    assert len(set(dataset.groups)) == 53


def test_tempi_are_written_where_they_are_known(tree, tmp_path):
    root = tree("Waltz/Media-103303.wav", "Jive/Media-103301.wav", **{"a/Media-103303.bpm": "84.0"})
    got = get_public("ballroom", tmp_path / "out", tree=root)
    assert got.table.read_text().splitlines() == [
        "path,label,group,tempo_bpm",
        "Jive/Media-103301.wav,Jive,Media-1033,",
        "Waltz/Media-103303.wav,Waltz,Media-1033,84",
    ]
