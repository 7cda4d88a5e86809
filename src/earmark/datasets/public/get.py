"""Get a public set: fetch it if agreed, unpack it, lay it out with groups and folds."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from earmark.datasets.public.about import GB, Agree, Found, Listener, Offer
from earmark.datasets.public.place import listed, place, write, write_tables
from earmark.datasets.public.public_set import PUBLIC_SETS, PublicSet
from earmark.datasets.public.room import need_room, unwritable
from earmark.errors import DatasetError

STAMP = ".public-set.json"
DOWNLOADS = ".download"  # hidden, so that no reader of the folder takes it for a label
OURS = {STAMP, DOWNLOADS, "synthetic.json"}


@dataclass(frozen=True)
class Got:
    """What a get did."""

    table: Path
    clips: int
    left_out: dict[str, int]
    """Clips left out, by reason."""


def get_public(
    name: str,
    directory: str | Path,
    *,
    tree: str | Path | None = None,
    agree: bool | Agree = False,
    keep_archives: bool = False,
    listener: Listener | None = None,
    **options: Any,
) -> Got:
    """Lay the public set `name` out in `directory`: LABEL/FILE, `clips.csv` and `README.md`.

    Nothing is fetched unless `agree` is True or a function that says so of the offer it is shown;
    `tree` is a copy of the set that you have (a folder, or an archive), and then nothing is fetched
    at all. `options` are the set's own (`PUBLIC_SETS[name].options`). Called again, it does what
    is missing.

    Raises ConfigError: an unknown set or option. MissingExtraError: the library that knows the
    address is not installed. DatasetError: not agreed, a download that broke or is not what was
    published, no room, a folder that holds other things, a tree that is not this set.
    """
    known = PUBLIC_SETS[name]()
    directory = Path(directory)
    listener = listener or Listener()
    choices = known.chosen(name, options)
    _refuse_foreign(name, directory)
    if known.made:
        if tree is not None:
            raise DatasetError(f"{name} is computed, not fetched: leave --from away")
        table = known.make(directory, choices, listener)
        return Got(table, int(choices["clips"]), {})
    if tree is not None and not Path(tree).exists():
        raise DatasetError(f"no such folder or archive: '{tree}'")
    done = _done(name, directory, choices)
    if done is not None:
        listener.message(f"{name} is in '{directory}' already, laid out as asked")
        return done
    if tree is None:
        tree = _fetched(name, known, choices, directory, agree, keep_archives, listener)
    elif Path(tree).is_file():
        with _claimed(name, directory):
            tree = _unpacked(directory, [Path(tree)], listener)
    with _claimed(name, directory):
        return _laid_out(name, known, choices, Path(tree), directory, listener)


def _laid_out(
    name: str,
    known: PublicSet,
    choices: dict[str, Any],
    tree: Path,
    directory: Path,
    listener: Listener,
) -> Got:
    found = known.find(tree, choices)
    kept = [clip for clip in found if not clip.left_out]
    if not kept:
        raise DatasetError(
            f"no clip of {name} below '{tree}': is it the set as published, unpacked? "
            f"Classes looked for: {', '.join(known.about.classes[:5])}, ..."
        )
    _doubts(known, found, listener)
    write(directory / STAMP, json.dumps({"set": name, "whole": False}) + "\n")
    place(found, directory, listener)
    tables = write_tables(found, directory)
    from earmark.datasets.public.readme import readme

    write(directory / "README.md", readme(name, known.about, choices, found))
    left_out = dict(Counter(clip.left_out for clip in found if clip.left_out))
    stamp = {"set": name, "whole": True, "options": choices, "left_out": left_out}
    write(directory / STAMP, json.dumps(stamp, indent=2) + "\n")
    return Got(tables[0], sum(clip.table == "clips.csv" for clip in kept), left_out)


def _doubts(known: PublicSet, found: list[Found], listener: Listener) -> None:
    """Say it where the clips are not those that were published."""
    listed_here = [clip for clip in found if clip.table == "clips.csv"]
    if len(listed_here) != known.about.clips:
        listener.message(
            f"{len(listed_here)} clips found, {known.about.clips} were published: is it whole?"
        )
    elif known.digest:
        from earmark.datasets.public.checksum import digest

        if digest(clip.source for clip in found) != known.digest:
            listener.message(
                "the sounds are not, to the byte, those that Earmark knows of this set"
            )


def _refuse_foreign(name: str, directory: Path) -> None:
    """DatasetError for a folder with other things in it, which must not be mixed with a set."""
    try:
        if directory.exists() and not directory.is_dir():
            raise DatasetError(f"'{directory}' is a file; a folder was wanted")
        inside = {path.name for path in directory.iterdir()} if directory.exists() else set()
    except OSError as error:
        raise unwritable(directory, error) from error
    stamp = directory / STAMP
    if stamp.exists():
        try:
            other = json.loads(stamp.read_text(encoding="utf-8"))["set"]
        except (OSError, ValueError, TypeError, KeyError):
            raise DatasetError(f"'{stamp}' is damaged: delete it and try again") from None
        if other != name:
            raise DatasetError(f"'{directory}' holds the set {other}; choose another folder")
    elif inside and not inside & OURS:
        shown = ", ".join(sorted(inside)[:3]) + (", ..." if len(inside) > 3 else "")
        raise DatasetError(
            f"'{directory}' holds other things ({shown}): choose a new or empty folder"
        )


def _done(name: str, directory: Path, choices: dict[str, Any]) -> Got | None:
    """What an earlier get did, if it was whole, with the same choices, and all is still there."""
    try:
        stamp = json.loads((directory / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not stamp.get("whole") or stamp.get("options") != choices:
        return None
    names = listed(directory)
    if not names or not all((directory / path).is_file() for path in names):
        return None
    from earmark.datasets.public.tree import rows_of

    table = directory / "clips.csv"
    return Got(table, len(rows_of(table)), stamp.get("left_out", {})) if table.exists() else None


def _fetched(
    name: str,
    known: PublicSet,
    choices: dict[str, Any],
    directory: Path,
    agree: bool | Agree,
    keep_archives: bool,
    listener: Listener,
) -> Path:
    """Fetch and unpack, each as far as it is missing; returns the unpacked tree."""
    downloads = directory / DOWNLOADS
    remotes = known.remotes(choices)
    missing = [remote for remote in remotes if not _mark(downloads, remote.filename).exists()]
    if all(remote.optional for remote in missing):
        return downloads / "tree"
    about = known.about
    here = sum(p.stat().st_size for p in downloads.rglob("*") if p.is_file())
    need_room(directory, 0.9 * (about.download_gb + about.disk_gb) * GB - here, name)
    offer = Offer(name, about, tuple(missing), directory)
    if not (agree(offer) if callable(agree) else agree):
        raise DatasetError(
            f"{name} was not fetched, since nobody agreed: --yes (agree=True in Python) fetches "
            f"about {about.download_gb:g} GB; --from lays out a copy that you have"
        )
    with _claimed(name, directory):
        from earmark.datasets.public.download import fetch

        for remote in missing:
            try:
                archive = fetch(remote, downloads, listener)
            except DatasetError as error:
                if not remote.optional:
                    raise
                listener.message(f"gone on without {remote.filename}: {error}")
                continue
            _unpacked(directory, [archive], listener)
            if not keep_archives:
                archive.unlink()
    return downloads / "tree"


def _mark(downloads: Path, filename: str) -> Path:
    """Tells that an archive was unpacked to its end."""
    return downloads / f"{filename}.unpacked"


def _unpacked(directory: Path, archives: list[Path], listener: Listener) -> Path:
    from earmark.datasets.public.unpack import is_archive, unpack

    downloads = directory / DOWNLOADS
    tree = downloads / "tree"
    for archive in archives:
        if _mark(downloads, archive.name).exists():
            continue
        if is_archive(archive):
            unpack(archive, tree, listener)
        elif archive.parent == downloads:  # a table beside the archives
            tree.mkdir(parents=True, exist_ok=True)
            (tree / archive.name).write_bytes(archive.read_bytes())
        else:
            raise DatasetError(f"'{archive}' is neither a folder nor a zip or tar archive")
        _mark(downloads, archive.name).touch()
    return tree


@contextmanager
def _claimed(name: str, directory: Path) -> Iterator[None]:
    """One get at a time in a folder."""
    from filelock import FileLock, Timeout

    downloads = directory / DOWNLOADS
    try:
        downloads.mkdir(parents=True, exist_ok=True)
        lock = FileLock(downloads / "lock", timeout=0)
        lock.acquire()
    except Timeout:
        raise DatasetError(
            f"another get is at work in '{directory}': wait for it, or choose another folder"
        ) from None
    except OSError as error:
        raise unwritable(directory, error) from error
    try:
        if not (directory / STAMP).exists():  # from now on the folder is this set's
            write(directory / STAMP, json.dumps({"set": name, "whole": False}) + "\n")
        yield
    finally:
        lock.release()
