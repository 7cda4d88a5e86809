"""Archives give their plain files and nothing else."""

import io
import stat
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.datasets.public.about import Listener
from earmark.datasets.public.unpack import inside, unpack
from earmark.errors import DatasetError

FILES = {"set/dog/a b.wav": b"one", "set/čerň/c.wav": b"two" * 100_000, "set/list.txt": b""}
OUTSIDE = ["../evil", "/evil", "a/../../evil", "C:/evil", "..\\evil", "\\evil", "a/..", "a\0b"]


class Heard(Listener):
    def __init__(self):
        self.said = []

    def message(self, text):
        self.said.append(text)


def pack(path, files, *, kinds=()):
    """A zip or tar of `files`, name to bytes; `kinds` are (name, tar type) without content."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
            for name, _ in kinds:
                info = zipfile.ZipInfo(name)
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
                archive.writestr(info, "/etc/passwd")
        return path
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for name, kind in kinds:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    return path


def everything(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


either = pytest.mark.parametrize("name", ["set.zip", "set.tar.gz"])


@either
def test_an_archive_is_unpacked_with_its_folders(tmp_path, name):
    unpack(pack(tmp_path / name, FILES), tmp_path / "out")
    assert everything(tmp_path / "out") == FILES


@either
def test_what_is_there_whole_is_kept_and_the_rest_mended(tmp_path, name):
    archive = pack(tmp_path / name, FILES)
    unpack(archive, tmp_path / "out")
    kept = tmp_path / "out" / "set" / "dog" / "a b.wav"
    kept.write_bytes(b"ONE")  # as long as it was
    (tmp_path / "out" / "set" / "čerň" / "c.wav").write_bytes(b"half")
    unpack(archive, tmp_path / "out")
    assert everything(tmp_path / "out") == {**FILES, "set/dog/a b.wav": b"ONE"}


@pytest.mark.parametrize("evil", OUTSIDE[:4])
@either
def test_a_path_that_leads_outside_is_refused(tmp_path, name, evil):
    archive = pack(tmp_path / name, {evil: b"x"})
    with pytest.raises(DatasetError, match="leads outside"):
        unpack(archive, tmp_path / "deep" / "out")
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.parametrize("evil", OUTSIDE)
def test_every_way_out_is_known(evil):
    with pytest.raises(DatasetError, match="leads outside"):
        inside(evil)


@given(st.text(max_size=30))
def test_no_name_leads_outside(name):
    try:
        place = inside(name)
    except DatasetError:
        return
    if place is not None:
        assert not place.is_absolute()
        assert not {"..", ".", ""} & set(place.parts)


@either
def test_links_and_devices_are_passed_over_and_told(tmp_path, name):
    kinds = [("link", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE), ("null", tarfile.CHRTYPE)]
    heard = Heard()
    unpack(pack(tmp_path / name, FILES, kinds=kinds), tmp_path / "out", heard)
    assert everything(tmp_path / "out") == FILES
    assert "3 links or devices were not unpacked: link" in heard.said[0]


@either
def test_what_macos_leaves_is_passed_over(tmp_path, name):
    notes = {"__MACOSX/set/._a.wav": b"x", "set/._a.wav": b"x", "set/.DS_Store": b"x"}
    unpack(pack(tmp_path / name, FILES | notes), tmp_path / "out")
    assert everything(tmp_path / "out") == FILES


@either
def test_a_damaged_archive_is_told(tmp_path, name):
    archive = pack(tmp_path / name, FILES)
    whole = archive.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"<html>not found</html>", b""):
        archive.write_bytes(damaged)
        with pytest.raises(DatasetError, match=r"cannot be unpacked: .*It is damaged"):
            unpack(archive, tmp_path / "out")
    assert not list(tmp_path.rglob("*.part"))


def test_bytes_changed_within_are_noticed(tmp_path):
    archive = tmp_path / "set.zip"
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr("a.wav", b"sound" * 100)
    archive.write_bytes(archive.read_bytes().replace(b"soundsound", b"noisesound", 1))
    with pytest.raises(DatasetError, match="Bad CRC-32"):
        unpack(archive, tmp_path / "out")
    assert not everything(tmp_path / "out")


def test_no_room_is_said_first(tmp_path, monkeypatch):
    import shutil

    archive = pack(tmp_path / "set.zip", FILES)
    free = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: free)
    with pytest.raises(DatasetError, match=r"no room for what is in set.zip: it needs 300 kB"):
        unpack(archive, tmp_path / "out")
