"""Partners of another class: each of their windows is as likely, and none where there is none."""

import numpy as np

from earmark.training.strangers import Strangers


def drawn(targets, index, times=300):
    strangers = Strangers(np.array(targets))
    return {strangers.draw(index, np.random.default_rng(seed)) for seed in range(times)}


def test_every_window_of_another_class_is_drawn_and_no_other():
    targets = [2, 0, 1, 0, 2, 2]
    for index, target in enumerate(targets):
        wanted = {other for other, label in enumerate(targets) if label != target}
        assert drawn(targets, index) == wanted


def test_sets_of_labels_are_strangers_unless_they_are_equal():
    assert drawn([[1, 0], [1, 1], [1, 0], [0, 0]], 0) == {1, 3}


def test_a_class_alone_has_no_strangers():
    assert drawn([1, 1, 1], 0, times=3) == {None}
    assert drawn([[1, 1]], 0, times=3) == {None}
