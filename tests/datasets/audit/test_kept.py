"""What was heard comes back from the cache as it went in."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.datasets.audit.heard import Heard, Prints
from earmark.datasets.audit.kept import pack, unpack


@settings(max_examples=25)
@given(st.text(max_size=20), st.integers(0, 7), st.integers(0, 7), st.floats(0, 1))
def test_pack_and_unpack(error, landmarks, samples, peak):
    rng = np.random.default_rng(0)
    prints = Prints(
        rng.integers(2**32, size=landmarks).astype(np.uint32),
        rng.uniform(size=landmarks).astype(np.float32),
        rng.integers(-127, 128, size=samples).astype(np.int8),
    )
    heard = Heard("a.wav", error or None, 1.5, 8000, 2, peak, -3.0, False, 0.1, None, "0f", prints)
    rows = pack(heard)
    assert rows.dtype == np.float32
    assert rows.shape[1] == 1
    back = unpack(rows, "b.wav")
    assert back == Heard(**{**vars(heard), "name": "b.wav"})
    for field in ("keys", "times", "wave"):
        assert np.array_equal(getattr(back.prints, field), getattr(prints, field))
