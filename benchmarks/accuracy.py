"""Accuracy with default settings on real sounds: a table, and the score card of each.

    python benchmarks/accuracy.py [esc10] [digits]

esc10:  the five official folds.  digits: every one of the six speakers left out in turn.
The sounds are found by EARMARK_TEST_DATA (default ../shared/data); the project holds none.
"""

import csv
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy
import torch

import earmark
from decode import processor
from earmark.evaluation.pictures import plot_confusion

ROOT = Path(__file__).resolve().parent
RESULTS = ROOT / "results"
TASKS = {
    "esc10": ("esc10", None, "SVM on MFCC statistics 86.0 %"),
    "digits": ("fsdd", 6, "SVM on MFCC statistics 54.0 %"),
}


def measure(task: str, data: Path) -> dict[str, object]:
    """Cross-validate once with default settings."""
    folder, folds, compared = TASKS[task]
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        card = earmark.cross_validate(data / folder, out=Path(place) / "run", folds=folds)
    accuracy = card.clip.accuracy
    folds_found = [fold.clip.accuracy.value for _, fold in card.folds]
    document = json.dumps(card.to_dict(), indent=1, ensure_ascii=False)
    (RESULTS / f"accuracy-{task}.json").write_text(document + "\n", encoding="utf-8")
    title = f"{folder}, {len(folds_found)} folds pooled"
    plot_confusion(card.clip.matrix, card.classes, RESULTS / f"confusion-{task}.png", title=title)
    return {
        "task": task,
        "split": card.split["description"].split(";")[0],
        "mean_over_folds": f"{numpy.mean(folds_found):.4f}",
        "pooled": f"{accuracy.value:.4f}",
        "low": f"{accuracy.low:.4f}",
        "high": f"{accuracy.high:.4f}",
        "majority": f"{card.baselines['majority']['accuracy'].value:.4f}",
        "compared": compared,
        "folds": " ".join(f"{value:.3f}" for value in folds_found),
        "seconds": f"{time.monotonic() - started:.0f}",
        "processor": f"{processor()}, {torch.get_num_threads()} threads",
        "versions": f"earmark {earmark.__version__}, torch {torch.__version__}",
    }


def main() -> None:
    """Measure what is asked for, or everything; replace those rows of the table."""
    data = Path(os.environ.get("EARMARK_TEST_DATA", ROOT.parent.parent / "shared" / "data"))
    if not data.is_dir():
        sys.exit(f"no sounds at {data}: set EARMARK_TEST_DATA")
    table = RESULTS / "accuracy.csv"
    rows: dict[str, dict[str, object]] = {}
    if table.exists():
        with table.open(encoding="utf-8", newline="") as file:
            rows = {row["task"]: dict(row) for row in csv.DictReader(file)}
    for task in sys.argv[1:] or list(TASKS):
        rows[task] = measure(task, data)
        print(json.dumps(rows[task], indent=1))
        with table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[task]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows.values())


if __name__ == "__main__":
    main()
