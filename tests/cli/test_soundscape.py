"""`earmark soundscape`: a folder of sounds becomes a folder of scenes, and says what is in it."""

import json

from earmark.datasets.strong import read_annotations

QUICK = ("--count", "8", "--seconds", "2", "--workers", "1")


def test_it_tells_how_many_scenes_and_events_and_where(earmark, sounds, tmp_path):
    out = tmp_path / "meine Szenen"
    shown = earmark("soundscape", sounds, "--out", out, *QUICK, "--snr", "-5,10").stdout
    found = read_annotations(out / "labels.csv")
    lines = {line.split()[0]: line.split()[1:] for line in shown.splitlines() if line.strip()}
    assert lines["scenes"] == ["8"]
    assert lines["events"] == [str(found.count)]
    assert set(found.labels) <= {"high", "low", "mid"} <= set(lines)
    assert f"Folder:  '{out}'" in shown
    assert max(map(len, shown.partition("Sound:")[0].splitlines())) <= 80
    again = earmark("soundscape", sounds, "--out", out, *QUICK, "--snr", "-5,10").stdout
    assert "8 of them were there" in again


def test_parts_and_json(earmark, sounds, tmp_path):
    out = tmp_path / "scenes"
    shown = earmark(
        *("soundscape", sounds, "--out", out, *QUICK, "--split", "--validation", "0.2"),
        *("--labels", "audacity", "--format", "flac", "--report", "json"),
    ).stdout
    told = json.loads(shown)
    assert list(told["scenes"]) == ["train", "validation", "test"]
    assert sum(told["scenes"].values()) == 8
    assert told["made"] == 8
    assert (out / "test" / "scene-00001.flac").is_file()
    assert (out / "test" / "scene-00001.flac.txt").is_file()


def test_what_was_typed_wrong_is_told_in_the_words_of_the_command(earmark, sounds, tmp_path):
    def told(*args):
        shown = earmark("soundscape", sounds, "--out", tmp_path / "no", *args, status=1)
        return " ".join(shown.stderr.split())

    assert "--snr takes two numbers with a comma" in told("--snr", "loud")
    assert "--snr must be two numbers, the least and the most" in told("--snr", "9,3")
    assert "--level must be from -100 to 0 dB" in told("--level", "-10,10")
    assert "--seconds must be from 0.1 to 3600 s" in told("--seconds", "0")
    assert "--test is a share of a split" in told("--test", "0.3")
    assert "did you mean audacity" in told("--labels", "audacty")
    assert "must be a folder of recordings" in told("--background", tmp_path / "nowhere")
    assert not (tmp_path / "no").exists()
