"""One way through: a package imports only from those to its left, and heavy things come late."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import earmark

SOURCE = Path(earmark.__file__).parent
FLOW = (
    "audio", "features", "datasets", "models", "evaluation", "training", "inference", "serving",
    "cli",
)  # fmt: skip
SHARED = {"errors", "files", "registry", "parallel", "saved", "style"}  # importable by all
HEAVY = {
    "torch",
    "sklearn",
    "matplotlib",
    "onnx",
    "onnxscript",
    "pyarrow",
    "tensorboard",
    "mirdata",
    "soundata",
    "optuna",
    "sqlalchemy",
    "cleanlab",
    "jinja2",
    "pandas",
    "tinytag",
}
LIGHT = ("audio", "features", "datasets", "evaluation", "inference", "cli")
PREDICTING = {"models", "training"}  # what `inference` must do without, beside torch

MODULES = sorted(SOURCE.rglob("*.py"))
each_module = pytest.mark.parametrize(
    "path", MODULES, ids=[path.relative_to(SOURCE).as_posix() for path in MODULES]
)


def imports(path, *, module_level=False):
    """Dotted names that a module imports when it is run; those for type checkers are left."""
    package = ("earmark", *path.relative_to(SOURCE).parent.parts)

    def walk(node):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            children = node.orelse
        elif module_level and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return
        else:
            children = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else ()
            start = ".".join([*base, *([node.module] if node.module else [])])
            yield start
            yield from (f"{start}.{alias.name}" for alias in node.names)
        for child in children:
            yield from walk(child)

    return set(walk(ast.parse(path.read_text(encoding="utf-8"))))


def part_of(path):
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def parts_imported(path, **how):
    """The parts of Earmark that a module imports."""
    split = [name.split(".") for name in imports(path, **how)]
    return {names[1] for names in split if names[0] == "earmark" and len(names) > 1}


@each_module
def test_imports_flow_one_way(path):
    part = part_of(path)
    if part in FLOW:
        allowed = {*FLOW[: FLOW.index(part) + 1], *SHARED}
        allowed |= {"api"} if part == "cli" else set()
    elif part in SHARED:
        allowed = SHARED
    elif part in ("api", "__init__"):
        allowed = {*FLOW, *SHARED, "api"}
    else:
        assert part == "__main__"
        allowed = {"cli"}
    assert parts_imported(path) - {"__version__"} <= allowed


@each_module
def test_predicting_needs_no_training(path):
    if part_of(path) == "inference":
        assert not parts_imported(path) & PREDICTING
        assert not {name.split(".")[0] for name in imports(path)} & HEAVY


@each_module
def test_heavy_packages_are_imported_late(path):
    if part_of(path) in LIGHT and not path.name.endswith("_torch.py"):
        assert not {name.split(".")[0] for name in imports(path, module_level=True)} & HEAVY


def test_the_package_itself_imports_nothing_of_its_own_at_once():
    assert not parts_imported(SOURCE / "__init__.py", module_level=True)


def loaded_after(code):
    """Top-level modules that a fresh Python has loaded after `code`."""
    code += "\nimport sys; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    return set(subprocess.check_output([sys.executable, "-c", code], text=True).split())


def test_importing_earmark_loads_nothing_heavy():
    loaded = loaded_after("import earmark")
    assert not loaded & {*HEAVY, "onnxruntime", "scipy", "numpy", "pydantic", "typer", "soxr"}


def test_loading_a_model_and_predicting_loads_nothing_of_training(tone_model):
    """With training's packages out of reach, as where only the bare install is."""
    blocked = sorted(HEAVY | {"safetensors"})
    loaded = loaded_after(f"""
import sys
sys.modules.update(dict.fromkeys({blocked!r}))
import earmark, numpy
model = earmark.load({str(tone_model)!r})
assert model.predict(numpy.zeros(4000, numpy.float32)).shape == (1,)
assert model.verify() <= 1e-4
assert not [name for name in sys.modules if name.startswith(("earmark.training", "earmark.models"))]
""")
    assert "onnxruntime" in loaded


def test_every_public_name_resolves():
    for name in earmark.__all__:
        assert getattr(earmark, name) is not None
    assert set(earmark._HOMES) | {"__version__"} == set(earmark.__all__) == set(dir(earmark))


def test_an_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'earmark' has no attribute 'lod'"):
        _ = earmark.lod


def test_a_missing_extra_is_named():
    code = """
import sys
sys.modules["torch"] = None
import earmark
try:
    earmark.create_model
except ImportError as error:
    print(error)
"""
    said = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert said.strip() == (
        "earmark.create_model needs 'torch', which is not installed: pip install 'earmark[train]'"
    )
