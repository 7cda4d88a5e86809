"""When validation says that an epoch is worse, and when it has said so for long enough."""

import math
from typing import Any

from torch import Tensor

from earmark.models.recipe import Recipe
from earmark.training.learning_rate import FALLING

PATIENT_UNTIL = 0.75  # share of the epochs before which patience does not count, if the rate falls


def significantly_worse(mistakes: Tensor, fewest: Tensor) -> bool:
    """Whether mistakes (clips,) exceed the fewest ones by over one standard error and one clip.

    The one-standard-error rule (Breiman et al. 1984), on paired differences: among epochs that a
    small validation part cannot tell apart, the later is kept, as its rate has come further down.
    Mistakes are counted and not losses, as calibration mends a loss that is too sure of itself.
    """
    difference = mistakes - fewest
    error = difference.std(correction=0) / len(difference) ** 0.5
    one_clip = 1 / len(difference)
    return bool(difference.mean() > max(error.item(), one_clip))


def out_of_patience(state: dict[str, Any], recipe: Recipe, epochs: int) -> bool:
    """Whether validation has not got better for so long that training stops.

    Where the rate comes down, only the last quarter counts: most of what is gained is gained there,
    and a network that stands still at a large rate is not finished.
    """
    if recipe.patience is None or not state["fewest"]:
        return False
    since = state["fewest"]
    if recipe.schedule in FALLING:
        since = max(since, math.ceil(PATIENT_UNTIL * epochs))
    return bool(state["epoch"] - since >= recipe.patience)
