"""Accuracy with default settings on real sounds, three seeds: a table, and a score card of each.

    python benchmarks/accuracy.py [esc10] [speakers] [digits] [--seeds 0 1 2] [--out DIR]

esc10:     the five official folds.
speakers:  spoken digits, each of the six speakers left out in turn.
digits:    spoken digits, the official test set (recordings 0 to 4 of each digit and speaker).
dances:    synthetic dances by the network rhythm, a fifth of the CDs held out, others for each
           seed; they are made by: earmark datasets get synthetic-ballroom DIR/dances

Goes on where it was stopped: what is trained stands in DIR (default runs/accuracy). The interval
is that of all seeds' answers together, over the groups (sources, speakers) of the clips. The sounds
are found by EARMARK_TEST_DATA (default ../shared/data); the project holds none.
"""

import argparse
import csv
import json
import os
import sys
from pathlib import Path

import numpy
import torch

import earmark
from decode import processor
from earmark.evaluation.intervals import grouped_intervals
from earmark.evaluation.pictures import plot_confusion
from earmark.evaluation.terminal import counted

ROOT = Path(__file__).resolve().parent
RESULTS = ROOT / "results"
TASKS = {
    "esc10": "SVM on MFCC statistics 86.0 %, best published from scratch 91.3, human 95.7",
    "speakers": "SVM on MFCC statistics 54.0 %",
    "digits": "",
    "dances": "",
}
OFFICIAL_TEST = range(5)


def official_digits(folder: Path, out: Path) -> Path:
    """A table of the spoken digits with the official parts; every recording is its own group."""
    table = out / "digits.csv"
    out.mkdir(parents=True, exist_ok=True)
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "label", "group", "split"])
        for path in sorted(folder.glob("**/*.wav")):
            digit, _, number = path.stem.split("_")
            part = "test" if int(number) in OFFICIAL_TEST else "train"
            writer.writerow([path.resolve(), digit, path.stem, part])
    return table


def train(task: str, seed: int, data: Path, out: Path) -> list[Path]:
    """Train with default settings where that is not done; the folders with answers."""
    place = out / f"{task}-{seed}"
    resume = place.exists()
    if task == "digits":
        table = official_digits(data / "fsdd", out)
        earmark.train(table, out=place, seed=seed, resume=resume)
        return [place]
    if task == "dances":
        earmark.train(out / "dances" / "clips.csv", "rhythm", out=place, seed=seed, resume=resume)
        return [place]
    folder, folds = ("esc10", None) if task == "esc10" else ("fsdd", 6)
    # Folds 3 and 5 of ESC-10 share a recording, as its score card then tells.
    options = {"folds": folds, "seed": seed, "resume": resume, "allow_leak": task == "esc10"}
    earmark.cross_validate(data / folder, out=place, **options)
    return sorted(path.parent for path in place.glob("fold-*/predictions.csv"))


def rows_of(path: Path) -> list[dict[str, str]]:
    """A CSV file's rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def answers(runs: list[Path]) -> list[tuple[str, str, str, str]]:
    """Clip, label, answer and group of every test clip of some runs."""
    found = []
    for run in runs:
        groups = {row["name"]: row["group"] for row in rows_of(run / "split.csv")}
        found += [
            (row["name"], row["label"], row["predicted"], groups[row["name"]])
            for row in rows_of(run / "predictions.csv")
        ]
    return found


def measure(task: str, seeds: list[int], data: Path, out: Path) -> dict[str, object]:
    """Train what is missing, then one row: mean over seeds, interval over groups."""
    runs = {seed: train(task, seed, data, out) for seed in seeds}
    by_seed = {seed: answers(places) for seed, places in runs.items()}
    pooled = [row for rows in by_seed.values() for row in rows]
    classes = sorted({label for _, label, _, _ in pooled})
    number = {label: index for index, label in enumerate(classes)}
    true = numpy.array([number[label] for _, label, _, _ in pooled])
    answered = numpy.array([number[answer] for _, _, answer, _ in pooled])
    groups = numpy.array([group for *_, group in pooled])
    band = grouped_intervals(true, answered, groups, len(classes))["accuracy"]
    means = {seed: numpy.mean([r[1] == r[2] for r in rows]) for seed, rows in by_seed.items()}
    hits: dict[str, list[bool]] = {}
    for places in runs.values():
        for run in places:
            for _, label, answer, group in answers([run]):
                hits.setdefault(group if task == "speakers" else run.name, []).append(
                    label == answer
                )
    folds = {name: f"{numpy.mean(right):.3f}" for name, right in sorted(hits.items())}
    first = out / f"{task}-{seeds[0]}"
    card = json.loads((first / "scorecard.json").read_text(encoding="utf-8"))
    document = json.dumps(card, indent=1, ensure_ascii=False) + "\n"
    (RESULTS / f"accuracy-{task}.json").write_text(document, encoding="utf-8")
    matrix = numpy.zeros((len(classes), len(classes)), int)
    numpy.add.at(matrix, (true, answered), 1)
    title = f"{task}, {counted(len(seeds), 'seed')}"
    plot_confusion(matrix, classes, RESULTS / f"confusion-{task}.png", title=title)
    seconds = [
        json.loads((place / "timing.json").read_text())["train_s"]
        for places in runs.values()
        for place in places
    ]
    return {
        "task": task,
        "split": card["split"]["description"].split(";")[0],
        "accuracy": f"{band.value:.4f}",
        "low": f"{band.low:.4f}",
        "high": f"{band.high:.4f}",
        "seeds": " ".join(f"{seed}:{value:.4f}" for seed, value in means.items()),
        "folds": " ".join(f"{name}:{value}" for name, value in folds.items()),
        "majority": f"{card['baselines']['majority']['accuracy']['value']:.4f}",
        "compared": TASKS[task],
        "train_s": f"{numpy.mean(seconds):.0f}",
        "processor": f"{processor()}, {torch.get_num_threads()} threads",
        "versions": f"earmark {earmark.__version__}, torch {torch.__version__}",
    }


def main() -> None:
    """Measure what is asked for, or everything; replace those rows of the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", nargs="*", metavar="TASK", help=", ".join(TASKS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--out", type=Path, default=Path("runs/accuracy"))
    given = parser.parse_args()
    data = Path(os.environ.get("EARMARK_TEST_DATA", ROOT.parent.parent / "shared" / "data"))
    if not data.is_dir():
        sys.exit(f"no sounds at {data}: set EARMARK_TEST_DATA")
    unknown = set(given.tasks) - set(TASKS)
    if unknown:
        parser.error(f"unknown task {', '.join(sorted(unknown))}; there are {', '.join(TASKS)}")
    table = RESULTS / "accuracy.csv"
    for task in given.tasks or [task for task in TASKS if task != "dances"]:
        row = measure(task, given.seeds, data, given.out)
        print(json.dumps(row, indent=1))
        rows = rows_of(table) if table.exists() else []
        rows = sorted([*(r for r in rows if r["task"] != task), row], key=lambda r: r["task"])
        with table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(row), lineterminator="\n", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
