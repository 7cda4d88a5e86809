"""One map over files: in order, with progress; a bad file is an answer."""

import pytest

from earmark.errors import AudioError, ConfigError
from earmark.parallel import map_files, worker_count


def halved(number):
    if number % 2:
        raise AudioError(f"{number} is odd")
    if number < 0:
        raise ZeroDivisionError
    return number // 2


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("count", [0, 3, 20])
def test_answers_come_in_order_and_errors_among_them(workers, count):
    told = []
    results = list(
        map_files(halved, range(count), workers=workers, progress=lambda *done: told.append(done))
    )
    assert told == [(done, count) for done in range(1, count + 1)]
    assert results[::2] == [number // 2 for number in range(0, count, 2)]
    assert [str(error) for error in results[1::2]] == [f"{n} is odd" for n in range(1, count, 2)]
    assert all(isinstance(error, AudioError) for error in results[1::2])


@pytest.mark.parametrize("workers", [1, 2])
def test_other_errors_are_not_hidden(workers):
    with pytest.raises(ZeroDivisionError):
        list(map_files(halved, [-2] * 20, workers=workers))


def test_workers_are_asked_for_or_as_many_as_processors(monkeypatch):
    assert worker_count(3) == 3
    monkeypatch.setenv("EARMARK_WORKERS", "5")
    assert worker_count() == 5
    monkeypatch.delenv("EARMARK_WORKERS")
    assert worker_count() >= 1


@pytest.mark.parametrize("asked", ["0", "many", "-1", "1.5", ""])
def test_a_number_of_workers_that_is_none_is_refused(monkeypatch, asked):
    monkeypatch.setenv("EARMARK_WORKERS", asked)
    with pytest.raises(ConfigError, match="at least 1, got"):
        worker_count()
    with pytest.raises(ConfigError, match="workers must be at least 1, got 0"):
        worker_count(0)
