"""The pictures are PNG that another reader reads."""

import io

import numpy as np
import pytest

from earmark.inference.report.png import cold, warm


def test_a_picture_is_read_back_as_it_was():
    image = pytest.importorskip("matplotlib.image")
    shares = np.linspace(0, 1, 12).reshape(3, 4)
    read = image.imread(io.BytesIO(cold(shares)))
    assert read.shape[:2] == (3, 4)
    assert (np.diff(read[..., :3].sum(axis=2).ravel()) > 0).all()  # the louder the lighter


def test_a_layer_is_clear_where_there_is_nothing():
    image = pytest.importorskip("matplotlib.image")
    read = image.imread(io.BytesIO(warm(np.array([[0.0, 1.0]]))))
    assert read[0, 0, 3] == 0
    assert 0.5 < read[0, 1, 3] < 0.8
