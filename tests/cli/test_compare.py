"""`earmark compare` by its own entry point."""

import json

import pytest

QUICK = ("--epochs", "1", "--precision", "float32", "--workers", "1")


@pytest.fixture(scope="module")
def compared(earmark, sounds, tmp_path_factory):
    out = tmp_path_factory.mktemp("compare") / "é two"
    command = ("compare", sounds, "--models", "simple, vgg16", *QUICK, "--out", out)
    return command, out, earmark(*command)


def test_one_table_and_what_to_do_next(compared):
    _, out, result = compared
    for words in ("network", "simple", "vgg16", "majority", "Told apart", f"'{out}'"):
        assert words in result.stdout
    lines = [line for line in result.stdout.splitlines() if str(out) not in line]
    assert max(map(len, lines)) <= 80
    assert "1 of 2: simple-modern" in result.stderr


def test_done_already_it_is_told_again_as_json(earmark, compared):
    command, out, _ = compared
    result = earmark(*command, "--resume", "--format", "json")
    document = json.loads(result.stdout)
    assert [row["name"] for row in document["networks"]] == ["simple", "vgg16"]
    assert document["out"] == str(out)
    assert result.stderr.count("done already") == 2


def test_without_resume_it_is_not_written_over(earmark, compared):
    command, _, _ = compared
    assert "go on with it by --resume" in earmark(*command, status=1).stderr


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--models simpl", "unknown model 'simpl'; did you mean simple"),
        ("--models simple --recipe sed", "unknown recipe of simple 'sed'; did you mean seed"),
        ("--models ,", "--models must name at least one network"),
        ("--models simple --resume", "--resume goes on with the run in --out"),
    ],
)
def test_a_wrong_option_is_named(earmark, sounds, option, words):
    assert words in earmark("compare", sounds, *option.split(), status=1).stderr


def test_several_labels_a_clip_are_refused(earmark, sounds, tmp_path):
    rows = [f"{path},{path.parent.name};other" for path in sorted(sounds.rglob("*.wav"))]
    table = tmp_path / "labels.csv"
    table.write_text("\n".join(["path,labels", *rows]) + "\n", encoding="utf-8")
    error = earmark("compare", table, "--models", "simple", status=1).stderr
    assert "compare needs one label a clip" in error
