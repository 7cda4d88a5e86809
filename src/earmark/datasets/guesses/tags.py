"""What the tags of music files tell of groups: the artist, the album."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from earmark.datasets.clip import Clip
from earmark.datasets.guesses.guess import Guess
from earmark.datasets.guesses.names import SHARED
from earmark.datasets.words import clean_label, count, examples

TAGS = ("artist", "album")
ENOUGH = 0.9  # of the clips must have a tag for it to be a guess; the others stand alone
PROBED = 32  # files: where none of so many has a tag, the others are not opened


def guess_from_tags(clips: Sequence[Clip]) -> list[Guess]:
    """Guesses from artist and album, for people to choose from; none without tinytag."""
    try:
        import tinytag  # noqa: F401
    except ImportError:
        return []
    some = clips[:: max(1, len(clips) // PROBED)]
    if not any(read_tags(clip.path) for clip in some):
        return []
    tags = [read_tags(clip.path) for clip in clips]
    found = []
    for name in TAGS:
        values = [one.get(name) for one in tags]
        sizes = Counter(value for value in values if value)
        if sizes.total() < ENOUGH * len(clips) or len(sizes) < 2:
            continue
        if sum(n for n in sizes.values() if n > 1) < SHARED * len(clips):
            continue
        groups = tuple(value or clip.name for value, clip in zip(values, clips, strict=True))
        evidence = (
            f"{count(len(sizes), name)}, such as {examples(v for v, _ in sizes.most_common(3))}. "
            "Tags are taken when asked for"
        )
        found.append(Guess(f"tag '{name}'", f"tag:{name}", groups, evidence, strong=False))
    return found


def read_tags(path: Path) -> dict[str, str]:
    """Artist and album of a file, those that it has; empty for a file that has none."""
    from tinytag import TinyTag, TinyTagException

    try:
        tag = TinyTag.get(path, duration=False)
    except (TinyTagException, OSError, ValueError, LookupError):
        return {}  # whether it is sound at all is told elsewhere
    values = {name: clean_label(str(getattr(tag, name) or "")) for name in TAGS}
    return {name: value for name, value in values.items() if value}
