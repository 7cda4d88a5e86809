"""What belongs together where nobody said so: guesses from names, folders and tags."""

from earmark.datasets.guesses.guess import Guess
from earmark.datasets.guesses.names import guess_groups

__all__ = ["Guess", "guess_groups"]
