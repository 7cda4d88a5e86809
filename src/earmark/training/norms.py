"""Batch norms brought up to date with weights that they have not seen in training."""

import torch
from torch import nn

from earmark.models.graph import FeatureClassifier
from earmark.training.batches import epoch_batches
from earmark.training.lessons import Lessons

BATCHES = 10  # of training windows; means and deviations of some hundred windows change little


@torch.no_grad()
def fresh_norms(
    classifier: FeatureClassifier,
    training: Lessons,
    epoch: int,
    batch_size: int,
    seed: int,
) -> None:
    """Measure the means and deviations of all batch norms anew, with the weights as they are.

    A schedule-free optimiser learns with other weights than it keeps (Defazio et al. 2024 advise
    this), and the running figures of batch norm are those of the former.
    """
    norms = [
        module
        for module in classifier.modules()
        if isinstance(module, nn.modules.batchnorm._NormBase)
    ]
    usual = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a plain mean over what follows
    if norms:
        classifier.train()
        for indices in epoch_batches(training, seed, epoch, batch_size)[:BATCHES]:
            windows, _ = training.batch(epoch, indices)
            classifier(torch.from_numpy(windows))
    for norm, momentum in zip(norms, usual, strict=True):
        norm.momentum = momentum
