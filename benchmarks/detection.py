"""Sounds within sounds on ESC-10: crnn, yoho and the sliding classifier on the same made scenes.

    python benchmarks/detection.py [train|sliding|score|speed|hour|pictures ...] [--out DIR]

Folds 1 to 3 are learned from, 4 validates, 5 is in the 200 test scenes of 10 s: none to three
events, which may overlap, 0 to 20 dB above made noise. Training clips of which a copy is in fold 5
are left out (the auditor finds them). All defaults, seed 0.

train:    both networks, by `earmark train --task detect`.
sliding:  the default classifier with windows of a second, trained on the sounding parts of the same
          clips (fold 4 kept apart). Its window slides by a tenth of a second, and how its
          probabilities become events is chosen on the same validation scenes in the same way.
score:    the three on the same scenes, through the saved models.
speed:    windows of noise in one thread of onnxruntime, in turns: whole graphs, networks alone.
hour:     `earmark detect` on an hour and on ten minutes of test scenes.
pictures: a scene found well and one found badly.

Goes on where it was stopped. Sounds are found by EARMARK_TEST_DATA (default ../shared/data).
"""

import argparse
import csv
import json
import os
import platform
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime
import soundfile
import torch

import earmark
from decode import processor
from earmark.datasets import Dataset
from earmark.datasets.soundscape import Scene, fill_bank
from earmark.evaluation.events import EventScorecard, score_events
from earmark.evaluation.events.decoding import Settings, choose, decode, decoded_track
from earmark.evaluation.pictures import plot_detections
from earmark.features import create_frontend
from earmark.inference.model import Model
from earmark.models.detector import Detector, create_detector
from earmark.training.detection.options import DetectOptions
from earmark.training.detection.scenes import blocks, draw

ROOT = Path(__file__).resolve().parent
RESULTS = ROOT / "results"
PARTS = {"1": "train", "2": "train", "3": "train", "4": "validation", "5": "test"}
NETWORKS = ("crnn", "yoho")
SLIDING, STEP_S = "sliding resnet", 0.1
FIGURES = ("event_f1", "segment_f1", "intersection_f1", "psds1", "psds2", "event_error_rate")
OPTIONS = DetectOptions()
TURNS, WINDOWS = 7, 8
RATE_HZ = create_frontend("log_mel").rate_hz  # what training takes for these clips


def esc10(out: Path) -> Path:
    """A table of the clips with their parts, without training clips that have a copy in fold 5."""
    table = out / "esc10.csv"
    if table.exists():
        return table
    folder = Path(os.environ.get("EARMARK_TEST_DATA", ROOT.parent.parent / "shared" / "data"))
    dataset = Dataset.open(folder / "esc10")
    tested = {index for index, clip in enumerate(dataset.clips) if PARTS[str(clip.fold)] == "test"}
    out_of = set()
    for same in earmark.inspect(dataset).duplicates:
        if same.sure and tested & set(same.clips):
            out_of |= set(same.clips) - tested
    print("left out, as a copy is tested:", [dataset.clips[index].name for index in out_of])
    out.mkdir(parents=True, exist_ok=True)
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "label", "group", "fold"])
        for index, (clip, group) in enumerate(zip(dataset.clips, dataset.groups, strict=True)):
            if index not in out_of:
                part = PARTS[str(clip.fold)]
                writer.writerow([clip.path.resolve(), clip.label, group, part])
    return table


def train(out: Path, networks: list[str]) -> None:
    """Both networks with default settings."""
    table = esc10(out)
    for name in networks:
        place = out / name
        resume = ["--resume"] if place.exists() else []
        command = ["train", str(table), "--task", "detect", "--model", name, "--out", str(place)]
        print("earmark", shlex.join(command))
        subprocess.run([sys.executable, "-m", "earmark", *command, *resume], check=True)


def sliding(out: Path) -> None:
    """The default classifier on the parts of the clips that sound."""
    table, dataset = out / "parts.csv", Dataset.open(esc10(out))
    bank = fill_bank(dataset, RATE_HZ).bank
    sounds = {sound.name: sound for each in bank.by_label.values() for sound in each}
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "label", "group", "fold", "onset", "offset"])
        for clip, group in zip(dataset.clips, dataset.groups, strict=True):
            if clip.fold == "validation":  # kept for choosing by: the classifier parts its own
                continue
            for first, last in sounds[clip.name].parts:
                times = [round(at / bank.rate_hz, 6) for at in (first, last)]
                writer.writerow([clip.path.resolve(), clip.label, group, clip.fold, *times])
    place = out / "sliding"
    resume = ["--resume"] if place.exists() else []
    command = ["train", str(table), "--window", "1", "--out", str(place), *resume]
    subprocess.run([sys.executable, "-m", "earmark", *command], check=True)


def scenes(out: Path, part: str) -> Iterator[tuple[str, str, Scene]]:
    """Name, group and scene of the validation or test scenes, as training makes them."""
    dataset = Dataset.open(esc10(out))
    bank = fill_bank(dataset, RATE_HZ).bank
    bank = bank.only(clip.name for clip in dataset.clips if clip.fold == part)
    groups = {clip.name: str(g) for clip, g in zip(dataset.clips, dataset.groups, strict=True)}
    banks, count = [bank], OPTIONS.validation_scenes
    if part == "test":
        banks, count = blocks(bank, groups)[0], OPTIONS.test_scenes
    for number in range(count):
        block = number % len(banks)
        scene = draw(banks[block], OPTIONS.scenes, part, OPTIONS.train.seed, number)
        yield f"{part}-{number:04d}", f"block {block + 1}", scene


def tracks_of(model: Model, out: Path, part: str) -> dict[str, tuple[np.ndarray, float]]:
    """Scores over time of every scene, as the saved model gives them."""
    step_s = None if model.config.task == "detect" else STEP_S
    return {
        name: model.tracks(scene.samples, RATE_HZ, step_s=step_s)
        for name, _, scene in scenes(out, part)
    }


def settings_of(model: Model, out: Path) -> Settings:
    """Those of the saved detector; of a classifier, chosen on the validation scenes."""
    if model.config.task == "detect":
        return model.settings
    found = tracks_of(model, out, "validation")
    hop_s = next(iter(found.values()))[1]
    truth = {name: scene.events for name, _, scene in scenes(out, "validation")}
    tracks = {name: track for name, (track, _) in found.items()}
    return choose(tracks, truth, hop_s, model.config.classes)


def card_of(model: Model, out: Path) -> EventScorecard:
    """The score card on the test scenes."""
    settings = settings_of(model, out)
    found = tracks_of(model, out, "test")
    truth, groups, durations = {}, {}, {}
    for name, group, scene in scenes(out, "test"):
        truth[name], groups[name] = scene.events, group
        durations[name] = OPTIONS.scenes.duration_s
    return score_events(
        truth,
        {name: decode(track, settings, hop_s) for name, (track, hop_s) in found.items()},
        model.config.classes,
        durations_s=durations,
        tracks={name: decoded_track(t, settings, hop_s) for name, (t, hop_s) in found.items()},
        groups=groups,
        split={"description": "ESC-10: folds 1-3 train, 4 validation, 5 in the test scenes"},
    )


def models(out: Path) -> dict[str, Model]:
    """The three saved models."""
    places = {name: out / name / "model" for name in NETWORKS}
    places[SLIDING] = out / "sliding" / "model"
    return {name: earmark.load(place) for name, place in places.items()}


def score(out: Path) -> None:
    """A row a model, and its score card."""
    rows = []
    for name, model in models(out).items():
        card = card_of(model, out)
        (RESULTS / f"detection-{name.split()[-1]}.json").write_text(
            json.dumps(card.to_dict(), indent=2) + "\n", encoding="utf-8"
        )
        row: dict[str, object] = {"model": name}
        for figure in FIGURES:
            band = card.figures[figure]
            assert band is not None
            row |= {figure: round(band.value, 4), f"{figure}_low": round(band.low, 4)}
            row[f"{figure}_high"] = round(band.high, 4)
        timing = json.loads((model.directory.parent / "timing.json").read_text())
        row |= {"events": card.events, "scenes": card.recordings, "groups": card.groups}
        row["train_s"] = round(timing["train_s"])
        rows.append(row | about())
        print(row)
    write("detection.csv", rows)


class Alone(torch.nn.Module):
    """A network from features to scores, without the front-end."""

    def __init__(self, network: Detector) -> None:
        super().__init__()
        self.network = network

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """(batch, frames, bins) -> (batch, scores, classes)."""
        return self.network.scores(self.network(features))


def session_of(path: Path) -> onnxruntime.InferenceSession:
    """One thread, as the saved model runs otherwise."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def speed(out: Path) -> None:
    """Times real time of the whole graph, and of the network alone, one thread of onnxruntime."""
    bins = create_frontend("log_mel").bins
    work: dict[tuple[str, str], tuple[onnxruntime.InferenceSession, np.ndarray]] = {}
    seconds = {}
    rng = np.random.default_rng(0)
    for name in NETWORKS:
        model = earmark.load(out / name / "model")
        window = model.config.window
        seconds[name] = WINDOWS * window.frames * window.hop_samples / model.rate_hz
        samples = (window.frames - 1) * window.hop_samples + window.frame_samples
        waves = 0.1 * rng.standard_normal((WINDOWS, samples)).astype(np.float32)
        work[name, "waveform to scores"] = session_of(model.directory / "model.onnx"), waves
        network = create_detector(name, len(model.classes_), frames=window.frames, bins=bins)
        features = torch.randn(WINDOWS, window.frames, bins)
        path = out / f"{name}-alone.onnx"
        torch.onnx.export(
            Alone(network).eval(),
            (features,),
            path,
            dynamo=True,
            external_data=False,
            opset_version=18,
        )
        work[name, "network alone"] = session_of(path), features.numpy()
    runs: dict[tuple[str, str], list[float]] = {key: [] for key in work}
    for turn in range(TURNS + 1):
        for key, (session, given) in work.items():
            begun = time.perf_counter()
            session.run(None, {session.get_inputs()[0].name: given})
            if turn:  # the first warms up
                runs[key].append(time.perf_counter() - begun)
    rows = []
    for what in ("waveform to scores", "network alone"):
        rate = {name: seconds[name] / statistics.median(runs[name, what]) for name in NETWORKS}
        row: dict[str, object] = {"what": what}
        row |= {f"{name}_x_realtime": round(rate[name]) for name in NETWORKS}
        row["ratio"] = round(rate["yoho"] / rate["crnn"], 2)
        rows.append(row | about() | {"onnxruntime": onnxruntime.__version__})
        print(row)
    write("detection-speed.csv", rows)


def hour(out: Path) -> None:
    """Time, memory and events of the command line on long files."""
    rows = []
    for minutes in (10, 60):
        path = out / f"{minutes}-minutes.wav"
        if not path.exists():
            samples = [scene.samples for _, _, scene in scenes(out, "test")]
            with soundfile.SoundFile(path, "w", RATE_HZ, 1, "PCM_16") as file:
                for number in range(minutes * 6):
                    file.write(samples[number % len(samples)])
        for name in NETWORKS:
            labels = out / f"{minutes}-{name}.csv"
            code = (
                "import resource, subprocess, sys\n"
                "subprocess.run(sys.argv[1:], check=True)\n"
                "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
            )
            command = [
                sys.executable,
                "-m",
                "earmark",
                "detect",
                str(out / name / "model"),
                str(path),
                "--format",
                "csv",
                "--out",
                str(labels),
            ]
            begun = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", code, *command], check=True, capture_output=True, text=True
            )
            seconds = time.perf_counter() - begun
            events = len(labels.read_text(encoding="utf-8").splitlines()) - 1
            row: dict[str, object] = {
                "model": name,
                "minutes": minutes,
                "seconds": round(seconds, 1),
                "x_realtime": round(minutes * 60 / seconds),
                "peak_mb": round(int(done.stdout.split()[-1]) / 1024),
                "events": events,
            }
            rows.append(row | about())
            print(row)
    write("detection-hour.csv", rows)


def pictures(out: Path, name: str) -> None:
    """The first scene of three events with each of them found, and the one with least found."""
    model = earmark.load(out / name / "model")
    ranked = []
    for number, (_, _, scene) in enumerate(scenes(out, "test")):
        if len(scene.events) < 2:
            continue
        [found] = model.detect([scene.samples], model.rate_hz)
        one = score_events(
            {"a": scene.events},
            {"a": found.events},
            model.config.classes,
            durations_s={"a": OPTIONS.scenes.duration_s},
            resamples=2,
        )
        figure = one.figures["event_f1"]
        ranked.append((figure.value if figure else 0.0, len(scene.events), -number, scene, found))
    best = max(ranked, key=lambda each: each[:3])
    worst = min(ranked, key=lambda each: (each[0], -each[1], -each[2]))
    for title, kind, (_, _, number, scene, found) in (
        ("found well", "well", best),
        ("found badly", "badly", worst),
    ):
        path = out / f"scene-{-number:04d}.wav"
        soundfile.write(path, scene.samples, RATE_HZ)
        picture = ROOT.parent / "docs" / f"detection-{kind}.png"
        plot_detections(
            path,
            found.events,
            picture,
            truth=scene.events,
            title=f"Scene {-number}, {title} by {name}",
        )
        print(picture)


def about() -> dict[str, str]:
    """Machine and versions."""
    return {
        "processor": processor(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "earmark": earmark.__version__,
    }


def write(name: str, rows: list[dict[str, object]]) -> None:
    """A table of results."""
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    steps = ["train", "sliding", "score", "speed", "hour", "pictures"]
    parser.add_argument("steps", nargs="*", default=steps)
    parser.add_argument("--networks", nargs="+", default=list(NETWORKS), choices=NETWORKS)
    parser.add_argument("--out", type=Path, default=Path("runs/detection"))
    given = parser.parse_args()
    for step in given.steps:
        if step == "train":
            train(given.out, given.networks)
        elif step == "pictures":
            pictures(given.out, given.networks[0])
        elif step in steps:
            {"sliding": sliding, "score": score, "speed": speed, "hour": hour}[step](given.out)
        else:
            parser.error(f"a step must be one of {', '.join(steps)}, got {step}")


if __name__ == "__main__":
    main()
