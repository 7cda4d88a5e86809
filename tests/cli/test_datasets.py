"""`earmark datasets` lists, tells and gets, and fetches nothing unasked."""

import json
import sys

import pytest

from earmark.datasets import Dataset
from earmark.datasets.public import list_public


@pytest.fixture
def published(tmp_path):
    """Three clips of Ballroom, as the archive has them."""
    root = tmp_path / "my copy"
    for name in (
        "Jive/Media-103301.wav",
        "Rumba-Misc/Media-103302.wav",
        "Samba/Albums-Fire-09.wav",
    ):
        (root / name).parent.mkdir(parents=True)
        (root / name).write_bytes(b"RIFF")
    return root


def test_every_set_is_listed_with_size_licence_classes_and_split(earmark):
    shown = earmark("datasets").stdout
    assert max(map(len, shown.splitlines())) <= 80
    for name in list_public():
        assert f"\n {name} " in shown
    assert "esc50                 2000       50   0.65 GB  CC BY-NC 3.0" in shown
    sets = json.loads(earmark("datasets", "--format", "json").stdout)
    assert [known["name"] for known in sets] == list_public()
    assert {"licence", "clips", "classes", "hours", "download_gb", "fair_split"} <= set(sets[0])


def test_what_else_the_libraries_know_is_listed_honestly(earmark, monkeypatch):
    monkeypatch.setitem(sys.modules, "mirdata", None)
    monkeypatch.setitem(sys.modules, "soundata", None)
    said = earmark("datasets", "--all").stderr
    assert "Neither mirdata nor soundata is installed: pip install 'earmark[datasets]'" in said
    shown = earmark("datasets", "--all", "--format", "json").stdout
    assert json.loads(shown)["others"] == {}


@pytest.mark.parametrize("name", list_public())
def test_all_that_is_known_of_one_is_told(earmark, name):
    shown = earmark("datasets", "info", name).stdout
    assert max(map(len, shown.splitlines())) <= 80
    assert "Fair split:" in shown
    assert json.loads(earmark("datasets", "info", name, "--format", "json").stdout)["name"] == name


def test_a_copy_is_laid_out(earmark, published, tmp_path):
    place = tmp_path / "Tänze für alle"
    shown = earmark("datasets", "get", "ballroom", place, "--from", published).stdout
    assert f"2 clips of ballroom: {place / 'clips.csv'}" in shown
    assert "Left out: 1 (one sound under two labels)" in shown
    assert f"Next:     earmark train '{place / 'clips.csv'}'" in shown
    assert Dataset.open(place / "clips.csv").classes == ("Jive", "Rumba")
    again = earmark("datasets", "get", "ballroom", place, "--from", published, "--format", "json")
    assert json.loads(again.stdout)["clips"] == 2
    assert "already, laid out as asked" in again.stderr


def test_options_reach_the_set(earmark, published, tmp_path):
    place = tmp_path / "out"
    how = ("--from", published, "--rumbas", "keep", "--replicas", "keep")
    earmark("datasets", "get", "ballroom", place, *how)
    assert Dataset.open(place / "clips.csv").classes == ("Jive", "Rumba-Misc", "Samba")


def test_the_synthetic_set_is_made(earmark, tmp_path):
    how = ("--clips", "8", "--seconds", "0.2", "--rate", "8000", "--seed", "3")
    shown = earmark("datasets", "get", "synthetic-ballroom", tmp_path / "out", *how).stdout
    assert "8 clips of synthetic-ballroom" in shown
    assert len(Dataset.open(tmp_path / "out" / "clips.csv")) == 8


def test_nothing_is_fetched_unasked(earmark, tmp_path, monkeypatch):
    monkeypatch.setattr("earmark.datasets.public.download.fetch", pytest.fail)
    monkeypatch.setattr("earmark.datasets.public.get.need_room", lambda *args: None)
    said = earmark("datasets", "get", "speech-commands", tmp_path / "out", status=1).stderr
    assert "licence  CC BY 4.0" in said
    assert "from     https://storage.googleapis.com" in said
    assert "nothing is fetched unasked, and there is no terminal to ask on: give --yes" in " ".join(
        said.split()
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("args", "wanted"),
    [
        (["balroom", "out"], "unknown public set 'balroom'; did you mean ballroom"),
        (["ballroom", "out", "--replicas", "some"], "--replicas must be drop or keep, got 'some'"),
        (["ballroom", "out", "--clips", "9"], "--clips must not be given for ballroom"),
        (["synthetic-ballroom", "out", "--clips", "3"], "--clips must be at least 8, got 3"),
        (["ballroom", "out", "--from", "nowhere"], "no such folder or archive: 'nowhere'"),
    ],
)
def test_what_is_wrong_is_one_line(earmark, tmp_path, monkeypatch, args, wanted):
    monkeypatch.chdir(tmp_path)
    said = earmark("datasets", "get", *args, status=1).stderr
    assert wanted in " ".join(said.split())
    assert not (tmp_path / "out").exists()
