"""The report as one JSON document: every figure, and no sound or picture."""

import json
import math
from collections.abc import Mapping
from typing import Any

MEDIA = "media"  # the key under which sounds and pictures stand, wherever in the document


def as_json(document: Mapping[str, Any]) -> str:
    """The document as JSON text, without what is under the key `media`; not a number is null.

    >>> print(as_json({"clips": 2, "media": "data:...", "loss": [float("nan")]}), end="")
    {
      "clips": 2,
      "loss": [
        null
      ]
    }
    """
    return json.dumps(_plain(document), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items() if key != MEDIA}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, str):  # a file name that is no text has lone surrogates
        return value.encode("utf-8", "backslashreplace").decode()
    return value
