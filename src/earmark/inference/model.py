"""A saved model as read: from files or samples to calibrated probabilities."""

import json
import warnings
from collections.abc import Iterable, Iterator, Sequence
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

Array = NDArray[np.float32]
Source = str | Path | Array

BATCH = 16  # windows at once: more is no faster on two cores (measured) and takes more memory
GOLDEN_TOLERANCE = 1e-4  # float32 sums in another order, on another processor


@dataclass(frozen=True)
class Prediction:
    """What a model says of one recording."""

    path: str
    label: str | None
    """The most probable class; None if the recording could not be read."""
    score: float | None
    """Its probability."""
    scores: dict[str, float]
    """Probability of every class; where there may be several labels, each by itself."""
    error: str | None = None
    labels: tuple[str, ...] | None = None
    """All labels that were found, the surest first, maybe none; None: the model gives one label."""

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
        return values if self.error is None else values | {"error": self.error}


class Model:
    """A classifier that was trained and saved by Earmark."""

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
        return session

    def window_proba(self, windows: Array) -> Array:
        """Calibrated probabilities (windows, classes) of windows (windows, samples)."""
        (probabilities,) = self._session.run(None, {"waveform": windows})
        return np.asarray(probabilities, np.float32)

    def _blocks(self, source: Source, rate_hz: int | None) -> Iterable[Array]:
        if isinstance(source, (str, Path)):
            return iter_blocks(Path(source), self.rate_hz)
        return [from_samples(source, rate_hz, self.rate_hz)]

    def windows_proba(self, source: Source, rate_hz: int | None = None) -> Array:
        """Probabilities (windows, classes) of the windows of one file, or of mono samples."""
        return self._all_windows(self._blocks(source, rate_hz))

    def clip_windows_proba(
        self, path: Path, onset_s: float = 0.0, offset_s: float | None = None
    ) -> Array:
        """Probabilities (windows, classes) of the windows of a part of a file."""
        if onset_s == 0 and offset_s is None:
            return self.windows_proba(path)
        samples, _ = load_audio(path, self.rate_hz, onset_s=onset_s, offset_s=offset_s)
        return self.windows_proba(samples)

    def _all_windows(self, blocks: Iterable[Array]) -> Array:
        waiting: list[Array] = []
        results: list[Array] = []
        for window in cut_windows(blocks, self.config.window):
            waiting.append(window)
            if len(waiting) == BATCH:
                results.append(self.window_proba(np.stack(waiting)))
                waiting = []
        if waiting:
            results.append(self.window_proba(np.stack(waiting)))
        return np.concatenate(results)

    def predictions(
        self, sources: Source | Sequence[Source], rate_hz: int | None = None
    ) -> Iterator[Prediction]:
        """One `Prediction` a source, in order; a source that cannot be read says so in `error`."""
        for source in _as_list(sources):
            name = str(source) if isinstance(source, (str, Path)) else "<samples>"
            try:
                probabilities = self._clip(self.windows_proba(source, rate_hz))
            except ModelError:
                raise
            except EarmarkError as error:
                labels = () if self.multilabel else None
                yield Prediction(name, None, None, {}, str(error), labels)
                continue
            best = int(probabilities.argmax())
            scores = dict(zip(self.config.classes, map(float, probabilities), strict=True))
            yield Prediction(
                name,
                self.config.classes[best],
                float(probabilities[best]),
                scores,
                labels=self._labels(scores),
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
        self, sources: Source | Sequence[Source], rate_hz: int | None = None
    ) -> NDArray[np.object_]:
        """The most probable label of each source; None, and a warning, for one not readable.

        Of a multi-label model a tuple of the labels that were found, the surest first.
        """
        labels = np.empty(len(_as_list(sources)), object)
        for index, prediction in enumerate(self.predictions(sources, rate_hz)):
            if prediction.error is not None:
                warnings.warn(prediction.error, stacklevel=2)
            several = self.multilabel and prediction.error is None
            labels[index] = prediction.labels if several else prediction.label
        return labels

    def verify(self) -> float:
        """Run the golden input again; return the largest difference, or raise ModelError."""
        for name in self.config.files:
            check_file(self.directory, self.config, name)
        with np.load(self.directory / "golden.npz", allow_pickle=False) as golden:
            waveform, wanted = golden["waveform"], golden["probabilities"]
        difference = float(np.abs(self.window_proba(waveform) - wanted).max())
        if not difference <= GOLDEN_TOLERANCE:
            raise ModelError(
                f"{self.directory}: the golden input gives probabilities that differ by "
                f"{difference:.2g} (allowed: {GOLDEN_TOLERANCE:g}); this onnxruntime computes "
                "something else than the one that saved the model"
            )
        return difference


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
