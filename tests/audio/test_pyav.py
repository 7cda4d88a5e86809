"""What only FFmpeg reads, through the extra; and what is said when the extra is missing."""

import sys

import numpy as np
import pytest

from earmark.audio import iter_blocks, load_audio, probe
from earmark.errors import AudioError

from .conftest import tone


@pytest.fixture
def m4a(tmp_path):
    """Two seconds of a stereo tone as AAC in MP4, the two channels alike."""
    av = pytest.importorskip("av")
    path = tmp_path / "a.m4a"
    sound = np.repeat(tone(88_200).T, 2, axis=0)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44100, layout="stereo")
        for at in range(0, sound.shape[1], 1024):
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(sound[:, at : at + 1024]), format="fltp", layout="stereo"
            )
            frame.sample_rate, frame.pts = 44100, at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_m4a_is_read_as_the_tone_it_holds(m4a):
    got, rate_hz = load_audio(m4a)
    assert rate_hz == 44100
    assert got.dtype == np.float32
    assert abs(len(got) - 88_200) <= 2048  # AAC comes in frames of 1024
    assert abs(probe(m4a).samples - len(got)) <= 2048
    want = tone(88_200)[:, 0]
    middle = slice(20_000, 60_000)
    assert np.corrcoef(got[middle], want[middle])[0, 1] > 0.95


def test_parts_and_blocks_of_m4a_are_slices_of_the_whole(m4a):
    whole, _ = load_audio(m4a)
    np.testing.assert_array_equal(np.concatenate(list(iter_blocks(m4a, block_s=0.3))), whole)
    part, _ = load_audio(m4a, onset_s=0.5, offset_s=1.5)
    np.testing.assert_array_equal(part, whole[22_050:66_150])


def test_cut_m4a_is_an_audio_error(m4a):
    content = m4a.read_bytes()
    m4a.write_bytes(content[: len(content) // 2])  # the index is at the end
    for way in (load_audio, probe):
        with pytest.raises(AudioError, match=r"a\.m4a: not sound that can be decoded"):
            way(m4a)


def test_without_pyav_the_extra_is_named(m4a, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(AudioError, match=r"a\.m4a: .*pip install 'earmark\[formats\]'"):
        load_audio(m4a)
