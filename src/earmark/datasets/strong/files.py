"""Label files as annotations, and back: one file, or a folder with one for each recording."""

import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from earmark.datasets.clip import Problem
from earmark.datasets.feature_files.format import written_whole
from earmark.datasets.layout import missing
from earmark.datasets.strong.event import Annotations, in_order
from earmark.datasets.strong.formats.format import LABEL_FORMATS, Gathered, LabelFormat
from earmark.datasets.strong.sounds import files_below
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
    _, found = read_label_file(where, name, only)
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


def read_label_file(
    path: Path, name: str, only: LabelFormat | None
) -> tuple[LabelFormat, Annotations]:
    """A file's kind and what it tells. DatasetError: it cannot be read.

    `name`: what it is called in problems; a kind of one recording a file takes its name from it.
    """
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
    return kind, gathered.annotations()


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
    files = label_files_below(root, only)
    parts, problems = [], []
    for path in files:
        name = one_spelling(path.relative_to(root).as_posix())
        try:
            parts.append((name, read_label_file(path, name, only)[1]))
        except DatasetError as error:
            problems.append(Problem("unreadable labels", name, str(error)))
    joined = _joined(parts, problems)
    if not joined.events:
        raise _nothing(root, joined.problems)
    return joined


def label_files_below(root: Path, only: LabelFormat | None) -> list[Path]:
    """Files that end as label files do. DatasetError: there are none."""
    suffixes = label_suffixes(only)
    files = [path for path in files_below(root) if path.name.lower().endswith(suffixes)]
    if not files:
        raise DatasetError(
            f"no label file below '{root}'; they end in {', '.join(sorted(suffixes))}"
        )
    return files


def label_suffixes(only: LabelFormat | None = None) -> tuple[str, ...]:
    """How files of a kind, or of any, may end."""
    if only is not None:
        return only.suffixes
    return tuple({s for name in LABEL_FORMATS for s in LABEL_FORMATS[name].suffixes})


def _joined(parts: Iterable[tuple[str, Annotations]], problems: list[Problem]) -> Annotations:
    events: dict[str, list[tuple[str, Annotations]]] = {}
    for source, part in parts:
        problems += part.problems
        for name in part:
            events.setdefault(name, []).append((source, part))
    every, lengths = {}, {}
    cells: dict[str, dict[str, str]] = {}
    for name, found in events.items():
        if len(found) > 1:
            sources = examples(source for source, _ in found)
            detail = f"labelled in {sources}; their events are joined"
            problems.append(Problem("labelled twice", name, detail))
        every[name] = in_order(event for _, part in found for event in part[name])
        for _, part in found:
            lengths.update({k: v for k, v in part.durations_s.items() if k == name})
            if name in part.cells:
                cells[name] = {**part.cells[name], **cells.get(name, {})}
    return Annotations(every, lengths, tuple(problems), cells)


def _nothing(path: Path, problems: Iterable[Problem]) -> DatasetError:
    every = list(problems)
    first = "; ".join(f"{problem.path}: {problem.detail}" for problem in every[:3])
    return DatasetError(f"no label in '{path}' can be used: {first}")
