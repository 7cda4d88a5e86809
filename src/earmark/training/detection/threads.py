"""Many scenes at once: mixing and spectra let other threads run."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

THREADS = min(4, os.cpu_count() or 1)


def mapped(function: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """What `function` gives for each item, in their order.

    Matrix products keep to one thread meanwhile: threads that each have more of their own wait for
    one another, and a batch takes twice the time (measured on two cores).
    """
    with _libraries().limit(limits=1, user_api="blas"), ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(function, items))


@cache
def _libraries() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
