"""Pictures of a run: where the answers went, and how training went. matplotlib is loaded late."""

from earmark.evaluation.pictures.confusion import plot_confusion
from earmark.evaluation.pictures.curves import plot_curves
from earmark.evaluation.pictures.joint_curves import plot_joint_curves

__all__ = ["plot_confusion", "plot_curves", "plot_joint_curves"]
