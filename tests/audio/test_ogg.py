"""Ogg's checksums, against those that libogg wrote."""

import mmap

import pytest

from earmark.audio.ogg import page_checksum, whole_pages

from .conftest import tone


@pytest.fixture
def ogg(write):
    return write("a.ogg", tone(60_000)).read_bytes()


def test_the_checksum_is_the_one_libogg_wrote(ogg):
    end = ogg.find(b"OggS", 4)
    assert page_checksum(ogg[:end]) == int.from_bytes(ogg[22:26], "little")


def test_a_whole_file_is_whole_pages_to_its_end(ogg, write):
    assert whole_pages(ogg) == (len(ogg), True)
    path = write("b.ogg", tone(60_000))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert whole_pages(mapped) == (path.stat().st_size, True)


def test_a_cut_file_ends_at_its_last_whole_page(ogg):
    last = ogg.rfind(b"OggS")
    assert whole_pages(ogg[:-1]) == (last, False)
    assert whole_pages(ogg[:last]) == (last, False)  # whole pages, but no last one


def test_a_changed_byte_ends_the_good_pages(ogg):
    hurt = bytearray(ogg)
    hurt[-5] ^= 1
    assert whole_pages(bytes(hurt)) == (ogg.rfind(b"OggS"), False)


def test_two_streams_in_a_row_are_not_one(ogg):
    assert whole_pages(ogg + ogg) == (2 * len(ogg), False)
