"""Scores that can be trusted: figures with intervals over groups, beside baselines.

Works on plain arrays and knows nothing of audio or networks. Importing it loads numpy alone;
rich, scipy and matplotlib come when they are used.
"""

from earmark.evaluation.scorecard import Scorecard, pool, score

__all__ = ["Scorecard", "pool", "score"]
