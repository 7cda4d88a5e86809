"""The feature cache: found again by content, whatever happened to the process or the files."""

import errno
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from earmark.errors import DatasetError
from earmark.features import create_frontend
from earmark.features.cache import FeatureCache, content_digest, default_cache_dir

FRONTEND = create_frontend("log_mel", 8000)


def rows(count, seed=0):
    return np.random.default_rng(seed).standard_normal((count, FRONTEND.bins)).astype(np.float32)


@pytest.fixture
def cache(tmp_path):
    cache = FeatureCache(FRONTEND, tmp_path)
    cache.append({"a": rows(3, 1), "b": rows(5, 2)})
    return cache


def assert_holds(cache, **wanted):
    """Each digest's rows are there as they were given; all other digests are not."""
    found = cache.entries()
    assert set(found) == set(wanted)
    for digest, (first, count) in found.items():
        np.testing.assert_array_equal(cache.array()[first : first + count], wanted[digest])


def test_rows_are_found_by_digest(cache):
    assert_holds(FeatureCache(FRONTEND, cache.directory.parent), a=rows(3, 1), b=rows(5, 2))


def test_an_empty_cache_has_no_rows(tmp_path):
    cache = FeatureCache(FRONTEND, tmp_path)
    assert cache.entries() == {}
    assert cache.array().shape == (0, FRONTEND.bins)


def test_a_digest_is_kept_once(cache):
    cache.append({"a": rows(9, 9), "c": rows(2, 3)})
    assert_holds(cache, a=rows(3, 1), b=rows(5, 2), c=rows(2, 3))


def test_the_array_cannot_be_written(cache):
    with pytest.raises(ValueError, match="read-only"):
        cache.array()[0, 0] = 1


@pytest.mark.parametrize("cut", [1, 2, 3, 4])
def test_a_line_cut_by_a_kill_is_not_read_and_not_built_upon(cache, cut):
    index = cache.directory / "index.txt"
    index.write_bytes(index.read_bytes()[:-cut])
    assert_holds(cache, a=rows(3, 1))
    cache.append({"c": rows(4, 3)})
    assert_holds(cache, a=rows(3, 1), c=rows(4, 3))


def test_rows_that_no_line_names_are_overwritten(cache):
    with (cache.directory / "features.f32").open("ab") as data:
        data.write(b"half a row of a killed process")
    assert_holds(cache, a=rows(3, 1), b=rows(5, 2))
    cache.append({"c": rows(4, 3)})
    assert_holds(cache, a=rows(3, 1), b=rows(5, 2), c=rows(4, 3))


@pytest.mark.parametrize("left", [0, 3, 7, None])
def test_rows_that_were_lost_are_never_taken_for_others(cache, left):
    """The index names rows that are gone; new rows in their place are not theirs."""
    data = cache.directory / "features.f32"
    if left is None:
        data.unlink()
    else:
        data.write_bytes(data.read_bytes()[: left * 4 * FRONTEND.bins])
    kept = {"a": rows(3, 1)} if left in (3, 7) else {}
    assert_holds(cache, **kept)
    cache.append({"c": rows(20, 3)})
    assert_holds(cache, **kept, c=rows(20, 3))
    cache.append({"b": rows(5, 2)})
    assert_holds(cache, **kept, c=rows(20, 3), b=rows(5, 2))


def test_a_lost_index_only_means_computing_again(cache):
    (cache.directory / "index.txt").unlink()
    assert_holds(cache)
    cache.append({"b": rows(5, 2)})
    assert_holds(cache, b=rows(5, 2))


def test_garbage_in_the_index_is_left(cache):
    with (cache.directory / "index.txt").open("ab") as index:
        index.write(b"x y z\n\n\xff\xfe\n\xff 1 2\nd -1 3\ne 0\nf 1 2 3\n")
    assert_holds(cache, a=rows(3, 1), b=rows(5, 2))
    cache.append({"c": rows(4, 3)})
    assert_holds(cache, a=rows(3, 1), b=rows(5, 2), c=rows(4, 3))


def test_another_front_end_has_another_folder(tmp_path):
    other = create_frontend("log_mel", 8000, bins=20)
    assert FeatureCache(FRONTEND, tmp_path).directory != FeatureCache(other, tmp_path).directory


WRITER = """
import sys
import numpy as np
from pathlib import Path
from earmark.features import create_frontend
from earmark.features.cache import FeatureCache
cache = FeatureCache(create_frontend("log_mel", 8000), Path(sys.argv[1]))
for number in range(25):
    name = f"shared-{number}" if number % 5 == 0 else f"{sys.argv[2]}-{number}"
    cache.append({name: np.full((number + 1, 48), number, np.float32)})
"""


def test_two_processes_may_write_at_once(tmp_path):
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name]) for name in "xy"
    ]
    assert [process.wait(60) for process in running] == [0, 0]
    cache = FeatureCache(FRONTEND, tmp_path)
    found = cache.entries()
    assert len(found) == 5 + 2 * 20
    places = np.concatenate([np.arange(first, first + count) for first, count in found.values()])
    assert len(np.unique(places)) == len(places) == len(cache.array())
    for digest, (first, count) in found.items():
        number = int(digest.split("-")[1])
        assert count == number + 1
        assert (cache.array()[first : first + count] == number).all()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full; what was computed so far is kept. Free some space"),
        (errno.EACCES, "Permission denied. Make it writable"),
    ],
)
def test_a_disk_that_takes_no_more_is_said(cache, monkeypatch, number, words):
    import os

    def fail(_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("earmark.features.cache.os.fsync", fail)
    with pytest.raises(DatasetError, match=words) as caught:
        cache.append({"c": rows(4, 3)})
    assert str(cache.directory) in str(caught.value)
    assert "EARMARK_CACHE" in str(caught.value)
    monkeypatch.undo()
    assert_holds(cache, a=rows(3, 1), b=rows(5, 2))


def test_a_cache_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DatasetError, match=r"cannot write the feature cache .*EARMARK_CACHE"):
        FeatureCache(FRONTEND, tmp_path / "file")


def test_the_place_is_chosen_by_the_surroundings(monkeypatch, tmp_path):
    monkeypatch.setenv("EARMARK_CACHE", str(tmp_path))
    assert default_cache_dir() == tmp_path
    monkeypatch.delenv("EARMARK_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert default_cache_dir() == Path("/somewhere/earmark")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert default_cache_dir() == Path.home() / ".cache" / "earmark"


def test_the_digest_is_of_content_and_part(tmp_path):
    for name, content in {"a": b"one", "b": b"one", "c": b"two"}.items():
        (tmp_path / name).write_bytes(content)
    whole = content_digest(tmp_path / "a")
    assert whole == content_digest(tmp_path / "b")
    parts = {content_digest(tmp_path / "a", *part) for part in [(0, 1.0), (0.5, None), (0.5, 1.0)]}
    assert len(parts | {whole, content_digest(tmp_path / "c")}) == 5
