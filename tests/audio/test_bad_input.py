"""Sound that is not well: an AudioError with the name, what is wrong and what to do."""

import errno
import os
import struct

import numpy as np
import pytest

from earmark.audio import iter_blocks, load_audio, probe
from earmark.errors import AudioError

from .conftest import tone, without_xing


def refused(path, match, calls=("load", "blocks", "probe")):
    """Each way in refuses with the file's name and the same text."""
    ways = {
        "load": lambda: load_audio(path),
        "blocks": lambda: list(iter_blocks(path)),
        "probe": lambda: probe(path),
    }
    for call in calls:
        with pytest.raises(AudioError, match=match) as caught:
            ways[call]()
        assert path.name.split("\n")[0] in str(caught.value)


def test_missing_file(tmp_path):
    refused(tmp_path / "no.wav", "no such file; check the spelling")


def test_folder(tmp_path):
    refused(tmp_path, "expected a sound file, this is a folder")


def test_pipe_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.wav")
    refused(tmp_path / "pipe.wav", "a pipe or a device")


def test_zero_bytes(tmp_path):
    path = tmp_path / "a.wav"
    path.touch()
    refused(path, r"empty \(0 bytes\)")


def test_symbolic_link_loop_and_dangling_link(tmp_path):
    loop, dangling = tmp_path / "loop.wav", tmp_path / "dangling.wav"
    loop.symlink_to(loop)
    dangling.symlink_to(tmp_path / "gone.wav")
    refused(loop, "links run in a circle")
    refused(dangling, "a link to a file that does not exist")


@pytest.mark.parametrize(
    ("code", "match"), [(errno.EACCES, "may not be read by this user"), (errno.EIO, "system says")]
)
def test_what_the_system_refuses_is_told(write, monkeypatch, code, match):
    path = write("a.wav", tone(10))

    def refuse(*_, **__):
        raise OSError(code, os.strerror(code), str(path))

    monkeypatch.setattr("pathlib.Path.open", refuse)
    refused(path, match)


def test_a_null_in_the_name(tmp_path):
    with pytest.raises(AudioError, match="null character"):
        load_audio(tmp_path / "a\0.wav")


def test_a_name_of_two_lines_is_shown_as_one(tmp_path):
    with pytest.raises(AudioError) as caught:
        load_audio(tmp_path / "a\nb.wav")
    assert "a\\nb.wav: no such file" in str(caught.value)


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3", "a.aiff", "a.m4a", "a"])
@pytest.mark.parametrize("content", [b"Dear diary, no sound today.\n" * 40, b"x", bytes(5000)])
def test_text_renamed(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    refused(path, "not sound that can be decoded")


@pytest.mark.parametrize("length", [1, 11, 20, 40])
def test_wav_cut_within_its_header(write, length):
    path = write("a.wav", tone(100))
    path.write_bytes(path.read_bytes()[:length])
    refused(path, "header breaks off|not sound that can be decoded")


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT", "PCM_U8"])
def test_cut_wav_says_both_figures(write, subtype):
    path = write("a.wav", tone(1000), subtype=subtype)
    size = {"PCM_16": 2, "PCM_24": 3, "FLOAT": 4, "PCM_U8": 1}[subtype]
    path.write_bytes(path.read_bytes()[: -300 * size])
    refused(path, "header promises 1000 samples, 700 can be read")


@pytest.mark.parametrize("kind", [{"subtype": "MS_ADPCM"}, {"format": "RF64"}, {"format": "AIFF"}])
def test_cut_files_of_the_wav_family_are_found(write, kind):
    path = write("a.wav", tone(9000), **kind)
    path.write_bytes(path.read_bytes()[:-3000])
    refused(path, "cut short or damaged: its header promises")


def test_cut_flac_says_both_figures(write):
    path = write("a.flac", tone(100_000))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    match = r"header promises 100000 samples, \d{5} can be read"
    refused(path, match, calls=("load", "blocks"))
    with pytest.raises(AudioError, match="promises 100000 samples"):
        load_audio(path, onset_s=2.0)
    assert len(load_audio(path, offset_s=0.5)[0]) == 22050  # this part is whole


def test_flac_damaged_in_the_middle_is_found(write):
    path = write("a.flac", tone(200_000))
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 3000] = b"\x55" * 3000
    path.write_bytes(content)
    refused(path, "header promises 200000 samples", calls=("load", "blocks"))


def test_cut_mp3_with_a_xing_header_says_both_figures(write):
    path = write("a.mp3", tone(100_000))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    refused(path, r"header promises 100000 samples, \d{5} can be read", calls=("load", "blocks"))


def test_cut_mp3_that_promises_nothing_gives_what_is_there(write):
    path = write("a.mp3", tone(100_000))
    content = without_xing(path.read_bytes())
    path.write_bytes(content[: len(content) // 2])
    assert 45_000 < len(load_audio(path)[0]) < 55_000


def test_cut_vorbis_gives_what_is_there(write):
    path = write("a.ogg", tone(200_000))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    got, _ = load_audio(path)
    assert 10_000 < len(got) < 150_000
    assert probe(path).samples == len(got) == sum(map(len, iter_blocks(path)))
    part, _ = load_audio(path, onset_s=0.1)
    np.testing.assert_array_equal(part, got[4410:])


def streamed_wav(path, length, payload, tail=b""):
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16)
    riff = b"RIFF" + struct.pack("<I", length) + b"WAVE"
    path.write_bytes(riff + fmt + b"data" + struct.pack("<I", length) + payload + tail)
    return path


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF, 0x7FFFF000])
def test_wav_from_a_pipe_is_read_to_its_end(tmp_path, length):
    pcm = np.arange(-500, 500, dtype="<i2")
    path = streamed_wav(tmp_path / "a.wav", length, pcm.tobytes())
    want = pcm.astype(np.float32) / 32768
    np.testing.assert_array_equal(load_audio(path)[0], want)
    np.testing.assert_array_equal(np.concatenate(list(iter_blocks(path, block_s=0.03))), want)
    np.testing.assert_array_equal(load_audio(path, onset_s=0.05)[0], want[400:])
    assert probe(path).samples == 1000


def test_wav_without_samples_but_with_notes_holds_no_samples(tmp_path):
    notes = b"LIST" + struct.pack("<I", 4) + b"INFO"
    refused(streamed_wav(tmp_path / "a.wav", 0, b"", notes), "holds no samples")


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.aiff"])
def test_zero_samples(write, name):
    refused(
        write(name, np.zeros(0, np.float32)),
        "holds no samples|not sound that can be decoded|is empty",
    )


@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
@pytest.mark.parametrize(
    ("value", "what"), [(np.nan, "not a number"), (np.inf, "infinite"), (-np.inf, "infinite")]
)
def test_samples_that_are_not_finite_are_refused_with_their_time(write, subtype, value, what):
    sound = np.zeros((8000, 2))
    sound[6000, 1] = value
    path = write("a.wav", sound, 8000, subtype=subtype)
    refused(path, rf"sample at 0\.7500 s is {what}", calls=("load", "blocks"))
    with pytest.raises(AudioError, match=r"at 0\.7500 s"):
        load_audio(path, onset_s=0.5)
    assert len(load_audio(path, offset_s=0.5)[0]) == 4000


def test_loud_but_finite_floats_are_accepted(write):
    sound = np.full((1000, 2), 1e38, dtype=np.float32)
    assert np.isfinite(load_audio(write("a.wav", sound, subtype="FLOAT"))[0]).all()


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.mp3", "a.ogg"])
def test_onset_beyond_the_end(write, name):
    path = write(name, tone(44100))
    for onset_s in (1.0, 5.0):
        with pytest.raises(AudioError, match=r"lies beyond the recording's end at 1\.000 s"):
            load_audio(path, onset_s=onset_s)


@pytest.mark.parametrize("part", [(0.5, 0.5), (0.5, 0.2), (0.0, float("nan"))])
def test_offset_that_is_not_later_than_onset(write, part):
    with pytest.raises(AudioError, match=r"a\.wav: offset_s must be later than onset_s"):
        load_audio(write("a.wav", tone(44100)), onset_s=part[0], offset_s=part[1])


@pytest.mark.parametrize("onset_s", [-0.1, float("nan"), float("inf")])
def test_onset_that_is_no_time(write, onset_s):
    with pytest.raises(AudioError, match=r"onset_s must be 0 or more seconds"):
        load_audio(write("a.wav", tone(100)), onset_s=onset_s)


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "MP3", "OGG", "AIFF"])
def test_damage_anywhere_never_lets_a_raw_error_out(write, kind):
    path = write("a.wav", tone(6000, 2), format=kind)
    content = path.read_bytes()
    rng = np.random.default_rng(1)
    for _ in range(25):
        hurt = bytearray(content)
        for at in rng.integers(0, min(len(hurt), 600), 4):
            hurt[at] = rng.integers(256)
        path.write_bytes(hurt[: rng.integers(1, len(hurt))])
        for way in (load_audio, probe, lambda p: list(iter_blocks(p))):
            try:
                way(path)
            except AudioError:
                continue


def test_vorbis_damaged_in_the_middle_is_found_by_its_checksums(write):
    path = write("a.ogg", tone(200_000))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x55
    path.write_bytes(content)
    refused(path, "cut short or damaged: its header promises", calls=("load", "blocks"))


def test_damaged_vorbis_never_reaches_the_unsafe_decoder(write, monkeypatch):
    path = write("a.ogg", tone(60_000))
    content = path.read_bytes()

    def forbidden(*_, **__):
        raise AssertionError("stb_vorbis was given a damaged file")

    monkeypatch.setattr("miniaudio.stream_memory", forbidden)
    path.write_bytes(content[:-100])
    assert len(load_audio(path, trusted=True)[0]) > 1000
    path.write_bytes(content)
    load_audio(path)  # nor a whole one, unless it is trusted
    with pytest.raises(AssertionError, match="damaged file"):
        load_audio(path, trusted=True)
