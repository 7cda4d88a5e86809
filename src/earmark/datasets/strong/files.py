"""Label files as annotations, and back: one file, or a folder with one for each recording."""

import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from earmark.datasets.clip import Problem
from earmark.datasets.feature_files.format import written_whole
from earmark.datasets.layout import missing
from earmark.datasets.strong.event import Annotations, in_order
from earmark.datasets.strong.formats.format import LABEL_FORMATS, Gathered, LabelFormat
from earmark.datasets.words import examples, one_spelling
from earmark.errors import ConfigError, DatasetError


def read_annotations(path: str | os.PathLike[str], format: str | None = None) -> Annotations:  # noqa: A002
    """The events that label files tell of, with a Problem for each that could not be used.

    Args:
        path: a label file, or a folder of them (with its subfolders). Where each recording has a
            file of its own, the name of that file without its suffix is the recording's.
        format: a registered kind; None: each file is known by its content.
    Raises:
        ConfigError: an unknown format.
        DatasetError: nothing there, no label file, or nothing in it that can be used.
    """
    where = Path(path)
    only = None if format is None else LABEL_FORMATS[format]()
    if not where.exists():
        raise missing(where)
    if where.is_dir():
        return _read_folder(where, only)
    name = one_spelling(where.name)
    found = _read_file(where, name, only)
    if not found.events and found.problems:
        raise _nothing(where, found.problems)
    return found


def write_annotations(
    annotations: Annotations,
    path: str | os.PathLike[str],
    format: str,  # noqa: A002
) -> tuple[Path, ...]:
    """Write label files; what was written.

    Args:
        path: the file; for kinds with a file for each recording a folder, or the file itself where
            there is one recording and `path` ends as such files do.
    Raises:
        ConfigError: an unknown format, a place that cannot be written.
        DatasetError: labels or names that the format has no way for. Of a folder, the other
            recordings are written all the same.
    """
    kind = LABEL_FORMATS[format]()
    out = Path(path)
    if not kind.one_recording:
        if out.is_dir():
            raise ConfigError(f"'{out}' is a folder; {format} is one file: give its name")
        _write(out, kind.text(annotations))
        return (out,)
    if len(annotations) == 1 and out.name.lower().endswith(kind.suffixes) and not out.is_dir():
        _write(out, kind.text(annotations))
        return (out,)
    if out.exists() and not out.is_dir():
        raise ConfigError(f"'{out}' is a file; {format} has one a recording: give a folder")
    written, failed = [], []
    for name, events in annotations.items():
        lengths = {k: v for k, v in annotations.durations_s.items() if k == name}
        try:
            target = _target(out, name, kind)
            _write(target, kind.text(Annotations({name: events}, lengths)))
        except DatasetError as error:
            failed.append(f"{name}: {error}")
        else:
            written.append(target)
    if failed:
        more = f" (and {len(failed) - 3} more)" if len(failed) > 3 else ""
        raise DatasetError(
            f"{len(failed)} of {len(annotations)} recordings not written: "
            f"{'; '.join(failed[:3])}{more}"
        )
    return tuple(written)


def _write(target: Path, text: str) -> None:
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise DatasetError(
            f"{text[error.start : error.end]!r} cannot be written as UTF-8; rename it"
        ) from error
    with written_whole(target) as part:
        part.write_bytes(data)


def _target(out: Path, name: str, kind: LabelFormat) -> Path:
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or "\0" in name or not pure.name:
        raise DatasetError("a recording named so would be written outside the folder; rename it")
    return out / (name + kind.suffixes[0])


def _read_file(path: Path, name: str, only: LabelFormat | None) -> Annotations:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DatasetError(
            f"'{path}' is not UTF-8 text (byte {error.start}); save it as UTF-8"
        ) from error
    except OSError as error:
        raise DatasetError(f"cannot read the label file '{path}': {error.strerror}") from error
    kind = only or guess_format(text, path)
    gathered = Gathered(name)
    try:
        kind.read(text, kind.recording_of(name), gathered)
    except DatasetError as error:
        raise DatasetError(f"'{path}', read as {kind.name}: {error}") from error
    return gathered.annotations()


def guess_format(text: str, path: Path) -> LabelFormat:
    """The kind that a file's content looks most like. DatasetError: none of them."""
    kinds = [LABEL_FORMATS[name]() for name in LABEL_FORMATS]
    merits = {kind: (kind.likeness(text), path.suffix.lower() in kind.suffixes) for kind in kinds}
    if not text.strip():  # an empty file tells nothing but by its name
        suited = [k for k in kinds if path.suffix.lower() in k.suffixes]
        if suited:
            return max(suited, key=lambda kind: kind.likeness(text))
    best = max(kinds, key=lambda kind: merits[kind])
    if merits[best][0] == 0:
        first = next((line for line in text.split("\n") if line.strip()), "")[:60]
        raise DatasetError(
            f"'{path}' is no label file that Earmark reads (it begins with {first!r}); known "
            f"formats: {', '.join(LABEL_FORMATS)}"
        )
    return best


def _read_folder(root: Path, only: LabelFormat | None) -> Annotations:
    if only is None:
        suffixes = {s for name in LABEL_FORMATS for s in LABEL_FORMATS[name].suffixes}
    else:
        suffixes = set(only.suffixes)
    files = [
        path
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and path.name.lower().endswith(tuple(suffixes))
        and not any(part.startswith(".") for part in path.relative_to(root).parts)
    ]
    if not files:
        raise DatasetError(
            f"no label file below '{root}'; they end in {', '.join(sorted(suffixes))}"
        )
    parts, problems = [], []
    for path in files:
        name = one_spelling(path.relative_to(root).as_posix())
        try:
            parts.append((name, _read_file(path, name, only)))
        except DatasetError as error:
            problems.append(Problem("unreadable labels", name, str(error)))
    joined = _joined(parts, problems)
    if not joined.events:
        raise _nothing(root, joined.problems)
    return joined


def _joined(parts: Iterable[tuple[str, Annotations]], problems: list[Problem]) -> Annotations:
    events: dict[str, list[tuple[str, Annotations]]] = {}
    for source, part in parts:
        problems += part.problems
        for name in part:
            events.setdefault(name, []).append((source, part))
    every, lengths = {}, {}
    for name, found in events.items():
        if len(found) > 1:
            sources = examples(source for source, _ in found)
            detail = f"labelled in {sources}; their events are joined"
            problems.append(Problem("labelled twice", name, detail))
        every[name] = in_order(event for _, part in found for event in part[name])
        for _, part in found:
            lengths.update({k: v for k, v in part.durations_s.items() if k == name})
    return Annotations(every, lengths, tuple(problems))


def _nothing(path: Path, problems: Iterable[Problem]) -> DatasetError:
    every = list(problems)
    first = "; ".join(f"{problem.path}: {problem.detail}" for problem in every[:3])
    return DatasetError(f"no label in '{path}' can be used: {first}")
