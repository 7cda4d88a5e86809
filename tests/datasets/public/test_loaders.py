"""What is read from mirdata and soundata, by stand-ins shaped like them."""

import logging
import sys
from types import SimpleNamespace

import pytest

from earmark.datasets.public.loaders import others, remotes_of
from earmark.errors import DatasetError, MissingExtraError


def library(**remotes):
    return SimpleNamespace(
        __version__="1.0",
        initialize=lambda name: SimpleNamespace(remotes=remotes),
        list_datasets=lambda: ["b", "a"],
    )


def entry(checksum="0" * 32):
    return SimpleNamespace(filename="a.zip", url="https://example.org/a.zip", checksum=checksum)


def test_address_and_checksums_are_the_librarys(monkeypatch):
    monkeypatch.setitem(sys.modules, "soundata", library(all=entry()))
    (remote,) = remotes_of("soundata", "a", ["all"], optional=["tempo"], also=["1" * 32])
    assert (remote.filename, remote.url) == ("a.zip", "https://example.org/a.zip")
    assert remote.checksums == ("0" * 32, "1" * 32)
    assert not remote.optional


def test_a_file_that_it_no_longer_lists_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "soundata", library(part1=entry()))
    with pytest.raises(
        DatasetError, match=r"soundata 1.0 lists no file 'all' of a \(it has: part1"
    ):
        remotes_of("soundata", "a", ["all"])


@pytest.mark.parametrize("lacking", ["mirdata", "librosa"])
def test_the_extra_is_named_whatever_is_lacking(monkeypatch, lacking):
    def fail(name):
        raise ModuleNotFoundError(name=lacking)

    monkeypatch.setattr("earmark.datasets.public.loaders.importlib.import_module", fail)
    with pytest.raises(MissingExtraError, match=r"needs 'mirdata', .*earmark\[datasets\]"):
        remotes_of("mirdata", "a", ["all"])


def test_what_else_they_know_is_listed(monkeypatch):
    monkeypatch.setitem(sys.modules, "mirdata", library())
    monkeypatch.setitem(sys.modules, "soundata", None)
    assert others({("mirdata", "a"), ("soundata", "b")}) == {"mirdata": ["b"]}


def test_importing_them_leaves_the_log_as_it_is(monkeypatch):
    def noisy(name):
        logging.getLogger().addHandler(logging.NullHandler())
        logging.getLogger().setLevel(1)
        return library(all=entry())

    before = logging.getLogger().handlers[:], logging.getLogger().level
    monkeypatch.setattr("earmark.datasets.public.loaders.importlib.import_module", noisy)
    remotes_of("mirdata", "a", ["all"])
    assert (logging.getLogger().handlers, logging.getLogger().level) == before
