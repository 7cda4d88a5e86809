"""Why Simple and VGG learned nothing, and what each cure changes: `python benchmarks/cures.py DIR`.

DIR is a set of dances (earmark datasets get synthetic-ballroom DIR). Each network of the seed is
trained as it was, with one cure at a time, and with all of them. An ablation small enough for two
cores: VGG-19 has a quarter of its channels, the first 10 s of each clip are heard and not 30, and
batches of 16 make up for few epochs; the real networks, whole, are what `earmark compare` trains.
One split by CD; the test clips choose nothing. Writes benchmarks/results/cures.csv.
"""

import argparse
import csv
import dataclasses
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from decode import processor
from earmark.datasets import Dataset, holdout
from earmark.evaluation.intervals import grouped_intervals
from earmark.models import create_model
from earmark.models._initialise import initialise_as_he, initialise_as_tflearn
from earmark.models._layers import HalvingPool, OverTime, SameConv, SamePool, same_size
from earmark.models._seed import SEED
from earmark.models.graph import FeatureClassifier
from earmark.models.recipe import Recipe
from earmark.training.loop import LoopSettings, fit, predict_logits
from earmark.training.options import TrainOptions
from earmark.training.prepare import moments, prepare
from earmark.training.watcher import Watcher
from earmark.training.windows import AugmentedWindows, Windows

RESULTS = Path(__file__).parent / "results" / "cures.csv"
# Convolutions of each block, their channels, the kernel, and the hidden dense layers.
NETWORKS: dict[str, dict[str, Any]] = {
    "simple": {"depths": (1, 1), "widths": (32, 64), "kernel": 2, "hidden": (1024,)},
    "vgg": {
        "depths": (2, 2, 4, 4, 4),
        "widths": (16, 32, 64, 128, 128),
        "kernel": 3,
        "hidden": (1024, 1024),
    },
}
FRAMES, BATCH = 430, 16
FOUND_RATE = {"simple": 3e-3, "vgg": 2e-3}  # a little below what benchmarks/rates.py suggests


@dataclass(frozen=True)
class Cures:
    """What is changed of the seed."""

    standardise: bool = False
    """Every coefficient to mean 0 and deviation 1 over the training clips."""
    logits: bool = False
    """Cross-entropy on logits, which never loses its gradient."""
    norm: bool = False
    """Batch norm after every convolution, He initialisation."""
    pooling: bool = False
    """Mean and maximum over time in place of the large dense layer; bins stay apart."""
    rate: bool = False
    """One cycle: warm-up to the rate found, then down."""
    modern: bool = False
    """The layers of the recipe `modern` itself."""


CASES: dict[str, Cures] = {
    "as the seed had it": Cures(),
    "standardised": Cures(standardise=True),
    "loss on logits": Cures(logits=True),
    "batch norm, He": Cures(norm=True),
    "pooled over time": Cures(pooling=True),
    "one-cycle rate": Cures(rate=True),
    "standardised, logits": Cures(standardise=True, logits=True),
    "standardised, logits, batch norm": Cures(standardise=True, logits=True, norm=True),
    "all but standardised": Cures(False, True, True, True, True),
    "all but batch norm": Cures(True, True, False, True, True),
    "all": Cures(True, True, True, True, True),
    "all, layers of `modern`": Cures(True, True, True, True, True, modern=True),
}


class Patient(nn.Module):
    """A network of the seed with some of its faults cured."""

    def __init__(self, name: str, cures: Cures, classes: int, frames: int, bins: int) -> None:
        super().__init__()
        shape = NETWORKS[name]
        layers: list[nn.Module] = []
        inputs, bins_left = 1, bins
        for depth, outputs in zip(shape["depths"], shape["widths"], strict=True):
            for _ in range(depth):
                layers.append(SameConv(inputs, outputs, shape["kernel"]))
                layers += [nn.BatchNorm2d(outputs)] if cures.norm else []
                layers.append(nn.ReLU())
                inputs = outputs
            if cures.pooling:
                halving = HalvingPool(bins_left)
                bins_left = halving.bins_left
                layers.append(halving)
            else:
                layers.append(SamePool(2, 2))
        if cures.pooling:
            layers.append(OverTime())
            width, hidden = 2 * inputs * bins_left, (256,)
        else:
            halvings = [2] * len(shape["depths"])
            width = inputs * same_size(frames, *halvings) * same_size(bins, *halvings)
            layers.append(nn.Flatten())
            hidden = shape["hidden"]
        for units in hidden:
            layers += [nn.Linear(width, units), nn.ReLU(), nn.Dropout(0.5)]
            width = units
        layers.append(nn.Linear(width, classes))
        self.body = nn.Sequential(*layers)
        if cures.norm:
            initialise_as_he(self)
        else:
            initialise_as_tflearn(self)

    def forward(self, features: Tensor) -> Tensor:
        """Logits (batch, classes)."""
        logits: Tensor = self.body(features.unsqueeze(1))
        return logits


@dataclass
class Gradients(Watcher):
    """Counts the steps on which no gradient was left."""

    last: nn.Parameter
    sizes: list[float] = field(default_factory=list)

    def step(self, epoch: int, loss: float, hits: float, windows: int) -> None:
        """After each step."""
        assert self.last.grad is not None
        self.sizes.append(float(self.last.grad.abs().max()))

    @property
    def dead(self) -> float:
        """Share of the steps whose gradient was exactly zero."""
        return float(np.mean(np.array(self.sizes) == 0))


def recipe_of(name: str, cures: Cures, epochs: int) -> Recipe:
    """The seed's recipe with the cures that are no layers."""
    changes: dict[str, Any] = {
        "epochs": epochs,
        "batch_size": BATCH,
        "window_frames": FRAMES,
        "standardise": cures.standardise,
    }
    if cures.logits:
        changes["loss"] = "cross_entropy"
    if cures.rate:
        changes |= {"schedule": "one_cycle", "learning_rate": FOUND_RATE[name]}
    return dataclasses.replace(SEED, **changes)


def main() -> None:
    """Train every case, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--networks", default="simple,vgg")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cases", nargs="*", choices=CASES, help="only these, the others are kept")
    given = parser.parse_args()
    dataset = Dataset.open(given.data)
    options = TrainOptions(recipe="seed", model="simple", seed=given.seed)
    recipe = dataclasses.replace(SEED, window_frames=FRAMES)
    prepared = prepare(dataset, recipe, options, Watcher())
    dataset = prepared.dataset
    split = holdout(dataset, seed=given.seed, validation=0)
    training, test = (
        Windows(prepared.store, part, dataset.targets[part], prepared.cut)
        for part in (split.train, split.test)
    )
    classes, bins = len(dataset.classes), prepared.frontend.bins
    rows = []
    for name in given.networks.split(","):
        for case in given.cases or CASES:
            cures = CASES[case]
            recipe = recipe_of(name, cures, given.epochs)
            mean, deviation = np.zeros(bins, np.float32), np.ones(bins, np.float32)
            if cures.standardise:
                mean, deviation = moments(training, None)
            torch.manual_seed(given.seed)
            frames = prepared.cut.frames
            network = (
                create_model(name, classes, "modern", frames=frames, bins=bins)
                if cures.modern
                else Patient(name, cures, classes, frames, bins)
            )
            classifier = FeatureClassifier(network, mean, deviation)  # type: ignore[arg-type]
            settings = LoopSettings(given.epochs, BATCH, given.seed, False, 1e9)
            watcher = Gradients(network.body[-1].weight)  # type: ignore[arg-type]
            augmented = AugmentedWindows(training, classes, recipe.augmentation, given.seed)
            with tempfile.TemporaryDirectory() as out:
                fitted = fit(classifier, augmented, None, recipe, settings, Path(out), watcher)
            answers = predict_logits(fitted.classifier, test).argmax(axis=1)
            groups = dataset.groups[split.test]
            band = grouped_intervals(test.clip_targets, answers, groups, classes)["accuracy"]
            counts = np.bincount(answers, minlength=classes)
            rows.append(
                {
                    "network": name,
                    "case": case,
                    "train_accuracy": f"{fitted.history[-1]['train_accuracy']:.3f}",
                    "train_loss": f"{fitted.history[-1]['train_loss']:.3f}",
                    "test_accuracy": f"{band.value:.3f}",
                    "low": f"{band.low:.3f}",
                    "high": f"{band.high:.3f}",
                    "answered_classes": int((counts > 0).sum()),
                    "steps_without_gradient": f"{watcher.dead:.2f}",
                    "seconds": f"{fitted.seconds:.0f}",
                    "train_clips": len(training),
                    "test_clips": len(test),
                    "epochs": given.epochs,
                    "machine": processor(),
                    "torch": torch.__version__,
                }
            )
            print({key: rows[-1][key] for key in list(rows[-1])[:10]}, flush=True)
    kept = {}
    if RESULTS.exists():
        with RESULTS.open(newline="", encoding="utf-8") as file:
            kept = {(row["network"], row["case"]): row for row in csv.DictReader(file)}
    kept |= {(row["network"], row["case"]): row for row in rows}
    with RESULTS.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            kept[name, case] for name in NETWORKS for case in CASES if (name, case) in kept
        )


if __name__ == "__main__":
    main()
