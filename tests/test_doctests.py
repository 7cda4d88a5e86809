"""Every example in a docstring runs."""

import doctest
import importlib
import pkgutil

import pytest

import earmark

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(earmark.__path__, "earmark.")
    if not module.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_of(name):
    module = importlib.import_module(name)
    result = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    modules = [importlib.import_module(name) for name in MODULES]
    count = sum(bool(test.examples) for module in modules for test in finder.find(module))
    assert count > 10
