"""ESC-50 and its part ESC-10: one archive, one table."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from earmark.datasets.public.about import Found, Remote
from earmark.datasets.public.public_set import PublicSet
from earmark.datasets.public.tree import need_file, rows_of, sounds_below

PAGE = "https://github.com/karolpiczak/ESC-50"
CITATION = (
    "K. J. Piczak, ESC: Dataset for Environmental Sound Classification, ACM Multimedia, 2015."
)
FAIR = (
    "The five official folds, as they are: clips cut from one recording on Freesound are in one "
    "fold. Group by that recording otherwise."
)
# GitHub makes this archive anew after each change of the repository, and soundata 1.0.1 has the
# sum of an older one (soundata issue 208); these are of the state of 2025, by branch and commit.
SUMS = ("629e8e9ebc1592bcceb06da6bec40275", "071b44018315e034b2c6e8064543d19c")


class Esc(PublicSet):
    """What both share."""

    loader = "soundata"
    upstream = "esc50"
    only_esc10 = False

    def remotes(self, choices: Mapping[str, Any]) -> list[Remote]:
        """The whole repository."""
        return self.listed(["all"], also=SUMS)

    def find(self, tree: Path, choices: Mapping[str, Any]) -> list[Found]:
        """Everything from meta/esc50.csv."""
        paths = {path.name: path for path in sounds_below(tree)}
        return [
            Found(paths[row["filename"]], row["category"], row["src_file"], row["fold"])
            for row in rows_of(need_file(tree, "esc50.csv"))
            if row["filename"] in paths and (row["esc10"] == "True" or not self.only_esc10)
        ]
