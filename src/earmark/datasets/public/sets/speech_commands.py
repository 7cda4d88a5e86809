"""Speech Commands: 35 words by some 2,600 speakers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from earmark.datasets.public.about import About, Found, Remote
from earmark.datasets.public.public_set import PUBLIC_SETS, PublicSet
from earmark.datasets.public.tree import lines_of, need_file, sounds_below

CLASSES = (
    "backward", "bed", "bird", "cat", "dog", "down", "eight", "five", "follow", "forward", "four",
    "go", "happy", "house", "learn", "left", "marvin", "nine", "no", "off", "on", "one", "right",
    "seven", "sheila", "six", "stop", "three", "tree", "two", "up", "visual", "wow", "yes", "zero",
)  # fmt: skip


@PUBLIC_SETS.register("speech-commands")
class SpeechCommands(PublicSet):
    """Version 0.02, in its official parts."""

    about = About(
        summary="Single English words, 35 of them, by many speakers, up to 1 s each.",
        clips=105829,
        classes=CLASSES,
        hours=28.8,
        licence="CC BY 4.0",
        split="official",
        fair_split=(
            "The official lists of validation and test, which keep each speaker on one side; "
            "speakers are the groups."
        ),
        page="https://arxiv.org/abs/1804.03209",
        citation=(
            "P. Warden, Speech Commands: A Dataset for Limited-Vocabulary Speech Recognition, "
            "arXiv 1804.03209, 2018."
        ),
        download_gb=2.4,
        disk_gb=3.4,
        notes="The folder _background_noise_ has no words in it and is left out.",
    )

    def remotes(self, choices: Mapping[str, Any]) -> list[Remote]:
        """One archive; the checksum is the one that TensorFlow Datasets publishes."""
        return [
            Remote(
                "speech_commands_v0.02.tar.gz",
                "https://storage.googleapis.com/download.tensorflow.org/data/"
                "speech_commands_v0.02.tar.gz",
                ("af14739ee7dc311471de98f5f9d2c9191b18aedfe957f4a6ff791c709868ff58",),
            )
        ]

    def find(self, tree: Path, choices: Mapping[str, Any]) -> list[Found]:
        """Word from the folder, speaker from the name, part from the two lists."""
        parts = dict.fromkeys(lines_of(need_file(tree, "validation_list.txt")), "validation")
        parts |= dict.fromkeys(lines_of(need_file(tree, "testing_list.txt")), "test")
        found = []
        for path in sounds_below(tree):
            word = path.parent.name
            speaker, mark, _ = path.stem.partition("_nohash_")
            if word in CLASSES and mark:
                fold = parts.get(f"{word}/{path.name}", "train")
                found.append(Found(path, word, speaker, fold))
        return found
