"""The model card of a detector: the README of its folder."""

from earmark.evaluation.events import EventScorecard
from earmark.evaluation.events.render import score_table
from earmark.training.export import Trained
from earmark.training.model_card import calibration_of, facts_of

TEMPLATE = """# {title}

A sound event detector made by Earmark {version}. It finds when {count} classes are heard:
{classes}.

## How good it is

{score}

Split: {split}

The intervals are at 95 %, over groups of recordings that belong together. An event is found where
its onset is within 200 ms, and its offset within 200 ms or a fifth of its length. {calibration}

## Use

```sh
pip install earmark
earmark detect model recording.wav
```

```python
import earmark
model = earmark.load("model")
for found in model.detect(["recording.wav"]):
    print(found.path, found.events)
```

Without Earmark, `model.onnx` takes `waveform` (batch, {samples}) float32 mono at {rate_hz} Hz and
gives `probabilities` (batch, {scores}, {count}): scores of each class every {hop_ms:.0f} ms, in the
order of `classes` in `config.json`; `detection` there says how they become events.

## What it is

Network `{model}` (recipe `{recipe}`, {parameters:,} parameters) on `{frontend}` features, windows
of {window_s:.2f} s. Trained on {train} clips and recordings of `{dataset}`, seed {seed}{made}.
"""


def model_card(trained: Trained, card: EventScorecard, seed: int) -> str:
    """The README of a saved detector, Markdown."""
    detection = trained.detection
    assert detection is not None
    frontend, made = trained.frontend, trained.provenance["scenes"] is not None
    return TEMPLATE.format(
        classes=", ".join(trained.classes),
        score=score_table(card),
        calibration=calibration_of(trained, "Scores"),
        scores=trained.cut.frames // detection.frames_per_score,
        hop_ms=1000 * detection.frames_per_score * frontend.hop / frontend.rate_hz,
        made=", in scenes mixed from them" if made else "",
        **facts_of(trained, card.split, seed),
    )
