"""A get asks first, goes on where it was, and never touches what is not its own."""

import hashlib
import shutil
import sys
import tarfile
from types import SimpleNamespace

import pytest

from earmark.datasets import Dataset
from earmark.datasets.public import PUBLIC_SETS
from earmark.datasets.public.about import Listener
from earmark.datasets.public.get import get_public
from earmark.errors import ConfigError, DatasetError, MissingExtraError

NAMES = ("BallroomData/Jive/Media-103301.wav", "BallroomData/Rumba-Misc/Media-103302.wav")


class Heard(Listener):
    def __init__(self):
        self.said = []

    def message(self, text):
        self.said.append(text)


@pytest.fixture
def published(tree):
    return tree(*NAMES)


@pytest.fixture
def mirdata(monkeypatch, server, published, tmp_path):
    """A mirdata that knows a Ballroom of two clips, served on this machine."""
    archive = tmp_path / "data1.tar.gz"
    with tarfile.open(archive, "w:gz") as content:
        content.add(published / "BallroomData", "BallroomData")
    server.content = archive.read_bytes()
    md5 = hashlib.md5(server.content, usedforsecurity=False).hexdigest()
    audio = SimpleNamespace(filename="data1.tar.gz", url=server.url, checksum=md5)
    remotes = {"audio": audio}
    fake = SimpleNamespace(
        __version__="1.0",
        remotes=remotes,
        initialize=lambda name: {"ballroom": SimpleNamespace(remotes=remotes)}[name],
        list_datasets=lambda: ["ballroom", "slakh"],
    )
    monkeypatch.setitem(sys.modules, "mirdata", fake)
    free = shutil.disk_usage(tmp_path)._replace(free=10**12)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: free)
    return fake


def test_from_nothing_to_a_dataset(mirdata, server, tmp_path):
    offers = []

    def agree(offer):
        offers.append(offer)
        return True

    place = tmp_path / "sets" / "ballroom"
    got = get_public("ballroom", place, agree=agree)
    assert [offer.name for offer in offers] == ["ballroom"]
    assert offers[0].remotes[0].url == server.url
    dataset = Dataset.open(got.table)
    assert [clip.name for clip in dataset.clips] == [
        "Jive/Media-103301.wav",
        "Rumba/Media-103302.wav",
    ]
    assert not (place / ".download" / "data1.tar.gz").exists()
    heard = Heard()
    assert get_public("ballroom", place, listener=heard) == got
    assert heard.said == [f"ballroom is in '{place}' already, laid out as asked"]
    assert len(server.asked) == 1


def test_a_clip_that_was_lost_comes_back_without_the_network(mirdata, server, tmp_path):
    place = tmp_path / "out"
    get_public("ballroom", place, agree=True)
    (place / "Jive" / "Media-103301.wav").unlink()
    get_public("ballroom", place)
    assert (place / "Jive" / "Media-103301.wav").is_file()
    assert len(server.asked) == 1


def test_another_choice_needs_no_second_download(mirdata, server, tmp_path):
    place = tmp_path / "out"
    get_public("ballroom", place, agree=True)
    get_public("ballroom", place, rumbas="keep")
    assert Dataset.from_folder(place).classes == ("Jive", "Rumba-Misc")
    assert len(server.asked) == 1


@pytest.mark.parametrize("agree", [False, lambda offer: False])
def test_nothing_is_fetched_unless_agreed(mirdata, server, tmp_path, agree):
    with pytest.raises(DatasetError, match=r"not fetched, since nobody agreed: --yes"):
        get_public("ballroom", tmp_path / "out", agree=agree)
    assert not server.asked
    assert not (tmp_path / "out").exists()


def test_a_broken_get_goes_on(mirdata, server, tmp_path, monkeypatch):
    monkeypatch.setattr("earmark.datasets.public.download.TRIES", 1)
    monkeypatch.setattr("earmark.datasets.public.download.time.sleep", lambda seconds: None)
    server.cut = 100
    with pytest.raises(DatasetError, match="give the same command again to go on"):
        get_public("ballroom", tmp_path / "out", agree=True)
    server.cut = None
    assert get_public("ballroom", tmp_path / "out", agree=True).clips == 2
    assert server.asked == ["", "bytes=100-"]


def test_a_wrong_archive_is_not_unpacked(mirdata, tmp_path):
    mirdata.remotes["audio"].checksum = "0" * 32
    with pytest.raises(DatasetError, match="not what was published"):
        get_public("ballroom", tmp_path / "out", agree=True)
    assert not list((tmp_path / "out").rglob("*.wav"))


def test_what_can_be_done_without_is_done_without(mirdata, server, tmp_path):
    tempo = SimpleNamespace(filename="data2.tar.gz", url="http://127.0.0.1:9/x", checksum="0" * 32)
    mirdata.remotes["tempo"] = tempo
    heard = Heard()
    assert get_public("ballroom", tmp_path / "out", agree=True, listener=heard).clips == 2
    assert any("gone on without data2.tar.gz" in text for text in heard.said)


def test_archives_are_kept_if_wanted(mirdata, tmp_path):
    get_public("ballroom", tmp_path / "out", agree=True, keep_archives=True)
    assert (tmp_path / "out" / ".download" / "data1.tar.gz").is_file()


def test_no_room_is_said_before_anything_is_asked(mirdata, server, tmp_path, monkeypatch):
    free = shutil.disk_usage(tmp_path)._replace(free=10**9)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: free)
    with pytest.raises(DatasetError, match=r"no room for ballroom: it needs 3.0 GB, and 1.0 GB"):
        get_public("ballroom", tmp_path / "out", agree=pytest.fail)


def test_the_extra_is_named_where_it_is_missing(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "mirdata", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'earmark\[datasets\]'"):
        get_public("ballroom", tmp_path / "out", agree=True)


def test_a_copy_is_laid_out_without_the_extra(monkeypatch, published, tmp_path):
    monkeypatch.setitem(sys.modules, "mirdata", None)
    heard = Heard()
    assert get_public("ballroom", tmp_path / "out", tree=published, listener=heard).clips == 2
    assert heard.said == ["2 clips found, 698 were published: is it whole?"]
    assert (published / NAMES[0]).is_file()


def test_an_archive_is_laid_out_too(mirdata, tmp_path):
    got = get_public("ballroom", tmp_path / "out", tree=tmp_path / "data1.tar.gz")
    assert got.clips == 2


def test_files_are_copied_where_the_disk_knows_no_hard_links(published, tmp_path, monkeypatch):
    def refuse(self, target):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr("pathlib.Path.hardlink_to", refuse)
    got = get_public("ballroom", tmp_path / "out", tree=published)
    assert [clip.path.stat().st_nlink for clip in Dataset.open(got.table).clips] == [1, 1]


@pytest.mark.parametrize("name", ["notes.txt", "clips.csv", "Jive"])
def test_a_folder_with_other_things_is_refused_and_left_alone(published, tmp_path, name):
    place = tmp_path / "mine"
    place.mkdir()
    (place / name).write_text("mine")
    with pytest.raises(DatasetError, match=f"holds other things .{name}.: choose a new or empty"):
        get_public("ballroom", place, tree=published)
    assert [path.name for path in place.iterdir()] == [name]


def test_a_folder_of_another_set_is_refused(published, tmp_path):
    get_public("ballroom", tmp_path / "out", tree=published)
    with pytest.raises(DatasetError, match="holds the set ballroom; choose another folder"):
        get_public("gtzan", tmp_path / "out", tree=published)


def test_a_damaged_stamp_is_told(published, tmp_path):
    get_public("ballroom", tmp_path / "out", tree=published)
    (tmp_path / "out" / ".public-set.json").write_text("{")
    with pytest.raises(DatasetError, match="is damaged: delete it"):
        get_public("ballroom", tmp_path / "out", tree=published)


def test_a_place_that_is_no_folder_is_told(published, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DatasetError, match="is a file; a folder was wanted"):
        get_public("ballroom", tmp_path / "file", tree=published)
    with pytest.raises(DatasetError, match=r"cannot write .*file"):
        get_public("ballroom", tmp_path / "file" / "below", tree=published)


def test_a_tree_that_is_something_else_is_told(tree, tmp_path):
    with pytest.raises(DatasetError, match=r"no clip of ballroom below .*ChaChaCha"):
        get_public("ballroom", tmp_path / "out", tree=tree("dog/a.wav"))
    with pytest.raises(DatasetError, match="no such folder or archive: 'nowhere'"):
        get_public("ballroom", tmp_path / "out", tree="nowhere")


def test_two_files_of_one_place_are_told(tree, tmp_path):
    root = tree("Rumba-Misc/Media-103302.wav", "Rumba-American/Media-103302.wav")
    with pytest.raises(DatasetError, match=r"two files .* belong at 'Rumba/Media-103302.wav'"):
        get_public("ballroom", tmp_path / "out", tree=root)


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("balroom", {}, "unknown public set 'balroom'; did you mean ballroom"),
        ("ballroom", {"replicas": "some"}, "replicas must be drop or keep, got 'some'"),
        ("ballroom", {"clips": 8}, "clips must not be given for ballroom: it is for synthetic-"),
        ("ballroom", {"speed": 8}, "speed must not be given for ballroom: no set has it"),
        ("synthetic-ballroom", {"clips": 7}, "clips must be at least 8, got 7"),
        ("synthetic-ballroom", {"rate": "x"}, "rate must be at least 8000, got x"),
    ],
)
def test_a_wrong_word_is_told(tmp_path, name, options, words):
    with pytest.raises(ConfigError, match=words):
        get_public(name, tmp_path / "out", **options)


def test_one_get_at_a_time(published, tmp_path):
    from filelock import FileLock

    (tmp_path / "out" / ".download").mkdir(parents=True)
    with (
        FileLock(tmp_path / "out" / ".download" / "lock"),
        pytest.raises(DatasetError, match="another get is at work"),
    ):
        get_public("ballroom", tmp_path / "out", tree=published)


def test_the_synthetic_set_is_made_and_gone_on_with(tmp_path):
    settings = {"clips": 8, "seconds": 0.2, "rate": 8000}
    got = get_public("synthetic-ballroom", tmp_path / "out", seed=1, **settings)
    before = {p: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()}
    assert len(Dataset.open(got.table)) == got.clips == 8
    next((tmp_path / "out" / "Jive").iterdir()).unlink()
    get_public("synthetic-ballroom", tmp_path / "out", seed=1, **settings)
    assert {p: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()} == before
    with pytest.raises(DatasetError, match="with other settings"):
        get_public("synthetic-ballroom", tmp_path / "out", seed=2, **settings)
    with pytest.raises(DatasetError, match="is computed, not fetched"):
        get_public("synthetic-ballroom", tmp_path / "out", tree=tmp_path)


def test_sets_of_a_folder_with_other_things_are_not_synthetic_either(tmp_path):
    (tmp_path / "mine.txt").touch()
    with pytest.raises(DatasetError, match="holds other things"):
        get_public("synthetic-ballroom", tmp_path, clips=8)


def test_the_real_libraries_know_every_file():
    pytest.importorskip("mirdata", reason="mirdata is not installed: earmark[datasets]")
    pytest.importorskip("soundata", reason="soundata is not installed: earmark[datasets]")
    for name in PUBLIC_SETS:
        known = PUBLIC_SETS[name]()
        given = {"test_part": True} if "test_part" in known.options else {}
        remotes = known.remotes(known.chosen(name, given))
        assert remotes or known.made
        for remote in remotes:
            assert remote.url.startswith(("https://", "http://"))
            assert remote.checksums or known.digest
            assert {len(checksum) for checksum in remote.checksums} <= {32, 64}
