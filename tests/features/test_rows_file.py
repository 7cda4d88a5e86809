"""Rows put away come back, read-only; a full disk is one clear error."""

import errno
import os
import tempfile

import numpy as np
import pytest

from earmark.errors import DatasetError
from earmark.features.rows_file import RowsFile


def test_rows_come_back_and_nothing_is_left(tmp_path, monkeypatch):
    monkeypatch.setenv("EARMARK_CACHE", str(tmp_path))
    file = RowsFile(2)
    assert file.array().shape == (0, 2)
    first, second = np.ones((3, 2), np.float32), np.zeros((1, 2), np.float32)
    assert (file.append(first), file.append(second)) == ((0, 3), (3, 1))
    array = file.array()
    del file
    np.testing.assert_array_equal(array, np.concatenate([first, second]))
    assert not array.flags.writeable
    assert list(tmp_path.iterdir()) == []


def test_other_rows_are_refused():
    with pytest.raises(ValueError, match=r"rows of shape \(n, 2\) were wanted, got \(1, 3\)"):
        RowsFile(2).append(np.zeros((1, 3), np.float32))


def test_a_full_disk_is_told(monkeypatch):
    def full(**_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(DatasetError, match=r"No space left on device\. Make room there, or choose"):
        RowsFile(2)
