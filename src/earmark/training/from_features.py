"""Training on features that were read from a table: which front-end, and what stands for sound."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from earmark.datasets import Dataset
from earmark.features import Frontend, create_frontend
from earmark.models import Recipe
from earmark.training.plan import Overrides

EXAMPLE_LEVEL = 0.1  # of the noise, as a quiet recording has it


def with_features_of(recipe: Recipe, dataset: Dataset, overrides: Overrides) -> Recipe:
    """The recipe with the front-end of the dataset's features, where there are features.

    ConfigError where another front-end or rate was asked for.
    """
    if dataset.features is None:
        return recipe
    dataset.features.check(overrides.frontend, overrides.rate_hz)
    have = dataset.features.frontend
    if recipe.frontend == have.name:
        asked = {**recipe.frontend_settings, "rate_hz": have.rate_hz}
        if create_frontend(have.name, asked.pop("rate_hz"), **asked) == have:
            return recipe
    settings = {
        name: value
        for name, value in have.settings().items()
        if name not in ("name", "rate_hz")  # the rate is the table's own
    }
    return replace(recipe, frontend=have.name, frontend_settings=settings)


def example_noise(frontend: Frontend, frames: int, seed: int) -> NDArray[np.float32]:
    """White noise of two windows of so many frames, (samples,): golden input without a sound."""
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal(2 * frontend.window_samples(frames))
    return (EXAMPLE_LEVEL * noise).clip(-1, 1).astype(np.float32)
