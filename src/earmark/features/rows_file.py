"""Features read from a table, put away in a nameless file: memory does not grow with the table."""

import tempfile
import weakref

import numpy as np

from earmark.errors import DatasetError
from earmark.features.cache import Rows, default_cache_dir
from earmark.features.frontend import Array


class RowsFile:
    """Rows (n, bins) appended one after another; the file is gone when nobody looks at it."""

    def __init__(self, bins: int) -> None:
        self.bins = bins
        self.rows = 0
        place = default_cache_dir()
        try:
            place.mkdir(parents=True, exist_ok=True)
            self._file = tempfile.TemporaryFile(dir=place, prefix="table-")  # noqa: SIM115
        except OSError as error:
            raise _failure(error) from error
        weakref.finalize(self, self._file.close)  # also where nobody came to ask for the rows

    def append(self, features: Array) -> Rows:
        """Put rows away; where they stand."""
        if features.ndim != 2 or features.shape[1] != self.bins:
            raise ValueError(f"rows of shape (n, {self.bins}) were wanted, got {features.shape}")
        try:
            self._file.write(np.ascontiguousarray(features, np.float32).tobytes())
        except OSError as error:
            raise _failure(error) from error
        first, self.rows = self.rows, self.rows + len(features)
        return first, len(features)

    def array(self) -> Array:
        """All rows (rows, bins), memory-mapped and read-only."""
        if not self.rows:
            return np.zeros((0, self.bins), np.float32)
        try:
            self._file.flush()
        except OSError as error:
            raise _failure(error) from error
        return np.memmap(self._file, np.float32, "r", shape=(self.rows, self.bins))


def _failure(error: OSError) -> DatasetError:
    return DatasetError(
        f"cannot put features away in {default_cache_dir()}: {error.strerror or error}. "
        "Make room there, or choose another place by EARMARK_CACHE"
    )
