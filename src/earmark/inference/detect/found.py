"""What is heard in one recording."""

from dataclasses import dataclass
from typing import Any

from earmark.datasets.strong.event import Event


@dataclass(frozen=True)
class Detections:
    """The events of one recording, or why it could not be read."""

    path: str
    events: tuple[Event, ...]
    """By onset, each with its score; none reaches past the recording's end."""
    duration_s: float | None
    """Length of the recording; None if it could not be read."""
    error: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The machine output of `earmark detect`.

        >>> Detections("a.wav", (Event("dog", 1.5, 2.0, 0.9),), 4.0).to_dict()["events"]
        [{'label': 'dog', 'onset_s': 1.5, 'offset_s': 2.0, 'score': 0.9}]
        """
        events = [
            {
                "label": event.label,
                "onset_s": event.onset_s,
                "offset_s": event.offset_s,
                "score": event.score,
            }
            for event in self.events
        ]
        values: dict[str, Any] = {"path": self.path, "events": events}
        return values if self.error is None else values | {"error": self.error}
