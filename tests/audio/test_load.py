"""Sound that is well: every format and shape decodes to the values it holds."""

import numpy as np
import pytest
import soundfile
import soxr

from earmark.audio import load_audio, probe
from earmark.audio.headers import read_header
from earmark.errors import ConfigError

from .conftest import tone, without_xing

WAV = ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW"]
CODED = ["IMA_ADPCM", "MS_ADPCM", "GSM610", "G721_32"]


def reference(path):
    samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    return samples.mean(axis=1), rate_hz


def same_as_libsndfile(path, atol=0.0):
    got, rate_hz = load_audio(path)
    want, want_hz = reference(path)
    assert rate_hz == want_hz
    assert got.dtype == np.float32
    assert got.shape == want.shape
    np.testing.assert_allclose(got, want, rtol=0, atol=atol)
    info = probe(path)
    assert (info.rate_hz, info.samples) == (rate_hz, len(got))
    assert info.channels == soundfile.info(path).channels
    return got


@pytest.mark.parametrize("container", ["WAV", "WAVEX", "RF64", "W64"])
@pytest.mark.parametrize("subtype", WAV)
def test_every_wav_equals_libsndfile_sample_for_sample(write, subtype, container):
    same_as_libsndfile(write("a.wav", tone(5001, 2), subtype=subtype, format=container))


@pytest.mark.parametrize("subtype", CODED)
def test_compressed_wav_equals_libsndfile(write, subtype):
    same_as_libsndfile(write("a.wav", tone(5001), subtype=subtype))


@pytest.mark.parametrize("subtype", ["PCM_S8", "PCM_16", "PCM_24"])
def test_flac_equals_libsndfile_sample_for_sample(write, subtype):
    same_as_libsndfile(write("a.flac", tone(50_001, 2), subtype=subtype))


@pytest.mark.parametrize(("name", "subtype"), [("a.aiff", "PCM_16"), ("a.au", "PCM_24")])
def test_what_only_libsndfile_reads_goes_to_it(write, name, subtype):
    same_as_libsndfile(write(name, tone(5001, 2), subtype=subtype))


def test_opus_in_ogg_goes_to_libsndfile(write):
    path = write("a.opus", tone(30_000, 2), 48000, format="OGG", subtype="OPUS")
    same_as_libsndfile(path)
    assert probe(path).format == "OGG OPUS"


@pytest.mark.parametrize("channels", [1, 2, 5])
def test_vorbis_equals_libsndfile_closely(write, channels):
    path = write("a.ogg", tone(50_001, channels), subtype="VORBIS")
    got = same_as_libsndfile(path, atol=1e-7)  # numpy sums five channels in another order
    np.testing.assert_allclose(load_audio(path, trusted=True)[0], got, rtol=0, atol=1e-6)


@pytest.mark.parametrize("mode", ["CONSTANT", "VARIABLE"])
def test_mp3_has_the_length_that_was_encoded_and_libsndfiles_values_to_16_bits(write, mode):
    path = write("a.mp3", tone(50_001, 2), bitrate_mode=mode, compression_level=0.5)
    assert len(same_as_libsndfile(path, atol=1e-4)) == 50_001


def test_variable_rate_mp3_without_xing_header_is_read_to_its_end(write, tmp_path):
    # libsndfile guesses such a length from one frame's bit rate, and stops there.
    sound = np.vstack([np.zeros((44100, 1), np.float32), tone(88_200)])
    path = write("a.mp3", sound, bitrate_mode="VARIABLE", compression_level=0.5)
    bare = tmp_path / "bare.mp3"
    bare.write_bytes(without_xing(path.read_bytes()))
    got, _ = load_audio(bare)
    assert len(sound) <= len(got) <= len(sound) + 3 * 1152  # nothing trims delay and padding
    assert probe(bare).samples == len(got)


def test_mp3_after_an_id3_tag_with_a_picture(write, tmp_path):
    path = write("a.mp3", tone(20_000))
    tagged = tmp_path / "tagged.mp3"
    tagged.write_bytes(b"ID3\x04\0\0" + bytes([0, 0, 0x40, 0]) + bytes(8192) + path.read_bytes())
    np.testing.assert_array_equal(load_audio(tagged)[0], load_audio(path)[0])


def test_content_decides_not_the_suffix(write, tmp_path):
    path = write("a.flac", tone(5000))
    for name in ("a.wav", "a.mp3", "a", "a.txt"):
        path.rename(path := tmp_path / name)
        assert probe(path).format == "FLAC PCM_16"
        same_as_libsndfile(path)


def test_sixteen_bits_are_divided_by_32768_and_channels_averaged(write):
    pcm = np.array([[-32768, 0], [16384, 16384], [32767, -32767]], dtype=np.int16)
    got, _ = load_audio(write("a.wav", pcm))
    np.testing.assert_array_equal(got, np.float32([-0.5, 0.5, 0.0]))


def test_silence_in_eight_bits_is_zero(write):
    assert not load_audio(write("a.wav", np.zeros(100), subtype="PCM_U8"))[0].any()


def test_eight_channels_and_192_khz(write):
    sound = tone(20_000, 8, 192_000)
    for name in ("a.wav", "a.flac"):
        path = write(name, sound, 192_000, subtype="PCM_24")
        got = load_audio(path)[0]
        np.testing.assert_allclose(got, sound.mean(axis=1), rtol=0, atol=1e-6)
        assert probe(path).channels == 8
        assert probe(path).duration_s == pytest.approx(20_000 / 192_000)


@pytest.mark.parametrize("rate_hz", [None, 8000, 48000])
def test_one_sample_is_a_recording(write, rate_hz):
    got, _ = load_audio(write("a.wav", np.float32([0.25])), rate_hz)
    assert got.shape == (1,)


def test_resampling_is_soxr_hq_of_the_whole(write):
    path = write("a.wav", tone(30_001, 2))
    native, _ = load_audio(path)
    got, rate_hz = load_audio(path, 16000)
    assert rate_hz == 16000
    np.testing.assert_array_equal(got, soxr.resample(native, 44100, 16000, quality="HQ"))


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.mp3", "a.ogg", "a.aiff"])
def test_a_part_is_that_slice_of_the_whole(write, name):
    path = write(name, tone(100_000, 2))
    whole, rate_hz = load_audio(path)
    for onset_s, offset_s in [(0.0, 0.5), (0.3, 1.7), (1.0001, 1.0002), (2.0, None), (1.0, 99.0)]:
        part, _ = load_audio(path, onset_s=onset_s, offset_s=offset_s)
        stop = None if offset_s is None else round(offset_s * rate_hz)
        want = whole[round(onset_s * rate_hz) : stop]
        np.testing.assert_allclose(part, want, rtol=0, atol=1e-6)


def test_a_part_is_at_least_one_sample(write):
    path = write("a.wav", tone(1000), 8000)
    assert load_audio(path, onset_s=0.01, offset_s=0.01001)[0].shape == (1,)


@pytest.mark.parametrize(
    "name",
    [
        "two words.wav",
        'it\'s "so".wav',
        "é à ü 音.wav",
        "two\nlines.wav",
        "~tilde.wav",
        "$(x)*?.wav",
    ],
)
@pytest.mark.parametrize("kind", ["WAV", "FLAC", "MP3", "OGG"])
def test_any_file_name_is_read(write, name, kind):
    path = write("plain", tone(3000), format=kind)
    path = path.rename(path.with_name(name))
    assert len(load_audio(path)[0]) == probe(path).samples == 3000


def test_names_that_are_not_unicode_and_relative_names_are_read(write, tmp_path, monkeypatch):
    path = write("a.flac", tone(3000))
    odd = path.rename(tmp_path / b"~\xe9.flac".decode("utf-8", "surrogateescape"))
    monkeypatch.chdir(tmp_path)
    assert len(load_audio(odd)[0]) == len(load_audio(odd.name)[0]) == 3000


def test_a_symbolic_link_is_followed(write, tmp_path):
    link = tmp_path / "link.wav"
    link.symlink_to(write("a.wav", tone(500)))
    assert len(load_audio(link)[0]) == 500


@pytest.mark.parametrize("bad", [0, -1, 44100.0, "44100", True, float("nan")])
def test_a_rate_that_is_no_positive_whole_number_is_refused(write, bad):
    with pytest.raises(ConfigError, match="rate_hz must be a positive whole number of hertz"):
        load_audio(write("a.wav", tone(10)), bad)


def test_numpy_integers_are_rates_too(write):
    assert load_audio(write("a.wav", tone(100)), np.int64(22050))[1] == 22050


def test_a_header_tells_kind_rate_and_promise(write):
    path = write("a.flac", tone(1234, 2), 32000)
    with path.open("rb", buffering=0) as file:
        header = read_header(file, path)
    assert (header.kind, header.rate_hz, header.channels) == ("flac", 32000, 2)
    assert header.promised == 1234
