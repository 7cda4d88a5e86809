"""One map over files: parallel, in order, with progress; a bad file is an answer, not an end."""

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from earmark.errors import ConfigError, EarmarkError

In = TypeVar("In")
Out = TypeVar("Out")
Progress = Callable[[int, int], None]
"""Called with (done, total) after each item."""


def worker_count(workers: int | None = None) -> int:
    """How many processes to use: as asked, else `EARMARK_WORKERS`, else the processors at hand."""
    if workers is None:
        asked = os.environ.get("EARMARK_WORKERS")
        if asked is None:
            return (
                len(os.sched_getaffinity(0))
                if hasattr(os, "sched_getaffinity")
                else os.cpu_count() or 1
            )
        if not asked.isdigit():
            raise ConfigError(
                f"EARMARK_WORKERS must be a whole number of at least 1, got '{asked}'"
            )
        workers = int(asked)
    if workers < 1:
        raise ConfigError(f"workers must be at least 1, got {workers}")
    return workers


class _Guarded(Generic[In, Out]):
    """Calls a function and returns an EarmarkError instead of raising it (picklable)."""

    def __init__(self, function: Callable[[In], Out]) -> None:
        self.function = function

    def __call__(self, item: In) -> Out | EarmarkError:
        try:
            return self.function(item)
        except EarmarkError as error:
            return error


def map_files(
    function: Callable[[In], Out],
    items: Sequence[In],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Iterable[Out | EarmarkError]:
    """Yield `function(item)` for each item, in order; an EarmarkError is yielded, not raised.

    One process per worker through joblib, so `joblib.parallel_config(backend="dask")` (or "ray")
    spreads the same call over many machines. Small jobs stay in this process.
    """
    count = worker_count(workers)
    guarded = _Guarded(function)
    total = len(items)
    if count == 1 or total < 16:  # starting processes costs about as much as decoding 16 clips
        results: Iterable[Out | EarmarkError] = map(guarded, items)
    else:
        import joblib

        parallel = joblib.Parallel(n_jobs=count, return_as="generator", batch_size="auto")
        results = parallel(joblib.delayed(guarded)(item) for item in items)
    for done, result in enumerate(results, start=1):
        if progress is not None:
            progress(done, total)
        yield result
