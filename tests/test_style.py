"""Where pictures may be written."""

import pytest

from earmark.errors import ConfigError
from earmark.style import picture_path


@pytest.mark.parametrize("name", ["a.png", "été à la plage.SVG", "a.b.pdf"])
def test_endings_that_can_be_written(name):
    assert picture_path(name).name == name


@pytest.mark.parametrize("name", ["a.jpg", "a", ".png", "png"])
def test_another_ending_is_refused_with_those_allowed(name):
    with pytest.raises(ConfigError, match=f"must end in .png, .svg or .pdf, got '{name}'"):
        picture_path(name)


def test_a_folder_is_refused(tmp_path):
    (tmp_path / "a.png").mkdir()
    with pytest.raises(ConfigError, match=r"a.png: a picture cannot be written there"):
        picture_path(tmp_path / "a.png")
