import errno

import pytest

from earmark.errors import ConfigError
from earmark.files import write_asked, write_whole


def test_a_file_takes_the_place_of_the_old_one(tmp_path):
    path = tmp_path / "notes.json"
    path.write_text("old")
    write_whole(path, "Küche\n")
    assert path.read_bytes() == "Küche\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_that_is_no_text_keeps_its_bytes_visible(tmp_path):
    write_whole(tmp_path / "notes.txt", b"dog\xff.wav".decode("utf-8", "surrogateescape"))
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == r"dog\udcff.wav"


def test_what_cannot_be_put_in_place_leaves_the_old_file_and_no_part(tmp_path, monkeypatch):
    path = tmp_path / "notes.txt"
    path.write_text("old")

    def full(self, target):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_was_asked_for_is_named(tmp_path):
    path = tmp_path / "nowhere" / "report.md"
    with pytest.raises(ConfigError, match=r"cannot write .*report\.md: No such file .* --out"):
        write_asked(path, "text")
