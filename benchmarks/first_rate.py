"""Range test and one cycle against the report's fixed rate: `python benchmarks/first_rate.py DIR`.

The seed's report trained every network at a constant 1e-3. Here each modern network is trained so,
and with the rate of the range test under one cycle, of as many epochs and of a third of them, all
else alike; told are the epochs and seconds (those of the test among them) until validation accuracy
first came to a threshold: the highest that both came to, and some below it. Appends to a CSV; what
is there already is not done again.
"""

import argparse
import csv
import dataclasses
import time
from pathlib import Path
from typing import Any

import torch

import earmark
from decode import processor
from earmark.datasets import Dataset
from earmark.training.beginning import begin
from earmark.training.find_rate import find_rate
from earmark.training.loop import fit
from earmark.training.options import TrainOptions
from earmark.training.plan import Overrides
from earmark.training.prepare import prepare
from earmark.training.run import checked_recipe
from earmark.training.splits import make_splits
from earmark.training.watcher import Watcher
from earmark.training.windows import Windows

RESULTS = Path(__file__).parent / "results" / "first_rate.csv"
NETWORKS = ("simple", "alexnet", "vgg", "googlenet")
FIXED = "1e-3, constant"
CYCLE = {"learning_rate": "auto", "schedule": "one_cycle"}
WAYS: dict[str, tuple[dict[str, Any], float]] = {  # changes of the recipe, share of the epochs
    FIXED: ({"learning_rate": 1e-3, "schedule": "constant"}, 1.0),
    "range test, one cycle": (CYCLE, 1.0),
    "range test, one cycle of a third": (CYCLE, 1 / 3),
}
SHARES = (1.0, 0.95, 0.9, 0.8)  # of the highest accuracy that both reach
COLUMNS = ("network", "seed", "way", "rate", "test_s", "threshold", "epoch", "seconds",
           "fixed_epoch", "fixed_seconds", "ratio_epochs", "ratio_seconds", "best", "fixed_best",
           "machine", "versions")  # fmt: skip


class Clock(Watcher):
    """When each epoch ended, in seconds, and its validation accuracy."""

    def __init__(self, before_s: float) -> None:
        self.started, self.rows = time.monotonic() - before_s, []

    def epoch(self, row: Any, steps_per_epoch: int, *, resumed: bool) -> None:
        """Note it."""
        self.rows.append((time.monotonic() - self.started, row["validation_accuracy"]))


def train(prepared: Any, split: Any, options: TrainOptions, way: str, out: Path) -> Any:
    """The rate that was found, and a row an epoch."""
    dataset = prepared.dataset

    def windows(part: Any) -> Windows:
        return Windows(prepared.store, part, dataset.targets[part], prepared.cut)

    changes, share = WAYS[way]
    recipe = dataclasses.replace(prepared.recipe, patience=None, **changes)
    classifier, augmented, settings = begin(prepared, windows(split.train), options, Watcher())
    found = find_rate(classifier, augmented, recipe, settings, Watcher(), always=True)
    recipe = dataclasses.replace(recipe, learning_rate=found.rate)
    settings = dataclasses.replace(settings, epochs=max(1, round(share * settings.epochs)))
    out.mkdir(parents=True, exist_ok=True)
    for file in out.glob("checkpoint*"):
        file.unlink()
    clock = Clock(found.seconds)
    fit(classifier, augmented, windows(split.validation), recipe, settings, out, clock)
    return found, clock.rows


def reached(rows: list[tuple[float, float]], threshold: float) -> tuple[int, float]:
    """Epoch (from 1) and second of the first that came to a threshold."""
    at = next(n for n, (_, accuracy) in enumerate(rows) if accuracy >= threshold - 1e-9)
    return at + 1, rows[at][0]


def main() -> None:
    """Train both ways, compare, append."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--networks", default=",".join(NETWORKS))
    parser.add_argument("--seeds", default="0")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--groups")
    parser.add_argument("--csv", type=Path, default=RESULTS)
    given = parser.parse_args()
    dataset = Dataset.open(given.data, groups=given.groups)
    versions = f"earmark {earmark.__version__}, torch {torch.__version__}"
    for network in given.networks.split(","):
        for seed in map(int, given.seeds.split(",")):
            done = []
            if given.csv.exists():
                with given.csv.open(newline="", encoding="utf-8") as file:
                    done = [(row["network"], row["seed"]) for row in csv.DictReader(file)]
            if (network, str(seed)) in done:
                continue
            overrides = Overrides(epochs=given.epochs)
            options = TrainOptions(model=network, seed=seed, validation=0.2, overrides=overrides)
            recipe = checked_recipe(dataset, options)
            prepared = prepare(dataset, recipe, options, Watcher())
            split = make_splits(prepared.dataset, options, recipe)[0]
            place = Path("runs") / "first_rate" / f"{network}-{seed}"
            ways = {
                way: train(prepared, split, options, way, place / str(number))
                for number, way in enumerate(WAYS)
            }
            fixed = ways[FIXED][1]
            out = []
            for way, (found, rows) in ways.items():
                if way == FIXED:
                    continue
                highest = min(max(accuracy for _, accuracy in each) for each in (rows, fixed))
                for share in SHARES:
                    (epoch, seconds), (slow_epoch, slow_s) = (
                        reached(each, share * highest) for each in (rows, fixed)
                    )
                    best, fixed_best = (max(accuracy for _, accuracy in e) for e in (rows, fixed))
                    out.append([network, seed, way, f"{found.rate:.3g}", f"{found.seconds:.1f}",
                                f"{share * highest:.4f}", epoch, f"{seconds:.1f}", slow_epoch,
                                f"{slow_s:.1f}", f"{slow_epoch / epoch:.2f}",
                                f"{slow_s / seconds:.2f}", f"{best:.4f}", f"{fixed_best:.4f}",
                                processor(), versions])  # fmt: skip
                    print(*out[-1][:-2], flush=True)
            given.csv.parent.mkdir(parents=True, exist_ok=True)
            new = not given.csv.exists()
            with given.csv.open("a", newline="", encoding="utf-8") as file:
                writer = csv.writer(file, lineterminator="\n")
                if new:
                    writer.writerow(COLUMNS)
                writer.writerows(out)


if __name__ == "__main__":
    main()
