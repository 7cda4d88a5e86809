"""What a random split claims beyond speakers held out: spoken digits, default settings, one split.

    python benchmarks/leak.py [--data DIR] [--seed N] [--out DIR]

DIR holds `fsdd`, the Free Spoken Digits. Two trainings, one after the other; what is finished is
not done again. The row is what the score card of `earmark train DIR --leak` prints.
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
    model = earmark.train(
        asked.data / "fsdd", out=out, seed=asked.seed, leak=True, resume=out.exists()
    )
    card = model.scorecard.to_dict()
    rows = [
        {
            "what": what,
            "random": band(card[name]["random"]),
            "grouped": band(card[name]["grouped"]),
            "points": band(card[name]["points"], 1.0),
            "test_clips": card["clip"]["count"],
            "split": card["split"]["description"].split(";")[0],
            "seed": asked.seed,
            "processor": f"{processor()}, {torch.get_num_threads()} threads",
            "versions": f"earmark {earmark.__version__}, torch {torch.__version__}",
        }
        for what, name in (("network", "leak"), ("MFCC statistics", "leak_of_baseline"))
    ]
    with (RESULTS / "leak.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(*rows, sep="\n")


if __name__ == "__main__":
    main()
