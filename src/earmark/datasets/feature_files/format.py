"""What every kind of feature file declares; one file of this package is one kind."""

import errno
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from earmark.datasets.clip import Clip, Problem
from earmark.datasets.rows import labels_of
from earmark.datasets.table import Row
from earmark.errors import ConfigError, DatasetError
from earmark.features.extract import FeatureStore
from earmark.features.frontend import Array, Frontend, frontend_from_settings
from earmark.parallel import Progress
from earmark.registry import Registry

FORMATS: Registry[type["FeatureFormat"]] = Registry(
    "feature format", "earmark.datasets.feature_files"
)
BAD = "bad features"  # the kind of the Problem of features that cannot be used


@dataclass(frozen=True)
class FeatureRow:
    """One clip as read from a feature file: its features in place of its sound."""

    clip: Clip
    features: Array
    """(frames, bins)"""
    frontend: Frontend
    row: Row
    """Where it stands, and its cells for `--groups column:NAME`."""
    digest: str | None = None
    """Of the sound it was made of, where the file tells."""


class FeatureFormat(ABC):
    """One kind of feature file: a file for all clips, or a folder with one for each."""

    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]] = ()
    """Of the file for all clips; none where each clip has its own."""
    suffix: ClassVar[str]
    """What is added to a clip's name, or to the folder's name, to name the file."""
    keeps_groups: ClassVar[bool] = True
    """Whether groups and folds are in it."""
    one_label: ClassVar[bool] = False
    """Whether it has room for one label a clip alone."""

    @abstractmethod
    def write(
        self,
        out: Path,
        clips: Sequence[Clip],
        store: FeatureStore,
        frontend: Frontend,
        progress: Progress | None = None,
    ) -> None:
        """Write the features of clips to `out`. ConfigError where that cannot be written."""

    def recognises(self, path: Path) -> bool:
        """Whether `path` is of this kind and can be read back."""
        return False

    def read(self, path: Path) -> Iterator[FeatureRow | Problem]:
        """The clips of a file that is recognised, one at a time, with what is wrong with others.

        DatasetError where the whole cannot be read.
        """
        raise DatasetError(f"'{path}': features as {self.name} are not read back")

    def place(self, name: str, out: Path | None) -> Path:
        """Where to write: `out`, or by default beside nothing, `<name>-features` here."""
        usual = f"{name}-features" + (self.suffix if self.suffixes else "")
        if out is None:
            return Path(usual)
        if not self.suffixes:
            if out.exists() and not out.is_dir():
                raise ConfigError(f"out must be a folder for {self.name}; '{out}' is a file")
            return out
        if out.is_dir():
            return out / usual
        if out.suffix.lower() not in self.suffixes:
            raise ConfigError(f"out must end in {self.suffix} for {self.name}, got '{out}'")
        return out

    def check(self, out: Path, clips: Sequence[Clip], frontend: Frontend) -> None:
        """Raise what forbids writing, before hours of extraction."""
        if self.one_label and any(clip.labels is not None for clip in clips):
            raise ConfigError(
                f"format {self.name} has one label a clip, and here a clip may have several: "
                "take json or parquet"
            )
        if not self.suffixes:
            for clip in clips:
                self.target(out, clip)
        elif out.exists() and not self.recognises(out):
            raise ConfigError(f"out must not be '{out}': it is there, and holds no features")

    def target(self, out: Path, clip: Clip) -> Path:
        """The file of one clip below `out`; a.wav and a.mp3 keep their suffixes, and apart."""
        target = out / (clip.name + self.suffix)
        if not target.resolve().is_relative_to(out.resolve()):
            raise DatasetError(f"{clip.name}: its features would be written outside {out}")
        return target


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """A file to write to, which becomes `target` when the block is left without an error."""
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(target)
    except OSError as error:
        hint = (
            ". Make room, then give the same command again: what is computed is in the cache"
            if error.errno in (errno.ENOSPC, errno.EDQUOT)
            else ""
        )
        raise ConfigError(f"cannot write {target}: {error.strerror or error}{hint}") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def several_of(text: str, several: bool) -> tuple[str, ...] | None:
    """A clip's labels, from one text, where the file says that a clip may have several."""
    return labels_of(text) if several else None


def frontend_of(settings: object, version: object, place: str) -> Frontend:
    """The front-end that made features, from what a file says of it."""
    if not isinstance(settings, Mapping) or not isinstance(settings.get("name"), str):
        raise DatasetError(f"{place}: it does not say which front-end made the features")
    try:
        frontend = frontend_from_settings(dict[str, Any](settings))
        frontend.silence()  # settings of a wrong type show here
    except (ConfigError, TypeError, ValueError) as error:
        raise DatasetError(f"{place}: {error}") from error
    if version != frontend.version:
        raise DatasetError(
            f"{place}: made by version {version} of front-end {frontend.name}; this Earmark has "
            f"version {frontend.version}, whose values differ: extract the features anew"
        )
    return frontend
