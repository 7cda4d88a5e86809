"""Where a training begins: a network with its first weights, its windows, and what is settled."""

import numpy as np
import torch

from earmark.models import create_model
from earmark.models.graph import FeatureClassifier
from earmark.training.balance import class_counts, class_weights, sampling_weights
from earmark.training.loop import LoopSettings, processor_has_bfloat16
from earmark.training.options import TrainOptions
from earmark.training.plan import choose_batch_size, choose_epochs
from earmark.training.prepare import Prepared, moments
from earmark.training.variants import variants_of
from earmark.training.watcher import Watcher
from earmark.training.windows import AugmentedWindows, Windows


def begin(
    prepared: Prepared, training: Windows, options: TrainOptions, watcher: Watcher
) -> tuple[FeatureClassifier, AugmentedWindows, LoopSettings]:
    """All that the loop and the range test are given; the same for the same seed."""
    recipe, classes = prepared.recipe, len(prepared.dataset.classes)
    epochs = recipe.epochs or choose_epochs(len(training), recipe.most_epochs)
    batch_size = recipe.batch_size or choose_batch_size(len(training))
    bfloat16 = options.precision == "bfloat16" or (
        options.precision == "auto" and recipe.name != "seed" and processor_has_bfloat16()
    )
    settings = LoopSettings(
        epochs,
        batch_size,
        options.seed,
        bfloat16,
        options.checkpoint_every_s,
        options.histograms,
    )
    bins = prepared.frontend.bins
    range_db = recipe.range_db if prepared.frontend.decibels else None
    mean, deviation = np.zeros(bins, np.float32), np.ones(bins, np.float32)
    if recipe.standardise:
        mean, deviation = moments(training, range_db)
    torch.manual_seed(options.seed)  # the weights' first values
    network = create_model(
        options.model, classes, options.recipe, frames=prepared.cut.frames, bins=bins
    )
    classifier = FeatureClassifier(network, mean, deviation, range_db)
    augmented = AugmentedWindows(training, classes, recipe.augmentation, options.seed)
    augmented.variants = variants_of(
        prepared.dataset,
        training.clips,
        prepared.frontend,
        recipe.augmentation,
        options,
        watcher,
    )
    if recipe.balance == "loss":
        augmented.class_weights = class_weights(class_counts(training.clip_targets, classes))
    elif recipe.balance == "sampling":
        augmented.likely = sampling_weights(training, classes)
    return classifier, augmented, settings
