"""Which sounds are heard from when to when, in recordings of any length at constant memory."""

from earmark.inference.detect.found import Detections

__all__ = ["Detections"]
