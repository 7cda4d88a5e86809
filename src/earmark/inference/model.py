"""A saved model as read: from files or samples to calibrated probabilities."""

import json
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from earmark.audio import from_samples, iter_blocks, load_audio
from earmark.errors import EarmarkError, ModelError
from earmark.evaluation.aggregate import by_largest
from earmark.inference.windows import cut_windows
from earmark.saved import SavedConfig, check_file, read_config

if TYPE_CHECKING:
    import onnxruntime

    from earmark.evaluation.cards import Card
    from earmark.evaluation.events.decoding import Settings
    from earmark.evaluation.thresholds import Threshold
    from earmark.inference.detect import Detections
    from earmark.parallel import Progress

Array = NDArray[np.float32]
Source = str | Path | Array

BATCH = 16  # windows at once: more is no faster on two cores (measured) and takes more memory
GOLDEN_TOLERANCE = 1e-4  # float32 sums in another order, on another processor
FAMILIARITY_TOLERANCE = 1e-2  # in interquartile ranges, from -10 to 10
UNKNOWN = "unknown"  # the answer where no class is


@dataclass(frozen=True)
class Prediction:
    """What a model says of one recording."""

    path: str
    label: str | None
    """The answer: the most probable class, or "unknown"; None if it could not be read."""
    score: float | None
    """Probability of the most probable class, whether it is the answer or not."""
    scores: dict[str, float]
    """Probability of every class; where there may be several labels, each by itself."""
    error: str | None = None
    labels: tuple[str, ...] | None = None
    """All labels that were found, the surest first, maybe none; None: the model gives one label."""
    nearest: str | None = None
    """The most probable class."""
    familiarity: float | None = None
    """How like the training sounds it is, 0 at the threshold; None: the model does not measure it,
    or the recording could not be read."""
    is_unknown: bool = False
    """Whether no class is answered: a class may itself be called "unknown"."""

    def to_dict(self) -> dict[str, Any]:
        """The machine output of `earmark predict`."""
        values: dict[str, Any] = {
            "path": self.path,
            "label": self.label,
            "score": self.score,
            "scores": self.scores,
        }
        if self.labels is not None:
            values["labels"] = list(self.labels)
        if self.error is None:
            values["nearest"] = self.nearest
            values["familiarity"] = self.familiarity
            values["is_unknown"] = self.is_unknown
        return values if self.error is None else values | {"error": self.error}


class Model:
    """A classifier or detector that was trained and saved by Earmark."""

    def __init__(self, directory: Path, config: SavedConfig) -> None:
        self.directory = directory
        self.config = config
        self.threads = 0
        """Of onnxruntime, set before the first answer; 0: a thread a core."""

    def __repr__(self) -> str:
        name, classes = self.config.model.name, len(self.config.classes)
        return f"Model({str(self.directory)!r}, {name}, {classes} classes)"

    @property
    def classes_(self) -> NDArray[np.str_]:
        """The labels, in the order of the columns of `predict_proba`."""
        return np.array(self.config.classes)

    @property
    def rate_hz(self) -> int:
        """The rate the graph works at; recordings of any rate are brought to it."""
        return self.config.rate_hz

    @cached_property
    def scorecard(self) -> "Card":
        """How it did on the clips that were held out of its training."""
        from earmark.evaluation.cards import read_card

        path = check_file(self.directory, self.config, "scorecard.json")
        return read_card(json.loads(path.read_text(encoding="utf-8")))

    @property
    def multilabel(self) -> bool:
        """Whether a recording may have several labels."""
        return self.config.multilabel

    @cached_property
    def _session(self) -> "onnxruntime.InferenceSession":
        import onnxruntime

        path = check_file(self.directory, self.config, "model.onnx")
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = self.threads
        try:
            session = onnxruntime.InferenceSession(
                path, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's own errors share no base class
            raise ModelError(f"{path}: onnxruntime cannot load it: {error}") from error
        given = session.get_outputs()[0].shape[-1]
        if given != len(self.config.classes):
            raise ModelError(
                f"{self.directory}: {len(self.config.classes)} classes in config.json, but the "
                f"graph gives {given}; take a fresh copy of the model"
            )
        parts = 0 if self.config.unknown is None else len(self.config.unknown.parts)
        outputs = session.get_outputs()
        if parts != (outputs[1].shape[-1] if len(outputs) > 1 else 0):
            raise ModelError(
                f"{self.directory}: the graph's familiarity is not that of config.json; "
                "take a fresh copy of the model"
            )
        return session

    def window_proba(self, windows: Array) -> Array:
        """Calibrated probabilities (windows, classes) of windows (windows, samples)."""
        return self.scores_of(windows)[0]

    def scores_of(self, windows: Array) -> tuple[Array, Array]:
        """Probabilities (windows, classes) and familiarity (windows, parts), maybe of no part."""
        outputs = self._session.run(None, {"waveform": windows})
        parts = [np.asarray(values, np.float32) for values in outputs]
        unmeasured = np.zeros((len(windows), 0), np.float32)
        return parts[0], parts[1] if len(parts) > 1 else unmeasured

    def blocks(self, source: Source, rate_hz: int | None) -> Iterable[Array]:
        """A source as blocks of mono samples at the model's rate."""
        if isinstance(source, (str, Path)):
            return iter_blocks(Path(source), self.rate_hz)
        return [from_samples(source, rate_hz, self.rate_hz)]

    def windows_proba(self, source: Source, rate_hz: int | None = None) -> Array:
        """Probabilities (windows, classes) of the windows of one file, or of mono samples."""
        return self._all_windows(self.blocks(source, rate_hz))[0]

    def clip_windows(
        self, path: Path, onset_s: float = 0.0, offset_s: float | None = None
    ) -> tuple[Array, Array]:
        """Probabilities (windows, classes) and familiarity (windows, parts) of a part of a file."""
        if onset_s == 0 and offset_s is None:
            return self._all_windows(self.blocks(path, None))
        samples, _ = load_audio(path, self.rate_hz, onset_s=onset_s, offset_s=offset_s)
        return self._all_windows([samples])

    def is_foreign(self, familiarity: Array) -> bool:
        """Whether the familiarity (windows, parts) of a recording makes it `unknown`."""
        return self._is_foreign(self._familiarity(familiarity))

    def _all_windows(self, blocks: Iterable[Array]) -> tuple[Array, Array]:
        if self.config.task == "detect":
            raise ModelError(
                f"{self.directory}: this model detects events and gives a recording no label of "
                "its own; ask it with: earmark detect, in Python Model.detect"
            )
        waiting: list[Array] = []
        results: list[tuple[Array, Array]] = []
        for window in cut_windows(blocks, self.config.window):
            waiting.append(window)
            if len(waiting) == BATCH:
                results.append(self.scores_of(np.stack(waiting)))
                waiting = []
        if waiting:
            results.append(self.scores_of(np.stack(waiting)))
        return (
            np.concatenate([probabilities for probabilities, _ in results]),
            np.concatenate([familiarity for _, familiarity in results]),
        )

    def familiarity(
        self, sources: Source | Sequence[Source], rate_hz: int | None = None
    ) -> NDArray[np.float64]:
        """How like the training sounds each source is, (sources,): below 0 it is `unknown`.

        In interquartile ranges of the training sounds, from -10 to 10. NaN for a source that
        cannot be read, and of a model that was saved before there was this.
        """
        found = [prediction.familiarity for prediction in self.predictions(sources, rate_hz)]
        return np.array([np.nan if value is None else value for value in found], np.float64)

    def thresholds(
        self, *, precision: float | None = None, recall: float | None = None
    ) -> "tuple[Threshold, ...]":
        """The probability from which on each class has a precision or recall, on validation clips.

        One of the two is given, above 0 and at most 1. ConfigError if not; ModelError for a model
        without validation clips.
        """
        from earmark.inference.thresholds import thresholds_of

        return thresholds_of(self.directory, self.config, precision=precision, recall=recall)

    def predictions(
        self,
        sources: Source | Sequence[Source],
        rate_hz: int | None = None,
        *,
        unknown: bool = True,
        thresholds: Mapping[str, float | None] | None = None,
    ) -> Iterator[Prediction]:
        """One `Prediction` a source, in order; a source that cannot be read says so in `error`.

        With `unknown`, a source that is unlike the training sounds is answered "unknown". With
        `thresholds`, by class, so is one whose best class does not reach its own; None: that
        class is never answered.
        """
        for source in _as_list(sources):
            name = str(source) if isinstance(source, (str, Path)) else "<samples>"
            try:
                windows, strange = self._all_windows(self.blocks(source, rate_hz))
                probabilities = self._clip(windows)
            except ModelError:
                raise
            except EarmarkError as error:
                none = () if self.multilabel else None
                yield Prediction(name, None, None, {}, str(error), none)
                continue
            best = int(probabilities.argmax())
            nearest = self.config.classes[best]
            scores = dict(zip(self.config.classes, map(float, probabilities), strict=True))
            familiarity = self._familiarity(strange)
            labels = self._labels(scores)
            foreign = unknown and self._is_foreign(familiarity)
            doubtful = thresholds is not None and not _reaches(scores[nearest], thresholds[nearest])
            if labels is not None:
                labels = _believed(labels, scores, thresholds) if not foreign else ()
                doubtful = False  # no label is an answer already
            is_unknown = foreign or doubtful
            yield Prediction(
                name,
                UNKNOWN if is_unknown else nearest,
                float(probabilities[best]),
                scores,
                labels=labels,
                nearest=nearest,
                familiarity=familiarity,
                is_unknown=is_unknown,
            )

    def _familiarity(self, windows: Array) -> float | None:
        """The least of the means over the windows (windows, parts); None where there is no part."""
        if not windows.shape[1]:
            return None
        return float(windows.mean(axis=0, dtype=np.float64).min())

    def _is_foreign(self, familiarity: float | None) -> bool:
        settings = self.config.unknown
        return (
            settings is not None and familiarity is not None and (familiarity < settings.threshold)
        )

    def _clip(self, windows: Array) -> NDArray[np.floating[Any]]:
        """The scores (classes,) of a recording from those (windows, classes) of its windows."""
        mean = windows.mean(axis=0)
        return by_largest(mean) if self.config.aggregate == "sum" else mean

    def _labels(self, scores: dict[str, float]) -> tuple[str, ...] | None:
        """The labels that reach the threshold, the surest first; None without a threshold."""
        threshold = self.config.threshold
        if threshold is None:
            return None
        ranked = sorted(scores, key=lambda label: -scores[label])
        return tuple(label for label in ranked if scores[label] >= threshold)

    def predict_proba(
        self, sources: Source | Sequence[Source], rate_hz: int | None = None
    ) -> NDArray[np.float64]:
        """Calibrated probabilities (sources, classes), columns in the order of `classes_`.

        Of a multi-label model a row has the score of each label by itself and does not sum to one.
        Sources are paths, or arrays of mono samples at `rate_hz` (the model's own rate if None). A
        source that cannot be read is a row of NaN, and a warning.
        """
        rows = []
        for prediction in self.predictions(sources, rate_hz):
            if prediction.error is not None:
                warnings.warn(prediction.error, stacklevel=2)
                rows.append([np.nan] * len(self.config.classes))
            else:
                rows.append([prediction.scores[label] for label in self.config.classes])
        return np.array(rows, np.float64).reshape(-1, len(self.config.classes))

    def predict(
        self,
        sources: Source | Sequence[Source],
        rate_hz: int | None = None,
        *,
        unknown: bool = True,
    ) -> NDArray[np.object_]:
        """The label of each source; None, and a warning, for one that is not readable.

        That is the most probable class, or "unknown" where a source is unlike the training sounds
        (never with `unknown=False`). Of a multi-label model it is a tuple of the labels that were
        found, the surest first; of a source unlike the training sounds it is empty.
        """
        labels = np.empty(len(_as_list(sources)), object)
        for index, prediction in enumerate(self.predictions(sources, rate_hz, unknown=unknown)):
            if prediction.error is not None:
                warnings.warn(prediction.error, stacklevel=2)
            several = self.multilabel and prediction.error is None
            labels[index] = prediction.labels if several else prediction.label
        return labels

    @property
    def settings(self) -> "Settings":
        """How scores over time become events; of a classifier plain thresholds."""
        from earmark.inference.detect.settings import settings_of

        return settings_of(self.config)

    def detect(
        self,
        sources: Source | Sequence[Source],
        rate_hz: int | None = None,
        *,
        step_s: float | None = None,
        settings: "Settings | None" = None,
        progress: "Progress | None" = None,
    ) -> "Iterator[Detections]":
        """The events of each source, in order; a source that cannot be read says so in `error`.

        Files of any length are read in blocks, at constant memory. A classifier slides its window
        by `step_s` seconds (a quarter of it, at least 0.1 s): its events are crude. `settings`
        replaces the model's own. `progress` is called with the whole seconds of a source that were
        heard, and all its seconds. ConfigError: settings of other classes, an impossible step.
        """
        from earmark.inference.detect.detect import detections

        return detections(self, _as_list(sources), rate_hz, step_s, settings, progress)

    def tracks(
        self, source: Source, rate_hz: int | None = None, *, step_s: float | None = None
    ) -> tuple[Array, float]:
        """Scores (frames, classes) of one recording over time, and the seconds each stands for."""
        from earmark.inference.detect.tracks import track_of

        return track_of(self, self.blocks(source, rate_hz), step_s)

    def verify(self) -> float:
        """Run the golden input again; return the largest difference, or raise ModelError."""
        for name in self.config.files:
            check_file(self.directory, self.config, name)
        with np.load(self.directory / "golden.npz", allow_pickle=False) as golden:
            waveform, wanted = golden["waveform"], golden["probabilities"]
            strange = golden.get("familiarity", None)
        got, familiarity = self.scores_of(waveform)
        difference = float(np.abs(got - wanted).max())
        self._same("probabilities", difference, GOLDEN_TOLERANCE)
        if strange is not None:
            apart = float(np.abs(familiarity - strange).max())
            self._same("familiarity", apart, FAMILIARITY_TOLERANCE)
        return difference

    def _same(self, what: str, difference: float, allowed: float) -> None:
        if not difference <= allowed:
            raise ModelError(
                f"{self.directory}: the golden input gives {what} that differ by "
                f"{difference:.2g} (allowed: {allowed:g}); this onnxruntime computes "
                "something else than the one that saved the model"
            )


def _believed(
    labels: tuple[str, ...],
    scores: Mapping[str, float],
    thresholds: Mapping[str, float | None] | None,
) -> tuple[str, ...]:
    """The labels that reach their own thresholds, where there are any."""
    if thresholds is None:
        return labels
    return tuple(label for label in labels if _reaches(scores[label], thresholds[label]))


def _reaches(score: float, threshold: float | None) -> bool:
    return threshold is not None and score >= threshold


def _as_list(sources: Source | Sequence[Source]) -> list[Source]:
    if isinstance(sources, (str, Path)):
        return [sources]
    if isinstance(sources, np.ndarray):
        return [sources] if sources.ndim == 1 and sources.dtype.kind in "fiu" else list(sources)
    return list(sources)


def load(directory: str | Path) -> Model:
    """Read a saved model; nothing in its folder is run, and no file is trusted unchecked."""
    path = Path(directory)
    config = read_config(path)
    check_file(path, config, "model.onnx")
    return Model(path, config)
