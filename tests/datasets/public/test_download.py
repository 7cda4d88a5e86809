"""A file comes whole and right, or it is said why not and nothing that came is lost."""

import hashlib
import shutil
import urllib.error
import urllib.request

import pytest

from earmark.datasets.public.about import Listener, Remote
from earmark.datasets.public.download import _Redirects, fetch
from earmark.errors import DatasetError

CONTENT = bytes(range(256)) * 5000  # 1.28 MB: more than one block
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Heard(Listener):
    def __init__(self):
        self.bytes = []

    def downloading(self, name, done, total):
        self.bytes.append((name, done, total))


@pytest.fixture
def remote(server):
    server.content = CONTENT
    return Remote("set.zip", server.url, (MD5,))


@pytest.fixture
def get(tmp_path):
    def call(remote, listener=None):
        return fetch(remote, tmp_path / "got", listener, pause_s=0)

    return call


def test_a_file_comes_whole_with_progress(remote, get, server):
    heard = Heard()
    path = get(remote, heard)
    assert path.read_bytes() == CONTENT
    assert heard.bytes[0] == ("set.zip", 0, len(CONTENT))
    assert ("set.zip", len(CONTENT), len(CONTENT)) in heard.bytes
    assert [p.name for p in path.parent.iterdir()] == ["set.zip"]
    assert get(remote) == path
    assert server.asked == [""], "what is there is not fetched again"


@pytest.mark.parametrize("known", [(SHA256,), (MD5.upper(),), ("0" * 32, MD5), ()])
def test_any_known_checksum_will_do(remote, get, known):
    assert get(Remote("set.zip", remote.url, known)).read_bytes() == CONTENT


def test_a_broken_connection_is_gone_on_with_by_itself(remote, get, server):
    server.cut = 500_000
    assert get(remote).read_bytes() == CONTENT
    assert server.asked == ["", "bytes=500000-", "bytes=1000000-"]


def test_what_came_is_kept_and_the_next_get_goes_on(remote, get, server, tmp_path):
    server.cut = 100_000
    with pytest.raises(DatasetError, match=r"broke .*the first 500 kB are kept: give the same"):
        get(remote)
    assert (tmp_path / "got" / "set.zip.part").read_bytes() == CONTENT[:500_000]
    server.cut = None
    server.asked.clear()
    assert get(remote).read_bytes() == CONTENT
    assert server.asked == ["bytes=500000-"]


def test_a_part_that_is_whole_needs_nothing_more(remote, get, tmp_path):
    (tmp_path / "got").mkdir()
    (tmp_path / "got" / "set.zip.part").write_bytes(CONTENT)
    assert get(remote).read_bytes() == CONTENT


def test_a_part_that_is_too_long_is_begun_anew(remote, get, tmp_path):
    (tmp_path / "got").mkdir()
    (tmp_path / "got" / "set.zip.part").write_bytes(CONTENT + b"more")
    with pytest.raises(DatasetError, match="did not fit; it is begun anew"):
        get(remote)
    assert get(remote).read_bytes() == CONTENT


def test_a_server_without_ranges_sends_it_all_again(remote, get, server, tmp_path):
    (tmp_path / "got").mkdir()
    (tmp_path / "got" / "set.zip.part").write_bytes(b"rubbish")
    server.ranges = False
    assert get(remote).read_bytes() == CONTENT


def test_a_server_that_sends_another_part_is_not_believed(remote, get, server, tmp_path):
    (tmp_path / "got").mkdir()
    (tmp_path / "got" / "set.zip.part").write_bytes(CONTENT[:10])
    server.lie = True
    with pytest.raises(DatasetError, match="another part than was asked for"):
        get(remote)
    assert get(remote).read_bytes() == CONTENT


def test_a_wrong_checksum_is_told_and_the_file_set_aside(remote, get, server, tmp_path):
    server.content = CONTENT[:-1] + b"!"
    with pytest.raises(DatasetError, match=rf"not what was published.*{MD5}.*set\.zip\.wrong"):
        get(remote)
    assert [p.name for p in (tmp_path / "got").iterdir()] == ["set.zip.wrong"]
    server.content = CONTENT
    assert get(remote).read_bytes() == CONTENT


def test_a_file_that_was_damaged_here_is_found_out(remote, get):
    get(remote).write_bytes(b"damaged")
    with pytest.raises(DatasetError, match="not what was published"):
        get(remote)


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "the server answers 404 .*use --from"), (503, "broke .*503.* nothing came. Try again")],
)
def test_a_refusal_is_told(remote, get, server, status, words):
    server.status = status
    with pytest.raises(DatasetError, match=words):
        get(remote)


def test_a_server_that_is_not_there_is_told(get, server):
    with pytest.raises(DatasetError, match=r"broke .*nothing came"):
        get(Remote("set.zip", "http://127.0.0.1:9/set.zip"))


@pytest.mark.parametrize("place", ["file:///etc/hostname", "ftp://127.0.0.1/x"])
def test_only_http_is_fetched_or_followed(remote, get, server, place):
    with pytest.raises(DatasetError, match="only http and https are"):
        get(Remote("set.zip", place))
    server.redirect = place
    with pytest.raises(DatasetError, match=r"which is not followed|is not allowed"):
        get(remote)


def test_a_redirection_is_followed(remote, get, server):
    server.redirect = server.url.replace("set.zip", "elsewhere.zip")
    assert get(remote).read_bytes() == CONTENT


def test_no_redirection_leads_from_https_to_http():
    request = urllib.request.Request("https://example.org/set.zip")
    with pytest.raises(urllib.error.URLError, match="not followed"):
        _Redirects().redirect_request(request, None, 302, "", {}, "http://example.org/set.zip")


@pytest.mark.parametrize("name", ["../set.zip", "a/b.zip", ".hidden"])
def test_a_name_that_leads_elsewhere_is_refused(remote, get, name):
    with pytest.raises(DatasetError, match="no plain file name"):
        get(Remote(name, remote.url))


def test_no_room_is_said_before_it_is_needed(remote, get, monkeypatch, tmp_path):
    free = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: free)
    with pytest.raises(DatasetError, match=r"no room for set.zip: it needs 1.3 MB, and 1.0 kB are"):
        get(remote)


def test_a_full_disk_is_told_and_keeps_what_came(remote, get, monkeypatch, tmp_path):
    class Full(Listener):
        def downloading(self, name, done, total):
            if done:
                raise OSError(28, "No space left on device")

    with pytest.raises(DatasetError, match=r"the disk is full: cannot write .*set.zip.part"):
        get(remote, Full())
    assert (tmp_path / "got" / "set.zip.part").stat().st_size > 0


def test_a_folder_that_cannot_be_made_is_told(remote, get, tmp_path):
    (tmp_path / "got").write_text("a file")
    with pytest.raises(DatasetError, match=r"cannot write .*got"):
        get(remote)
