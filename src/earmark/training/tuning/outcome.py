"""What a search found: its trials, the best, what it gains, and what mattered."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark.datasets import Dataset, Split
from earmark.evaluation.cards import ClipCard
from earmark.training.tuning.gain import Gain, gain_of
from earmark.training.tuning.storage import quiet_optuna
from earmark.training.tuning.study import Tried

if TYPE_CHECKING:
    from optuna import Study

ENOUGH = 10  # finished trials below which importances are noise
BEST_SHARE = 0.25  # of the trials; Optuna's tenth is two or three of a usual search


@dataclass(frozen=True)
class Tuned:
    """The outcome of `earmark tune`."""

    out: Path
    trials: tuple[Tried, ...]
    best: Tried
    default: Tried | None
    """The first network as `earmark train` would take it; None if it was stopped or failed."""
    gain: Gain | None
    importances: Mapping[str, float]
    """Share of each parameter in what tells the best trials from the others; empty if too few."""
    figure: str
    """What the trials' values are: accuracy, or ranking precision."""
    inner: str
    """How the inner folds were made, for people."""
    clips: int
    """Clips the search saw."""
    scorecard: ClipCard | None = None
    """The best settings' score on the outer test part; None while the search is not over."""
    model: Path | None = None
    """The saved model."""
    interrupted: bool = False
    aside: bool = True
    """Whether a test part was kept out; if not, nothing is scored here."""

    def with_state(self, state: str) -> list[Tried]:
        """The trials of one state."""
        return [trial for trial in self.trials if trial.state == state]

    def lines(self) -> Sequence[str]:
        """For the terminal."""
        from earmark.training.tuning.report import lines_for_terminal

        return lines_for_terminal(self)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "figure": self.figure,
            "inner": self.inner,
            "clips": self.clips,
            "best": self.best.to_dict(),
            "default": None if self.default is None else self.default.to_dict(),
            "gain": None if self.gain is None else self.gain.to_dict(),
            "importances": dict(self.importances),
            "trials": [trial.to_dict() for trial in self.trials],
            "test": None if self.scorecard is None else self.scorecard.to_dict(),
            "model": None if self.model is None else str(self.model),
        }


def outcome_of(
    study: "Study",
    trials: Sequence[Tried],
    dataset: Dataset,
    splits: Sequence[Split],
    out: Path,
) -> Tuned | None:
    """What a study on the inner folds `splits` of `dataset` found; None: no trial was finished."""
    finished = [trial for trial in trials if trial.state == "finished" and trial.value is not None]
    if not finished:
        return None
    default = next((trial for trial in finished if trial.default), None)
    if default is not None and not _first_default(trials, default):
        default = None
    # of equals the default is best, then whichever came first
    best = max(finished, key=lambda trial: (trial.value, trial is default, -trial.number))
    gain = None
    if default is not None and best is not default:
        scored = [trial for trial in finished if trial.scores is not None]
        gain = gain_of(
            [trial.scores for trial in scored if trial.scores is not None],
            scored.index(default),
            scored.index(best),
            [split.test for split in splits],
            dataset.groups,
        )
    return Tuned(
        out=out,
        trials=tuple(trials),
        best=best,
        default=default,
        gain=gain,
        importances=importances_of(study, len(finished)),
        figure="ranking precision" if dataset.multilabel else "accuracy",
        inner=splits[0].description.split("; train/validation/test")[0],
        clips=len(dataset),
    )


def _first_default(trials: Sequence[Tried], found: Tried) -> bool:
    """Whether a default is the first network's, and not another's whose own came second."""
    first = next((trial for trial in trials if trial.default and trial.model), None)
    return first is not None and (first.model, first.recipe) == (found.model, found.recipe)


def importances_of(study: "Study", finished: int) -> dict[str, float]:
    """PED-ANOVA (Watanabe et al. 2023): what tells the best quarter of the trials from all.

    It takes parameters that only some trials have, as a front-end's. Empty below `ENOUGH` trials,
    and where they are all as good.
    """
    if finished < ENOUGH:
        return {}
    from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances

    judge = PedAnovaImportanceEvaluator(target_quantile=BEST_SHARE)
    with quiet_optuna(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Some regimes for parameter")  # few trials
        warnings.filterwarnings("error", message=".*importances will be equal")  # no best quarter
        try:
            found = get_param_importances(study, evaluator=judge)
        except (ValueError, RuntimeError, UserWarning):  # such as trials that are all alike
            return {}
    return {name: float(value) for name, value in found.items()}
