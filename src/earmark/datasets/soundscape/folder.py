"""The notes of a folder of scenes: what they were made with, and which are done.

scenes.json     when all is done: the settings, and of each scene its events and their clips
scenes.jsonl    while it is made: the settings, then a line a scene as soon as it is written
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from earmark.errors import ConfigError
from earmark.files import write_whole

SCENES = "scenes.json"
JOURNAL = "scenes.jsonl"

Record = dict[str, Any]
"""A scene: file, duration_s, background, events (label, onset_s, offset_s, clip)."""


def check_place(out: Path) -> None:
    """ConfigError where a folder of scenes cannot be: a file, or a folder with other things."""
    if out.is_file():
        raise ConfigError(f"{out} is a file: choose a folder by --out")
    known = any((out / name).exists() for name in (SCENES, JOURNAL))
    if out.is_dir() and not known and any(out.iterdir()):
        raise ConfigError(
            f"{out} exists and holds other things than scenes: choose another folder by --out"
        )


class SceneFolder:
    """A folder that scenes are written to; what is noted is safe.

    ConfigError: the folder holds something else, or scenes made with other settings.
    """

    def __init__(self, out: Path, made_with: Mapping[str, Any]) -> None:
        self.out = out
        self.made_with = json.loads(json.dumps(made_with))
        self.done: dict[str, Record] = {}
        """Scenes that are there whole, by their file's name."""
        try:
            check_place(out)
            self._read()
            out.mkdir(parents=True, exist_ok=True)
            lines = [{"made_with": self.made_with}, *self.done.values()]
            # anew: a line that a kill has broken must not stand before the next
            write_whole(out / JOURNAL, "".join(_line(values) for values in lines))
        except OSError as error:
            raise _unwritable(out, error) from error

    def note(self, record: Record) -> None:
        """A scene is written: keep what is known of it."""
        try:
            with (self.out / JOURNAL).open("a", encoding="utf-8") as journal:
                journal.write(_line(record))
        except OSError as error:
            raise _unwritable(self.out, error) from error
        self.done[record["file"]] = record

    def finish(self, about: Mapping[str, Any]) -> None:
        """All scenes are written: the one file that tells of them."""
        scenes = [self.done[name] for name in sorted(self.done)]
        document = {**about, "made_with": self.made_with, "scenes": scenes}
        try:
            text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
            write_whole(self.out / SCENES, text + "\n")
            (self.out / JOURNAL).unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(self.out, error) from error

    def _read(self) -> None:
        """The scenes that are there already."""
        for name, read in ((SCENES, _read_whole), (JOURNAL, _read_lines)):
            path = self.out / name
            if not path.exists():
                continue
            try:
                made_with, records = read(path.read_text(encoding="utf-8"))
                done = {
                    record["file"]: record for record in records if record["events"] is not None
                }
            except (ValueError, KeyError, TypeError) as error:
                raise ConfigError(
                    f"{path} is not readable ({error}): choose another folder by --out"
                ) from error
            self._check(made_with)
            self.done |= {file: r for file, r in done.items() if (self.out / file).is_file()}

    def _check(self, made_with: Mapping[str, Any]) -> None:
        different = [
            f"{name} was {_short(made_with.get(name))}, now {_short(self.made_with.get(name))}"
            for name in sorted(made_with.keys() | self.made_with.keys())
            if made_with.get(name) != self.made_with.get(name)
        ]
        if different:
            raise ConfigError(
                f"{self.out} holds scenes made with other settings ({'; '.join(different)}): give "
                "the same ones, or choose another folder by --out"
            )


def _read_whole(text: str) -> tuple[dict[str, Any], list[Record]]:
    document = json.loads(text)
    return dict(document["made_with"]), list(document["scenes"])


def _read_lines(text: str) -> tuple[dict[str, Any], list[Record]]:
    """What a journal says; a last line that a kill has cut is no scene."""
    first, *lines = [line for line in text.splitlines(keepends=True) if line.endswith("\n")]
    return dict(json.loads(first)["made_with"]), [json.loads(line) for line in lines]


def _line(values: Mapping[str, Any]) -> str:
    return json.dumps(values, allow_nan=False) + "\n"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"


def _unwritable(out: Path, error: OSError) -> ConfigError:
    reason = error.strerror or str(error)
    return ConfigError(
        f"cannot write the scenes to {out}: {reason}. Choose a writable folder with room; the "
        "same command goes on with what is there"
    )
