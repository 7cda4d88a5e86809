"""From scores over time to events."""

from earmark.evaluation.events.decoding.choose import choose
from earmark.evaluation.events.decoding.decode import decode
from earmark.evaluation.events.decoding.settings import Boxes, Settings, Threshold
from earmark.evaluation.events.decoding.track import decoded_track

__all__ = ["Boxes", "Settings", "Threshold", "choose", "decode", "decoded_track"]
