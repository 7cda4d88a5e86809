"""A JSON file a clip, mirroring the folder: what Essentia's Extractor gave the seed experiment.

The matrix is at `lowLevel.mfcc` (of other front-ends: `lowLevel.<name>`). An object `earmark`
says all that is needed to read it back; Essentia's own files, without it, can be read as well.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import earmark
from earmark.datasets.clip import Clip, Problem
from earmark.datasets.feature_files.format import (
    BAD,
    FORMATS,
    FeatureFormat,
    FeatureRow,
    frontend_of,
    several_of,
    written_whole,
)
from earmark.datasets.table import Row
from earmark.datasets.words import clean_label, one_spelling
from earmark.errors import DatasetError
from earmark.features import Frontend, create_frontend
from earmark.features.extract import FeatureStore
from earmark.features.matrix_text import checked_matrix, matrix_text
from earmark.parallel import Progress

ESSENTIA = "mfcc"  # what Essentia's own files hold, at lowLevel.mfcc
END = "}}\n"


@FORMATS.register("json")
class _Json(FeatureFormat):
    name = "json"
    suffix = ".json"

    def write(
        self,
        out: Path,
        clips: Sequence[Clip],
        store: FeatureStore,
        frontend: Frontend,
        progress: Progress | None = None,
    ) -> None:
        for index, clip in enumerate(clips):
            features, target = store[index], self.target(out, clip)
            head = _head(clip, frontend, store.digests[index], len(features))
            if not _is_written(target, head):
                with written_whole(target) as part:
                    part.write_text(head + matrix_text(features) + END, encoding="utf-8")
            if progress is not None:
                progress(index + 1, len(clips))

    def recognises(self, path: Path) -> bool:
        """A folder with JSON and without sounds."""
        from earmark.audio import is_audio

        found = False
        for place in _files(path) if path.is_dir() else ():
            if is_audio(place):
                return False
            found = found or place.suffix.lower() == self.suffix
        return found

    def read(self, path: Path) -> Iterator[FeatureRow | Problem]:
        frontends: dict[str, Frontend] = {}
        for place in _files(path):
            if place.suffix.lower() != self.suffix:
                continue
            shown = one_spelling(place.relative_to(path).as_posix())
            try:
                yield _read(place, shown, frontends)
            except DatasetError as error:
                yield Problem(BAD, shown, str(error))


def _head(clip: Clip, frontend: Frontend, digest: str | None, frames: int) -> str:
    """Everything before the matrix: a file that begins so is the one that is wanted."""
    length_s = round(frames / frontend.frames_per_s, 3)
    values = {
        "earmark": {
            "version": earmark.__version__,
            "frontend": frontend.settings(),
            "frontend_version": frontend.version,
            "name": clip.name,
            "label": clip.label,
            **({} if clip.labels is None else {"multilabel": True}),
            "group": clip.group,
            "fold": clip.fold,
            "onset_s": clip.onset_s,
            "offset_s": clip.offset_s,
            "duration_s": length_s,
            "digest": digest,
        },
        "metadata": {
            "audio_properties": {"analysis_sample_rate": frontend.rate_hz, "length": length_s},
            "tags": {"file_name": PurePosixPath(clip.file_name).name},
        },
    }
    text = json.dumps(values, ensure_ascii=False)
    return f'{text[:-1]}, "lowLevel": {{{json.dumps(frontend.name)}: '


def _is_written(target: Path, head: str) -> bool:
    """Whether the file is there already; it appears whole, so its beginning is enough."""
    wanted = head.encode()
    try:
        with target.open("rb") as file:
            return file.read(len(wanted)) == wanted
    except OSError:
        return False


def _files(root: Path) -> Iterator[Path]:
    """All files below a folder that are not hidden, in a stable order."""
    for folder, below, names in os.walk(root):
        below[:] = sorted(name for name in below if name[0] != "." and name != "__MACOSX")
        for name in sorted(names):
            if name[0] != ".":
                yield Path(folder, name)


def _read(place: Path, shown: str, frontends: dict[str, Frontend]) -> FeatureRow:
    try:
        document = json.loads(place.read_bytes())
    except OSError as error:
        raise DatasetError(f"cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"no JSON: {error}") from error
    own = _object(document, "earmark")
    frontend = _frontend(own, frontends) if own else create_frontend(ESSENTIA)
    if not own:
        _check_essentia(document, frontend)
    level = _object(document, "lowLevel")
    if frontend.name not in level:
        raise DatasetError(f"it has no features: no 'lowLevel' with '{frontend.name}' in it")
    features = checked_matrix(level[frontend.name], frontend.bins)
    parts = PurePosixPath(shown).parts
    label = clean_label(_text(own, "label") or (parts[0] if len(parts) > 1 else ""))
    if not label:
        raise DatasetError("it has no label, and is in no folder that names one")
    clip = Clip(
        place,
        one_spelling(_text(own, "name") or shown.removesuffix(place.suffix)),
        label,
        group=clean_label(_text(own, "group")) or None,
        fold=clean_label(_text(own, "fold")) or None,
        onset_s=_seconds(own, "onset_s") or 0.0,
        offset_s=_seconds(own, "offset_s"),
        labels=several_of(label, own.get("multilabel") is True),
    )
    cells = {name: _text(own, name) for name in ("label", "group", "fold")}
    return FeatureRow(clip, features, frontend, Row(shown, cells), _text(own, "digest") or None)


def _frontend(own: Mapping[str, Any], frontends: dict[str, Frontend]) -> Frontend:
    """The front-end of a file; most files of a folder say the same."""
    settings, version = own.get("frontend"), own.get("frontend_version")
    key = json.dumps([settings, version], sort_keys=True)
    if key not in frontends:
        frontends[key] = frontend_of(settings, version, "'earmark.frontend'")
    return frontends[key]


def _check_essentia(document: Mapping[str, Any], frontend: Frontend) -> None:
    """Essentia's defaults are at 44.1 kHz; what it made at another rate are other values."""
    properties = _object(_object(document, "metadata"), "audio_properties")
    rate_hz = properties.get("analysis_sample_rate")
    if rate_hz is not None and rate_hz != frontend.rate_hz:
        raise DatasetError(f"made at {rate_hz} Hz; {frontend.name} are made at {frontend.rate_hz}")


def _object(values: object, name: str) -> Mapping[str, Any]:
    found = values.get(name) if isinstance(values, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _text(own: Mapping[str, Any], name: str) -> str:
    value = own.get(name)
    if value is not None and not isinstance(value, str):
        raise DatasetError(f"'earmark.{name}' must be text, got {value!r}")
    return value or ""


def _seconds(own: Mapping[str, Any], name: str) -> float | None:
    value = own.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise DatasetError(f"'earmark.{name}' must be seconds, 0 or more, got {value!r}")
    return float(value)
