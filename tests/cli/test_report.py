"""`earmark report` writes a page, Markdown or JSON of a run, and says where."""

import json

import pytest


def test_training_keeps_what_was_typed_and_its_page_repeats_it(trained):
    run = json.loads((trained / "run.json").read_text(encoding="utf-8"))
    assert run["command"].startswith("earmark train ")
    assert "--model simple --epochs 8" in run["command"]
    assert run["command"] in (trained / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("kind", "begins"), [("html", "<!doctype"), ("md", "# "), ("json", "{")])
def test_each_format_is_written_where_it_is_told(earmark, trained, tmp_path, kind, begins):
    out = tmp_path / f"pour l'équipe.{kind}"
    result = earmark("report", trained, "--format", kind, "--out", out)
    assert result.stdout == f"Report: {out}\n"
    assert result.stderr == ""
    assert out.read_text(encoding="utf-8").lstrip().startswith(begins)


def test_without_sounds_no_player_is_there(earmark, trained, tmp_path):
    earmark("report", trained, "--no-sounds", "--out", tmp_path / "small.html")
    assert "<audio" not in (tmp_path / "small.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "words", "status"),
    [
        (["nowhere"], "nowhere: no such run folder", 1),
        (["."], "neither a training run nor a comparison", 1),
        ([".", "--format", "pdf"], "'pdf' is not one of 'html', 'md', 'json'", 2),
        ([".", "--data", "nowhere"], "--data must be the folder of the sounds", 1),
    ],
)
def test_a_wrong_wish_is_named(earmark, tmp_path, monkeypatch, options, words, status):
    monkeypatch.chdir(tmp_path)
    assert words in earmark("report", *options, status=status).stderr
    assert not list(tmp_path.iterdir())


def test_a_model_folder_leads_to_its_run(earmark, trained):
    assert f"did you mean {trained}?" in earmark("report", trained / "model", status=1).stderr
