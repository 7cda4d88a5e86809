"""A guess at what belongs together: where it comes from, its groups and the evidence in words."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Guess:
    """One way to group the clips that nobody has asked for."""

    source: str
    """Where the groups come from: 'file names without the number at their end'."""
    option: str
    """The value of `--groups` that selects it."""
    groups: tuple[str, ...]
    """Group of each clip."""
    evidence: str
    """What speaks for it and what against, with figures and examples."""
    strong: bool
    """Whether training uses it unasked."""

    @property
    def count(self) -> int:
        """How many groups there are."""
        return len(set(self.groups))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON; without the group of each clip."""
        return {
            "source": self.source,
            "count": self.count,
            "option": self.option,
            "evidence": self.evidence,
            "confidence": "strong" if self.strong else "weak",
        }


@dataclass(frozen=True)
class Candidate:
    """Groups before anything speaks for them."""

    kind: str
    """'part' (take and part numbers), 'bracket', 'number', 'letter', 'field' or 'parent'."""
    source: str
    option: str
    groups: tuple[str, ...]
