"""A threshold that loses no more known clips than it says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.errors import ConfigError
from earmark.evaluation.conformal import lowest_kept, promised


@given(st.integers(1, 200), st.floats(0.01, 0.5))
def test_no_more_of_the_kept_are_lost_than_promised(clips, lost):
    """Exactly so over all orders: of n + 1 exchangeable scores, k lie below the k-th lowest."""
    scores = np.random.default_rng(clips).permutation(clips).astype(float)
    below = (np.arange(-0.5, clips, 1.0) < lowest_kept(scores, lost)).sum()
    assert below / (clips + 1) <= promised(clips, lost) + 1e-9


@pytest.mark.parametrize("scores", [[], [[1.0]], [np.nan]])
def test_scores_that_are_none_are_refused(scores):
    with pytest.raises(ConfigError, match="one or more finite numbers"):
        lowest_kept(scores, 0.05)
