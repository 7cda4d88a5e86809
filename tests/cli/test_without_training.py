"""The bare install predicts; what needs more says in one line which extra brings it."""

import json

import pytest

from .conftest import start

HEAVY = """
    torch sklearn matplotlib onnx onnxscript safetensors tensorboard pyarrow av
""".split()  # noqa: SIM905
BLOCK = f"""
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {HEAVY!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Block())
"""
CLI = BLOCK + "from earmark.cli import main; main()"


def test_predict_runs(trained, sounds):
    files = [sounds / label / "00.wav" for label in ("high", "low", "mid")]
    process = start("predict", trained / "model", *files, "--format", "json", python=("-c", CLI))
    out, error = process.communicate(timeout=30)
    assert (process.returncode, error) == (0, "")
    assert [row["label"] for row in json.loads(out)] == ["high", "low", "mid"]


def test_the_library_runs(trained, sounds):
    code = (
        BLOCK
        + "import earmark\n"
        + "model = earmark.load(sys.argv[1])\n"
        + "print(*model.predict(sys.argv[2:]), model.verify() < 1e-4)"
    )
    files = [sounds / label / "00.wav" for label in ("high", "low", "mid")]
    process = start(trained / "model", *files, python=("-c", code))
    out, error = process.communicate(timeout=30)
    assert (out, error) == ("high low mid True\n", "")


@pytest.mark.parametrize("verb", ["train", "models", "demo"])
def test_what_needs_torch_names_the_extra_in_one_line(sounds, verb):
    process = start(verb, *([sounds] if verb == "train" else []), python=("-c", CLI))
    out, error = process.communicate(timeout=30)
    assert process.returncode == 1
    assert out == ""
    assert error == (
        f"Error: earmark {verb} needs 'torch', which is not installed: "
        "pip install 'earmark[train]'\n"
    )
