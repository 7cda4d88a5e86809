"""The model card: the README of a saved model, made from what is known of it."""

from collections.abc import Mapping
from typing import Any

import earmark
from earmark.evaluation.cards import ClipCard
from earmark.evaluation.multilabel.render import WAY_NAMES
from earmark.evaluation.multilabel.render import score_table as label_score_table
from earmark.evaluation.multilabel.scorecard import MultilabelScorecard
from earmark.evaluation.terminal import leak_line
from earmark.training.export import Trained

TEMPLATE = """# {title}

A sound classifier made by Earmark {version}. {task}

## How good it is

{score}

Split: {split}

The intervals are at 95 %, over groups of clips that belong together. {calibration}
{answers}

## Use

```sh
pip install earmark
earmark predict {folder} recording.wav
```

```python
import earmark
model = earmark.load("{folder}")
model.predict(["recording.wav"])
```

Without Earmark, `model.onnx` takes `waveform` (batch, {samples}) float32 mono at {rate_hz} Hz and
gives `probabilities` (batch, {count}), in the order of `classes` in `config.json`, and
`familiarity` (batch, parts): below 0, a sound is unlike those of the training.

## What it is

Network `{model}` (recipe `{recipe}`, {parameters:,} parameters) on `{frontend}` features, windows
of {window_s:.2f} s. Trained on {train} clips of `{dataset}`, seed {seed}.
"""


ONE = (
    "It tells {count} classes apart: {classes}.",
    "A recording unlike its training sounds is answered `unknown`. That catches noise, hum and "
    "silence; another kind of sound is often taken for one of the classes.",
)
SEVERAL = (
    "It says which of {count} labels a recording has: {classes}.",
    "It answers the labels whose score ({way}) is {threshold:.2f} or more, several or none, and "
    "may find them in sounds of another kind as well. Noise, hum and silence have none.",
)


def _line(name: str, figures: dict[str, object]) -> str:
    def band(metric: str) -> str:
        value = figures[metric]
        return f"{value.value:.1%} [{value.low:.1%}, {value.high:.1%}]"  # type: ignore[attr-defined]

    return f"| {name} | {band('accuracy')} | {band('balanced_accuracy')} | {band('macro_f1')} |"


def score_table(card: ClipCard) -> str:
    """The main figures with their intervals and baselines, Markdown."""
    if isinstance(card, MultilabelScorecard):
        return label_score_table(card)
    lines = ["| | accuracy | balanced accuracy | macro F1 |", "|---|---|---|---|"]
    lines.append(_line("per clip", dict(card.clip.intervals)))
    if card.window is not None:
        lines.append(_line("per window", dict(card.window.intervals)))
    for name, figures in card.baselines.items():
        lines.append(_line(f"baseline: {name}", dict(figures)))
    return "\n".join(lines)


def facts_of(trained: Trained, split: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """What the card of every kind of model tells, by its place in the template."""
    frontend = trained.frontend
    return {
        "title": f"{trained.provenance['dataset']}: {trained.model}",
        "version": earmark.__version__,
        "count": len(trained.classes),
        "split": ". ".join(filter(None, (split["description"], leak_line(split)))),
        "samples": frontend.window_samples(trained.cut.frames),
        "rate_hz": frontend.rate_hz,
        "model": trained.model,
        "recipe": trained.recipe,
        "parameters": sum(weight.numel() for weight in trained.classifier.network.parameters()),
        "frontend": frontend.name,
        "window_s": trained.cut.frames / frontend.frames_per_s,
        "train": trained.provenance["clips"]["train"],
        "dataset": trained.provenance["dataset"],
        "seed": seed,
    }


def calibration_of(trained: Trained, what: str) -> str:
    """Whether and by how much `what` (probabilities, scores) are calibrated, a sentence."""
    if not trained.calibrated_on:
        return f"{what} are not calibrated."
    return (
        f"{what} are calibrated on {trained.calibrated_on} validation windows "
        f"(temperature {trained.temperature:.2f})."
    )


def model_card(trained: Trained, card: ClipCard, seed: int) -> str:
    """The README of a saved model, Markdown."""
    facts: dict[str, object] = {
        "count": len(trained.classes),
        "classes": ", ".join(trained.classes),
    }
    if trained.threshold is None:
        task, answers = ONE
    else:
        task, answers = SEVERAL
        facts |= {"way": WAY_NAMES[trained.aggregate], "threshold": trained.threshold}
    return TEMPLATE.format(
        task=task.format(**facts),
        answers=answers.format(**facts),
        score=score_table(card),
        calibration=calibration_of(trained, "Probabilities"),
        folder="model",
        **facts_of(trained, card.split, seed),
    )
