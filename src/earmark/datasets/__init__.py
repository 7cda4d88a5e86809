"""Labelled sounds: a folder or a table of them, and splits that keep what belongs together."""

from earmark.datasets.clip import Clip, Problem
from earmark.datasets.dataset import Dataset
from earmark.datasets.split import Split, folds, holdout

__all__ = ["Clip", "Dataset", "Problem", "Split", "folds", "holdout"]
