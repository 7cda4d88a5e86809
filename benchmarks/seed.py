"""The seed experiment on a set of dances: `python benchmarks/seed.py DIR`.

DIR is a set as `earmark datasets get synthetic-ballroom DIR` writes it. The four networks are
trained by the recipe `seed`, with fewer epochs than the report's 100 where two cores would take
hours; runs go on where they were stopped. One split by CD; the curves are over its test clips,
which choose nothing, as the report drew them. Writes benchmarks/results/seed.csv and seed.png.
"""

import argparse
import csv
import json
from pathlib import Path

import earmark
from decode import processor
from earmark.api import run
from earmark.evaluation.pictures import plot_joint_curves
from earmark.training.options import TrainOptions
from earmark.training.plan import Overrides
from earmark.training.run_folder import read_history

RESULTS = Path(__file__).parent / "results"
MOST_LOSS = 23.03  # -ln 1e-10: more than a clipped loss can be, and much less than a plain one
EPOCHS = {"simple": 20, "alexnet": 100, "googlenet": 20, "vgg": 2}


def main() -> None:
    """Train what is not trained yet, then draw and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--runs", type=Path, default=Path("runs/seed"))
    given = parser.parse_args()
    dataset = earmark.Dataset.open(given.data)
    rows, histories = [], {}
    for name, epochs in EPOCHS.items():
        out = given.runs / f"{name}-seed"
        options = TrainOptions(
            model=name, recipe="seed", overrides=Overrides(epochs=epochs), resume=True
        )
        result = run(dataset, out, options)
        histories[name] = [
            row | {"validation_loss": min(row["validation_loss"], MOST_LOSS)}
            for row in read_history(out)
        ]
        card = json.loads((out / "scorecard.json").read_text())
        answered = [sum(column) > 0 for column in zip(*card["clip"]["confusion"], strict=True)]
        accuracy, majority = card["clip"]["accuracy"], card["baselines"]["majority"]["accuracy"]
        last = histories[name][-1]
        rows.append(
            {
                "network": name,
                "epochs": epochs,
                "train_accuracy": f"{last['train_accuracy']:.3f}",
                "train_loss": f"{last['train_loss']:.3f}",
                "test_accuracy": f"{accuracy['value']:.3f}",
                "low": f"{accuracy['low']:.3f}",
                "high": f"{accuracy['high']:.3f}",
                "majority": f"{majority['value']:.3f}",
                "answered_classes": sum(answered),
                "seconds": f"{result.seconds:.0f}",
                "machine": processor(),
            }
        )
        print(rows[-1])
    with (RESULTS / "seed.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    title = "The seed's recipe on synthetic dances (validation: its test clips)"
    plot_joint_curves(histories, RESULTS / "seed.png", title=title)


if __name__ == "__main__":
    main()
