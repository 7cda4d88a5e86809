"""One trial: a setting trained on the inner folds and scored on what each left out.

Its value is the mean over all clips of the rest: accuracy, or ranking precision where clips have
several labels. Both are what the training itself is watched by, and need no threshold.
"""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from earmark.datasets import Dataset, Split
from earmark.errors import ModelError
from earmark.evaluation.multilabel.metrics import ranking_precision
from earmark.features import Frontend
from earmark.models.network import find_recipe
from earmark.training.as_used import recipes_as_used
from earmark.training.from_features import with_features_of
from earmark.training.judging import predict_logits
from earmark.training.loop import CHECKPOINT
from earmark.training.options import TrainOptions
from earmark.training.plan import Overrides, choose_cut, choose_frontend
from earmark.training.prepare import Prepared, prepare
from earmark.training.split_run import fit_part
from earmark.training.task import task_of
from earmark.training.tuning.space import Setting
from earmark.training.watcher import Watcher
from earmark.training.windows import Windows

Told = Callable[[int, float], None]
"""Hears of each fold: its number from 1, and the mean over all clips so far."""


class _OfFold(Watcher):
    """Shows how a fold's training goes, and keeps its remarks: there are hundreds of them."""

    def __init__(self, inner: Watcher) -> None:
        self.inner = inner

    def figure(self, name: str) -> None:
        """Handed on."""
        self.inner.figure(name)

    def run(self, name: str, out: Path, epochs: int, steps_per_epoch: int) -> None:
        """Handed on."""
        self.inner.run(name, out, epochs, steps_per_epoch)

    def step(self, epoch: int, loss: float, hits: float, windows: int) -> None:
        """Handed on."""
        self.inner.step(epoch, loss, hits, windows)

    def epoch(self, row: Mapping[str, float], steps_per_epoch: int, *, resumed: bool) -> None:
        """Handed on."""
        self.inner.epoch(row, steps_per_epoch, resumed=resumed)

    def end_run(self) -> None:
        """Handed on."""
        self.inner.end_run()


class Inner:
    """The clips of the rest in inner folds, and their features by front-end."""

    def __init__(
        self,
        dataset: Dataset,
        splits: Sequence[Split],
        options: TrainOptions,
        watcher: Watcher,
    ) -> None:
        self.dataset, self.splits, self.options, self.watcher = dataset, splits, options, watcher
        self._prepared: dict[str, Prepared] = {}

    def prepare(self, setting: Setting) -> tuple[Prepared, Overrides]:
        """Features and windows of a setting, and its overrides with the window in seconds."""
        overrides, dataset = setting.overrides, self.dataset
        recipe = find_recipe(setting.entry.model, setting.entry.recipe)
        chosen = with_features_of(overrides.apply(recipe), dataset, overrides)
        if dataset.multilabel:
            chosen = replace(chosen, loss="binary")
        have = dataset.features
        frontend: Frontend = (
            choose_frontend(chosen, dataset.clips, overrides.rate_hz)
            if have is None
            else have.frontend
        )
        key = frontend.key
        if key not in self._prepared:
            own = replace(self.options, overrides=overrides)
            prepared = prepare(dataset, chosen, own, self.watcher)
            if len(prepared.dataset) != len(dataset):
                lost = len(dataset) - len(prepared.dataset)
                raise ModelError(f"front-end {frontend.name} cannot read {lost} of the clips")
            self._prepared[key] = prepared
        prepared = self._prepared[key]
        frames = np.array([len(prepared.store[i]) for i in range(len(dataset))], np.int64)
        cut = choose_cut(chosen, prepared.frontend, frames)
        if setting.window_share != 1:
            seconds = setting.window_share * cut.frames / prepared.frontend.frames_per_s
            overrides = replace(overrides, window_s=float(f"{seconds:.4g}"))
            chosen = replace(chosen, window_s=overrides.window_s, window_frames=None)
            cut = choose_cut(chosen, prepared.frontend, frames)
        if overrides.frontend_settings and have is None:  # they are meant for this rate
            overrides = replace(overrides, rate_hz=prepared.frontend.rate_hz)
        return replace(prepared, recipe=chosen, cut=cut), overrides

    def score(
        self, prepared: Prepared, setting: Setting, place: Path, name: str, told: Told
    ) -> NDArray[np.float64]:
        """Each clip's score by the network that had not heard it, (clips,), in [0, 1].

        `told` may raise to end the trial. KeyboardInterrupt ends it too.
        """
        options = replace(
            self.options,
            model=setting.entry.model,
            recipe=setting.entry.recipe,
            overrides=setting.overrides,
        )
        scores = np.full(len(self.dataset), np.nan)
        used = recipes_as_used(prepared, self.splits, options, _OfFold(self.watcher))
        for number, (split, recipe) in enumerate(zip(self.splits, used, strict=True), start=1):
            folder = place / f"fold-{number}"
            shutil.rmtree(folder, ignore_errors=True)  # of a trial that was stopped
            folder.mkdir(parents=True)
            title = f"{name}, fold {number} of {len(self.splits)}"
            scores[split.test] = self._score_fold(
                replace(prepared, recipe=recipe), split, options, folder, title
            )
            told(number, float(np.nanmean(scores)))
        return scores

    def _score_fold(
        self, prepared: Prepared, split: Split, options: TrainOptions, folder: Path, title: str
    ) -> NDArray[np.float64]:
        dataset = self.dataset
        targets = dataset.targets

        def windows(part: NDArray[np.int64], step: int | None) -> Windows:
            cut = replace(prepared.cut, step=step)
            return Windows(prepared.store, part, targets[part], cut)

        step = prepared.cut.step  # as clips will be answered
        validation = windows(split.validation, step) if len(split.validation) else None
        training, test = windows(split.train, None), windows(split.test, step)
        watcher = _OfFold(self.watcher)
        fitted = fit_part(prepared, training, validation, title, options, folder, watcher)[0]
        (folder / CHECKPOINT).unlink(missing_ok=True)
        if fitted.interrupted:
            raise KeyboardInterrupt
        task = task_of(dataset, options.aggregate)
        decided = task.undecided()
        if validation is not None:
            decided = task.decide(predict_logits(fitted.classifier, validation), validation)
        logits = predict_logits(fitted.classifier, test)
        answers = task.answers(logits, decided, test, dataset, split.train)
        if dataset.multilabel:
            return np.asarray(ranking_precision(answers["targets"], answers["scores"]))
        right = answers["probabilities"].argmax(axis=1) == answers["targets"]
        return np.asarray(right, np.float64)
