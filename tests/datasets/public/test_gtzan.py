"""GTZAN's artists and filtered splits, against the real list."""

import csv

import pytest

from earmark.datasets import Dataset
from earmark.datasets.official import official_of
from earmark.datasets.public.get import get_public
from earmark.datasets.public.sets.gtzan import index


@pytest.fixture
def whole(tree):
    return tree(*(f"genres/{name.split('.')[0]}/{name}.wav" for name in index()))


def test_our_index_says_what_is_known(real_data):
    with (real_data("gtzan-index") / "tracks.tsv").open() as lines:
        known = {row["id"]: row for row in csv.DictReader(lines, delimiter="\t")}
    ours = index()
    assert ours.keys() == known.keys()
    for name, track in ours.items():
        row = known[name]
        assert track.artist == (f"artist-{row['artist']}" if row["artist"] else "")
        assert (track.fold, track.fault_filtered) == (row["artist_fold"], row["fault_filtered"])


def test_no_artist_is_in_two_folds():
    folds = {}
    for track in index().values():
        folds.setdefault(track.artist, set()).add(track.fold)
    assert all(len(there) == 1 for there in folds.values())


def test_by_default_the_artist_folds_can_be_used(whole, tmp_path):
    got = get_public("gtzan", tmp_path / "out", tree=whole)
    dataset = Dataset.open(got.table)
    official, note = official_of(dataset)
    assert official is not None, note
    assert list(official.folds) == ["1", "2", "3"]
    assert got.clips == len(dataset.clips) == 1000 - sum(got.left_out.values())
    assert set(got.left_out) == {
        "artist not known", "damaged", "left out by the fault-filtered split",
    }  # fmt: skip
    assert got.left_out["left out by the fault-filtered split"] == 70
    assert "fault_filtered" in got.table.read_text().splitlines()[0]


def test_all_can_be_kept_and_then_some_have_no_fold(whole, tmp_path):
    got = get_public("gtzan", tmp_path / "out", tree=whole, replicas="keep")
    assert (got.clips, got.left_out) == (1000, {})
    dataset = Dataset.open(got.table)
    assert official_of(dataset)[0] is None
    assert {problem.kind for problem in dataset.problems} == {"missing fold", "missing group"}
