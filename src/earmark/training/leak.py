"""What a random split would claim: the same training once more, with the groups ignored."""

import dataclasses
from pathlib import Path

from earmark.datasets.random_split import random_twins
from earmark.evaluation.cards import main_figure, pool_cards
from earmark.evaluation.leak import Leak
from earmark.training.as_used import recipes_as_used
from earmark.training.export import replace_card
from earmark.training.options import TrainOptions
from earmark.training.prepare import Prepared
from earmark.training.run_folder import ANSWERS, keep_split, write_json
from earmark.training.split_run import Result, run_split
from earmark.training.watcher import Watcher

RANDOM = "random-split"
NOTE = "groups ignored on purpose, to measure the leak"


def _folders(out: Path, splits: int) -> list[Path]:
    place = out / RANDOM
    return [place] if splits == 1 else [place / f"fold-{n}" for n in range(1, splits + 1)]


def is_measured(out: Path, splits: int) -> bool:
    """Whether it was measured before: a run that goes on does not forget it."""
    return all((folder / ANSWERS).exists() for folder in _folders(out, splits))


def with_leak(
    result: Result, prepared: Prepared, options: TrainOptions, out: Path, watcher: Watcher
) -> Result:
    """The result with its leak measured, in `out/random-split`; what is there is gone on with.

    Intervals are over the true groups on both sides.
    """
    dataset = result.dataset
    twins = random_twins(dataset, result.splits, seed=options.seed)
    watcher.message("measuring the leak: the same training on a random split")
    options = dataclasses.replace(options, note=NOTE)
    used = recipes_as_used(prepared, twins, options, watcher)
    cards, seconds = {}, result.seconds
    for folder, twin, recipe in zip(_folders(out, len(twins)), twins, used, strict=True):
        folder.mkdir(parents=True, exist_ok=True)
        keep_split(folder, dataset, twin, prepared.store.digests)
        own = dataclasses.replace(prepared, recipe=recipe)
        done = run_split(own, twin, options, folder, watcher)
        seconds += done.seconds
        if done.interrupted:
            return dataclasses.replace(result, seconds=seconds, interrupted=True)
        cards[twin.name] = done.card
    random = next(iter(cards.values()))
    if len(cards) > 1:
        random = pool_cards(cards, {"kind": "random folds", "description": NOTE})
    (figure, there), (_, here) = main_figure(random), main_figure(result.card)
    leak = Leak("accuracy" if figure == "accuracy" else "micro_f1", there, here)
    card = dataclasses.replace(result.card, leak=leak)
    write_json(out / "scorecard.json", card.to_dict())
    if len(result.models) == 1:  # of folds, no model has the pooled card
        replace_card(result.models[0], card.to_dict())
    return dataclasses.replace(result, card=card, seconds=seconds)
