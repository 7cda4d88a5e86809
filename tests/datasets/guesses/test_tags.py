"""Artist and album of music files are shown, and group where they are asked for."""

import numpy as np
import pytest
import soundfile

from earmark.datasets import Dataset
from earmark.datasets.guesses.tags import guess_from_tags, read_tags
from earmark.errors import ConfigError

pytest.importorskip("tinytag")


@pytest.fixture
def music(tmp_path):
    """Two labels of four files, by two artists; a ninth without tags, a tenth no sound."""
    for label in ("slow", "fast"):
        (tmp_path / label).mkdir()
        for number in range(4):
            path = tmp_path / label / f"{label}{number}.flac"
            with soundfile.SoundFile(path, "w", 8000, 1) as file:
                file.artist = f" Séa {number % 2}"
                file.write(np.zeros(80))
    soundfile.write(tmp_path / "slow" / "z.wav", np.zeros(80), 8000)
    (tmp_path / "slow" / "zz.mp3").write_bytes(b"no sound")
    return tmp_path


def test_tags_are_read_and_lost_ones_are_empty(music):
    assert read_tags(music / "slow" / "slow1.flac") == {"artist": "Séa 1"}
    assert read_tags(music / "slow" / "z.wav") == read_tags(music / "slow" / "zz.mp3") == {}
    assert read_tags(music / "gone.mp3") == {}


def test_artists_group_when_asked_for(music):
    dataset = Dataset.from_folder(music, groups="tag:artist")
    assert dataset.group_source == "tag 'artist'"
    assert set(dataset.groups) == {"Séa 0", "Séa 1", "slow/z.wav", "slow/zz.mp3"}
    assert [p.kind for p in dataset.problems] == ["missing group"]
    with pytest.raises(ConfigError, match="not one of 10 clips has that tag"):
        Dataset.from_folder(music, groups="tag:album")
    with pytest.raises(ConfigError, match="'tag:year' is none of: tag:artist, tag:album"):
        Dataset.from_folder(music, groups="tag:year")


def test_a_guess_from_tags_is_shown_and_not_taken(music):
    (music / "slow" / "zz.mp3").unlink()
    (music / "slow" / "z.wav").unlink()
    dataset = Dataset.from_folder(music)
    assert dataset.group_source is None
    (guess,) = guess_from_tags(dataset.clips)
    assert (guess.option, guess.count, guess.strong) == ("tag:artist", 2, False)
    assert "2 artists, such as 'Séa 0', 'Séa 1'" in guess.evidence
