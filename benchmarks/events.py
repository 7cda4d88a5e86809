"""How fast events are scored: `python benchmarks/events.py`.

10,000 events in 1,000 recordings of 10 s, 10 classes, and as many answers; for PSDS and curves
scores of 20 frames a second. Against sed_eval and sed_scores_eval where EARMARK_SED_PYTHON names a
Python that has them: each side is given the same numbers, in its own form, and only its scoring is
timed (CPU seconds of one process). Writes benchmarks/results/events.csv.
"""

import csv
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

FILES, CLASSES, EVENTS, SECONDS, HOP_S, RUNS = 1000, 10, 10, 10.0, 0.05, 3


def material(path: Path, seed: int = 0) -> None:
    """Truth and answers as (file, class, onset, offset), and scores (files, frames, classes)."""
    rng = np.random.default_rng(seed)
    file = np.repeat(np.arange(FILES), EVENTS)
    # one event a class and file, so that no library refuses overlaps
    label = np.concatenate([rng.permutation(CLASSES)[:EVENTS] for _ in range(FILES)])
    onset = np.round(rng.uniform(0, 8, len(file)), 3)
    offset = np.round(onset + rng.uniform(0.3, 2, len(file)), 3)
    truth = np.stack([file, label, onset, offset], axis=1)
    moved = truth.copy()
    moved[:, 2:] = np.round(np.maximum(moved[:, 2:] + rng.normal(0, 0.15, (len(file), 2)), 0), 3)
    moved[:, 3] = np.maximum(moved[:, 3], moved[:, 2] + 0.1)
    wrong = rng.random(len(file)) < 0.2
    moved[wrong, 1] = rng.integers(0, CLASSES, wrong.sum())
    scores = rng.random((FILES, round(SECONDS / HOP_S), CLASSES)) ** 3 * 0.8
    time_s = HOP_S * np.arange(scores.shape[1])
    for f, c, begin, end in truth:
        on = (time_s >= begin) & (time_s < end)
        scores[int(f), on, int(c)] += rng.uniform(0, 0.6)
    kernel = np.ones(7) / 7
    smooth = np.apply_along_axis(np.convolve, 1, scores, kernel, "same")
    np.savez(path, truth=truth, answers=moved, scores=np.clip(smooth, 0, 1))


def cpu_s(work: Callable[[], object], runs: int) -> float:
    """The median CPU time of some runs."""
    spent = []
    for _ in range(runs):
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    return statistics.median(spent)


def by_earmark(path: Path) -> dict[str, float]:
    """Seconds, by what was scored."""
    from earmark.datasets.strong import Event
    from earmark.evaluation.events import PSDS1, PSDS2, collar_curves, psds, segment_curves
    from earmark.evaluation.events.collar import collar_counts
    from earmark.evaluation.events.counts import macro_f1, micro_f1
    from earmark.evaluation.events.packed import pack
    from earmark.evaluation.events.segments import segment_counts
    from earmark.evaluation.events.tracks import frame_track

    data = dict(np.load(path))  # read once: a member is read anew at every access
    classes = [str(number) for number in range(CLASSES)]
    truth, answers = (
        {
            str(number): [
                Event(str(int(label)), onset, offset)
                for _, label, onset, offset in rows[rows[:, 0] == number].tolist()
            ]
            for number in range(FILES)
        }
        for rows in (data["truth"], data["answers"])
    )
    tracks = {str(number): frame_track(data["scores"][number], HOP_S) for number in range(FILES)}
    lengths = dict.fromkeys(truth, SECONDS)

    def counted(count: Callable[..., object]) -> Callable[[], object]:
        def work() -> object:
            total = count(pack(truth, answers, classes)).total  # type: ignore[attr-defined]
            return micro_f1(total), macro_f1(total)

        return work

    return {
        "event-based": cpu_s(counted(collar_counts), RUNS),
        "segment-based": cpu_s(counted(segment_counts), RUNS),
        "PSDS1": cpu_s(lambda: psds(truth, tracks, lengths, classes, PSDS1), RUNS),
        "PSDS2": cpu_s(lambda: psds(truth, tracks, lengths, classes, PSDS2), RUNS),
        "best event F1": cpu_s(lambda: collar_curves(truth, tracks, classes), RUNS),
        "best segment F1": cpu_s(lambda: segment_curves(truth, tracks, lengths, classes), RUNS),
    }


def by_libraries(path: Path) -> dict[str, float]:
    """The same by sed_eval and sed_scores_eval; run by a Python that has them."""
    import sed_eval
    from sed_scores_eval import collar_based, intersection_based, segment_based
    from sed_scores_eval.base_modules.scores import create_score_dataframe

    data = dict(np.load(path))  # read once: a member is read anew at every access
    classes = [str(number) for number in range(CLASSES)]
    names = ("onset", "offset", "event_label", "filename")
    truth, answers = (
        [
            [
                dict(zip(names, (begin, end, str(int(label)), "a"), strict=True))
                for _, label, begin, end in rows[rows[:, 0] == number].tolist()
            ]
            for number in range(FILES)
        ]
        for rows in (data["truth"], data["answers"])
    )
    edges = HOP_S * np.arange(data["scores"].shape[1] + 1)
    scores = {
        str(number): create_score_dataframe(data["scores"][number], edges, classes)
        for number in range(FILES)
    }
    tuples = {
        str(number): [(e["onset"], e["offset"], e["event_label"]) for e in truth[number]]
        for number in range(FILES)
    }
    common = {"scores": scores, "ground_truth": tuples}
    timed = {**common, "audio_durations": dict.fromkeys(scores, SECONDS)}

    def counted(metric: object) -> Callable[[], object]:
        def work() -> object:
            for mine, given in zip(truth, answers, strict=True):
                metric.evaluate(mine, given)  # type: ignore[attr-defined]
            return metric.results()  # type: ignore[attr-defined]

        return work

    event = sed_eval.sound_event.EventBasedMetrics(classes, t_collar=0.2, percentage_of_length=0.2)
    segment = sed_eval.sound_event.SegmentBasedMetrics(classes, time_resolution=1.0)
    one = {"dtc_threshold": 0.7, "gtc_threshold": 0.7, "alpha_st": 1.0}
    two = {"dtc_threshold": 0.1, "gtc_threshold": 0.1, "alpha_st": 1.0}
    two |= {"cttc_threshold": 0.3, "alpha_ct": 0.5}
    collars = {"onset_collar": 0.2, "offset_collar": 0.2, "offset_collar_rate": 0.2}
    work = {
        "event-based": counted(event),
        "segment-based": counted(segment),
        "PSDS1": lambda: intersection_based.psds(**timed, **one),
        "PSDS2": lambda: intersection_based.psds(**timed, **two),
        "best event F1": lambda: collar_based.best_fscore(**common, **collars),
        "best segment F1": lambda: segment_based.best_fscore(**timed, segment_length=1.0),
    }
    return {name: cpu_s(each, 1) for name, each in work.items()}


def versions(names: tuple[str, ...]) -> str:
    """The versions that the figures depend on."""
    known = [f"Python {platform.python_version()}"]
    for name in names:
        try:
            known.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(known)


def main() -> None:
    """Measure, print and write."""
    if len(sys.argv) == 3 and sys.argv[1] == "--libraries":
        print(versions(("sed_eval", "sed_scores_eval", "numpy", "pandas")))
        for name, spent in by_libraries(Path(sys.argv[2])).items():
            print(f"{name}={spent}")
        return
    from decode import processor

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.npz"
        material(path)
        ours, theirs, those = by_earmark(path), {}, ""
        if "EARMARK_SED_PYTHON" in os.environ:
            command = [os.environ["EARMARK_SED_PYTHON"], "-W", "ignore", __file__]
            out = subprocess.check_output([*command, "--libraries", str(path)], text=True)
            those, *lines = out.splitlines()
            theirs = {n: float(s) for n, s in (line.split("=") for line in lines)}
        else:
            print("EARMARK_SED_PYTHON is not set: the libraries' column is left out")
    out_file = Path(__file__).parent / "results" / "events.csv"
    with out_file.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        head = [
            "score",
            "earmark_cpu_s",
            "library_cpu_s",
            "ratio",
            "machine",
            "versions",
            "library",
        ]
        writer.writerow(head)
        for name, spent in ours.items():
            other = theirs.get(name)
            ratio = "" if other is None else round(other / spent, 1)
            shown = "" if other is None else round(other, 3)
            print(f"{name:16} {spent:8.3f} s {shown!s:>8} s  {ratio!s:>7} x")
            mine = versions(("earmark", "numpy"))
            writer.writerow([name, round(spent, 4), shown, ratio, processor(), mine, those])


if __name__ == "__main__":
    main()
