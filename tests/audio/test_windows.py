import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.audio import window_starts
from earmark.errors import ConfigError

sizes = st.integers(1, 400)


@given(st.integers(0, 3000), sizes, sizes)
def test_windows_rise_from_zero_and_stay_inside(samples, window, hop):
    starts = window_starts(samples, window, hop)
    assert starts.dtype == np.int64
    assert starts[0] == 0
    assert (np.diff(starts) > 0).all()
    if samples > window:
        assert starts[-1] == samples - window  # the last ends where the recording does
    else:
        assert starts.tolist() == [0]


@given(st.integers(1, 3000), sizes, sizes)
def test_every_sample_is_covered_when_hop_is_no_longer_than_window(samples, window, hop):
    hop = min(hop, window)
    covered = np.zeros(samples, dtype=bool)
    for start in window_starts(samples, window, hop):
        covered[start : start + window] = True
    assert covered.all()


@given(st.integers(1, 3000), sizes, sizes)
def test_all_but_the_last_stand_on_the_grid_and_none_is_left_out(samples, window, hop):
    starts = window_starts(samples, window, hop)
    assert starts[:-1].tolist() == list(range(0, hop * (len(starts) - 1), hop))
    assert len(starts) == 1 + max(0, -(-(samples - window) // hop))


@pytest.mark.parametrize("bad", [(-1, 4, 2), (10, 0, 2), (10, 4, 0)])
def test_sizes_that_make_no_sense_are_refused(bad):
    with pytest.raises(ConfigError, match=r"window and hop of at least 1, got samples="):
        window_starts(*bad)
