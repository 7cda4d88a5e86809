"""Fetch one file by HTTP: goes on where it broke, and checks what came.

What is half here is `NAME.part`; a file without that ending is whole and right.
"""

import contextlib
import http.client
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from earmark.datasets.public.about import Listener, Remote
from earmark.datasets.public.checksum import BLOCK, matches
from earmark.datasets.public.room import need_room, size, unwritable
from earmark.errors import DatasetError

TIMEOUT_S = 60.0  # without a byte, after which a connection counts as broken
TRIES = 5  # in a row, each of which brought something
PAUSE_S = 2.0  # between two tries


class _BrokenError(Exception):
    """The connection ended before the file did."""


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows to HTTP and HTTPS, and never from the latter to the former."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        scheme = urlsplit(newurl).scheme
        if scheme != "https" and (scheme != "http" or req.type == "https"):
            raise urllib.error.URLError(f"sent on to '{newurl}', which is not followed")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    """An opener that knows HTTP and HTTPS, and neither files nor FTP."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        _Redirects(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def fetch(
    remote: Remote, folder: Path, listener: Listener | None = None, *, pause_s: float = PAUSE_S
) -> Path:
    """Fetch a file into `folder`, or go on with it, and return its path.

    DatasetError: it cannot be had, the connection broke (what came is kept), it is not what was
    published (it is set aside as NAME.wrong), or there is no room.
    """
    listener = listener or Listener()
    if urlsplit(remote.url).scheme not in ("http", "https"):
        raise DatasetError(f"'{remote.url}' is not fetched: only http and https are")
    if Path(remote.filename).name != remote.filename or remote.filename.startswith("."):
        raise DatasetError(f"'{remote.filename}' is no plain file name; it is not fetched")
    whole = folder / remote.filename
    part = folder / f"{remote.filename}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not whole.exists():
            _fetch_part(remote, part, listener, pause_s)
            _check(remote, part, listener)
            part.replace(whole)
        else:
            _check(remote, whole, listener)
    except OSError as error:
        raise unwritable(Path(error.filename or part), error) from error
    return whole


def _have(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _fetch_part(remote: Remote, part: Path, listener: Listener, pause_s: float) -> None:
    """Bring `part` to its full size, going on after a break as long as each try brings some."""
    for _ in range(TRIES):
        before = _have(part)
        try:
            return _try(remote, part, listener)
        except _BrokenError as error:
            reason = str(error)
        if _have(part) <= before:
            break
        time.sleep(pause_s)
    have = _have(part)
    kept = f"the first {size(have)} are kept: give the same command again to go on" if have else ""
    raise DatasetError(
        f"the download of {remote.filename} from {urlsplit(remote.url).netloc} broke ({reason}); "
        + (kept or "nothing came. Try again later, or fetch it by hand and use --from")
    )


def _try(remote: Remote, part: Path, listener: Listener) -> None:
    have = _have(part)
    headers = {"User-Agent": "earmark", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    request = urllib.request.Request(remote.url, headers=headers)
    try:
        response = _opener().open(request, timeout=TIMEOUT_S)
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 416 and have:  # nothing lies beyond what is here
                if _total(error.headers.get("Content-Range", "")) != have:
                    part.unlink()
                    raise _BrokenError("what was here did not fit; it is begun anew") from None
                return
            answer = f"the server answers {error.code} {error.reason}".partition("\n")[0]
            if error.code >= 500 or error.code in (408, 429):
                raise _BrokenError(answer) from None
            raise DatasetError(
                f"{remote.url} cannot be had: {answer}. Fetch the set by hand and use --from"
            ) from None
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        raise _BrokenError(str(getattr(error, "reason", error))) from error
    with response:
        length = response.headers.get("Content-Length")
        if response.status == 206 and _first(response.headers.get("Content-Range", "")) == have:
            start = have
        elif response.status == 206:
            part.unlink(missing_ok=True)
            raise _BrokenError("the server sent another part than was asked for")
        else:  # it does not know ranges: from the beginning
            start = 0
        total = start + int(length) if length is not None and length.isdigit() else None
        if total is not None:
            need_room(part, total - start, remote.filename)
        _receive(response, part, start, total, remote, listener)


def _receive(
    response: Any, part: Path, start: int, total: int | None, remote: Remote, listener: Listener
) -> None:
    done = start
    listener.downloading(remote.filename, done, total)
    with part.open("ab" if start else "wb") as file:
        while True:
            try:
                block = response.read1(BLOCK)
            except (http.client.HTTPException, OSError) as error:
                raise _BrokenError(str(error) or type(error).__name__) from error
            if not block:
                break
            file.write(block)
            done += len(block)
            listener.downloading(remote.filename, done, total)
    if total is not None and done != total:
        raise _BrokenError(f"{size(done)} of {size(total)} came")


def _first(content_range: str) -> int | None:
    """The first byte of 'bytes 100-199/200'."""
    first = content_range.removeprefix("bytes ").partition("-")[0]
    return int(first) if first.isdigit() else None


def _total(content_range: str) -> int | None:
    """The length in 'bytes 100-199/200' or 'bytes */200'."""
    total = content_range.rpartition("/")[2]
    return int(total) if total.isdigit() else None


def _check(remote: Remote, path: Path, listener: Listener) -> None:
    """DatasetError, and the file set aside, unless it has one of its checksums."""

    def progress(done: int, total: int) -> None:
        listener.downloading(f"checking {remote.filename}", done, total)

    if matches(path, remote.checksums, progress):
        return
    wrong = path.with_name(f"{remote.filename}.wrong")
    with contextlib.suppress(OSError):
        wrong.unlink()
    path.replace(wrong)
    raise DatasetError(
        f"{remote.filename} is not what was published: its checksum is none of "
        f"{', '.join(remote.checksums)}. It is set aside as '{wrong}'. Give the same command again "
        "to fetch it anew; if that fails too, the publisher has changed it: if you trust it, "
        "unpack it yourself and use --from"
    )
