"""A detector that nobody trained: it hears two tones, by an ONNX graph made by hand."""

from pathlib import Path

import numpy as np
import soundfile

from earmark.evaluation.events.decoding import Settings, Threshold
from earmark.saved import (
    FORMAT,
    Architecture,
    Calibration,
    Detection,
    SavedConfig,
    Window,
    file_digest,
)

RATE_HZ = 8000
PITCHES_HZ = {"high": 2000, "low": 500}
HOP, FRAMES_PER_SCORE, FRAMES = 80, 2, 100  # 10 ms, 20 ms, 1 s
SETTINGS = Settings({label: Threshold(0.5, 0.25) for label in PITCHES_HZ})


def _graph():
    """Waveform (batch, samples) to the loudness of each tone in each 20 ms, 1 from .5 on."""
    from onnx import TensorProto, helper, numpy_helper

    span, rows = HOP * FRAMES_PER_SCORE, FRAMES // FRAMES_PER_SCORE
    turns = np.arange(span)[:, None] * np.array(list(PITCHES_HZ.values())) / RATE_HZ
    waves = np.stack([np.cos(2 * np.pi * turns), np.sin(2 * np.pi * turns)], axis=-1)
    weights = (4 / span * waves).reshape(span, -1).astype(np.float32)
    constants = {
        "weights": weights,
        "cut": np.array([-1, rows, span]),
        "pairs": np.array([-1, rows, len(PITCHES_HZ), 2]),
        "last": np.array([3]),
        "least": np.float32(0),
        "most": np.float32(1),
    }
    nodes = [
        helper.make_node("Reshape", ["waveform", "cut"], ["steps"]),
        helper.make_node("MatMul", ["steps", "weights"], ["flat"]),
        helper.make_node("Reshape", ["flat", "pairs"], ["parts"]),
        helper.make_node("Mul", ["parts", "parts"], ["squares"]),
        helper.make_node("ReduceSum", ["squares", "last"], ["power"], keepdims=0),
        helper.make_node("Sqrt", ["power"], ["loudness"]),
        helper.make_node("Clip", ["loudness", "least", "most"], ["probabilities"]),
    ]
    number = TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        "tones",
        [helper.make_tensor_value_info("waveform", number, ["batch", FRAMES * HOP])],
        [helper.make_tensor_value_info("probabilities", number, ["batch", rows, len(PITCHES_HZ)])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8
    ).SerializeToString()


def write_detector(folder: Path, settings: Settings = SETTINGS, step_frames: int | None = 50):
    """The folder of a saved model; windows of 1 s overlap by half."""
    import onnxruntime

    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(_graph())
    session = onnxruntime.InferenceSession(folder / "model.onnx")
    waveform = np.stack([tone("low", 1.0), tone("high", 1.0)])
    (probabilities,) = session.run(None, {"waveform": waveform})
    np.savez(folder / "golden.npz", waveform=waveform, probabilities=probabilities)
    config = SavedConfig(
        format=FORMAT,
        earmark="0",
        task="detect",
        model=Architecture(name="tones", recipe="modern", parameters=0),
        frontend={},
        rate_hz=RATE_HZ,
        window=Window(
            frames=FRAMES,
            frame_samples=HOP,
            hop_samples=HOP,
            pad_left_samples=0,
            fill="silence",
            truncate=False,
            step_frames=step_frames,
        ),
        classes=list(PITCHES_HZ),
        activation="sigmoid",
        calibration=Calibration(temperature=1, fitted_on=0),
        detection=Detection(frames_per_score=FRAMES_PER_SCORE, settings=settings.to_dict()),
        provenance={"clips": {}},
        files={name: file_digest(folder / name) for name in ("model.onnx", "golden.npz")},
    )
    config.write(folder)
    return folder


def tone(label: str, seconds: float, rate_hz: int = RATE_HZ, amplitude: float = 0.5):
    """A tone of one of the classes, (samples,)."""
    turns = PITCHES_HZ[label] * np.arange(round(seconds * rate_hz)) / rate_hz
    return (amplitude * np.sin(2 * np.pi * turns)).astype(np.float32)


def scene(seconds: float, events=(), rate_hz: int = RATE_HZ):
    """Silence with tones in it: (label, onset_s, offset_s) each."""
    samples = np.zeros(round(seconds * rate_hz), np.float32)
    for label, onset_s, offset_s in events:
        begin, end = round(onset_s * rate_hz), round(offset_s * rate_hz)
        samples[begin:end] += tone(label, seconds + 1, rate_hz)[: end - begin]
    return samples


def write_scene(path: Path, seconds: float, events=(), rate_hz: int = RATE_HZ) -> Path:
    """The same as a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, scene(seconds, events, rate_hz), rate_hz, subtype="FLOAT")
    return path
