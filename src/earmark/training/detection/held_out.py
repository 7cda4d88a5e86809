"""What a detector is validated and tested on: scenes of clips held out, or recordings."""

from earmark.datasets.soundscape import SoundBank
from earmark.datasets.words import count
from earmark.errors import DatasetError
from earmark.training.detection.options import DetectOptions
from earmark.training.detection.parts import Parts
from earmark.training.detection.prepare import Ready
from earmark.training.detection.recording import Recording
from earmark.training.detection.scenes import blocks, made_scenes


def validation_part(ready: Ready, parts: Parts, options: DetectOptions) -> list[Recording]:
    """Scenes of the validation clips, and the validation recordings."""
    found: list[Recording] = []
    bank = bank_of(ready, parts, "validation")
    if bank is not None:
        found += made_scenes(
            [bank],
            options.validation_scenes,
            options.scenes,
            ready.frontend,
            "validation",
            options.train.seed,
            ready.backgrounds,
        )
    if ready.recordings is not None:
        found += ready.recorded(parts.recordings_of("validation"))
    return found


def test_part(ready: Ready, parts: Parts, options: DetectOptions) -> tuple[list[Recording], str]:
    """What is scored, and that in words: the test recordings, or scenes where there are none."""
    if ready.recordings is not None and len(parts.recordings_of("test")):
        tested = ready.recorded(parts.recordings_of("test"), levels=True)
        return tested, f"{len(tested)} test recordings"
    banks, shared = test_banks(ready, parts)
    tested = made_scenes(
        banks,
        options.test_scenes,
        options.scenes,
        ready.frontend,
        "test",
        options.train.seed,
        ready.backgrounds,
    )
    sounds = len(
        {sound.name for bank in banks for each in bank.by_label.values() for sound in each}
    )
    told = (
        f"{len(tested)} made scenes of {options.scenes.duration_s:g} s with the sounds of {sounds} "
        "test clips"
    )
    if len(banks) > 1:
        told += f", in {len(banks)} blocks with sounds of their own"
        if shared:
            told += f" (but for {count(shared, 'class')} of few sources)"
    return tested, told


def check_tested(ready: Ready, parts: Parts) -> None:
    """Raise DatasetError, before anything is trained, where there is nothing to test on."""
    if not parts.recordings_of("test"):
        test_banks(ready, parts)


def test_banks(ready: Ready, parts: Parts) -> tuple[list[SoundBank], int]:
    """The test sounds in blocks, and how many classes these share sounds of.

    DatasetError: there are none.
    """
    bank, clips = bank_of(ready, parts, "test"), ready.clips
    if bank is None or clips is None:
        raise DatasetError(
            "nothing is left to test on: no recording, and no clip with one label to mix scenes "
            "from. Give some isolated clips with one label each, or recordings with labels by "
            "--recordings"
        )
    groups = {clip.name: str(g) for clip, g in zip(clips.clips, clips.groups, strict=True)}
    return blocks(bank, groups)


def bank_of(ready: Ready, parts: Parts, part: str) -> SoundBank | None:
    """The sounds of a part; None where it has none."""
    if ready.bank is None:
        return None
    bank = ready.bank.only(parts.clips_of(part, ready.clips))
    return bank if len(bank) else None
