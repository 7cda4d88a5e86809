"""What scoring a saved model gives, be it a classifier or a detector."""

from dataclasses import dataclass

from earmark.datasets.clip import Problem
from earmark.evaluation.cards import Card
from earmark.evaluation.paired import PairedTest


@dataclass(frozen=True)
class Evaluation:
    """A score card, and what is not in it."""

    card: Card
    names: tuple[str, ...]
    """The clips (or recordings) that were scored, in the order of the card's arrays."""
    problems: tuple[Problem, ...]
    paired: tuple[PairedTest, ...] = ()
    """The model and those it was compared with, every pair of them on these clips."""
