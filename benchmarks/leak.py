"""What a random split claims beyond speakers held out: spoken digits, default settings, one split.

    python benchmarks/leak.py [--data DIR] [--seed N] [--out DIR]

DIR holds `fsdd`, the Free Spoken Digits. Two trainings, one after the other; what is finished is
not done again. The first two rows are what the score card of `earmark train DIR --leak` prints; the
third is its MFCC baseline with each of the six speakers left out in turn, which needs no training.
"""

import argparse
import csv
from pathlib import Path

import numpy as np
import torch

import earmark
from decode import processor
from earmark.datasets import Dataset, folds
from earmark.datasets.cues import dataset_cues
from earmark.datasets.random_split import random_twins
from earmark.evaluation.cue_baselines import fit_cues
from earmark.evaluation.intervals import grouped_intervals
from earmark.evaluation.leak import Leak

RESULTS = Path(__file__).resolve().parent / "results"


def band(values: dict[str, float], scale: float = 100.0) -> str:
    """A figure with its interval, in hundredths."""
    value, low, high = (scale * values[name] for name in ("value", "low", "high"))
    return f"{value:.1f} [{low:.1f} {high:.1f}]"


def speakers_in_turn(dataset: Dataset, seed: int) -> Leak:
    """The leak of MFCC statistics over all six speakers."""
    cues = dataset_cues(dataset)
    splits = folds(dataset, 6, seed=seed, validation=0)
    found = {}
    for way, parts in (("grouped", splits), ("random", random_twins(dataset, splits, seed=seed))):
        answers = np.zeros(len(dataset), np.int64)
        for split in parts:
            heard = fit_cues(
                {"mfcc": cues.values["mfcc"][split.train]},
                dataset.targets[split.train],
                len(dataset.classes),
                np.random.default_rng(seed),
            )
            answers[split.test] = heard.answers(cues.of(split.test))["mfcc"]
        bands = grouped_intervals(dataset.targets, answers, dataset.groups, len(dataset.classes))
        found[way] = bands["accuracy"]
    return Leak("accuracy", **found)


def main() -> None:
    """Train where that is not done, then write the table anew."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("runs/leak"))
    asked = parser.parse_args()
    out = asked.out / f"digits-{asked.seed}"
    model = earmark.train(
        asked.data / "fsdd", out=out, seed=asked.seed, leak=True, resume=out.exists()
    )
    card = model.scorecard.to_dict()
    in_turn = speakers_in_turn(Dataset.from_folder(asked.data / "fsdd"), asked.seed).to_dict()
    one, every = "one speaker held out", "each speaker left out in turn"
    rows = [
        {
            "what": what,
            "random": band(leak["random"]),
            "grouped": band(leak["grouped"]),
            "points": band(leak["points"], 1.0),
            "split": split,
            "seed": asked.seed,
            "processor": f"{processor()}, {torch.get_num_threads()} threads",
            "versions": f"earmark {earmark.__version__}, torch {torch.__version__}",
        }
        for what, split, leak in (
            ("network", one, card["leak"]),
            ("MFCC statistics", one, card["leak_of_baseline"]),
            ("MFCC statistics", every, in_turn),
        )
    ]
    with (RESULTS / "leak.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(*rows, sep="\n")


if __name__ == "__main__":
    main()
