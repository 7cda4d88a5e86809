"""Small trees of empty files: reading a dataset decodes nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def tree(tmp_path: Path) -> Callable[..., Path]:
    """Make empty files below a fresh folder and return it."""

    def make(*names: str) -> Path:
        root = tmp_path / "sounds"
        root.mkdir(exist_ok=True)
        for name in names:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).touch()
        return root

    return make
