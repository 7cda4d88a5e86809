"""The networks of the seed experiment, cured: `python benchmarks/compare.py esc10 DIR`.

What `earmark compare` finds with the recipe `modern`: on ESC-10's official folds, or (`dances`) on
a set of dances, one split by CD, with the network `rhythm` beside them. Goes on where it was
stopped. Writes benchmarks/results/compare-NAME.csv and .png.
"""

import argparse
import csv
import shutil
from pathlib import Path
from typing import Any

import torch

import earmark
from decode import processor
from earmark.inference.speed import realtime_factor
from earmark.training.compare import run_comparison
from earmark.training.entries import entries_of
from earmark.training.options import TrainOptions

RESULTS = Path(__file__).parent / "results"
NETWORKS = {
    "esc10": ("simple", "alexnet", "vgg", "googlenet"),
    "dances": ("rhythm", "simple", "alexnet", "vgg", "googlenet"),
}
OPTIONS: dict[str, dict[str, Any]] = {
    "esc10": {"folds": "auto", "allow_leak": True},  # folds 3 and 5 share a recording
    "dances": {},
}


def main() -> None:
    """Train what is not trained yet, then write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=OPTIONS)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    out = given.out or Path("runs") / f"compare-{given.name}"
    run_comparison(
        earmark.Dataset.open(given.data),
        entries_of(NETWORKS[given.name], "modern"),
        TrainOptions(resume=True, **OPTIONS[given.name]),
        out,
        realtime_factor,
    )
    versions = f"earmark {earmark.__version__}, torch {torch.__version__}"
    path = RESULTS / f"compare-{given.name}.csv"
    with (
        (out / "comparison.csv").open(newline="", encoding="utf-8") as table,
        path.open("w", newline="", encoding="utf-8") as file,
    ):
        header, *rows = csv.reader(table)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*header, "machine", "versions"])
        writer.writerows([*row, processor(), versions] for row in rows)
    shutil.copy(out / "curves.png", path.with_suffix(".png"))


if __name__ == "__main__":
    main()
