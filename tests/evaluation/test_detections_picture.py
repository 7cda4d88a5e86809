"""The picture of a recording with its events."""

import numpy as np
import pytest

from earmark.datasets.strong import Event
from earmark.errors import AudioError, ConfigError
from earmark.evaluation.pictures import plot_detections
from tests.detector import write_scene

FOUND = (Event("low", 0.5, 1.0, 0.9), Event("high", 1.0, 1.05, 0.7))


def texts(axes):
    return [text.get_text() for text in axes.texts]


def bars(axes):
    """(begin, end) of every bar of a panel of lanes."""
    return [
        tuple(np.round([path.vertices[:, 0].min(), path.vertices[:, 0].max()], 3).tolist())
        for collection in axes.collections
        for path in collection.get_paths()
    ]


def test_truth_above_and_answers_below_the_sound(tmp_path, drawn):
    path = write_scene(tmp_path / "$a$ é.wav", 2, [("low", 0.5, 1)])
    out = plot_detections(path, FOUND, tmp_path / "new" / "a.png", truth=[Event("low", 0.4, 1.1)])
    assert out.is_file()
    truth, sound, found = drawn[0].axes
    assert [axes.get_title(loc="left") for axes in (truth, found)] == ["Truth", "Found"]
    assert truth.get_position().y0 > sound.get_position().y1 > found.get_position().y1
    assert bars(truth) == [(0.4, 1.1)]
    assert bars(found) == [(0.5, 1.0), (1.0, 1.05)]
    assert texts(found) == ["90 %"]  # the other is too short for it
    assert [label.get_text() for label in found.get_yticklabels()] == ["high", "low"]
    assert {axes.get_xlim() for axes in (truth, sound, found)} == {(0, 2)}
    boxes = [(box.get_x(), box.get_width()) for box in sound.patches]
    assert boxes == [(0.5, 0.5), (1.0, pytest.approx(0.05))]
    assert drawn[0].get_suptitle() == "$a$ é.wav"


def test_nothing_found_is_said(tmp_path, drawn):
    path = write_scene(tmp_path / "a.wav", 1)
    plot_detections(path, [], tmp_path / "a.png", truth=[], title="A quiet scene")
    assert texts(drawn[0].axes[0]) == texts(drawn[0].axes[-1]) == ["no event"]
    assert drawn[0].get_suptitle() == "A quiet scene"


def test_some_minutes_are_rows_of_one_minute(tmp_path, drawn):
    path = write_scene(tmp_path / "a.wav", 130, [("low", 59, 61)])
    plot_detections(path, [Event("low", 59, 61, 0.9)], tmp_path / "a.png")
    rows = drawn[0].axes
    assert [axes.get_xlim() for axes in rows[1::2]] == [(0, 60), (60, 120), (120, 180)]
    assert [bars(axes) for axes in rows[1::2]] == [[(59, 60)], [(60, 61)], []]


def test_a_long_recording_or_one_of_many_classes_is_one_row(tmp_path, drawn):
    long = write_scene(tmp_path / "long.wav", 400)
    plot_detections(long, [Event("low", 399, 399.1)], tmp_path / "long.png")
    assert [axes.get_xlim() for axes in drawn[0].axes] == [(0, 400)] * 2
    ((begin, end),) = bars(drawn[0].axes[-1])
    assert (begin, end) == (399, 399.8)  # as wide as can be seen
    short = write_scene(tmp_path / "short.wav", 130)
    plot_detections(short, [Event(f"{n}", n, n + 1) for n in range(80)], tmp_path / "a.png")
    assert len(drawn[1].axes) == 2
    assert not drawn[1].axes[0].patches  # so many boxes would hide the sound
    assert drawn[1].get_figheight() > 80 * 0.2


def test_what_cannot_be_drawn_is_told(tmp_path):
    with pytest.raises(AudioError, match="none"):
        plot_detections(tmp_path / "none.wav", [], tmp_path / "a.png")
    path = write_scene(tmp_path / "a.wav", 1)
    with pytest.raises(ConfigError, match=r"must end in \.png"):
        plot_detections(path, [], tmp_path / "a.gif")
