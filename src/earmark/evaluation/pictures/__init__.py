"""Pictures of a run, and of what it finds; matplotlib is loaded late."""

from earmark.evaluation.pictures.confusion import plot_confusion
from earmark.evaluation.pictures.curves import plot_curves
from earmark.evaluation.pictures.detections import plot_detections
from earmark.evaluation.pictures.joint_curves import plot_joint_curves
from earmark.evaluation.pictures.rates import plot_range_test
from earmark.evaluation.pictures.reliability import plot_reliability

__all__ = [
    "plot_confusion",
    "plot_curves",
    "plot_detections",
    "plot_joint_curves",
    "plot_range_test",
    "plot_reliability",
]
