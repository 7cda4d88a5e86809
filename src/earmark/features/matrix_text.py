"""A matrix of features as text, and back: to the digit, strictly, and with nothing evaluated.

Two forms are read: Python's (and JSON's) `[[1.0, 2.0], [3.0, 4.0]]`, and what numpy prints,
`[[1. 2.]\n [3. 4.]]`. The first is written.
"""

import json
import re
from itertools import chain

import numpy as np

from earmark.errors import DatasetError
from earmark.features.frontend import Array

FRAME = re.compile(r"\[([^\[\]]*)\]")
SHOWN = 24  # characters of a wrong text that an error shows


def matrix_text(features: Array) -> str:
    """Features (frames, bins) as a list of lists, in the fewest digits that give them back.

    >>> matrix_text(np.array([[0.1, -814.8877], [1e-10, 2.0]], np.float32))
    '[[0.1, -814.8877], [1e-10, 2.0]]'
    """
    frames = ("[" + ", ".join(map(str, frame)) + "]" for frame in np.asarray(features, np.float32))
    return "[" + ", ".join(frames) + "]"


def read_matrix(text: str, bins: int) -> Array:
    r"""Features (frames, bins) from their text. DatasetError says what is wrong, and where.

    >>> read_matrix("[[1. 2.]\n [3. 4.]]", 2).tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    if "..." in text:
        raise DatasetError(
            "numpy shortened the matrix ('...'), so numbers are lost; write it anew after "
            "np.set_printoptions(threshold=sys.maxsize), or from matrix.tolist()"
        )
    if not text.strip():
        raise DatasetError("the matrix is empty")
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        rows = _printed(text)
    if not isinstance(rows, list):
        raise _no_matrix(text)
    return checked_matrix(rows, bins)


def checked_matrix(rows: object, bins: int) -> Array:
    """Features (frames, bins) from a list of lists of numbers; DatasetError where it is not one.

    >>> checked_matrix([[1, 2], [3]], 2)
    Traceback (most recent call last):
    ...
    earmark.errors.DatasetError: frame 2 has 1 number, 2 wanted
    """
    if not isinstance(rows, list):
        raise DatasetError(f"{_short(repr(rows))} is no matrix: [[...], ...] was wanted")
    if all(row == [] for row in rows):
        raise DatasetError("the matrix is empty")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list):
            raise DatasetError(
                f"frame {number} is {_short(repr(row))}, and no list of {bins} numbers"
            )
        if len(row) != bins:
            numbers = "number" if len(row) == 1 else "numbers"
            raise DatasetError(f"frame {number} has {len(row)} {numbers}, {bins} wanted")
    # True would pass as 1.0, '1' as 1.0 and None as NaN
    if set(map(type, chain.from_iterable(rows))) - {int, float}:
        wrong = (
            (n, v) for n, row in enumerate(rows, 1) for v in row if type(v) not in (int, float)
        )
        number, value = next(wrong)
        raise DatasetError(f"frame {number}: {_short(repr(value))} is no number")
    try:
        with np.errstate(over="ignore"):  # what is too large becomes infinite, and is told below
            features = np.array(rows, np.float64).astype(np.float32)
    except OverflowError:
        raise DatasetError("a number is too large for float32") from None
    infinite = np.argwhere(~np.isfinite(features))
    if len(infinite):
        frame, column = infinite[0]
        raise DatasetError(
            f"frame {frame + 1}: {_short(repr(rows[frame][column]))} is no finite float32 number"
        )
    return features


def _printed(text: str) -> list[list[float | str]]:
    """Rows of what numpy prints; a word that is no number stays a word."""
    body = text.strip()
    inner = body[1:-1]
    if body[:1] != "[" or body[-1:] != "]" or FRAME.sub("", inner).strip(", \t\r\n"):
        raise _no_matrix(text)
    return [_numbers(frame) for frame in FRAME.findall(inner)]


def _numbers(frame: str) -> list[float | str]:
    words = [word.strip() for word in frame.split(",")] if "," in frame else frame.split()
    if len(words) > 1 and not words[-1]:
        words.pop()  # the comma after the last number
    values: list[float | str] = []
    for word in words:
        try:
            values.append(word if "_" in word else float(word))
        except ValueError:
            values.append(word)
    return values


def _no_matrix(text: str) -> DatasetError:
    return DatasetError(f"no matrix: [[...], ...] was wanted, got {_short(repr(text.strip()))}")


def _short(text: str) -> str:
    """The beginning and the end of a text."""
    return text if len(text) <= 2 * SHOWN else f"{text[:SHOWN]} ... {text[-SHOWN:]}"
