"""`earmark labels`: the doubtful labels of a run, on the terminal and in its folder."""

import json
import shutil


def test_a_run_is_looked_through(earmark, trained, tmp_path):
    place = tmp_path / "ein Lauf"
    shutil.copytree(trained, place)
    shown = earmark("labels", place).stdout
    assert "that were held out, 36 in all" in " ".join(shown.split())
    assert (place / "label_errors.csv").is_file()
    found = json.loads(earmark("labels", place, "--format", "json").stdout)
    assert found["of"] == 36
    if not found["mislabelled"]:
        assert "All of them" not in shown
    told = earmark("labels", tmp_path, status=1).stderr
    assert "not a training run" in " ".join(told.split())
