"""What is done with a score card of either kind; which one it is, is asked here alone."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from earmark.errors import ConfigError
from earmark.evaluation import multilabel, render, scorecard
from earmark.evaluation.intervals import Interval
from earmark.evaluation.multilabel.render import card_table as multilabel_table
from earmark.evaluation.multilabel.scorecard import KIND, MultilabelScorecard
from earmark.evaluation.scorecard import Scorecard

if TYPE_CHECKING:
    from rich.console import RenderableType

Card = Scorecard | MultilabelScorecard


def read_card(document: Mapping[str, Any]) -> Card:
    """The card that gave a document by `to_dict`."""
    if document.get("kind") == KIND:
        return MultilabelScorecard.from_dict(document)
    return Scorecard.from_dict(document)


def pool_cards(folds: Mapping[str, Card], split: Mapping[str, Any]) -> Card:
    """One card over the answers of all folds, which must be of one kind."""
    several = {n: card for n, card in folds.items() if isinstance(card, MultilabelScorecard)}
    if not several:
        return scorecard.pool({n: c for n, c in folds.items() if isinstance(c, Scorecard)}, split)
    if len(several) < len(folds):
        raise ConfigError("folds must all be multi-label or none, got both")
    return multilabel.pool(several, split)


def card_table(card: Card) -> "RenderableType":
    """The whole card for `rich.console.Console().print`, within 80 columns."""
    if isinstance(card, MultilabelScorecard):
        return multilabel_table(card)
    return render.card_table(card)


def main_figure(card: Card) -> tuple[str, Interval]:
    """The name and value of the one figure that is told where there is room for one."""
    if isinstance(card, MultilabelScorecard):
        return "micro F1", card.clip.micro_f1
    return "accuracy", card.clip.accuracy
