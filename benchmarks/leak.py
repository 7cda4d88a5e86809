"""What random folds claim beyond speakers left out: spoken digits, default settings, one seed.

    python benchmarks/leak.py [--data DIR] [--seed N] [--out DIR]

DIR holds `fsdd`, the Free Spoken Digits. Each of the six speakers is left out in turn, and as many
random folds are trained beside them: `earmark train DIR/fsdd --folds 6 --leak`. What is finished is
not done again. The rows are what the score card prints: of the network, and of its MFCC baseline.
"""

import argparse
import csv
from pathlib import Path

import torch

import earmark
from decode import processor

RESULTS = Path(__file__).resolve().parent / "results"


def band(values: dict[str, float], scale: float = 100.0) -> str:
    """A figure with its interval, in hundredths."""
    value, low, high = (scale * values[name] for name in ("value", "low", "high"))
    return f"{value:.1f} [{low:.1f} {high:.1f}]"


def main() -> None:
    """Train where that is not done, then write the table anew."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("runs/leak"))
    asked = parser.parse_args()
    out = asked.out / f"digits-{asked.seed}"
    card = earmark.cross_validate(
        asked.data / "fsdd", out=out, folds=6, seed=asked.seed, leak=True, resume=out.exists()
    ).to_dict()
    rows = [
        {
            "what": what,
            "random": band(card[leak]["random"]),
            "grouped": band(card[leak]["grouped"]),
            "points": band(card[leak]["points"], 1.0),
            "split": "each speaker left out in turn",
            "seed": asked.seed,
            "processor": f"{processor()}, {torch.get_num_threads()} threads",
            "versions": f"earmark {earmark.__version__}, torch {torch.__version__}",
        }
        for what, leak in (("network", "leak"), ("MFCC statistics", "leak_of_baseline"))
    ]
    with (RESULTS / "leak.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(*rows, sep="\n")


if __name__ == "__main__":
    main()
