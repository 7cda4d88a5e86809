"""What is planted in a folder is found, told in order, and left out of the table that trains."""

import csv
import json

import numpy as np
import pytest

import earmark
from earmark.datasets import Dataset, holdout
from earmark.datasets.audit.audit import audit_dataset
from earmark.errors import ConfigError, DatasetError

from .conftest import RATE_HZ, sound


def kinds(audit):
    return [problem.kind for problem in audit.problems]


def excluded(audit):
    return audit.to_dict()["excluded"]


def test_a_clean_folder_has_nothing_to_tell_but_its_few_clips(folder):
    audit = earmark.inspect(folder)
    assert audit.duplicates == ()
    assert kinds(audit) == ["few clips"]
    assert excluded(audit) == {}
    assert audit.to_dict()["leakage"]["random"] == {
        "test": 0.2,
        "shared_group": None,
        "copy_in_training": 0,
    }


def test_one_sound_under_two_labels_comes_first_and_neither_is_kept(folder, write):
    write("rain/again.flac", sound(3))
    write("dog/loud.wav", 0.5 * sound(104))
    write("bell/silence.wav", np.zeros(RATE_HZ))
    audit = earmark.inspect(folder)
    first = audit.problems[0]
    assert (first.kind, first.paths) == ("two labels", ("bell/3.wav", "rain/again.flac"))
    told = audit.to_dict()["duplicates"]
    assert [sorted(same["paths"]) for same in told] == [
        ["bell/3.wav", "rain/again.flac"],
        ["dog/4.wav", "dog/loud.wav"],
    ]
    assert told[0]["labels"] == ["bell", "rain"]
    why = excluded(audit)
    assert set(why) == {"bell/3.wav", "rain/again.flac", "dog/loud.wav", "bell/silence.wav"}
    assert why["bell/3.wav"] == why["rain/again.flac"] == "one sound under 'bell', 'rain'"
    assert why["dog/loud.wav"] == "near copy of dog/4.wav"
    assert why["bell/silence.wav"] == "silent"


def test_of_copies_the_longest_is_kept_then_the_lossless_one(folder, write):
    write("dog/cut.wav", sound(101)[: RATE_HZ * 3 // 2])
    write("bell/a.ogg", sound(2))
    why = excluded(earmark.inspect(folder))
    assert why == {"dog/cut.wav": "near copy of dog/1.wav", "bell/a.ogg": why["bell/a.ogg"]}
    assert why["bell/a.ogg"] == "near copy of bell/2.wav"


def test_damage_rates_channels_and_lengths_are_told(folder, write):
    (folder / "dog" / "broken.wav").write_bytes(b"nothing of a sound")
    whole = (folder / "dog" / "1.wav").read_bytes()
    (folder / "dog" / "short.wav").write_bytes(whole[: len(whole) // 3])
    write("rain/stereo.wav", np.stack([sound(900), sound(901)], axis=1))
    write("bell/long.wav", sound(902, 20))
    write("bell/clipped.wav", (60 * sound(903)).clip(-0.9, 0.9))
    for clip in range(6):
        write(f"hum/{clip}.wav", sound(700 + clip), 44_100)
    audit = earmark.inspect(folder)
    found = {problem.kind: problem for problem in audit.problems}
    assert found["unreadable"].paths == ("dog/broken.wav",)
    assert found["truncated"].paths == ("dog/short.wav",)
    assert found["clipped"].paths == ("bell/clipped.wav",)
    assert found["mixed channels"].paths == ("rain/stereo.wav",)
    assert len(found["mixed rates"].paths) == 6
    assert "6 of 6 clips of 'hum' have 44100 Hz" in found["rates tell the label"].detail
    assert kinds(audit).index("truncated") < kinds(audit).index("mixed rates")
    why = excluded(audit)
    assert (why["dog/broken.wav"], why["dog/short.wav"]) == ("unreadable", "truncated")


def test_an_odd_length_is_told_where_most_are_alike(folder, write):
    write("bell/long.wav", sound(902, 20))
    (found,) = (p for p in earmark.inspect(folder).problems if p.kind == "odd lengths")
    assert found.paths == ("bell/long.wav",)


def test_the_table_trains_and_leaves_out_what_it_says(folder, write, tmp_path):
    write("rain/again.flac", sound(3))
    write("dog/loud.wav", 0.5 * sound(104))
    out = tmp_path / "an audit" / "of 1"
    audit = earmark.inspect(folder, out)
    assert json.loads((out / "audit.json").read_text()) == audit.to_dict()
    assert "`rain/again.flac`" in (out / "report.md").read_text()
    dataset = Dataset.from_table(out / "clips.csv")
    assert len(dataset) == 21 - 1 - 3 + 0
    assert all(clip.path.is_file() for clip in dataset.clips)
    assert dataset.group_source is None  # no group is better than a group a file
    (problem,) = (p for p in dataset.problems if p.kind == "excluded")
    assert problem.detail == (
        "3 rows left out, as the column 'exclude' says: "
        "one sound under two labels or more (2), near copy (1)"
    )


def test_the_table_keeps_groups_folds_parts_and_labels(write, tmp_path):
    for clip in range(4):
        root = write(f"{clip}.wav", sound(clip))
    table = root / "t.csv"
    table.write_text(
        "path,labels,group,fold,onset,offset\n"
        "0.wav,a;b,x,1,0,1\n0.wav,b,x,1,1,2\n1.wav,a,,1,,\n2.wav,a,y,2,,\n3.wav,b,z,2,,\n"
    )
    out = tmp_path / "out"
    earmark.inspect(table, out)
    before, after = Dataset.from_table(table), Dataset.from_table(out / "clips.csv")
    for old, new in zip(before.clips, after.clips, strict=True):
        assert (old.labels, old.fold, old.onset_s, old.offset_s) == (
            new.labels,
            new.fold,
            new.onset_s,
            new.offset_s,
        )
    assert [clip.group for clip in before.clips] == [clip.group for clip in after.clips]


@pytest.mark.parametrize("word", ["", "0", "no", "False"])
def test_no_reason_is_no_exclusion(write, word):
    root = write("0.wav", sound(0))
    (root / "t.csv").write_text(f"path,label,exclude\n0.wav,a,{word}\n")
    assert len(Dataset.from_table(root / "t.csv")) == 1


def test_a_table_that_excludes_all_is_refused(write):
    root = write("0.wav", sound(0))
    (root / "t.csv").write_text("path,label,exclude\n0.wav,a,silent\n")
    with pytest.raises(DatasetError, match="not one of the 1 rows"):
        Dataset.from_table(root / "t.csv")


def test_copies_are_in_one_group_and_no_split_parts_them(folder, write):
    write("dog/loud.wav", 0.5 * sound(104))
    write("rain/quiet.wav", 0.2 * sound(201))
    audit = audit_dataset(Dataset.from_folder(folder))
    united = audit.united
    group = {clip.name: str(group) for clip, group in zip(united.clips, united.groups, strict=True)}
    assert group["dog/loud.wav"] == group["dog/4.wav"]
    assert group["rain/quiet.wav"] == group["rain/1.wav"]
    assert len(set(united.groups)) == len(united) - 2
    for seed in range(5):
        split = holdout(united, seed=seed)
        tested = {group[united.clips[i].name] for i in split.test}
        assert not tested & {group[united.clips[i].name] for i in split.train}
    leak = audit.to_dict()["leakage"]
    assert leak["random"]["copy_in_training"] > 0.1
    assert leak["earmark"]["copy_in_training"] == 0


def test_parts_of_one_file_that_overlap_are_no_copies(write):
    root = write("0.wav", sound(0, 6))
    write("1.wav", sound(1))
    (root / "t.csv").write_text(
        "path,label,onset,offset\n0.wav,a,0,4\n0.wav,b,2,6\n1.wav,a,,\n1.wav,b,0.1,\n"
    )
    assert earmark.inspect(root / "t.csv").duplicates == ()


def test_a_folder_of_somebody_else_is_not_written_over(folder, tmp_path):
    out = tmp_path / "mine"
    out.mkdir()
    (out / "clips.csv").write_text("precious")
    with pytest.raises(ConfigError, match=r"clips\.csv or report\.md that is not of an audit"):
        earmark.inspect(folder, out)
    assert (out / "clips.csv").read_text() == "precious"
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot make"):
        earmark.inspect(folder, tmp_path / "file")


def test_the_order_of_files_and_a_second_time_change_nothing(folder, write, tmp_path):
    write("dog/loud.wav", 0.5 * sound(104))
    earmark.inspect(folder, tmp_path / "a")
    earmark.inspect(folder, tmp_path / "b")
    for name in ("audit.json", "report.md", "clips.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    with (tmp_path / "a" / "clips.csv").open(newline="") as file:
        row = next(csv.DictReader(file))
    assert (row["duration_s"], row["rate_hz"], row["channels"]) == ("2", "8000", "1")
