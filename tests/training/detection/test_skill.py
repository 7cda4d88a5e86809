"""F1 of steps: what is not known does not count."""

import pytest
import torch

from earmark.training.detection.skill import frame_f1, lacking


def test_right_wrong_and_unknown():
    known = torch.tensor([[[1.0, 0.0], [torch.nan, 1.0]]])
    right = torch.tensor([[[1.0, -1.0], [9.0, 1.0]]])
    assert frame_f1(right, known) == 1
    assert frame_f1(-right, known) == 0
    assert frame_f1(torch.ones_like(right), known) == pytest.approx(0.8)  # 2 right, 1 too many


def test_nothing_to_find_and_nothing_found_is_all_right():
    nothing = torch.zeros(2, 3, 4)
    assert frame_f1(nothing - 1, nothing) == 1
    assert frame_f1(nothing + 1, nothing) == 0
    assert lacking(nothing - 1, torch.full_like(nothing, torch.nan)).tolist() == [0, 0]


def test_each_window_lacks_its_own():
    known = torch.tensor([[[1.0]], [[1.0]], [[0.0]]])
    assert lacking(torch.tensor([[[1.0]], [[-1.0]], [[-1.0]]]), known).tolist() == [0, 1, 0]
