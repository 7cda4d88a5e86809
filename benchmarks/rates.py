"""Where the rates of the modern recipes come from: `python benchmarks/rates.py DIR`.

A range test (Smith 2015) of each network of the seed experiment: the rate rises exponentially over
some hundred steps, once; the loss is smoothed. The rate of a one-cycle schedule is taken a factor
of three below the one where the loss was lowest, rounded to one digit. DIR is ESC-10, whose fold 5
is left out. Writes benchmarks/results/rates.csv.
"""

import argparse
import csv
from pathlib import Path

import numpy as np
import torch

from decode import processor
from earmark.datasets import Dataset, holdout
from earmark.models import create_model
from earmark.models.graph import FeatureClassifier
from earmark.models.network import find_recipe
from earmark.training.loop import make_optimiser, soft_cross_entropy
from earmark.training.options import TrainOptions
from earmark.training.prepare import moments, prepare
from earmark.training.watcher import Watcher
from earmark.training.windows import AugmentedWindows, Windows

RESULTS = Path(__file__).parent / "results" / "rates.csv"
NETWORKS = ("simple", "alexnet", "vgg", "vgg16", "googlenet")
LOWEST, HIGHEST, STEPS, BATCH = 1e-5, 1.0, 120, 32
SMOOTHING = 0.9
BELOW = 3.0


def curve(name: str, data: Path) -> list[tuple[float, float]]:
    """(rate, smoothed loss) of each step; ends where the loss has grown fourfold."""
    recipe = find_recipe(name, "modern")
    prepared = prepare(Dataset.open(data), recipe, TrainOptions(model=name), Watcher())
    dataset = prepared.dataset
    chosen = holdout(dataset).train
    training = Windows(prepared.store, chosen, dataset.targets[chosen], prepared.cut)
    mean, deviation = moments(training, None)
    classes = len(dataset.classes)
    torch.manual_seed(0)
    network = create_model(
        name, classes, "modern", frames=prepared.cut.frames, bins=prepared.frontend.bins
    )
    classifier = FeatureClassifier(network, mean, deviation).train()
    optimiser = make_optimiser(network, recipe)
    augmented = AugmentedWindows(training, classes, recipe.augmentation, seed=0)
    rng = np.random.default_rng(0)
    points: list[tuple[float, float]] = []
    average, lowest = 0.0, np.inf
    for step in range(STEPS):
        rate = LOWEST * (HIGHEST / LOWEST) ** (step / (STEPS - 1))
        for group in optimiser.param_groups:
            group["lr"] = rate
        windows, targets = augmented.batch(step, rng.choice(len(training), BATCH, replace=False))
        logits = classifier(torch.from_numpy(windows))
        loss = soft_cross_entropy(logits, torch.from_numpy(targets), recipe)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        average = SMOOTHING * average + (1 - SMOOTHING) * loss.item()
        smoothed = average / (1 - SMOOTHING ** (step + 1))
        points.append((rate, smoothed))
        lowest = min(lowest, smoothed)
        if smoothed > 4 * lowest:
            break
    return points


def main() -> None:
    """Test every network, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    given = parser.parse_args()
    with RESULTS.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["network", "rate_of_lowest_loss", "suggested", "taken", "machine"])
        for name in NETWORKS:
            points = curve(name, given.data)
            best = min(points, key=lambda point: point[1])[0]
            suggested = float(f"{best / BELOW:.0e}")
            taken = find_recipe(name, "modern").learning_rate
            writer.writerow([name, f"{best:.2g}", f"{suggested:g}", f"{taken:g}", processor()])
            print(name, f"lowest loss at {best:.2g}, suggested {suggested:g}, taken {taken:g}")


if __name__ == "__main__":
    main()
