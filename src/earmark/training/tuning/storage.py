"""The study's database: a file of the run, or one that several machines share by its URL.

Optuna keeps parameters, values and remarks there as numbers and JSON; nothing is pickled. (Its
journal storage and its CMA-ES sampler do pickle; neither is used.)
"""

import logging
import sqlite3
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark.errors import ConfigError
from earmark.training.run_folder import differences

if TYPE_CHECKING:
    from optuna import Study
    from optuna.storages import RDBStorage
    from optuna.trial import FrozenTrial

SETTINGS = "earmark"  # the study's remark that says what must be the same
DEFAULT = "default"  # a trial's remark: it is the default of a network
HEARTBEAT_S, GRACE_S = 30, 120  # a worker silent for so long has died, and its trial with it
ATTEMPTS = 3  # to reach a shared database
LOCKED_S = 60  # how long a SQLite file may be busy with other workers


@contextmanager
def quiet_optuna() -> Iterator[None]:
    """Optuna's log and its warnings of what may change are not for the user."""
    from optuna import logging as its
    from optuna.exceptions import ExperimentalWarning

    before = its.get_verbosity()
    its.set_verbosity(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExperimentalWarning)
            yield
    finally:
        its.set_verbosity(before)


def own_storage(file: Path) -> "RDBStorage":
    """A database in one file, for one process."""
    from optuna.storages import RDBStorage

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(file, timeout=LOCKED_S)

    # not as a URL: a path may have any character
    try:
        return RDBStorage("sqlite://", engine_kwargs={"creator": connect})
    except Exception as error:
        raise ConfigError(
            f"{file}: not readable as a study's database: {_first_line(error)}; "
            "choose another --out"
        ) from error


def shared_storage(url: str) -> "RDBStorage":
    """The database at a URL. ConfigError: not a URL, no driver for it, or not reachable."""
    from optuna.storages import RDBStorage
    from sqlalchemy.exc import ArgumentError

    options = {"connect_args": {"timeout": LOCKED_S}} if url.startswith("sqlite:") else {}
    last: Exception | None = None
    for _ in range(ATTEMPTS):
        try:
            with quiet_optuna():
                return RDBStorage(
                    url,
                    engine_kwargs=options,
                    heartbeat_interval=HEARTBEAT_S,
                    grace_period=GRACE_S,
                    heartbeat_stale_trial_callback=again_if_default,
                )
        except (ArgumentError, ImportError) as error:
            last = error
            break
        except Exception as error:  # two workers that make the tables at once, most often
            last = error
            time.sleep(1)
    assert last is not None
    raise ConfigError(
        f"storage must be the URL of a database that can be reached, such as "
        f"sqlite:////shared/study.db or postgresql://user@host/name; got '{shown(url)}': "
        f"{_first_line(last)}"
    ) from last


def _first_line(error: Exception) -> str:
    """What went wrong, without the address: it may have a password."""
    cause = getattr(error, "orig", None) or error
    text = (str(cause).strip() or type(cause).__name__).splitlines()[0]
    return type(cause).__name__ if "://" in text else text


def shown(url: str) -> str:
    """A URL with its password hidden."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(url).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return url.rpartition("@")[2]


def open_study(
    storage: "RDBStorage", name: str, settings: Mapping[str, Any], where: str
) -> tuple["Study", bool]:
    """The study `name`, made if it is not there, and whether it was made.

    ConfigError: the one that is there has other settings, and which ones.
    """
    import optuna

    try:
        study = optuna.create_study(storage=storage, study_name=name, direction="maximize")
    except optuna.exceptions.DuplicatedStudyError:
        study = optuna.load_study(storage=storage, study_name=name, sampler=None)
        there = _settings_of(study)
        if there is None:
            raise ConfigError(
                f"the study '{name}' in {where} is not one of earmark tune: choose another name "
                "by study"
            ) from None
        differing = differences(there, settings)
        if differing:
            raise ConfigError(
                f"the study '{name}' in {where} was begun with other settings or other clips "
                f"({'; '.join(differing)}): give the same ones, or begin another study"
            ) from None
        return study, False
    study.set_user_attr(SETTINGS, dict(settings))
    return study, True


def _settings_of(study: "Study") -> Mapping[str, Any] | None:
    """What the maker of a study noted; one that is just being made is waited for."""
    for _ in range(50):
        found = study.user_attrs.get(SETTINGS)
        if found is not None:
            return dict(found)
        time.sleep(0.1)
    return None


def again_if_default(study: "Study", trial: "FrozenTrial") -> None:
    """A default that was stopped half-way is tried again: all others are compared with it."""
    if trial.user_attrs.get(DEFAULT):
        study.enqueue_trial(trial.params or trial.system_attrs["fixed_params"], {DEFAULT: True})
