import tracemalloc

import numpy as np
import pytest
import soundfile

from earmark.audio import iter_blocks, load_audio
from earmark.errors import ConfigError

from .conftest import tone


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.mp3", "a.ogg", "a.aiff"])
@pytest.mark.parametrize("rate_hz", [None, 16000, 48000])
def test_blocks_joined_are_the_whole(write, name, rate_hz):
    path = write(name, tone(120_001, 2))
    whole, rate = load_audio(path, rate_hz)
    blocks = list(iter_blocks(path, rate_hz, block_s=0.7))
    assert {len(b) for b in blocks[:-1]} == {round(0.7 * rate)}
    assert 0 < len(blocks[-1]) <= round(0.7 * rate)
    assert all(b.dtype == np.float32 for b in blocks)
    np.testing.assert_allclose(np.concatenate(blocks), whole, rtol=0, atol=1e-6)


def test_blocks_are_the_callers_to_keep(write):
    blocks = list(iter_blocks(write("a.wav", tone(3000)), block_s=0.01))
    assert not np.shares_memory(blocks[0], blocks[1])
    np.testing.assert_array_equal(np.concatenate(blocks), load_audio(write("b.wav", tone(3000)))[0])


@pytest.mark.parametrize("block_s", [1e-9, 1e-4, 1000.0])
def test_blocks_of_one_sample_and_of_more_than_all(write, block_s):
    path = write("a.wav", tone(50), 8000)
    np.testing.assert_array_equal(
        np.concatenate(list(iter_blocks(path, block_s=block_s))), load_audio(path)[0]
    )


def test_one_sample_resampled_is_one_block(write):
    path = write("a.wav", np.float32([0.25]))
    assert [b.tolist() for b in iter_blocks(path, 8000)] == [load_audio(path, 8000)[0].tolist()]


@pytest.mark.parametrize("bad", [0, -1.0, float("nan"), float("inf")])
def test_a_block_that_is_no_length_is_refused_at_once(write, bad):
    with pytest.raises(ConfigError, match="block_s must be a positive number of seconds"):
        iter_blocks(write("a.wav", tone(10)), block_s=bad)


def test_a_bad_rate_is_refused_at_once(write):
    with pytest.raises(ConfigError, match="rate_hz must be"):
        iter_blocks(write("a.wav", tone(10)), -1)


@pytest.mark.parametrize(("name", "minutes"), [("a.wav", 20), ("a.flac", 20)])
def test_memory_stays_the_same_for_a_long_file(tmp_path, name, minutes):
    path, minute = tmp_path / name, tone(8000 * 60, 1, 8000)
    with soundfile.SoundFile(path, "w", 8000, 1) as sound:
        for _ in range(minutes):
            sound.write(minute)
    tracemalloc.start()
    try:
        samples = sum(len(b) for b in iter_blocks(path, 16000, block_s=5.0))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    whole = 16000 * 60 * minutes * 4  # bytes
    assert samples == whole // 4
    assert peak < whole / 20  # measured about 2 MB against 77 MB
