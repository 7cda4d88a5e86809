"""What names tell of groups is found with its evidence; what merely counts or sorts is not."""

import csv
import random
import re
import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.datasets import Dataset
from earmark.datasets.clip import Clip
from earmark.datasets.guesses import guess_groups

LABELS = ("kick", "snare")
SPEAKERS = ("ann", "bob", "cy", "di", "ed")


def clips_of(names):
    return [Clip(Path(name), name, name.split("/")[0]) for name in sorted(names)]


def best(names):
    """The groups of the strong guess by name, and the guess."""
    clips = clips_of(names)
    guess = guess_groups(clips)[0]
    assert guess.strong
    return {clip.name: group for clip, group in zip(clips, guess.groups, strict=True)}, guess


def every(pattern, **values):
    """The names of a pattern with all values, `l` the labels."""
    names = [pattern]
    for key, choices in {"l": LABELS, **values}.items():
        names = [name.replace(f"{{{key}}}", str(value)) for name in names for value in choices]
    return list(dict.fromkeys(names))


@pytest.mark.parametrize(
    ("names", "name", "group", "count", "source"),
    [
        (
            every("{l}/rec{r}_part{i}.wav", r=range(8), i=("01", "02", "03")),
            "kick/rec3_part02.wav",
            "rec3",
            8,
            "file names before 'part' and its number",
        ),
        (
            every("{l}/Artist {a} - Title {t}{n}.wav", a="123", t="456", n=("", " (2)", " (3)")),
            "kick/Artist 2 - Title 5 (2).wav",
            "Artist 2 - Title 5",
            9,
            "file names without the number in brackets",
        ),
        (
            every("{l}/{l}-{r}{i}.wav", r=range(10, 18), i="abc"),
            "kick/kick-12b.wav",
            "kick-12",
            16,
            "file names without the letter after their number",
        ),
        (
            every("{l}/{l}_{s}_{i}.wav", s=SPEAKERS, i=range(5)),
            "kick/kick_ann_3.wav",
            "ann",
            5,
            "file names, field 2 of 3 between '_'",
        ),
        (
            every("{l}/{p}/{i}.wav", p=("attic", "cellar", "park"), i=range(5)),
            "snare/park/3.wav",
            "park",
            3,
            "the folder below the label",
        ),
        (
            every("{l}/{s}_{x}_{l}.wav", s=range(1001, 1020), x=("DFA", "IEO", "ITH", "TAI")),
            "kick/1004_IEO_kick.wav",
            "1004",
            19,
            "file names, field 1 of 3 between '_'",
        ),
    ],
)
def test_what_is_found(names, name, group, count, source):
    groups, guess = best(names)
    assert (groups[name], guess.count, guess.source) == (group, count, source)
    assert guess.evidence.startswith(f"{count} groups of ")


@pytest.mark.parametrize(
    "names",
    [
        every("{l}/{i}.wav", i=range(1, 101)),
        every("{l}/{i}.wav", i=[f"{i:03}" for i in range(1, 101)]),
        every("{l}/{l}{i}.wav", i=range(1, 51)),
        every("{l}/{l} ({i}).wav", i=range(1, 51)),
        every("{l}/{l}_tape_part{i}.wav", i=range(30)),  # one recording a class
        every("{l}/{s} {l} {i}.wav", s=("large", "small", "old"), i=range(20)),
        every("animals/{s}/{s}{i}.wav", s=("cat", "dog"), i=range(9))
        + every("tools/{s}/{s}{i}.wav", s=("saw", "drill"), i=range(9)),
        every("{l}/fold{f}/{i}.wav", f=range(1, 5), i=range(9)),
        every("{l}/{l}_{n}.wav", n=[f"{n}{o}" for n in "CDEFGAB" for o in range(8)]),
        every("{l}/03-01-{e}-{a}.wav", e=("01", "02"), a=[f"{a:02}" for a in range(1, 25)]),
        every("{l}/2024-03-{d}_{i}.wav", d=range(10, 28), i=("11-20-31", "12-41-07")),
    ],
)
def test_a_number_a_label_or_a_sort_of_sound_is_no_group(names):
    assert not any(guess.strong for guess in guess_groups(clips_of(names)))


@pytest.mark.parametrize("digits", ["0123456789abcdef", "0123456789", "abcXYZ012-_"])
def test_random_ids_are_no_group(digits):
    draw = random.Random(0)
    names = [f"{LABELS[n % 2]}/{''.join(draw.choices(digits, k=11))}.wav" for n in range(600)]
    assert not any(guess.strong for guess in guess_groups(clips_of(names)))
    ids = [uuid.UUID(int=draw.getrandbits(128), version=4) for _ in range(4000)]
    assert guess_groups(clips_of([f"{LABELS[n % 2]}/{i}.wav" for n, i in enumerate(ids)])) == []


def test_a_sort_of_sound_is_shown_as_weak():
    names = every("{l}/{s}{i}.wav", l=("drums",), s=("kick", "snare"), i=range(9))
    names += every("{l}/{s}{i}.wav", l=("guitar",), s=("strum", "pick"), i=range(9))
    (guess,) = guess_groups(clips_of(names))
    assert not guess.strong
    assert guess.evidence.endswith("plain words, which may be sorts of the sound")
    assert guess.to_dict()["confidence"] == "weak"


def test_a_guess_that_leaves_a_class_in_one_group_is_weak():
    names = every("{l}/rec{r}_part{i}.wav", r=range(8), i=range(3))
    names += [f"hat/rec99_part{i}.wav" for i in range(9)]
    guess = guess_groups(clips_of(names))[0]
    assert not guess.strong
    assert "'hat' would be in one group only" in guess.evidence


def test_few_clips_are_not_guessed_about():
    assert guess_groups(clips_of(every("{l}/rec{r}_part{i}.wav", r="123", i="12"))) == []


def test_the_option_of_a_guess_gives_its_groups(tree):
    names = every("{l}/{l}_{s}_{i}.wav", s=SPEAKERS, i=range(5))
    names += every("{l}/{l}_{s}_{i}.wav", s=("é ü", "o'neill"), i=range(5))
    root = tree(*names)
    dataset = Dataset.from_folder(root)
    assert dataset.group_source == "guessed from file names, field 2 of 3 between '_'"
    for guess in guess_groups(dataset.clips):
        asked = Dataset.from_folder(root, groups=guess.option)
        assert asked.groups.tolist() == list(guess.groups)
    assert Dataset.from_folder(root, groups="none").group_source.startswith("none")


@given(st.lists(st.text(st.sampled_from("ab1 _-.()é"), min_size=1, max_size=8), max_size=40))
def test_any_names_are_survived_and_every_option_gives_its_groups(stems):
    names = {f"{LABELS[n % 2]}/{stem}.wav" for n, stem in enumerate(stems)}
    clips = clips_of(names)
    for guess in guess_groups(clips):
        assert len(guess.groups) == len(clips)
        assert 2 <= guess.count < len(clips)
        if guess.option != "parent":
            found = [re.search(guess.option, clip.name)[1].strip() for clip in clips]
            assert found == list(guess.groups)


def test_spoken_digits_and_sounds_of_freesound_without_their_convention(real_data):
    digits = Dataset.from_folder(real_data("fsdd"))
    assert len(set(digits.groups)) == 6
    assert _same(guess_groups(digits.clips)[0].groups, digits.groups)
    sounds = Dataset.from_folder(real_data("esc10"))
    assert len(set(sounds.groups)) == 304
    assert _same(guess_groups(sounds.clips)[0].groups, sounds.groups)


def _same(some, others):
    """Whether the clips are parted alike, whatever the groups are called."""
    return len(set(zip(some, others, strict=True))) == len(set(some)) == len(set(others))


def test_the_names_of_ballroom_give_its_53_cds(real_data):
    from earmark.datasets.conventions import Recognised, recognise

    with (real_data("ballroom-index") / "tracks.tsv").open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    found = recognise([f"{row['folder']}/{row['id']}.wav" for row in rows])
    assert isinstance(found, Recognised)
    assert list(found.groups) == [row["cd"] for row in rows]
    assert len(set(found.groups)) == 53
