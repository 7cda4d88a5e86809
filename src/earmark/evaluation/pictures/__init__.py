"""Pictures of a run: answers, calibration, how training went, at which rate; matplotlib late."""

from earmark.evaluation.pictures.confusion import plot_confusion
from earmark.evaluation.pictures.curves import plot_curves
from earmark.evaluation.pictures.joint_curves import plot_joint_curves
from earmark.evaluation.pictures.rates import plot_range_test
from earmark.evaluation.pictures.reliability import plot_reliability

__all__ = [
    "plot_confusion",
    "plot_curves",
    "plot_joint_curves",
    "plot_range_test",
    "plot_reliability",
]
