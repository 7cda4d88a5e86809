"""A detector without training: it hears a low tone and a high one, by two filters in a graph."""

import csv

import numpy as np
import soundfile

from earmark.datasets.strong import Annotations, Event, write_annotations
from earmark.features.cache import content_digest
from earmark.saved import (
    CLIPS,
    Architecture,
    Calibration,
    Detection,
    SavedConfig,
    Window,
    file_digest,
)

RATE_HZ = 8000
CLASSES = {"high": 2000, "low": 500}  # hertz
HOP = 160  # samples a score: 20 ms
FRAMES = 50  # scores a window


def write_detector(folder, learned=(), *, provenance=None):
    """A model folder that answers `CLASSES`; `learned` are sounds it was trained on."""
    folder.mkdir(parents=True)
    _write_graph(folder / "model.onnx")
    with (folder / CLIPS).open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["digest", "part"])
        table.writerows([content_digest(path), "train"] for path in learned)
    settings = {"kind": "threshold", "high": 0.5, "low": 0.3, "median_s": 0.0, "gap_s": 0.05,
                "least_s": 0.05}  # fmt: skip
    SavedConfig(
        format=5, earmark="1", task="detect",
        model=Architecture(name="crnn", recipe="modern", parameters=4),
        frontend={"name": "log_mel"}, rate_hz=RATE_HZ,
        window=Window(frames=2 * FRAMES, frame_samples=HOP // 2, hop_samples=HOP // 2,
                      pad_left_samples=0, fill="silence", truncate=False, step_frames=FRAMES),
        classes=list(CLASSES), activation="sigmoid",
        calibration=Calibration(temperature=1.0, fitted_on=0),
        detection=Detection(frames_per_score=2, settings=dict.fromkeys(CLASSES, settings)),
        provenance=provenance or {"clips": {"train": len(learned)}},
        files={name: file_digest(folder / name) for name in ("model.onnx", CLIPS)},
    ).write(folder)  # fmt: skip
    return folder


def _write_graph(path):
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    time_s = np.arange(HOP) / RATE_HZ
    waves = [wave(2 * np.pi * hz * time_s) for hz in CLASSES.values() for wave in (np.cos, np.sin)]
    filters = (np.array(waves) * 2 / HOP)[:, None].astype(np.float32)  # a tone's amplitude
    both = np.array([[4, 0], [4, 0], [0, 4], [0, 4]], np.float32)  # 0.5 is a power of 1
    constants = {"filters": filters, "both": both, "axis": np.array([1], np.int64),
                 "zero": np.float32(0), "one": np.float32(1)}  # fmt: skip
    nodes = [
        helper.make_node("Unsqueeze", ["waveform", "axis"], ["sound"]),
        helper.make_node("Conv", ["sound", "filters"], ["heard"], strides=[HOP]),
        helper.make_node("Mul", ["heard", "heard"], ["power"]),
        helper.make_node("Transpose", ["power"], ["frames"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["frames", "both"], ["loud"]),
        helper.make_node("Clip", ["loud", "zero", "one"], ["probabilities"]),
    ]
    graph = helper.make_graph(
        nodes, "pitch",
        [helper.make_tensor_value_info("waveform", TensorProto.FLOAT, ["batch", "samples"])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT,
                                       ["batch", "scores", len(CLASSES)])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path)


def write_scenes(folder, scenes, *, seconds=4.0, seed=0):
    """A WAV for each of {name: [(label, onset_s, offset_s)]}, and an Audacity track beside it."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    truth = {}
    for name, marks in scenes.items():
        sound = 0.001 * rng.standard_normal(len(time_s))
        for label, onset_s, offset_s in marks:
            on = (time_s >= onset_s) & (time_s < offset_s)
            sound += 0.5 * on * np.sin(2 * np.pi * CLASSES.get(label, 1000) * time_s)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, sound, RATE_HZ)
        truth[name] = tuple(Event(*mark) for mark in marks)
    write_annotations(Annotations(truth), folder, "audacity")
    return folder
