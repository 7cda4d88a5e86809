"""What is done with a score card of any kind; which one it is, is asked here alone."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from earmark.errors import ConfigError
from earmark.evaluation import multilabel, render, scorecard
from earmark.evaluation.events import render as events_render
from earmark.evaluation.events import scorecard as events
from earmark.evaluation.events.scorecard import EventScorecard
from earmark.evaluation.intervals import Interval
from earmark.evaluation.multilabel.render import card_table as multilabel_table
from earmark.evaluation.multilabel.scorecard import KIND, MultilabelScorecard
from earmark.evaluation.scorecard import Scorecard
from earmark.evaluation.terminal import counted

if TYPE_CHECKING:
    from rich.console import RenderableType

ClipCard = Scorecard | MultilabelScorecard
"""Of a classifier: clips are counted."""
Card = ClipCard | EventScorecard


def read_card(document: Mapping[str, Any]) -> Card:
    """The card that gave a document by `to_dict`."""
    kind = document.get("kind")
    if kind == KIND:
        return MultilabelScorecard.from_dict(document)
    if kind == events.KIND:
        return EventScorecard.from_dict(document)
    return Scorecard.from_dict(document)


def pool_cards(folds: Mapping[str, Card], split: Mapping[str, Any]) -> ClipCard:
    """One card over the answers of all folds, which must be of one kind.

    Cards of events are not pooled: matching is cheap, so all folds' recordings are scored at once.
    """
    if any(isinstance(card, EventScorecard) for card in folds.values()):
        raise ConfigError(
            "score cards of events are not pooled: give the recordings and answers of all folds "
            "to score_events at once"
        )
    several = {n: card for n, card in folds.items() if isinstance(card, MultilabelScorecard)}
    if not several:
        return scorecard.pool({n: c for n, c in folds.items() if isinstance(c, Scorecard)}, split)
    if len(several) < len(folds):
        raise ConfigError("folds must all be multi-label or none, got both")
    return multilabel.pool(several, split)


def card_table(card: Card) -> "RenderableType":
    """The whole card for `rich.console.Console().print`, within 80 columns."""
    if isinstance(card, EventScorecard):
        return events_render.card_table(card)
    if isinstance(card, MultilabelScorecard):
        return multilabel_table(card)
    return render.card_table(card)


def main_figure(card: Card) -> tuple[str, Interval]:
    """The name and value of the one figure that is told where there is room for one.

    ConfigError: recordings without any event, where no F1 can be told.
    """
    if isinstance(card, EventScorecard):
        band = card.figures["event_f1"]
        if band is None:
            raise ConfigError(
                f"no figure can be told: the truth of {counted(card.recordings, 'recording')} has "
                "no event; score recordings that have some"
            )
        return "event F1", band
    if isinstance(card, MultilabelScorecard):
        return "micro F1", card.clip.micro_f1
    return "accuracy", card.clip.accuracy


def scored_count(card: Card) -> str:
    """What was scored: "400 clips", or "30 recordings" of events."""
    if isinstance(card, EventScorecard):
        return counted(card.recordings, "recording")
    return counted(card.clip.count, "clip")
