"""Scores where a clip may have several labels: the counterpart of the single-label card."""

from earmark.evaluation.multilabel.scorecard import MultilabelScorecard, pool, score

__all__ = ["MultilabelScorecard", "pool", "score"]
