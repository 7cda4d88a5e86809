"""Small text helpers: one spelling for one name, numbers in human order, a few examples."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path


def one_spelling(text: str) -> str:
    """`text` in NFC, so that an accent typed on a Mac and one typed on Linux are the same.

    Bytes that are no UTF-8 (an old zip's file names) become `\\xNN`, or printing would fail later.
    """
    printable = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return unicodedata.normalize("NFC", printable)


def clean_label(text: str) -> str:
    """A label as typed, without the blanks around it and in one spelling."""
    return one_spelling(text).strip()


def stable_names(raw: Sequence[str]) -> list[str]:
    """One name for each path: NFC, but as it is where two files differ by normalisation only."""
    spelled = [one_spelling(text) for text in raw]
    counts = Counter(spelled)
    return [as_is if counts[nfc] > 1 else nfc for as_is, nfc in zip(raw, spelled, strict=True)]


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key in which fold 10 comes after fold 9.

    >>> sorted(["fold10", "fold9"], key=natural_key)
    ['fold9', 'fold10']
    """
    pieces = re.split(r"([0-9]+)", text)
    numbered = ((0, int(p), p) if i % 2 else (1, 0, p) for i, p in enumerate(pieces))
    return tuple(piece for piece in numbered if piece[2])


def examples(names: Iterable[str], most: int = 3) -> str:
    """The first few names in quotes, and whether there are more.

    >>> examples(["a", "b", "c", "d"])
    "'a', 'b', 'c', ..."
    """
    every = list(names)
    return ", ".join(repr(name) for name in every[:most]) + (", ..." if len(every) > most else "")


def without_path(reason: str, path: Path) -> str:
    """A reason that begins with the file, for where the clip's name stands before it.

    >>> without_path("in/a.wav: not sound", Path("in/a.wav"))
    'not sound'
    """
    return reason.removeprefix(f"{path}: ")


def count(number: int, thing: str) -> str:
    """A number with its noun.

    >>> count(1, "file"), count(3, "file"), count(2, "class")
    ('1 file', '3 files', '2 classes')
    """
    plural = thing + ("es" if thing.endswith("s") else "s")
    return f"{number} {thing if number == 1 else plural}"
