"""An audit as a table that trains: groups, exclusions, and the facts of each clip in columns."""

import csv
import io
import os
from collections import Counter
from pathlib import Path

from earmark.datasets.audit.audit import Audit
from earmark.datasets.clip import Clip

FACTS = ("duration_s", "rate_hz", "channels", "peak", "rms_db", "clipped_share")


def clips_csv(audit: Audit, directory: Path) -> tuple[str, list[str]]:
    """The table as text for a file in `directory`, and the names of clips it cannot hold.

    Paths are relative to that folder. A name that is no text (bytes of an old archive) has no
    place in a table.
    """
    dataset, united = audit.dataset, audit.united
    several = dataset.multilabel
    folds = any(clip.fold for clip in dataset.clips)
    parts = any(clip.onset_s or clip.offset_s is not None for clip in dataset.clips)
    columns = ["path", "labels" if several else "label", "group"]
    columns += ["fold"] * folds + ["onset", "offset"] * parts + ["exclude", *FACTS]
    left = [why == "" for why in audit.exclude]
    sizes = Counter(str(group) for group, kept in zip(united.groups, left, strict=True) if kept)
    text, lost = io.StringIO(), []
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for clip, group, why, heard in zip(
        dataset.clips, united.groups, audit.exclude, audit.heard, strict=True
    ):
        path = _relative(clip, directory)
        # no group is better said by an empty cell than by a group of one
        own = clip.group is None and sizes[str(group)] < 2
        row = [path, clip.label, "" if own else str(group)]
        row += [clip.fold or ""] * folds
        if parts:
            row += [f"{clip.onset_s:.6f}", "" if clip.offset_s is None else f"{clip.offset_s:.6f}"]
        facts = [f"{getattr(heard, name):.6g}" for name in FACTS]
        try:
            path.encode("utf-8")
        except UnicodeEncodeError:
            lost.append(clip.name)
            continue
        writer.writerow([*row, why, *facts])
    return text.getvalue(), lost


def _relative(clip: Clip, directory: Path) -> str:
    """The way from the table to the file; the whole path where there is none (another drive)."""
    target = clip.path.absolute()
    try:
        return Path(os.path.relpath(target, directory.resolve())).as_posix()
    except ValueError:
        return target.as_posix()
