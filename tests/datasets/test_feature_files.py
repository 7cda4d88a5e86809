"""What holds for every kind of feature file, and what is wrong in a single one."""

import csv
import errno
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earmark.datasets import Dataset
from earmark.datasets.clip import Clip
from earmark.datasets.extraction import dataset_features, extract_dataset
from earmark.datasets.feature_files import FORMATS
from earmark.datasets.feature_files import csv_file as csv_module
from earmark.datasets.feature_files.csv_file import column_name
from earmark.errors import ConfigError, DatasetError
from earmark.features import create_frontend
from earmark.features.cache import features_digest
from earmark.features.extract import FeatureStore

MFCC = create_frontend("mfcc")
LOG_MEL = create_frontend("log_mel", 8000)
READ_BACK = ["csv", "json", "parquet"]
CLIPS = (
    Clip(Path("x"), "bell/a.mp3", "bell", group="g 1", fold="1"),
    Clip(Path("x"), "bell/a.wav", "bell", group="g 2", fold="2"),
    Clip(Path("x"), "räin, heavy/b.wav#0.5-2", 'räin, "heavy"', "g 1", "1", 0.5, 2.0),
    Clip(Path("x"), "räin, heavy/c.wav", 'räin, "heavy"', "g 3", "2"),
)


def store_of(frontend, clips):
    """Made-up features of 1 to 5 frames a clip."""
    rng = np.random.default_rng(0)
    lengths = 1 + np.arange(clips) % 5
    array = (100 * rng.standard_normal((lengths.sum(), frontend.bins))).astype(np.float32)
    firsts = np.cumsum(lengths) - lengths
    rows = [(int(first), int(length)) for first, length in zip(firsts, lengths, strict=True)]
    return FeatureStore(array, rows, [f"{number:032x}" for number in range(clips)])


def write(place, name, frontend=MFCC, clips=CLIPS, store=None):
    """Features in the format `name`: the path, and what was written."""
    kind = FORMATS[name]()
    out = kind.place(str(place / "my sounds"), None)
    store = store or store_of(frontend, len(clips))
    kind.check(out, clips, frontend)
    kind.write(out, clips, store, frontend)
    return out, store


@pytest.mark.parametrize("frontend", [MFCC, LOG_MEL], ids=["mfcc", "log_mel"])
@pytest.mark.parametrize("name", READ_BACK)
def test_what_is_written_is_read_back_to_the_bit(tmp_path, name, frontend):
    out, store = write(tmp_path, name, frontend)
    dataset = Dataset.open(out)
    assert dataset.problems == ()
    assert dataset.features.frontend == frontend
    assert [clip.label for clip in dataset.clips] == [clip.label for clip in CLIPS]
    for index in range(len(CLIPS)):
        np.testing.assert_array_equal(dataset.features.store[index], store[index])
    kept, again = dataset_features(dataset, frontend)
    assert kept is dataset
    assert again is dataset.features.store
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize("name", ["json", "parquet"])
def test_names_groups_folds_parts_and_digests_are_kept(tmp_path, name):
    dataset = Dataset.open(write(tmp_path, name)[0])
    assert [replace(clip, path=Path("x")) for clip in dataset.clips] == list(CLIPS)
    assert (dataset.group_source, dataset.fold_source) == ("column 'group'", "column 'fold'")
    assert dataset.features.store.digests == [f"{number:032x}" for number in range(4)]
    assert Dataset.open(write(tmp_path, name)[0], groups="column:fold").clips[1].group == "2"


@pytest.mark.parametrize("name", READ_BACK)
def test_a_subset_has_the_features_of_its_clips(tmp_path, name):
    out, store = write(tmp_path, name)
    part = Dataset.open(out).subset([3, 1])
    assert len(part) == 2
    np.testing.assert_array_equal(part.features.store[0], store[1])
    np.testing.assert_array_equal(part.features.store[1], store[3])


@pytest.mark.parametrize("name", READ_BACK)
def test_a_write_that_fails_leaves_what_was_there(tmp_path, name, monkeypatch):
    write(tmp_path, name)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ConfigError, match=r"cannot write .*: No space left on device\. Make room"):
        write(tmp_path, name, LOG_MEL)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", ["csv", "parquet"])
def test_a_file_that_holds_no_features_is_not_overwritten(tmp_path, name):
    kind = FORMATS[name]()
    out = tmp_path / f"mine{kind.suffix}"
    out.write_text("path,label\na.wav,bell\n")
    with pytest.raises(
        ConfigError, match=r"out must not be .*: it is there, and holds no features"
    ):
        kind.check(out, CLIPS, MFCC)


@pytest.mark.parametrize("name", list(FORMATS))
def test_the_place_fits_the_format(tmp_path, name):
    kind = FORMATS[name]()
    usual = kind.place("sounds", None)
    assert usual == Path("sounds-features" + (kind.suffix if kind.suffixes else ""))
    if kind.suffixes:
        assert kind.place("sounds", tmp_path) == tmp_path / usual
        with pytest.raises(ConfigError, match=f"out must end in {kind.suffix} for {name}, got"):
            kind.place("sounds", tmp_path / "x.wav")
    else:
        assert kind.place("sounds", tmp_path) == tmp_path
        (tmp_path / "x").touch()
        with pytest.raises(ConfigError, match=f"out must be a folder for {name}; .* is a file"):
            kind.place("sounds", tmp_path / "x")


@pytest.mark.parametrize("name", ["npy", "json"])
def test_nothing_is_written_outside(tmp_path, name):
    kind = FORMATS[name]()
    with pytest.raises(DatasetError, match=r"\.\./a\.wav: its features would be written outside"):
        kind.check(tmp_path, [Clip(Path("x"), "../a.wav", "bell")], MFCC)


def test_json_files_that_are_there_are_not_written_again(tmp_path):
    out, _ = write(tmp_path, "json")
    old = out / "bell" / "a.wav.json"
    stamp = old.stat().st_mtime_ns
    (out / "bell" / "a.mp3.json").unlink()
    write(tmp_path, "json")
    assert old.stat().st_mtime_ns == stamp
    assert (out / "bell" / "a.mp3.json").exists()
    write(tmp_path, "json", LOG_MEL)
    assert "log_mel" in json.loads(old.read_text())["lowLevel"]


def test_the_csv_has_the_two_columns_of_the_seed(tmp_path):
    out, _ = write(tmp_path, "csv")
    with out.open(newline="") as file:
        header, *rows = list(csv.reader(file))
    assert header == ["category", "mfcc"]
    assert rows[3][0] == 'räin, "heavy"'
    assert np.array(json.loads(rows[3][1])).shape == (4, 13)


def test_settings_that_a_csv_cannot_name_are_refused(tmp_path):
    odd = create_frontend("mfcc", bins=20)
    with pytest.raises(ConfigError, match=r"no room for settings of mfcc .*take json or parquet"):
        column_name(odd)
    out, _ = write(tmp_path, "json", odd)
    assert Dataset.open(out).features.frontend == odd


def cell(frames=2, value="1.5"):
    return str([[float(value)] * 13] * frames)


def table(tmp_path, *rows, header="category,mfcc"):
    path = tmp_path / "features.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write(header + "\n")
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path


def test_a_bad_row_is_told_with_its_line_and_the_others_are_kept(tmp_path):
    ragged = cell().replace("[[1.5, ", "[[", 1)
    path = table(
        tmp_path,
        ("bell", cell()),
        ("bell", ragged),
        ("rain", cell().replace("1.5", "abc", 1)),
        ("rain", cell().replace("1.5", "nan", 1)),
        ("rain", ""),
        (" ", cell()),
        ("rain", cell(), "", "more"),
        ("rain", cell(3)),
    )
    dataset = Dataset.open(path)
    assert [(clip.name, clip.label) for clip in dataset.clips] == [
        ("line-0000002", "bell"),
        ("line-0000009", "rain"),
    ]
    assert {(problem.kind, problem.path) for problem in dataset.problems} == {
        ("bad features", "features.csv")
    }
    assert [problem.detail for problem in dataset.problems] == [
        "line 3: frame 1 has 12 numbers, 13 wanted",
        "line 4: frame 1: 'abc' is no number",
        "line 5: frame 1: nan is no finite float32 number",
        "line 6: the matrix is empty",
        "line 7: the category is empty",
        "line 8: 3 fields in 2 columns; quote the matrix",
    ]


def test_no_good_row_is_an_error(tmp_path):
    path = table(tmp_path, ("bell", "[[1, 2]]"))
    with pytest.raises(DatasetError, match=r"no row of features that can be used: .*line 2: frame"):
        Dataset.open(path)
    with pytest.raises(DatasetError, match="no row of features that can be used: no rows"):
        Dataset.open(table(tmp_path))


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("categry,mfcc", "no column 'category'; did you mean to rename 'categry' into 'category'?"),
        ("label,mfcc", r"no column 'category'. Its first line has: label, mfcc. A table of"),
        ("category,mfc", "no column of features; did you mean to rename 'mfc' into 'mfcc'?"),
        ("category,other", "no column of features. Its first line has: category, other."),
        ("category,mfcc,log_mel", r"has 2 columns of features \(mfcc, log_mel\); keep one"),
        ("category,log_mel@fast", "column 'log_mel@fast': 'fast' is no sample rate in hertz"),
        ("category,log_mel@0", "column 'log_mel@0': "),
        ("category,mfcc,category", "has the column 'category' twice"),
    ],
)
def test_a_wrong_header_is_told_with_the_near_names(tmp_path, header, wanted):
    with pytest.raises(DatasetError, match=wanted):
        Dataset.open(table(tmp_path, ("bell", cell()), header=header))


@pytest.mark.parametrize(
    "header", ["path,label,mfcc", "filename,fold,target,category,esc10,src_file,take"]
)
def test_a_table_of_sounds_is_not_taken_for_features(tmp_path, header):
    with pytest.raises(DatasetError, match=r"not one of the 1 rows|no column 'path'"):
        Dataset.open(table(tmp_path, ("a.wav", "bell", "x"), header=header))


def test_added_columns_and_other_delimiters_are_read(tmp_path):
    path = table(
        tmp_path, f'bell;"{cell()}";a.wav;tape'.split(";"), header="Category;MFCC;path;Group"
    )
    path.write_text(f'Category;MFCC;path;Group\nbell;"{cell()}";x/a.wav;tape\n')
    (clip,) = Dataset.open(path).clips
    assert (clip.name, clip.label, clip.group) == ("x/a.wav", "bell", "tape")


def test_what_numpy_printed_is_read_and_shortened_is_told(tmp_path):
    matrix = np.arange(26, dtype=np.float32).reshape(2, 13)
    short = np.array2string(np.zeros((2000, 13), np.float32))
    path = table(tmp_path, ("bell", str(matrix)), ("bell", short))
    dataset = Dataset.open(path)
    np.testing.assert_array_equal(dataset.features.store[0], matrix)
    assert "numpy shortened the matrix" in dataset.problems[0].detail


def test_long_cells_are_read_and_the_limit_of_csv_is_as_before(tmp_path):
    before = csv.field_size_limit()
    path = table(tmp_path, ("bell", cell(4000)))
    assert path.stat().st_size > before
    assert len(Dataset.open(path).features.store[0]) == 4000
    with pytest.raises(DatasetError):
        Dataset.open(table(tmp_path, ("bell", "")))
    assert csv.field_size_limit() == before


def test_a_quote_left_open_is_told(tmp_path, monkeypatch):
    path = table(tmp_path, ("bell", cell()))
    path.write_text(path.read_text() + 'bell,"[[1, 2\n')
    with pytest.raises(DatasetError, match=r"line 3: .*look for a quote that is not closed"):
        Dataset.open(path)
    monkeypatch.setattr(csv_module, "LONGEST_CELL", 100)
    with pytest.raises(DatasetError, match="line 2: field larger than field limit"):
        Dataset.open(path)


def test_a_table_that_is_no_text_is_told(tmp_path):
    path = tmp_path / "features.csv"
    path.write_bytes(b"category,mfcc\nb\xe9ll,x\n")
    with pytest.raises(DatasetError, match="is not UTF-8 text; save it as CSV UTF-8"):
        Dataset.open(path)


def test_rows_without_a_name_twice_are_two_and_named_ones_are_one(tmp_path):
    assert len(Dataset.open(table(tmp_path, ("bell", cell()), ("bell", cell())))) == 2
    rows = [("bell", cell(), "a"), ("bell", cell(), "a"), ("x", cell(), "b"), ("y", cell(), "b")]
    dataset = Dataset.open(table(tmp_path, *rows, header="category,mfcc,path"))
    assert [clip.name for clip in dataset.clips] == ["a"]
    assert [problem.kind for problem in dataset.problems] == ["duplicate row", "conflicting labels"]


def essentia(path, matrix=None, **metadata):
    path.parent.mkdir(parents=True, exist_ok=True)
    level = {"mfcc": [[0.5] * 13] * 2 if matrix is None else matrix, "spectral_rms": [1, 2]}
    document = {"lowLevel": level, "metadata": {"audio_properties": metadata}}
    path.write_text(json.dumps(document))


def test_essentias_own_json_is_read_as_the_seeds_mfcc(tmp_path):
    essentia(tmp_path / "Waltz" / "a.json", analysis_sample_rate=44100)
    essentia(tmp_path / "Tango" / "deep" / "b.json")
    dataset = Dataset.open(tmp_path)
    assert [(clip.name, clip.label) for clip in dataset.clips] == [
        ("Tango/deep/b", "Tango"),
        ("Waltz/a", "Waltz"),
    ]
    assert dataset.features.frontend == MFCC
    values = np.full((2, 13), 0.5, np.float32)
    assert dataset.features.store.digests[0] == features_digest(values)


def test_a_bad_json_file_is_told_and_the_others_are_kept(tmp_path):
    out, _ = write(tmp_path, "json")
    other = json.loads((out / "bell" / "a.wav.json").read_text())
    other["earmark"] |= {"name": "odd", "frontend": LOG_MEL.settings()}
    other["lowLevel"] = {"log_mel": [[0.0] * 48]}
    (out / "tango").mkdir()
    (out / "tango" / "odd.json").write_text(json.dumps(other))
    other["earmark"]["frontend_version"] = 99
    (out / "tango" / "new.json").write_text(json.dumps(other))
    other["earmark"]["frontend"] = {"name": "nope"}
    (out / "tango" / "nope.json").write_text(json.dumps(other))
    (out / "cut.json").write_text("{")
    (out / "deep.json").write_text("[" * 100_000)
    (out / "settings.json").write_text('{"lowLevel": 1}')
    essentia(out / "lone.json")
    essentia(out / "tango" / "slow.json", analysis_sample_rate=22050)
    essentia(out / "tango" / "cut.json", [[0.5] * 13, [0.5] * 12])
    dataset = Dataset.open(out)
    assert len(dataset) == len(CLIPS)
    told = {problem.path: problem.detail for problem in dataset.problems}
    for path, wanted in {
        "cut.json": "no JSON: ",
        "deep.json": "no JSON: ",
        "settings.json": "it has no features: no 'lowLevel' with 'mfcc' in it",
        "lone.json": "it has no label, and is in no folder that names one",
        "odd": "tango/odd.json: made by log_mel (8000 Hz, 48 bins), the others by mfcc",
        "tango/new.json": "made by version 99 of front-end log_mel; this Earmark has version 1",
        "tango/nope.json": "unknown front-end 'nope'",
        "tango/slow.json": "made at 22050 Hz; mfcc are made at 44100",
        "tango/cut.json": "frame 2 has 12 numbers, 13 wanted",
    }.items():
        assert wanted in told[path]


def test_a_folder_of_sounds_with_json_beside_them_is_of_sounds(tmp_path):
    essentia(tmp_path / "bell" / "a.json")
    (tmp_path / "bell" / "a.wav").touch()
    dataset = Dataset.open(tmp_path)
    assert dataset.features is None
    assert [clip.name for clip in dataset.clips] == ["bell/a.wav"]


def test_what_is_wrong_in_a_parquet_file_is_told(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    out, _ = write(tmp_path, "parquet")
    good = pq.read_table(out)
    matrices = [[[0.5] * 13] * 2, [[0.5] * 12], None, [[float("nan")] * 13]]
    at = good.schema.get_field_index("mfcc")
    bad = good.set_column(at, good.schema.field(at), pa.array(matrices, good.schema.field(at).type))
    pq.write_table(bad.replace_schema_metadata(good.schema.metadata), out)
    dataset = Dataset.open(out)
    assert [clip.name for clip in dataset.clips] == ["bell/a.mp3"]
    assert [problem.detail for problem in dataset.problems] == [
        "row 2: frame 1 has 12 numbers, 13 wanted",
        "row 3: the matrix is empty",
        "row 4: frame 1: nan is no finite number",
    ]
    meta = good.schema.metadata
    odd = good.set_column(at, "mfcc", pa.array([1, 2, 3, 4])).replace_schema_metadata(meta)
    for other, wanted in (
        (
            good.drop_columns(["label", "mfcc"]),
            "has no column 'label' and no column 'mfcc'; it has",
        ),
        (odd, "column 'mfcc': lists of lists of numbers were wanted, got int64"),
        (good.replace_schema_metadata({"earmark": "{"}), "its metadata 'earmark' is no JSON"),
        (good.replace_schema_metadata({"earmark": "1"}), "does not say which front-end"),
    ):
        pq.write_table(other, out)
        with pytest.raises(DatasetError, match=wanted):
            Dataset.open(out)


def test_a_parquet_file_cut_short_is_told(tmp_path):
    out, _ = write(tmp_path, "parquet")
    out.write_bytes(out.read_bytes()[:-100])
    with pytest.raises(DatasetError, match="cannot read the Parquet table"):
        Dataset.open(out)


def test_many_rows_are_written_and_read_in_pieces(tmp_path, monkeypatch):
    from earmark.datasets.feature_files import parquet_file

    monkeypatch.setattr(parquet_file, "BATCH_BYTES", 500)
    monkeypatch.setattr(parquet_file, "READ_ROWS", 7)
    clips = [Clip(Path("x"), f"{number:03}", "ab"[number % 2]) for number in range(40)]
    out, store = write(tmp_path, "parquet", clips=clips)
    dataset = Dataset.open(out)
    for index in range(40):
        np.testing.assert_array_equal(dataset.features.store[index], store[index])


def test_from_features_says_what_holds_features(tmp_path):
    with pytest.raises(DatasetError, match="no dataset at"):
        Dataset.from_features(tmp_path / "no.csv")
    with pytest.raises(
        DatasetError, match=r"holds no features\. What does: a CSV with the columns"
    ):
        Dataset.from_features(tmp_path)
    assert len(Dataset.from_features(write(tmp_path, "csv")[0])) == 4


def test_another_frontend_than_the_tables_is_refused(tmp_path):
    dataset = Dataset.open(write(tmp_path, "parquet")[0])
    with pytest.raises(
        ConfigError, match=r"frontend must be mfcc as in .*, got log_mel: that table"
    ):
        dataset_features(dataset, LOG_MEL)
    with pytest.raises(ConfigError, match=r"rate_hz must be 44100 as in .*, got 8000"):
        extract_dataset(dataset, rate_hz=8000)
    with pytest.raises(ConfigError, match="holds features of MFCC"):
        dataset_features(dataset, create_frontend("mfcc", bins=20))


def test_features_are_written_in_another_format(tmp_path):
    dataset = Dataset.open(write(tmp_path, "parquet")[0])
    done = extract_dataset(dataset, out=tmp_path / "again.csv")
    assert (done.format, done.computed, done.clips) == ("csv", 0, 4)
    again = Dataset.open(tmp_path / "again.csv").features.store
    for index in range(4):
        np.testing.assert_array_equal(again[index], dataset.features.store[index])


SEVERAL = tuple(replace(clip, label="bell;rain", labels=("bell", "rain")) for clip in CLIPS[:2])


@pytest.mark.parametrize("name", ["json", "parquet"])
def test_several_labels_a_clip_stay_several(tmp_path, name):
    dataset = Dataset.open(write(tmp_path, name, clips=SEVERAL)[0])
    assert dataset.multilabel
    assert dataset.classes == ("bell", "rain")
    assert [clip.labels for clip in dataset.clips] == [("bell", "rain")] * 2
    assert not Dataset.open(write(tmp_path / "one", name)[0]).multilabel


def test_a_csv_of_several_labels_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"csv has one label a clip.*take json or parquet"):
        write(tmp_path, "csv", clips=SEVERAL)
