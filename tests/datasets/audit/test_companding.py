"""Eight bits keep a sound well enough to compare it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from earmark.datasets.audit.companding import compress, expand


@given(st.integers(0, 1000), st.floats(1e-6, 1e3))
def test_precision_does_not_depend_on_the_level(seed, level):
    wave = np.random.default_rng(seed).standard_normal(2000).astype(np.float32)
    back = expand(compress(wave * np.float32(level))) * np.abs(wave).max()
    assert np.mean((back - wave) ** 2) < 1e-3 * np.mean(wave**2)


def test_silence_stays_silence():
    assert not expand(compress(np.zeros(5, np.float32))).any()
    assert len(compress(np.zeros(0, np.float32))) == 0
