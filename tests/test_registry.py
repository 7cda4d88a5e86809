"""Plugins are found by themselves."""

import sys

import pytest

from earmark.errors import ConfigError, missing_extra
from earmark.registry import Registry


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of two plugins and a helper, importable as `zoo`."""
    folder = tmp_path / "zoo"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from earmark.registry import Registry\nANIMALS = Registry('animal', 'zoo')\n"
    )
    for name in ("lion", "ape"):
        (folder / f"{name}.py").write_text(
            f"from zoo import ANIMALS\n@ANIMALS.register('{name}')\nclass Animal: pass\n"
        )
    (folder / "_helper.py").write_text("raise RuntimeError('a helper is no plugin')\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.split(".")[0] == "zoo"]:
        del sys.modules[name]


@pytest.mark.usefixtures("package")
def test_plugins_are_found_at_the_first_look_up():
    import zoo

    assert "zoo.lion" not in sys.modules
    assert list(zoo.ANIMALS) == ["ape", "lion"]
    assert zoo.ANIMALS["lion"].__module__ == "zoo.lion"
    assert "ape" in zoo.ANIMALS
    assert "owl" not in zoo.ANIMALS
    with pytest.raises(ConfigError, match="unknown animal 'lyon'; did you mean lion"):
        zoo.ANIMALS["lyon"]


def test_a_name_is_declared_once():
    registry = Registry("animal", "zoo")
    registry.register("lion")(object())
    with pytest.raises(ValueError, match="animal 'lion' is declared twice"):
        registry.register("lion")(object())


def test_a_module_of_our_own_that_is_lost_is_no_missing_extra():
    lost = ModuleNotFoundError("gone", name="earmark.gone")
    assert missing_extra(lost, "earmark.x") is lost
    found = missing_extra(ModuleNotFoundError("av", name="av"), "earmark.load_audio")
    assert "pip install 'earmark[formats]'" in str(found)
