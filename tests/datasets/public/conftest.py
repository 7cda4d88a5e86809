"""A server on loopback that serves, breaks off and misbehaves; and trees of empty sounds."""

import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


class Server(http.server.ThreadingHTTPServer):
    """Serves `content` at every path; how it fails is said by its attributes."""

    content = b""
    status = 200
    ranges = True
    cut: int | None = None
    """Bytes after which the connection ends, each time."""
    redirect = ""
    lie = False
    """Answers a range with another one."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/set.zip"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        server, wanted = self.server, self.headers.get("Range", "")
        server.asked.append(wanted)
        if server.redirect and self.path == "/set.zip":
            self.send_response(302)
            self.send_header("Location", server.redirect)
            self.end_headers()
            return
        if server.status != 200:
            self.send_error(server.status)
            return
        body, start = server.content, 0
        if wanted and server.ranges:
            start = int(wanted.removeprefix("bytes=").partition("-")[0])
            if start >= len(body):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(body)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            first = start + 1 if server.lie else start
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{len(body) - 1}/{len(body)}")
        else:
            self.send_response(200)
        rest = body[start:]
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest if server.cut is None else rest[: server.cut])
        self.close_connection = True


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of this machine's own, in a thread."""
    with Server() as serving:
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


@pytest.fixture
def tree(tmp_path: Path) -> Callable[..., Path]:
    """Write small files below `tmp_path/published` and return it; a text for a name is its text."""

    def make(*names: str, **texts: str) -> Path:
        root = tmp_path / "published"
        for name in names:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"RIFF " + path.name.encode())
        for name, text in texts.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return root

    return make
