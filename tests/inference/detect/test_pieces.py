"""Scores in pieces give the events of all scores at once, to the bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.errors import ConfigError
from earmark.evaluation.events.decoding import Boxes, Settings, Threshold, decode
from earmark.inference.detect.by_boxes import ByBoxes
from earmark.inference.detect.by_threshold import ByThreshold
from earmark.inference.detect.pieces import Decoder

HOP_S = 0.02
SHARES = st.sampled_from([0.0, 0.05, 0.3, 0.5, 0.7, 1.0])
LENGTHS_S = st.sampled_from([0.0, 0.02, 0.04, 0.06, 0.1, 0.2])


@st.composite
def tracks(draw):
    """Scores (frames, 1): noise, plateaus, silence, a few values that are often equal."""
    parts = []
    for _ in range(draw(st.integers(0, 8))):
        frames = draw(st.integers(1, 40))
        level = draw(SHARES)
        seed = draw(st.none() | st.integers(0, 999))
        part = np.full(frames, level)
        if seed is not None:
            part = np.random.default_rng(seed).uniform(0, 1, frames)
            if draw(st.booleans()):
                part = np.round(part, 1)
        parts.append(part)
    return np.concatenate([np.zeros(0), *parts])[:, None]


thresholds = st.builds(
    lambda one, other, median_s, gap_s, least_s: Threshold(
        max(one, other), min(one, other), median_s, gap_s, least_s
    ),
    *(SHARES, SHARES, LENGTHS_S, LENGTHS_S, LENGTHS_S),
)
boxes = st.builds(
    Boxes,
    confidence=SHARES,
    step_s=LENGTHS_S,
    least=SHARES,
    ratio=st.sampled_from([0.0, 1.0, 1.5, 2.0, 5.0]),
    least_s=LENGTHS_S,
)


def in_pieces(track, chosen, ends):
    decoder = Decoder(chosen, HOP_S)
    for piece in np.split(track, sorted(min(end, len(track)) for end in ends)):
        decoder.take(piece)
    return decoder.events()


@settings(max_examples=400, deadline=None)
@given(tracks(), thresholds | boxes, st.lists(st.integers(0, 320), max_size=12))
def test_pieces_of_any_length_give_what_the_whole_gives(track, one, ends):
    chosen = Settings({"dog": one})
    assert in_pieces(track, chosen, ends) == decode(track, chosen, HOP_S)


@settings(max_examples=50, deadline=None)
@given(tracks(), thresholds | boxes)
def test_even_frame_by_frame(track, one):
    chosen = Settings({"dog": one})
    assert in_pieces(track, chosen, range(1, len(track))) == decode(track, chosen, HOP_S)


@pytest.mark.parametrize("one", [Threshold(0.6, 0.3, 0.14, 0.1, 0.1), Boxes(0.4)])
def test_an_hour_of_several_classes(one):
    rng = np.random.default_rng(0)
    slow = np.repeat(rng.uniform(0, 1, (1800, 3)), 100, axis=0)
    track = np.clip(slow + rng.normal(0, 0.1, slow.shape), 0, 1)
    track[50_000:120_000, 1] = 0.25  # a level that lasts
    chosen = Settings({"dog": one, "cat": one, "bell": Boxes(0.2, 0.64, 0.1, 1.5)})
    found = decode(track, chosen, HOP_S)
    assert len(found) > 1000
    assert in_pieces(track, chosen, range(0, len(track), 997)) == found


@pytest.mark.parametrize("one", [ByThreshold(Threshold(0.5, 0.2, 0.3, 0.3), HOP_S),
                                 ByBoxes(Boxes(), HOP_S)])  # fmt: skip
@pytest.mark.parametrize("level", [0.0, 0.3, 0.9])
def test_what_is_kept_does_not_grow_with_a_level_that_lasts(one, level):
    for _ in range(50):
        one.take(np.full(1000, level))
        kept = [value for value in vars(one).values() if isinstance(value, np.ndarray)]
        assert sum(len(value) for value in kept) < 100


def test_events_end_with_the_recording():
    chosen = Settings({"dog": Threshold()})
    decoder = Decoder(chosen, 1.0)
    decoder.take(np.ones((3, 1)))
    (event,) = decoder.events(end_s=2.5)
    assert (event.onset_s, event.offset_s) == (0, 2.5)


def test_scores_that_cannot_be_are_refused():
    decoder = Decoder(Settings({"dog": Threshold()}), 1.0)
    with pytest.raises(ConfigError, match=r"scores must lie in \[0, 1\]"):
        decoder.take([[1.5]])
    with pytest.raises(ConfigError, match="a column for each of 1 classes, got 2"):
        decoder.take([[0.5, 0.5]])
