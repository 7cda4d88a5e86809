"""The text of a matrix gives it back to the digit; what is wrong is told with its place."""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from earmark.errors import DatasetError
from earmark.features.matrix_text import checked_matrix, matrix_text, read_matrix

FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)
MATRICES = arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=5), elements=FLOATS)


def assert_same_bits(got, wanted):
    assert got.dtype == np.float32
    np.testing.assert_array_equal(got.view(np.uint32), wanted.view(np.uint32))


@given(MATRICES)
def test_written_and_read_gives_the_same_float32(matrix):
    assert_same_bits(read_matrix(matrix_text(matrix), matrix.shape[1]), matrix)


@given(MATRICES)
def test_what_python_and_numpy_print_is_read(matrix):
    bins = matrix.shape[1]
    assert_same_bits(read_matrix(str(matrix.tolist()), bins), matrix)
    printed = np.array2string(matrix, threshold=sys.maxsize, floatmode="unique")
    assert_same_bits(read_matrix(printed, bins), matrix)


@given(st.text(alphabet="[]0123456789.,-+eE \nnaifx_", max_size=40) | st.text(max_size=20))
def test_any_text_is_a_finite_matrix_or_a_clear_error(text):
    try:
        matrix = read_matrix(text, 2)
    except DatasetError:
        return
    assert matrix.shape[1] == 2
    assert len(matrix)
    assert np.isfinite(matrix).all()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "the matrix is empty"),
        (" \n", "the matrix is empty"),
        ("[]", "the matrix is empty"),
        ("[[]]", "the matrix is empty"),
        ("[[1, 2], [3]]", "frame 2 has 1 number, 2 wanted"),
        ("[[1, 2, 3], [3, 4]]", "frame 1 has 3 numbers, 2 wanted"),
        ("[[1. 2.]\n [3.]]", "frame 2 has 1 number, 2 wanted"),
        ("[[1, 2], [3, abc]]", "frame 2: 'abc' is no number"),
        ("[[1. 2.]\n [3. abc]]", "frame 2: 'abc' is no number"),
        ('[[1, "2"]]', "frame 1: '2' is no number"),
        ("[[1, true]]", "frame 1: True is no number"),
        ("[[1, null]]", "frame 1: None is no number"),
        ("[[1, 2], [3, 1_0]]", "frame 2: '1_0' is no number"),
        ("[[1, , 2]]", "frame 1 has 3 numbers, 2 wanted"),
        ("[[1 2, 3]]", "frame 1: '1 2' is no number"),
        ("[[1, NaN]]", "frame 1: nan is no finite float32 number"),
        ("[[1. nan]]", "frame 1: nan is no finite float32 number"),
        ("[[1, 2], [-Infinity, 2]]", "frame 2: -inf is no finite float32 number"),
        ("[[1, 1e39]]", "frame 1: 1e+39 is no finite float32 number"),
        (f"[[1, 1{'0' * 400}]]", "a number is too large for float32"),
        (f"[[1, 1{'0' * 5000}]]", "frame 1: inf is no finite float32 number"),
        ("[1, 2]", "frame 1 is 1, and no list of 2 numbers"),
        ("[1. 2.]", "no matrix: [[...], ...] was wanted, got '[1. 2.]'"),
        ("[[1, 2], [3, 4", "no matrix: [[...], ...] was wanted, got '[[1, 2], [3, 4'"),
        ("[[[1, 2]]]", "frame 1 has 1 number, 2 wanted"),
        ("[" * 100_000, "no matrix: [[...], ...] was wanted, got '[[[[["),
        ("__import__('os')", "no matrix: [[...], ...] was wanted, got"),
        ("7", "no matrix: [[...], ...] was wanted, got '7'"),
        ("[[1. 2.]\n ...\n [3. 4.]]", "numpy shortened the matrix ('...'), so numbers are lost"),
    ],
)
def test_what_is_wrong_is_told(text, wanted):
    with pytest.raises(DatasetError) as caught:
        read_matrix(text, 2)
    assert wanted in str(caught.value)
    assert len(str(caught.value)) < 200


def test_zeros_are_not_an_empty_matrix():
    np.testing.assert_array_equal(read_matrix("[[0.0, 0]]", 2), np.zeros((1, 2)))


def test_what_is_no_list_is_no_matrix():
    with pytest.raises(DatasetError, match="'a' is no matrix"):
        checked_matrix("a", 2)
