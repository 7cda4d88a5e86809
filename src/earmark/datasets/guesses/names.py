"""Judge what file and folder names may tell of groups, by evidence that is told with the guess.

A name that only numbers the files of a class says nothing, nor does the label written in it.
Strong is what would be hard to explain otherwise; what could be a mere sort of sound stays weak.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property

from earmark.datasets.clip import Clip
from earmark.datasets.guesses.candidates import TAKES, candidates, stem_of
from earmark.datasets.guesses.guess import Candidate, Guess
from earmark.datasets.words import count, examples, natural_key

# All by judgement, on names of public sets; what they let through is shown, never hidden.
FEWEST_CLIPS = 16  # below, everything may be chance
FEWEST_GROUPS = 4  # of a word that crosses the labels: fewer may be 'left' and 'right'
SHARED = 0.5  # of the clips that must share their group with another
SHARED_IDS = 0.2  # the same, of long numbers: that they repeat at all is telling
MOST = 2 / 3  # groups a clip
SPARSE = 0.5  # a number field fuller than this between its ends counts something
MOST_SHOWN = 6
PARTS = re.compile(r"(train(ing)?|test(ing)?|valid(ation)?|val|dev|eval|fold[ _-]?[0-9]+)", re.I)
MEASURE = re.compile(
    r"[A-G](#|b|s)?-?[0-9]|[0-9]+([.,][0-9]+)?(bpm|k?hz|db|ms|s|sec|min|k|bit)|v[0-9]+|"
    r"p{1,3}|m[pf]|f{1,3}",
    re.I,
)  # notes, loudness, units and versions
COUNTED = re.compile(
    rf"(({'|'.join(TAKES)}|no|nr|n|index|idx|sample|file|track|rep)[0-9]+|[(\[][0-9]+[)\]]|[0-9]+[a-z])",
    re.I,
)  # take3, (2), 12b
DATE = re.compile(r"(19|20)[0-9]{2}[-_.]?[01][0-9]([-_.]?[0-3][0-9]([-_.T]?[0-9]+)*)?")


def guess_groups(clips: Sequence[Clip]) -> list[Guess]:
    """Guesses from the names of files and folders, the best first; `strong` ones before others."""
    if len(clips) < FEWEST_CLIPS:
        return []
    found: list[Guess] = []
    seen: set[tuple[int, ...]] = set()
    for candidate in candidates(clips):
        shape = _shape(candidate.groups)
        if shape in seen:
            continue
        guess = _judged(candidate, clips)
        if guess is not None:
            seen.add(shape)
            found.append(guess)
    return ranked(found)


def ranked(guesses: Sequence[Guess]) -> list[Guess]:
    """The guesses in the order they should be taken.

    Of strong ones first the finest, or the coarsest that keeps its groups whole: 'lucas' before
    'three_lucas'.
    """
    strong = sorted((g for g in guesses if g.strong), key=lambda g: -g.count)
    best = strong[:1]
    for guess in strong[1:]:
        if _within(best[0].groups, guess.groups):
            best = [guess]
    others = [g for g in strong if g not in best]
    weak = [g for g in guesses if not g.strong]
    return [*best, *others, *weak][:MOST_SHOWN]


def _shape(groups: Sequence[str]) -> tuple[int, ...]:
    """The same for two ways that part the clips alike."""
    numbers: dict[str, int] = {}
    return tuple(numbers.setdefault(group, len(numbers)) for group in groups)


def _within(fine: Sequence[str], coarse: Sequence[str]) -> bool:
    return len(set(zip(fine, coarse, strict=True))) == len(set(fine))


class _Facts:
    """What is counted of a candidate; each when it is first asked for."""

    def __init__(self, candidate: Candidate, clips: Sequence[Clip]) -> None:
        self.sizes = Counter(candidate.groups)
        self._pairs = set(zip(candidate.groups, (clip.tags for clip in clips), strict=True))
        self._clips = len(clips)

    @cached_property
    def labels(self) -> dict[str, set[str]]:
        """Labels under which each group stands."""
        labels: dict[str, set[str]] = defaultdict(set)
        for group, tags in self._pairs:
            labels[group].update(tags)
        return labels

    @cached_property
    def alone(self) -> list[str]:
        """Labels with one group."""
        groups_of: dict[str, set[str]] = defaultdict(set)
        for group, labels in self.labels.items():
            for label in labels:
                groups_of[label].add(group)
        return sorted(label for label, own in groups_of.items() if len(own) == 1)

    @cached_property
    def shared(self) -> float:
        """Share of clips that have their group in common with another."""
        return sum(n for n in self.sizes.values() if n > 1) / self._clips

    @cached_property
    def crossing(self) -> float:
        """Share of groups that stand under several labels."""
        return sum(len(own) > 1 for own in self.labels.values()) / len(self.sizes)

    @cached_property
    def named(self) -> float:
        """Share of groups whose name, without the label's words, is more than one plain word."""
        return sum(_is_name(group, own) for group, own in self.labels.items()) / len(self.sizes)


def _is_name(group: str, labels: set[str]) -> bool:
    """Whether a group is called as one thing is: 'rec3', 'Cafe Paradiso', not 'snare'."""
    of_label = {word for label in labels for word in re.split(r"[\W_]+", label.casefold())}
    words = [word for word in re.split(r"[\W_]+", group.casefold()) if word not in of_label | {""}]
    return len(words) > 1 or any(any(c.isdigit() for c in word) for word in words)


def _judged(candidate: Candidate, clips: Sequence[Clip]) -> Guess | None:
    """The guess with its evidence; None where it says nothing."""
    facts = _Facts(candidate, clips)
    groups, total = len(facts.sizes), len(clips)
    ids = candidate.kind == "field" and facts.shared >= SHARED_IDS  # judged by numbers of their own
    if not 2 <= groups <= MOST * total and not ids:
        return None
    every_label = {label for own in facts.labels.values() for label in own}
    if len(facts.alone) == len(every_label):  # the label in another word, or a name and a number
        return None
    against = _against(candidate, facts, clips)
    if against is None:
        return None
    reasons = [
        f"{count(groups, 'group')} of {_sizes(facts.sizes)}, such as "
        + examples(sorted(facts.sizes, key=lambda g: (-facts.sizes[g], natural_key(g))))
    ]
    if facts.crossing > 0:
        crossing = sum(len(own) > 1 for own in facts.labels.values())
        reasons.append(f"{crossing} of them under more than one label")
    if facts.alone:
        against = [*against, f"{examples(facts.alone)} would be in one group only"]
    evidence = "; ".join(reasons) + (f". Against it: {'; '.join(against)}" if against else "")
    return Guess(candidate.source, candidate.option, candidate.groups, evidence, strong=not against)


def _sizes(sizes: Counter[str]) -> str:
    low, high = min(sizes.values()), max(sizes.values())
    return f"{count(high, 'clip')}" if low == high else f"{low} to {high} clips"


def _against(candidate: Candidate, facts: _Facts, clips: Sequence[Clip]) -> list[str] | None:
    """What makes a candidate doubtful; None if it is no candidate at all."""
    if candidate.kind == "parent":
        return _against_parent(candidate, facts, clips)
    if candidate.kind == "field":
        return _against_field(candidate, facts, len(clips))
    against = []
    if facts.shared < SHARED:
        against.append(f"only {100 * facts.shared:.0f} % of the clips share their group")
    if candidate.kind != "part" and facts.named < SHARED and facts.crossing < SHARED:
        against.append("plain words, which may be sorts of the sound")
    if candidate.kind == "number" and facts.crossing >= SHARED > facts.named:
        against += _few(facts)
    if not any(char.isalpha() for group in facts.sizes for char in group):
        against.append("numbers alone, which may count anything")
    return against


def _few(facts: _Facts) -> list[str]:
    few = len(facts.sizes) < FEWEST_GROUPS
    return [f"{count(len(facts.sizes), 'group')} only"] if few else []


def _against_parent(candidate: Candidate, facts: _Facts, clips: Sequence[Clip]) -> list[str] | None:
    names = {part for group in facts.sizes for part in group.split("/")}
    if all(PARTS.fullmatch(name) for name in names):
        return None  # of a split
    against = []
    if facts.shared < SHARED:
        against.append(f"only {100 * facts.shared:.0f} % of the clips share their group")
    places: dict[str, set[str]] = defaultdict(set)
    stems = [stem_of(clip) for clip in clips]
    for group, stem in zip(candidate.groups, stems, strict=True):
        places[stem].add(group)
    anew = sum(len(places[stem]) > 1 for stem in stems) / len(stems)
    if anew < SHARED and facts.crossing < SHARED and facts.named < SHARED:
        against.append("plain words, which may be sorts of the sound")
    return against


def _against_field(candidate: Candidate, facts: _Facts, total: int) -> list[str] | None:
    values = list(facts.sizes)
    if all(value.isdigit() for value in values):
        return _against_number(facts, total)
    if _most(COUNTED, values):
        return None
    if facts.shared < SHARED or len(values) > MOST * total:
        return None
    if _counts_labels(facts):
        return None
    against = _few(facts)
    if _most(DATE, values):
        against.append("dates")
    if _most(MEASURE, values):
        against.append("notes, units or versions")
    if facts.crossing < SHARED and facts.named < SHARED:
        against.append("plain words, which may be sorts of the sound")
    return against


def _most(pattern: re.Pattern[str], values: Sequence[str]) -> bool:
    return sum(bool(pattern.fullmatch(value)) for value in values) > SHARED * len(values)


def _counts_labels(facts: _Facts) -> bool:
    """'a01' to 'a15' where a stands for the label: an index within it."""
    heads: dict[str, set[str]] = defaultdict(set)
    for value, labels in facts.labels.items():
        heads[re.sub(r"[0-9]+$", "", value)].update(labels)
    counted = all(value[-1:].isdigit() for value in facts.sizes)
    return counted and len(heads) > 1 and all(len(labels) == 1 for labels in heads.values())


def _against_number(facts: _Facts, total: int) -> list[str] | None:
    """Long numbers that repeat are ids; numbers from one end to the other count something."""
    numbers = sorted({int(value) for value in facts.sizes})
    span = numbers[-1] - numbers[0] + 1
    groups = len(facts.sizes)
    low = numbers[0] > 1 and numbers[0] >= 10 * span / groups  # 1001, 1002, ... are ids as well
    if len(numbers) > SPARSE * span and not low:
        if groups > MOST * total or facts.shared < SHARED or _only_index(facts, total):
            return None
        return ["short numbers without a gap, which may count anything"]
    if facts.shared < SHARED_IDS:
        return None
    # drawn at random, so many numbers of this size would repeat so often by chance
    by_chance = 0.0 if low else total - span * (1 - (1 - 1 / span) ** total)
    if total - groups < 3 * by_chance + 5:
        return None
    return _few(facts)


def _only_index(facts: _Facts, total: int) -> bool:
    """Whether each number is there about once a label: the index of a file in its class."""
    labels = {label for own in facts.labels.values() for label in own}
    return total <= 2 * len(facts.sizes) * len(labels)
