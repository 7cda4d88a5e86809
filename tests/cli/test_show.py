"""`earmark show` draws what can be read and says what cannot."""

import shutil

import pytest


@pytest.fixture
def clips(sounds, tmp_path):
    """Three sounds in a folder whose name has a space and an accent, one of them broken."""
    place = tmp_path / "mes été"
    place.mkdir()
    for label in ("high", "low"):
        shutil.copy(sounds / label / "00.wav", place / f"{label}.wav")
    (place / "broken.wav").write_bytes(b"nonsense" * 9)
    return place


def test_the_picture_is_made_where_it_is_told(earmark, clips, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = earmark("show", clips / "high.wav", clips / "low.wav")
    assert result.stdout == "Picture: show.png\n"
    assert result.stderr == ""
    assert (tmp_path / "show.png").read_bytes()[1:4] == b"PNG"


def test_a_folder_stands_for_its_sounds_and_broken_ones_are_told(earmark, clips, tmp_path):
    out = tmp_path / "a b.svg"
    result = earmark("show", clips, "--out", out, "--frontend", "mfcc")
    assert result.stdout == f"Picture: {out}\n"
    assert result.stderr.startswith(f"Left out: {clips / 'broken.wav'}: not sound")
    assert len(result.stderr.splitlines()) == 1
    assert "</svg>" in out.read_text(encoding="utf-8")


def test_nothing_readable_is_status_1(earmark, clips, tmp_path):
    result = earmark("show", clips / "broken.wav", "--out", tmp_path / "a.png", status=1)
    assert result.stderr.startswith(f"Error: {clips / 'broken.wav'}: not sound")
    assert not (tmp_path / "a.png").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--out", "a.jpg"], "must end in .png, .svg or .pdf, got 'a.jpg'"),
        (["--duration", "0"], "Error: --duration must be above 0 seconds, got 0"),
        (["--onset", "-1"], "Error: --onset must be 0 or more seconds, got -1"),
        (["--frontend", "mfc"], "unknown front-end 'mfc'; did you mean mfcc?"),
        (["--onset", "9"], "high.wav: onset 9.0 s lies beyond the recording's end at 0.400 s"),
    ],
)
def test_a_wrong_option_is_named(earmark, clips, tmp_path, monkeypatch, options, words):
    monkeypatch.chdir(tmp_path)
    result = earmark("show", clips / "high.wav", *options, status=1)
    assert words in result.stderr
    assert not list(tmp_path.glob("*.*g"))
