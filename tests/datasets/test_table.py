import unicodedata
from pathlib import Path

import pytest

from earmark.datasets import Dataset
from earmark.errors import DatasetError


@pytest.fixture
def write(tree):
    """Write a table beside a.wav, b.wav and 'c, d.wav', and return its path."""
    root = tree("a.wav", "b.wav", "c, d.wav", "sub/é.wav", "note.txt")

    def make(text: str | bytes, name: str = "clips.csv") -> Path:
        data = text if isinstance(text, bytes) else text.encode()
        (root / name).write_bytes(data)
        return root / name

    return make


def brief(dataset: Dataset) -> list[tuple[str, str]]:
    return [(c.name, c.label) for c in dataset.clips]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_usual_csv(write, delimiter, start, end):
    lines = [' Path ,"LABEL",Group', "b.wav,dog,g1", "", '"c, d.wav",  cat ,g2']
    quoted = [
        line.replace("c, d", "@").replace(",", delimiter).replace("@", "c, d") for line in lines
    ]
    dataset = Dataset.open(write(start + (end.join(quoted) + end).encode()))
    assert brief(dataset) == [("b.wav", "dog"), ("c, d.wav", "cat")]
    assert dataset.groups.tolist() == ["g1", "g2"]
    assert dataset.group_source == "column 'group'"
    assert dataset.problems == ()


def test_bad_rows_are_reported_with_their_line_and_the_rest_is_kept(write):
    dataset = Dataset.open(
        write(
            "path,label,onset,offset\n"
            "a.wav,dog,,\n"
            "gone.wav,dog,,\n"
            "b.wav,,,\n"
            "b.wav,cat,-1,\n"
            "b.wav,cat,2,2\n"
            "b.wav,cat,one,\n"
            "b.wav,cat,nan,\n"
            "note.txt,cat,,\n"
            "sub,cat,,\n"
            "c, d.wav,cat,,7\n"
            "b.wav,cat,0.5,1.25\n"
        )
    )
    assert brief(dataset) == [("a.wav", "dog"), ("b.wav#0.5-1.25", "cat")]
    assert [(p.kind, p.detail.split(":")[0]) for p in dataset.problems] == [
        ("unknown path", "line 3"),
        ("empty label", "line 4"),
        ("bad part", "line 5"),
        ("bad part", "line 6"),
        ("bad part", "line 7"),
        ("bad part", "line 8"),
        ("not audio", "line 9"),
        ("unknown path", "line 10"),
        ("bad row", "line 11"),
    ]
    assert "must be after the onset (2 s)" in dataset.problems[3].detail


def test_parts_of_one_file_share_a_group(write):
    dataset = Dataset.open(
        write("path;label;onset_s;offset_s\na.wav;x;0;1,5\na.wav;y;1,5;\nb.wav;y;;\n")
    )
    assert brief(dataset) == [("a.wav#0-1.5", "x"), ("a.wav#1.5-end", "y"), ("b.wav", "y")]
    assert dataset.groups.tolist() == ["a.wav", "a.wav", "b.wav"]
    assert dataset.clips[1].onset_s == 1.5
    assert dataset.clips[1].offset_s is None


def test_duplicates_once_and_conflicts_out(write):
    dataset = Dataset.open(
        write("path,label\na.wav,dog\n./a.wav,dog\na.wav,dog\nb.wav,dog\nb.wav,cat\n")
    )
    assert brief(dataset) == [("a.wav", "dog")]
    assert [(p.kind, p.path) for p in dataset.problems] == [
        ("duplicate row", "a.wav"),
        ("conflicting labels", "b.wav"),
    ]
    assert "line 2, line 3, line 4" in dataset.problems[0].detail


def test_paths_of_other_systems(write):
    nfd = unicodedata.normalize("NFD", "sub\\é.wav")
    table = write(f"path,label\n{nfd},x\n")
    assert brief(Dataset.open(table)) == [("sub/é.wav", "x")]
    absolute = write(f"path,label\n{table.parent / 'a.wav'},x\n../sounds/b.wav,x\n")
    assert [c.name for c in Dataset.open(absolute).clips] == ["a.wav", "b.wav"]


def test_missing_column_lists_found_and_wanted(write):
    with pytest.raises(
        DatasetError, match=r"no column 'label'; its first line has: path, klass\. W"
    ):
        Dataset.open(write("path,klass\na.wav,x\n"))
    with pytest.raises(
        DatasetError, match=r"'path' and no column 'label'.*a\.wav, dog\. Wanted: path"
    ):
        Dataset.open(write("a.wav,dog\n"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "is empty; it needs the columns path and label"),
        (b"path,label\n", "a header but no rows"),
        (b"path,label\nx.wav,dog\ny.wav,dog\n", r"not one of the 2 rows .* unknown path 'x.wav'"),
        ('path,label\né.wav,dog\n'.encode("latin-1"), "not UTF-8 text .byte 11.; save it as CSV"),
        (b'path,label\na.wav,dog\n"b.wav,cat\na.wav,rat\n', "line 3: .*quote that is not closed"),
        (b"path,path,label\n", "the column 'path' twice"),
    ],
)  # fmt: skip
def test_broken_tables(write, text, words):
    with pytest.raises(DatasetError, match=words):
        Dataset.open(write(text))


def test_no_table_at_all(write):
    table = write("path,label\n")
    with pytest.raises(DatasetError, match=r"did you mean 'clips.csv'\?"):
        Dataset.open(table.with_name("clip.csv"))
    with pytest.raises(DatasetError, match="is a folder; a table was wanted"):
        Dataset.from_table(table.parent)
    with pytest.raises(DatasetError, match=r"no table Earmark reads; tables are: \.csv"):
        Dataset.from_table(table.parent / "a.wav")


def test_folds_are_used_only_if_all_have_one(write):
    whole = Dataset.open(write("path,label,fold\na.wav,x,1\nb.wav,y,2\n"))
    assert whole.fold_source == "column 'fold'"
    assert [c.fold for c in whole.clips] == ["1", "2"]
    partly = Dataset.open(write("path,label,fold\na.wav,x,1\nb.wav,y,\n"))
    assert partly.fold_source is None
    assert [p.kind for p in partly.problems] == ["missing fold"]


def test_parquet(write):
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    root = write("").parent
    content = {
        "path": ["a.wav", "b.wav", None],
        "Label": pa.array(["x", "y", "z"]).dictionary_encode(),
        "fold": pa.array([1.0, 2.0, None]),
        "onset": pa.array([0.25, float("nan"), 0.0]),
    }
    pq.write_table(pa.table(content), root / "clips.parquet")
    dataset = Dataset.open(root / "clips.parquet")
    assert brief(dataset) == [("a.wav#0.25-end", "x"), ("b.wav", "y")]
    assert [c.fold for c in dataset.clips] == ["1", "2"]
    assert dataset.problems[0].detail == "row 3: the path is empty"
    with pytest.raises(DatasetError, match="cannot read the Parquet table"):
        Dataset.open(write(b"junk", "junk.parquet"))
