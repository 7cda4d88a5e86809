"""How many wrong labels are found: ESC-10 with labels exchanged before anything is learned.

Probabilities by cross-validated logistic regression on statistics of MFCC, sources kept whole, so
it takes seconds a row. `planted` are the exchanged labels, `recall` the share of them that is
flagged, `precision` the share of flagged clips that are planted ones (of the rest, most are clips
that this weak classifier mistakes), `top` the share of planted ones among the first as many of the
list. `accuracy` is against the labels as they were. All are means over seeds.

    PYTHONPATH=src python benchmarks/label_errors.py esc10 [--out benchmarks/results]
"""

import argparse
import csv
import platform
from pathlib import Path

import numpy as np

from earmark.datasets import Dataset
from earmark.evaluation.mislabelled import doubtful
from earmark.features import create_frontend
from earmark.features.extract import Part, extract_part

RULES = ("prune_by_noise_rate", "both", "confident_learning", "low_self_confidence")
SHARES = (0.05, 0.10)
SEEDS = range(5)
FOLDS = 5


def plant(targets, classes, share, rng):
    """Targets (clips,) of which a share is exchanged for another class, and where."""
    wrong = np.sort(rng.choice(len(targets), round(share * len(targets)), replace=False))
    given = targets.copy()
    given[wrong] = (given[wrong] + rng.integers(1, classes, len(wrong))) % classes
    return given, wrong


def statistics(dataset):
    """Mean, deviation and mean step of 20 MFCC of every clip, (clips, 60)."""
    frontend = create_frontend("mfcc", rate_hz=22050, bins=20)
    rows = []
    for clip in dataset.clips:
        frames = extract_part(Part(clip.path, clip.onset_s, clip.offset_s), frontend)
        steps = np.abs(np.diff(frames, axis=0)).mean(axis=0)
        rows.append(np.concatenate([frames.mean(axis=0), frames.std(axis=0), steps]))
    return np.stack(rows)


def out_of_fold(values, given, groups, seed):
    """Probabilities (clips, classes), each clip's by a model that saw no clip of its group."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000))
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    return cross_val_predict(model, values, given, groups=groups, cv=folds, method="predict_proba")


def figures(flags, quality, wrong):
    """Recall, precision and the share of planted ones among the first as many of the ranking."""
    planted = np.zeros(len(flags), bool)
    planted[wrong] = True
    hits = (flags & planted).sum()
    first = np.argsort(quality, kind="stable")[: len(wrong)]
    return hits / len(wrong), hits / max(flags.sum(), 1), planted[first].mean()


def planted_rows(dataset):
    """A row a share and rule: means over seeds."""
    values, classes = statistics(dataset), len(dataset.classes)
    for share in (0.0, *SHARES):
        found = {rule: [] for rule in RULES}
        for seed in SEEDS:
            rng = np.random.default_rng([seed, round(1000 * share)])
            given, wrong = plant(dataset.targets, classes, share, rng)
            rows = out_of_fold(values, given, dataset.groups, seed)
            right = (rows.argmax(axis=1) == dataset.targets).mean()
            quality = rows[np.arange(len(given)), given]
            for rule in RULES:
                flags = doubtful(given, rows, rule)
                figure = figures(flags, quality, wrong) if share else (np.nan,) * 3
                found[rule].append((right, flags.sum(), *figure))
        for rule in RULES:
            right, flagged, recall, precision, top = np.mean(found[rule], axis=0)
            yield row(
                "MFCC, logistic regression", share, rule, right, flagged, recall, precision, top
            )


def row(share, rule, right, flagged, recall, precision, top):
    """One row of the table; empty where a figure has no meaning."""
    told = ["" if np.isnan(x) else f"{x:.3f}" for x in (right, recall, precision, top)]
    return [f"{share:.3f}", rule, told[0], f"{flagged:.1f}", *told[1:]]


def main():
    """Print the table; write it with --out."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    dataset = Dataset.open(args.data)
    columns = ["share", "rule", "accuracy", "flagged", "recall", "precision", "top"]
    rows = list(planted_rows(dataset))
    for line in (columns, *rows):
        print(",".join(line))
    if args.out:
        from cleanlab import __version__

        with (args.out / "label_errors.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow([*columns, "dataset", "seeds", "cleanlab", "python"])
            about = [dataset.root.name, len(SEEDS), __version__, platform.python_version()]
            table.writerows([*line, *about] for line in rows)


if __name__ == "__main__":
    main()
