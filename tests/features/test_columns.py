"""Any number of rows in a bounded number of columns, in order, however they arrive."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.features.columns import Columns

MOST = 4


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 200), st.data())
def test_columns_are_equal_parts_of_all_rows(count, data):
    rows = np.random.default_rng(0).standard_normal((count, 3)).astype(np.float32)
    cuts = sorted(data.draw(st.lists(st.integers(0, count), max_size=8)))
    largest, mean = Columns(MOST, 3, np.max), Columns(MOST, 3, np.mean)
    buffer = np.empty((count, 3), np.float32)  # used again for every block
    for block in np.split(rows, cuts):
        buffer[: len(block)] = block
        largest.add(buffer[: len(block)])
        mean.add(buffer[: len(block)])
    buffer[:] = np.nan
    size = largest.size
    parts = [rows[at : at + size] for at in range(0, count, size)]
    assert len(parts) <= 2 * MOST
    assert size == 1 or len(parts) >= MOST
    for columns, merge in ((largest, np.max), (mean, np.mean)):
        wanted = np.array([merge(part, axis=0) for part in parts]).reshape(-1, 3)
        np.testing.assert_allclose(columns.rows(), wanted, atol=1e-6)


def test_looking_at_them_changes_nothing():
    columns = Columns(2, 1, np.mean)
    columns.add(np.float32([[1], [2], [3], [4], [5]]))
    assert columns.rows().tolist() == columns.rows().tolist() == [[1.5], [3.5], [5]]
