"""What was heard, kept on disk by the content of the file, in the cache that features are kept in.

A clip is one run of bytes: a line of JSON for the facts, then the arrays, padded to whole float32
rows (the cache's unit). Read back they are views of a memory-mapped file: they take no memory until
they are looked at.
"""

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.datasets.audit.fingerprint import HOP, RATE_HZ
from earmark.datasets.audit.heard import Heard, Prints

_FIELDS = (("keys", "<u4"), ("times", "<f4"), ("wave", "i1"))


@dataclass(frozen=True)
class HeardKind:
    """What names the place in the cache."""

    bins: int = 1
    version: int = 2  # raised when what is heard changes

    def settings(self) -> dict[str, Any]:
        """For people."""
        return {"name": "heard", "rate_hz": RATE_HZ, "hop": HOP, **vars(self)}

    @property
    def key(self) -> str:
        """Differs whenever the values could."""
        return f"heard-{self.version}"


def pack(heard: Heard) -> NDArray[np.float32]:
    """Bytes of what was heard as rows (rows, 1)."""
    facts = asdict(replace(heard, prints=Prints()))
    facts["prints"] = [len(getattr(heard.prints, name)) for name, _ in _FIELDS]
    head = json.dumps(facts).encode()
    head += b" " * (-(len(head) + 1) % 4) + b"\n"
    body = [np.asarray(getattr(heard.prints, name), kind).tobytes() for name, kind in _FIELDS]
    data = b"".join([head, *body])
    data += b"\0" * (-len(data) % 4)
    return np.frombuffer(data, np.float32)[:, None]


def unpack(rows: NDArray[np.float32], name: str) -> Heard:
    """What was packed, under the name of a clip (an equal file may have another).

    Raises ValueError: the bytes are not what `pack` wrote.
    """
    data = rows.reshape(-1).view(np.uint8)
    end = int(np.argmax(data[: 1 << 16] == ord("\n"))) + 1
    facts = json.loads(bytes(data[:end]))
    arrays = {}
    for (field, kind), count in zip(_FIELDS, facts.pop("prints"), strict=True):
        size = count * np.dtype(kind).itemsize
        arrays[field] = data[end : end + size].view(kind)
        end += size
    return Heard(**{**facts, "name": name, "prints": Prints(**arrays)})
