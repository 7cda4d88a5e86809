"""From trained weights to the saved model: a folder that needs nothing of training to predict."""

import json
import logging
import shutil
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import Tensor

import earmark
from earmark.errors import ModelError
from earmark.features import Frontend
from earmark.models.graph import FeatureClassifier, WaveformClassifier, WaveformDetector
from earmark.saved import (
    BASELINES,
    CLIPS,
    FAMILIAR_FORMAT,
    FORMAT,
    MULTILABEL_FORMAT,
    OVERLAP_FORMAT,
    SINGLE_LABEL_FORMAT,
    VALIDATION,
    Architecture,
    Calibration,
    Detection,
    SavedConfig,
    Unknown,
    Window,
    file_digest,
    read_config,
)
from earmark.training.checkpoint import write_tensors
from earmark.training.familiar import Fitted
from earmark.training.run_folder import write_arrays
from earmark.training.windows import Cut

AGREEMENT = 1e-4  # largest difference of a probability between torch and ONNX (float32 rounding)
FAMILIARITY_AGREEMENT = 1e-2  # in interquartile ranges of known sounds, from -10 to 10
OPSET = 18
Graph = WaveformClassifier | WaveformDetector


@dataclass(frozen=True)
class Trained:
    """Everything that goes into a saved model."""

    model: str
    recipe: str
    classifier: FeatureClassifier
    frontend: Frontend
    cut: Cut
    classes: tuple[str, ...]
    activation: Literal["softmax", "sigmoid"]
    aggregate: Literal["mean", "sum"]
    threshold: float | None
    """From which score on a label is answered, where a clip may have several."""
    temperature: float
    calibrated_on: int
    provenance: Mapping[str, Any]
    scorecard: Mapping[str, Any]
    card: str
    """The model card, Markdown."""
    baselines: Mapping[str, NDArray[Any]]
    """What the baselines have learned, so that any later score has them beside it; maybe none."""
    clips: Sequence[tuple[str, str]]
    """(content digest, part) of every clip that took part, so that no later score counts it."""
    familiar: Fitted | None = None
    """What is like the training sounds; None: the model always answers."""
    held_out: Mapping[str, NDArray[Any]] | None = None
    """Answers on the validation clips, for thresholds that are asked for later."""
    detection: Detection | None = None
    """How scores become events; None: it classifies."""


def window_of(frontend: Frontend, cut: Cut) -> Window:
    """How prediction has to cut samples so that the graph sees what training saw."""
    return Window(
        frames=cut.frames,
        frame_samples=frontend.frame,
        hop_samples=frontend.hop,
        pad_left_samples=frontend.pad_left,
        fill=cut.fill,
        truncate=cut.truncate,
        step_frames=cut.step,
    )


def _format_of(trained: Trained) -> int:
    """The oldest that has what the model needs, so that older readers still read it."""
    if trained.detection is not None:
        return FORMAT
    if trained.familiar is not None:
        return FAMILIAR_FORMAT
    if trained.cut.step is not None:
        return OVERLAP_FORMAT
    return MULTILABEL_FORMAT if trained.activation == "sigmoid" else SINGLE_LABEL_FORMAT


def graph_of(trained: Trained) -> Graph:
    """From waveform to what is answered, in one."""
    if trained.detection is not None:
        return WaveformDetector(
            trained.frontend, trained.classifier, temperature=trained.temperature
        )
    return WaveformClassifier(
        trained.frontend,
        trained.classifier,
        frames=trained.cut.frames,
        fill=trained.cut.fill,
        temperature=trained.temperature,
        activation=trained.activation,
        familiarity=None if trained.familiar is None else trained.familiar.familiarity,
    )


def export(trained: Trained, example: NDArray[np.float32], directory: Path) -> SavedConfig:
    """Write weights, graph, golden values and configuration; torch and ONNX must agree.

    `example` is real sound at the front-end's rate, (samples,): compared, and kept as golden.
    The folder appears whole or not at all.
    """
    building = directory.with_name(directory.name + ".part")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    graph = graph_of(trained).eval()
    samples = trained.frontend.window_samples(trained.cut.frames)
    waveform = np.resize(example, (2, samples)).astype(np.float32)
    waveform[1] *= np.float32(0.1)  # another level, so that the two rows differ
    write_onnx(graph, torch.from_numpy(waveform), building / "model.onnx")
    golden = _agree(graph, waveform, building / "model.onnx")
    write_arrays(building / "golden.npz", {"waveform": waveform, **golden})
    write_tensors(
        building / "model.safetensors", trained.classifier.state_dict(), {"model": trained.model}
    )
    (building / "scorecard.json").write_text(
        json.dumps(trained.scorecard, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (building / "README.md").write_text(trained.card, encoding="utf-8")
    rows = "".join(f"{digest},{part}\n" for digest, part in trained.clips)
    (building / CLIPS).write_text("digest,part\n" + rows, encoding="ascii")
    names = ["model.onnx", "model.safetensors", "golden.npz", "scorecard.json", CLIPS]
    if trained.held_out is not None:
        write_arrays(building / VALIDATION, trained.held_out)
        names.append(VALIDATION)
    if trained.baselines:
        np.savez(building / BASELINES, **dict(trained.baselines))  # type: ignore[arg-type]
        names.append(BASELINES)
    parameters = sum(weight.numel() for weight in trained.classifier.network.parameters())
    config = SavedConfig(
        format=_format_of(trained),
        earmark=earmark.__version__,
        task="classify" if trained.detection is None else "detect",
        model=Architecture(name=trained.model, recipe=trained.recipe, parameters=parameters),
        frontend=trained.frontend.settings(),
        rate_hz=trained.frontend.rate_hz,
        window=window_of(trained.frontend, trained.cut),
        classes=list(trained.classes),
        activation=trained.activation,
        aggregate=trained.aggregate,
        threshold=trained.threshold,
        calibration=Calibration(temperature=trained.temperature, fitted_on=trained.calibrated_on),
        unknown=None if trained.familiar is None else Unknown(**trained.familiar.told),
        detection=trained.detection,
        provenance=dict(trained.provenance),
        files={name: file_digest(building / name) for name in names},
    )
    config.write(building)
    shutil.rmtree(directory, ignore_errors=True)
    building.replace(directory)
    return config


def replace_card(directory: Path, scorecard: Mapping[str, Any]) -> None:
    """Put a score card with more in it into a saved model."""
    config = read_config(directory)
    temporary = directory / "scorecard.json.part"
    temporary.write_text(
        json.dumps(scorecard, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    files = {**config.files, "scorecard.json": file_digest(temporary)}
    temporary.replace(directory / "scorecard.json")
    config.model_copy(update={"files": files}).write(directory)


def write_onnx(graph: Graph, waveform: Tensor, path: Path) -> None:
    """Export with any batch, and any length where short recordings wrap inside the graph."""
    dynamic: dict[int, Any] = {0: torch.export.Dim("batch")}
    if graph.wrap:
        dynamic[1] = torch.export.Dim("samples", min=graph.frontend.frame)  # type: ignore[arg-type]
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "onnxscript", "onnx_ir")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the exporter's own deprecations, none of them ours
            torch.onnx.export(
                graph,
                (waveform,),
                path,
                dynamo=True,
                external_data=False,
                opset_version=OPSET,
                input_names=["waveform"],
                output_names=["probabilities", *(["familiarity"] if graph.familiar else [])],
                dynamic_shapes={"waveform": dynamic},
                verbose=False,
            )
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _agree(
    graph: Graph, waveform: NDArray[np.float32], path: Path
) -> dict[str, NDArray[np.float32]]:
    """ONNX's outputs by name, once they are known to equal torch's."""
    with torch.no_grad():
        answer = graph(torch.from_numpy(waveform))
    wanted = answer if isinstance(answer, tuple) else (answer,)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    got = session.run(None, {"waveform": waveform})
    for name, ours, theirs in zip(names, wanted, got, strict=True):
        difference = float(np.abs(theirs - ours.numpy()).max())
        allowed = AGREEMENT if name == "probabilities" else FAMILIARITY_AGREEMENT
        if not difference <= allowed:
            raise ModelError(
                f"the exported graph differs from the trained network by {difference:.2g} in "
                f"{name} (allowed: {allowed:g}); please report this with the model's name"
            )
    return {name: np.asarray(values, np.float32) for name, values in zip(names, got, strict=True)}
