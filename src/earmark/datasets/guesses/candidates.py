"""Ways in which names may tell what belongs together; whether they do is judged elsewhere."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from earmark.datasets.clip import Clip
from earmark.datasets.guesses.guess import Candidate
from earmark.datasets.words import clean_label

TAKES = (
    "part", "pt", "take", "seg", "segment", "chunk", "slice", "split", "excerpt", "clip", "frame",
    "window", "win", "copy",
)  # fmt: skip
END = r"\.\w+(?:#|$)"  # the suffix, and where a clip is part of a file what follows it
SEPARATORS = ("_", "-", " ", " _.-")  # single ones first: their fields are plainer
MOST_FIELDS = 10  # names with more are text
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)  # drawn at random
ENOUGH = 0.5  # share of names that must have a mark for it to be looked at


def candidates(clips: Sequence[Clip]) -> Iterator[Candidate]:
    """Every way to read groups out of the clips' names that fits all of them."""
    stems = [stem_of(clip) for clip in clips]
    parent = tuple(below_label(clip) for clip in clips)
    if all(parent):
        yield Candidate("parent", "the folder below the label", "parent", parent)
    if all(UUID.fullmatch(stem) for stem in stems):
        return
    yield from _takes(clips, stems)
    yield from _numbers(clips, stems)
    for separator in SEPARATORS:
        yield from _fields(clips, stems, separator)


def stem_of(clip: Clip) -> str:
    """The file's own name without its suffix; pathlib is ten times as slow."""
    return clip.file_name.rpartition("/")[2].rpartition(".")[0]


def below_label(clip: Clip) -> str:
    """The folders between the label's and the file: of 'dog/park3/1.wav' it is 'park3'."""
    folders = clip.file_name.split("/")[:-1]
    below = folders[1:] if folders and clean_label(folders[0]) == clip.label else folders
    return "/".join(below)


def _takes(clips: Sequence[Clip], stems: Sequence[str]) -> Iterator[Candidate]:
    """'rec3_part07' is of rec3, 'Title (2)' of 'Title'."""
    word = re.compile(rf"(?<![a-z])({'|'.join(TAKES)})[ _.-]*[0-9]+$", re.IGNORECASE)
    found = Counter(match[1] for stem in stems if (match := word.search(stem)))
    if found.total() >= ENOUGH * len(stems):
        words = "|".join(sorted(found))
        option = rf"([^/]*[^/ _.-])[ _.-]+(?:{words})[ _.-]*[0-9]+{END}"
        source = f"file names before '{found.most_common(1)[0][0]}' and its number"
        yield from _matched("part", source, option, clips)
    bracket = re.compile(r"[(\[][0-9]+[)\]]$")
    if sum(bool(bracket.search(stem)) for stem in stems) >= ENOUGH / 2 * len(stems):
        option = rf"([^/]*[^/ _.-])[ _.-]*[(\[][0-9]+[)\]]{END}"
        if not all(bracket.search(stem) for stem in stems):  # the first copy has no number
            option = rf"([^/]+?)(?:[ _.-]*[(\[][0-9]+[)\]])?{END}"
        source = "file names without the number in brackets"
        yield from _matched("bracket", source, option, clips)


def _numbers(clips: Sequence[Clip], stems: Sequence[str]) -> Iterator[Candidate]:
    """'jo_12' is of jo, 'dog-12b' of dog-12."""
    if sum(stem[-1:].isdigit() for stem in stems) == len(stems):
        option = rf"([^/]*[^/ _.-])(?:[ _.-]+|(?<=[^0-9]))[0-9]+{END}"
        source = "file names without the number at their end"
        yield from _matched("number", source, option, clips)
    letter = re.compile(r"[0-9][ _-]?[A-Za-z]$")
    if sum(bool(letter.search(stem)) for stem in stems) >= ENOUGH * len(stems):
        option = rf"([^/]*[0-9])(?:[ _-]?[A-Za-z])?{END}"
        source = "file names without the letter after their number"
        yield from _matched("letter", source, option, clips)


def _fields(clips: Sequence[Clip], stems: Sequence[str], separator: str) -> Iterator[Candidate]:
    """Each of the fields of names that all have as many."""
    kind = f"[{separator}]+" if len(separator) > 1 else f"{separator}+"
    counts = {len(re.split(kind, stem)) for stem in stems}
    if len(counts) != 1 or not 2 <= (number := counts.pop()) <= MOST_FIELDS:
        return
    shown = "signs" if len(separator) > 1 else f"'{separator}'"
    for place in range(number):
        times = f"{{{place}}}" if place > 1 else ""
        skipped = f"(?:[^/{separator}]*{kind}){times}" if place else ""
        option = f"(?:^|/){skipped}([^/.{separator}]+)[^/]*$"
        source = f"file names, field {place + 1} of {number} between {shown}"
        yield from _matched("field", source, option, clips)


def _matched(kind: str, source: str, option: str, clips: Sequence[Clip]) -> Iterator[Candidate]:
    """The candidate of a pattern, where it matches every clip's name."""
    pattern = re.compile(option)
    found = [pattern.search(clip.name) for clip in clips]
    groups = [match[1].strip() if match else "" for match in found]
    if all(groups):
        yield Candidate(kind, source, option, tuple(groups))
