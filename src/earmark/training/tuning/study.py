"""The search itself: one trial after the other, until there are enough or the time is up.

What is tried follows from the seed and the trials before it alone: each trial has a sampler of its
own, seeded by its number. So a study that was stopped and goes on tries what it would have tried.
"""

import errno
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import optuna
from numpy.typing import NDArray
from optuna.samplers import BaseSampler, TPESampler
from optuna.trial import TrialState

from earmark.training.tuning.storage import DEFAULT, again_if_default, quiet_optuna

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial, Trial

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)  # no setting's fault: the search ends
STARTUP = 10  # trials at random before the sampler models anything (Optuna's own default)
BEFORE_PRUNING = 4  # finished trials that a median is worth taking of
REASON, SCORES = "reason", "scores"  # remarks on a trial
DIGITS = 4  # of a clip's score as it is kept


class FailedTrialError(Exception):
    """A trial that gave no value; the search goes on."""


class SeededSampler(BaseSampler):
    """Tree-structured Parzen estimators (Bergstra et al. 2011), seeded anew for each trial."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.inner = TPESampler(seed=seed)

    def before_trial(self, study: optuna.Study, trial: "FrozenTrial") -> None:
        """Seed by the number of trials begun before, those left out that were stopped."""
        before = study.get_trials(deepcopy=False)[: trial.number]
        number = trial.number - sum(was_stopped(other) for other in before)
        words = np.random.SeedSequence([self.seed, number]).generate_state(1)
        self.inner = TPESampler(seed=int(words[0]), n_startup_trials=STARTUP)
        self.inner.before_trial(study, trial)

    def infer_relative_search_space(
        self, study: optuna.Study, trial: "FrozenTrial"
    ) -> dict[str, "BaseDistribution"]:
        """As the inner sampler does."""
        return self.inner.infer_relative_search_space(study, trial)

    def sample_relative(
        self,
        study: optuna.Study,
        trial: "FrozenTrial",
        search_space: dict[str, "BaseDistribution"],
    ) -> dict[str, Any]:
        """As the inner sampler does."""
        return self.inner.sample_relative(study, trial, search_space)

    def sample_independent(
        self,
        study: optuna.Study,
        trial: "FrozenTrial",
        param_name: str,
        param_distribution: "BaseDistribution",
    ) -> Any:
        """As the inner sampler does."""
        return self.inner.sample_independent(study, trial, param_name, param_distribution)

    def after_trial(
        self,
        study: optuna.Study,
        trial: "FrozenTrial",
        state: TrialState,
        values: Sequence[float] | None,
    ) -> None:
        """As the inner sampler does."""
        self.inner.after_trial(study, trial, state, values)


@dataclass(frozen=True)
class Tried:
    """One trial as it is told."""

    number: int
    state: str
    """finished, pruned, failed, stopped or running."""
    value: float | None
    """Mean score over all clips of the rest; of a pruned trial over its first folds."""
    params: Mapping[str, Any]
    default: bool
    model: str
    recipe: str
    overrides: Mapping[str, Any]
    seconds: float | None
    reason: str
    """Why it failed."""
    scores: NDArray[np.float64] | None = field(default=None, repr=False, compare=False)
    """Each clip's score, (clips,); finished trials only."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON, without the clips."""
        return {name: value for name, value in vars(self).items() if name != "scores"}


def was_stopped(trial: "FrozenTrial") -> bool:
    """Whether a trial ended by Ctrl-C or with its process: it says nothing of its settings."""
    return trial.state == TrialState.FAIL and REASON not in trial.user_attrs


def tried_of(trial: "FrozenTrial") -> Tried:
    """A trial of the study."""
    attrs = trial.user_attrs
    states = {
        TrialState.COMPLETE: "finished",
        TrialState.PRUNED: "pruned",
        TrialState.FAIL: "stopped" if was_stopped(trial) else "failed",
    }
    state = states.get(trial.state, "running")
    last = max(trial.intermediate_values, default=None)
    value = trial.value if state == "finished" else None
    if state == "pruned" and last is not None:
        value = trial.intermediate_values[last]
    spent = trial.duration
    scores = attrs.get(SCORES)
    return Tried(
        number=trial.number + 1,
        state=state,
        value=value,
        params={name: rounded(value) for name, value in trial.params.items()},
        default=bool(attrs.get(DEFAULT)),
        model=attrs.get("model", ""),
        recipe=attrs.get("recipe", ""),
        overrides=attrs.get("overrides", {}),
        seconds=None if spent is None else spent.total_seconds(),
        reason=attrs.get(REASON, ""),
        scores=None if scores is None else unpacked(scores),
    )


def rounded(value: Any) -> Any:
    """A number as it was used: with three digits (domain.py)."""
    return float(f"{value:.3g}") if isinstance(value, float) else value


def packed(scores: NDArray[np.float64]) -> str:
    """Scores (clips,) in [0, 1] as text, short enough for any database.

    >>> packed(np.array([1.0, 0.0, 0.25]))
    '1,0,.25'
    """
    return ",".join(f"{round(score, DIGITS):g}".removeprefix("0") or "0" for score in scores)


def unpacked(text: str) -> NDArray[np.float64]:
    """What `packed` gave.

    >>> unpacked("1,0,.25").tolist()
    [1.0, 0.0, 0.25]
    """
    return np.array([float(word) for word in text.split(",")])


def all_tried(study: optuna.Study) -> list[Tried]:
    """Every trial that was begun, in order."""
    return [
        tried_of(trial)
        for trial in study.get_trials(deepcopy=False)
        if trial.state != TrialState.WAITING
    ]


def give_up_running(study: optuna.Study) -> None:
    """Mark trials as stopped whose process is known to be gone."""
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        study.tell(trial.number, state=TrialState.FAIL)
        again_if_default(study, trial)


def search(
    study: optuna.Study,
    objective: Callable[["Trial"], float],
    *,
    seed: int,
    trials: int,
    minutes: float | None,
    told: Callable[[Tried], None],
) -> None:
    """Try settings until `trials` are over in the study, whoever did them, or the time is.

    A trial that has begun is finished. KeyboardInterrupt ends the search at once.
    """
    study.sampler = SeededSampler(seed)
    study.pruner = optuna.pruners.MedianPruner(n_startup_trials=BEFORE_PRUNING)
    end = time.monotonic() + 60 * minutes if minutes else float("inf")

    mine: list[int] = []  # the trials of this process

    def guarded(trial: "Trial") -> float:
        mine.append(trial.number)
        try:
            return objective(trial)
        except (optuna.TrialPruned, KeyboardInterrupt):
            raise
        except OSError as error:
            if error.errno in FULL:
                raise
            raise _failed(trial, error) from error
        except Exception as error:
            raise _failed(trial, error) from error

    def after(study: optuna.Study, trial: "FrozenTrial") -> None:
        told(tried_of(trial))

    while time.monotonic() < end:
        here = all_tried(study)
        if sum(one.state != "stopped" for one in here) >= trials:
            return
        failed = [one for one in here if one.state == "failed"]
        if len(failed) >= 5 and not any(one.value is not None for one in here):
            return  # whatever is wrong, more of it will not help
        try:
            with quiet_optuna():
                study.optimize(guarded, n_trials=1, catch=(FailedTrialError,), callbacks=[after])
        except BaseException:
            for trial in study.get_trials(deepcopy=False):
                if trial.number in mine[-1:] and was_stopped(trial):
                    again_if_default(study, trial)
            raise


def _failed(trial: "Trial", error: Exception) -> FailedTrialError:
    why = str(error).strip() or type(error).__name__
    if isinstance(error, MemoryError):
        why = "not enough memory"
    trial.set_user_attr(REASON, " ".join(why.split())[:500])
    return FailedTrialError(why)
