"""JAMS (Humphrey et al., ISMIR 2014): JSON, a file a recording; written as `segment_open`.

Read are the namespaces segment_open, tag_open and scaper (of which the foreground events).
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from earmark.datasets.strong.event import Annotations
from earmark.datasets.strong.formats.format import LABEL_FORMATS, Gathered, LabelFormat
from earmark.errors import DatasetError

NAMESPACES = ("segment_open", "tag_open", "scaper")
VERSION = "0.3.4"  # of the schema that the files keep to


@LABEL_FORMATS.register("jams")
class JamsFormat(LabelFormat):
    """The library `jams` is not needed."""

    name: ClassVar[str] = "jams"
    suffixes: ClassVar[tuple[str, ...]] = (".jams", ".json")
    one_recording: ClassVar[bool] = True
    keeps_durations: ClassVar[bool] = True

    def likeness(self, text: str) -> int:
        """3 for JSON with annotations in it, 1 for other JSON."""
        if not text.lstrip().startswith("{"):
            return 0
        return 3 if '"annotations"' in text else 1

    def read(self, text: str, recording: str, gathered: Gathered) -> None:
        """The first annotation of a namespace that is known; that there are others is told."""
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise DatasetError(f"not JSON that can be read: {error}") from error
        found = document.get("annotations") if isinstance(document, dict) else None
        if not isinstance(found, list):
            raise DatasetError("JAMS has a list 'annotations'; this JSON has none")
        name = gathered.recording(recording)
        length = _part(document, "file_metadata").get("duration")
        if isinstance(length, int | float) and not isinstance(length, bool) and length > 0:
            gathered.duration("file_metadata", name, length)
        known = [each for each in found if _text(each, "namespace") in NAMESPACES]
        if found and not known:
            kinds = sorted({_text(each, "namespace") or "(none)" for each in found})
            raise DatasetError(
                f"its annotations are of the namespace {', '.join(kinds)}; those of events are "
                f"{', '.join(NAMESPACES)}"
            )
        if len(known) > 1:
            detail = f"{len(known)} annotations of events; the first is taken"
            gathered.tell("several annotations", name, "", detail)
        if known:
            _take(known[0], name, gathered)

    def text(self, annotations: Annotations) -> str:
        """One annotation of events, with scores as confidence."""
        ((name, events),) = annotations.items()
        length = annotations.durations_s.get(name)
        observations = [
            {
                "time": round(event.onset_s, 6),
                "duration": round(event.offset_s - event.onset_s, 6),
                "value": event.label,
                "confidence": event.score,
            }
            for event in events
        ]
        metadata = {"title": name, "artist": "", "release": "", "identifiers": {}}
        document = {
            "annotations": [
                {
                    "annotation_metadata": {
                        "curator": {"name": "", "email": ""},
                        "annotator": {},
                        "version": "",
                        "corpus": "",
                        "annotation_tools": "earmark",
                        "annotation_rules": "",
                        "validation": "",
                        "data_source": "",
                    },
                    "namespace": "segment_open",
                    "data": observations,
                    "sandbox": {},
                    "time": 0,
                    "duration": length,
                }
            ],
            "file_metadata": {**metadata, "duration": length, "jams_version": VERSION},
            "sandbox": {},
        }
        try:
            return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        except ValueError as error:
            raise DatasetError(f"it cannot be written as JSON: {error}") from error


def _take(annotation: Mapping[str, Any], name: str, gathered: Gathered) -> None:
    for number, seen in enumerate(_observations(annotation), start=1):
        place = f"observation {number}"
        value, onset, length = seen.get("value"), seen.get("time"), seen.get("duration")
        sure = seen.get("confidence")
        if _text(annotation, "namespace") == "scaper":
            details = value if isinstance(value, Mapping) else {}
            if details.get("role") == "background":
                continue
            value, sure = details.get("label"), None
        if not (isinstance(value, str) and _is_number(onset) and _is_number(length)):
            detail = "an event has a time, a duration and a value that is text"
            gathered.tell("bad event", name, place, detail)
            continue
        # 9 digits: the sum of two numbers to the microsecond is then the number that was meant
        offset = round(float(onset) + float(length), 9)  # type: ignore[arg-type]
        score = float(sure) if _is_number(sure) else None  # type: ignore[arg-type]
        gathered.add(place, name, value, float(onset), offset, score)  # type: ignore[arg-type]


def _observations(annotation: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Each observation; of old files, whose data are columns, the rows."""
    data = annotation.get("data")
    if isinstance(data, Mapping):
        columns = {name: values for name, values in data.items() if isinstance(values, list)}
        length = max(map(len, columns.values()), default=0)
        for at in range(length):
            yield {name: each[at] for name, each in columns.items() if at < len(each)}
    elif isinstance(data, list):
        for seen in data:
            yield seen if isinstance(seen, Mapping) else {}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _part(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = document.get(name)
    return part if isinstance(part, Mapping) else {}


def _text(annotation: object, name: str) -> str:
    value = annotation.get(name) if isinstance(annotation, Mapping) else None
    return value if isinstance(value, str) else ""
