"""A bank has what can be heard, and tells what did not get into it."""

import numpy as np
import pytest
import soundfile

from earmark.datasets import Dataset
from earmark.datasets.soundscape import fill_bank
from earmark.errors import DatasetError
from tests.datasets.soundscape.conftest import RATE_HZ, silence, tone


def write(path, samples, rate_hz=RATE_HZ):
    """A sound, and its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, rate_hz)
    return path


def test_silent_damaged_and_lost_are_told_and_the_rest_is_kept(tmp_path):
    write(tmp_path / "bell" / "a.wav", np.concatenate([silence(0.5), tone(0.5)]))
    write(tmp_path / "bell" / "nothing.wav", silence(1.0))
    write(tmp_path / "hush" / "nothing.wav", silence(1.0))
    (tmp_path / "bell" / "damaged.wav").write_bytes(b"RIFF, but not really")
    filled = fill_bank(Dataset.open(tmp_path), RATE_HZ)
    assert filled.bank.classes == ("bell",)
    assert [sound.name for sound in filled.bank.by_label["bell"]] == ["bell/a.wav"]
    assert {(problem.kind, problem.path) for problem in filled.problems} == {
        ("silent", "bell/nothing.wav"),
        ("silent", "hush/nothing.wav"),
        ("unreadable", "bell/damaged.wav"),
        ("class without sounds", ""),
    }
    assert "no clip of 'hush' can be used" in filled.problems[-1].detail


def test_a_folder_that_is_silent_throughout_is_refused(tmp_path):
    write(tmp_path / "hush" / "nothing.wav", silence(1.0))
    with pytest.raises(DatasetError, match=r"no sound to mix .* hush/nothing.wav: nothing is hear"):
        fill_bank(Dataset.open(tmp_path), RATE_HZ)


def test_a_clip_with_several_labels_is_told_and_left_out(tmp_path):
    write(tmp_path / "a.wav", tone(0.5))
    write(tmp_path / "b.wav", tone(0.5, 500.0))
    (tmp_path / "clips.csv").write_text("path,labels\na.wav,bell\nb.wav,bell;dog\n")
    filled = fill_bank(Dataset.open(tmp_path / "clips.csv"), RATE_HZ)
    assert filled.bank.classes == ("bell",)
    assert [problem.kind for problem in filled.problems] == [
        "several labels",
        "class without sounds",
    ]


def test_sounds_of_any_rate_and_channels_are_one_channel_at_the_banks_rate(tmp_path):
    stereo = np.stack([tone(0.5, 440.0, 44_100)] * 2, axis=1)
    write(tmp_path / "bell" / "a.wav", stereo, 44_100)
    write(tmp_path / "bell" / "b.wav", tone(0.5, 440.0))
    bank = fill_bank(Dataset.open(tmp_path), RATE_HZ).bank
    assert [len(sound.samples) for sound in bank.by_label["bell"]] == [RATE_HZ // 2] * 2


def test_parts_of_one_recording_are_sounds_of_their_own(tmp_path):
    write(tmp_path / "long.wav", np.concatenate([tone(1.0), tone(1.0, 3000.0)]))
    (tmp_path / "clips.csv").write_text(
        "path,label,onset,offset\nlong.wav,low,0,1\nlong.wav,high,1,2\n"
    )
    bank = fill_bank(Dataset.open(tmp_path / "clips.csv"), RATE_HZ).bank
    assert [len(bank.by_label[label][0].samples) for label in ("low", "high")] == [RATE_HZ] * 2
    assert len(bank.only(["long.wav#0-1"])) == 1
