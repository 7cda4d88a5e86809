"""Where the real audio is, and small trees of empty files: reading a dataset decodes nothing."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]


@pytest.fixture
def real_data() -> Callable[[str], Path]:
    """The folder of a real set, or skip."""
    base = Path(os.environ.get("EARMARK_TEST_DATA", REPO / ".." / "shared" / "data"))

    def find(name: str) -> Path:
        if not (base / name).is_dir():
            pytest.skip(f"no real audio at {base / name}; set EARMARK_TEST_DATA")
        return base / name

    return find


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
