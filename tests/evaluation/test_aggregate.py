import numpy as np
import pytest

from earmark.errors import ConfigError
from earmark.evaluation.aggregate import clip_probabilities


def test_mean_by_clip_in_any_order():
    rng = np.random.default_rng(0)
    windows = rng.dirichlet(np.ones(4), size=50)  # (windows, classes)
    index = np.concatenate([np.arange(7), rng.integers(7, size=43)])
    found = clip_probabilities(windows, index, 7)
    for clip in range(7):
        np.testing.assert_allclose(found[clip], windows[index == clip].mean(axis=0))
    np.testing.assert_allclose(found.sum(axis=1), 1)
    mixed = rng.permutation(50)
    np.testing.assert_allclose(clip_probabilities(windows[mixed], index[mixed], 7), found)


@pytest.mark.parametrize(
    ("windows", "index", "text"),
    [
        ([[1.0], [1.0]], [0, 2], "got none for 1 of 3 clips, first clip 1"),
        ([1.0, 1.0], [0, 1], r"shape \(windows, classes\), got \(2,\)"),
        ([[1.0]], [0, 1], "window_probabilities and clip_index must be as long, got 1 and 2"),
        ([[1.0]], [3], r"clip_index must lie in 0..2, got 3..3"),
    ],
)
def test_errors(windows, index, text):
    with pytest.raises(ConfigError, match=text):
        clip_probabilities(windows, index, 3)
