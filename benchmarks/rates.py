"""The range test's rate against a grid of fixed ones: `python benchmarks/rates.py esc10 DIR`.

Each network is trained under one cycle with the rate that the range test finds and with seven
fixed ones, all else alike; the figures are on held-out clips. `--networks`, `--seeds` and `--folds`
choose what this process does; rows are appended to the CSV as they are done, and those that are
there already are not done again: it may be stopped, and run in processes with a `--csv` each.
Fold N is the Nth of five grouped ones (or the official ones); without `--folds` one split is taken.
Ends with the table: the accuracy of each rate, and by how much the test's choice is below the best.
"""

import argparse
import csv
import dataclasses
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

import earmark
from decode import processor
from earmark.datasets import Dataset
from earmark.training import prepare as preparing
from earmark.training.beginning import begin
from earmark.training.find_rate import find_rate
from earmark.training.loop import fit, predict_logits
from earmark.training.options import TrainOptions
from earmark.training.plan import Overrides
from earmark.training.run import checked_recipe
from earmark.training.splits import make_splits
from earmark.training.task import task_of
from earmark.training.watcher import Watcher
from earmark.training.windows import Windows

RESULTS = Path(__file__).parent / "results" / "rates-grid.csv"
NETWORKS = ("resnet", "simple", "alexnet", "vgg", "googlenet")
GRID = tuple(float(f"{rate:.2g}") for rate in np.geomspace(3e-4, 3e-2, 7))
SETS = ("esc10", "digits", "dances")
COLUMNS = ("set", "network", "fold", "seed", "epochs", "asked", "rate", "how", "test_s",
           "accuracy", "train_s", "machine", "versions")  # fmt: skip
KEY = COLUMNS[:6]


def train(
    prepared: preparing.Prepared, split: Any, options: TrainOptions, asked: str, out: Path
) -> dict[str, Any]:
    """One training, as `earmark train` does it, and its accuracy on the test clips."""
    dataset = prepared.dataset

    def windows(part: Any) -> Windows:
        return Windows(prepared.store, part, dataset.targets[part], prepared.cut)

    rate = "auto" if asked == "auto" else float(asked)
    recipe = dataclasses.replace(prepared.recipe, learning_rate=rate)
    classifier, augmented, settings = begin(prepared, windows(split.train), options, Watcher())
    found = find_rate(classifier, augmented, recipe, settings, Watcher(), always=asked == "auto")
    recipe = dataclasses.replace(recipe, learning_rate=found.rate)
    validation = windows(split.validation) if len(split.validation) else None
    out.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    fitted = fit(classifier, augmented, validation, recipe, settings, out, Watcher())
    seconds = time.monotonic() - started
    test = windows(split.test)
    task = task_of(dataset, "mean")
    logits = predict_logits(fitted.classifier, test)
    answers = task.answers(logits, task.undecided(), test, dataset, split.train)
    right = answers["probabilities"].argmax(axis=1) == answers["targets"]
    for file in out.glob("checkpoint*"):
        file.unlink()
    return {
        "rate": f"{found.rate:.3g}",
        "how": found.how,
        "test_s": f"{found.seconds:.1f}",
        "accuracy": f"{right.mean():.4f}",
        "train_s": f"{seconds:.1f}",
    }


def rows_of(path: Path) -> list[dict[str, str]]:
    """What is done already."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def table(rows: list[dict[str, str]]) -> None:
    """Mean accuracy of each rate over folds and seeds, where all rates are done."""
    for key in dict.fromkeys((row["set"], row["network"]) for row in rows):
        own = [row for row in rows if (row["set"], row["network"]) == key]
        asked = list(dict.fromkeys(row["asked"] for row in own))
        mean = {
            name: np.mean([float(row["accuracy"]) for row in own if row["asked"] == name])
            for name in asked
        }
        told = "  ".join(f"{name}: {100 * value:.1f}" for name, value in mean.items())
        fixed = [value for name, value in mean.items() if name != "auto"]
        line = f"{key[0]} {key[1]}: {told}"
        if "auto" in mean and fixed:
            took = ", ".join(f"{r['rate']} ({r['how']})" for r in own if r["asked"] == "auto")
            line += f"  | auto took {took}; {100 * (mean['auto'] - max(fixed)):+.1f} of the best"
        print(line)


def main() -> None:
    """Train what is not trained yet, then print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=SETS)
    parser.add_argument("data", type=Path)
    parser.add_argument("--networks", default=",".join(NETWORKS))
    parser.add_argument("--seeds", default="0")
    parser.add_argument("--folds", help="numbers from 1, such as 1,2; one split if not given")
    parser.add_argument("--rates", default=",".join(["auto", *(f"{rate:g}" for rate in GRID)]))
    parser.add_argument("--epochs", type=int, help="for a quick look")
    parser.add_argument("--groups")
    parser.add_argument("--csv", type=Path, default=RESULTS)
    given = parser.parse_args()
    dataset = Dataset.open(given.data, groups=given.groups)
    versions = f"earmark {earmark.__version__}, torch {torch.__version__}"
    for network in given.networks.split(","):
        for seed in map(int, given.seeds.split(",")):
            options = TrainOptions(
                model=network,
                seed=seed,
                folds="auto" if given.folds else None,
                overrides=Overrides(epochs=given.epochs),
            )
            recipe = checked_recipe(dataset, options)
            prepared = preparing.prepare(dataset, recipe, options, Watcher())
            splits = make_splits(prepared.dataset, options, recipe)
            numbers = [int(each) for each in given.folds.split(",")] if given.folds else [0]
            for number in numbers:
                for asked in given.rates.split(","):
                    names = (given.name, network, number, seed, given.epochs or "", asked)
                    key = dict(zip(KEY, map(str, names), strict=True))
                    if any(all(row[k] == key[k] for k in KEY) for row in rows_of(given.csv)):
                        continue
                    place = Path("runs") / "rates" / "-".join(key.values())
                    split = splits[max(number - 1, 0)]
                    row = key | train(prepared, split, options, asked, place)
                    row |= {"machine": processor(), "versions": versions}
                    given.csv.parent.mkdir(parents=True, exist_ok=True)
                    new = not given.csv.exists()
                    with given.csv.open("a", newline="", encoding="utf-8") as file:
                        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
                        if new:
                            writer.writeheader()
                        writer.writerow(row)
                    print(network, "seed", seed, "fold", number, asked, row["accuracy"], flush=True)
    table([row for row in rows_of(given.csv) if row["set"] == given.name])


if __name__ == "__main__":
    main()
