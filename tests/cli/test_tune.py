"""`earmark tune` by its own entry point."""

import json

import pytest

from tests.cli.conftest import start

QUICK = (
    "--models", "simple", "--search", "mixup,weight_decay", "--frontends", "log_mel",
    "--epochs", "1", "--precision", "float32", "--workers", "1", "--trials", "2",
)  # fmt: skip


@pytest.fixture(scope="module")
def tuned(earmark, sounds, tmp_path_factory):
    out = tmp_path_factory.mktemp("tune") / "é two"
    command = ("tune", sounds, *QUICK, "--out", out)
    return command, out, earmark(*command)


def test_what_was_found_and_what_to_do_next(tuned):
    _, out, result = tuned
    for words in (
        "Best: trial",
        "Test part, scored once",
        "Majority",
        "earmark train OTHER_SOUNDS",
    ):
        assert words in result.stdout
    lines = [line for line in result.stdout.splitlines() if str(out) not in line]
    assert max(map(len, lines)) <= 80
    assert "trial 1 of 2: " in result.stderr
    assert "at most 1 epochs" not in result.stderr


def test_done_already_it_is_told_again_as_json(earmark, tuned):
    command, out, _ = tuned
    result = earmark(*command, "--resume", "--format", "json")
    document = json.loads(result.stdout)
    assert len(document["trials"]) == 2
    assert document["best"]["number"] in (1, 2)
    assert document["test"]["clip"]["accuracy"]["value"] >= 0
    assert document["out"] == str(out)
    assert "done already" in result.stderr


def test_train_takes_the_recipe(earmark, sounds, tuned, tmp_path):
    _, out, _ = tuned
    recipe = out / "recipe.json"
    options = ("--precision", "float32", "--workers", "1", "--format", "json")
    result = earmark(
        "train", sounds, "--recipe", recipe, "--seed", "1", "--out", tmp_path / "r", *options
    )
    assert "tuned by 2 trials" in json.loads(result.stdout)["split"]["description"]
    words = earmark("train", sounds, "--recipe", recipe, "--model", "resnet", status=1).stderr
    assert "--model must be simple" in words


def test_without_resume_it_is_not_written_over(earmark, tuned):
    command, _, _ = tuned
    assert "go on with it by --resume" in earmark(*command, status=1).stderr


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--models simpl", "unknown model 'simpl'; did you mean simple"),
        ("--models ,", "--models must name at least one network"),
        ("--trials 0", "--trials must be a whole number of at least 1, got 0"),
        ("--minutes -1", "--minutes must be above 0"),
        ("--inner-folds 1", "--inner-folds must be a whole number of at least 2"),
        ("--storage nonsense", "--storage must be the URL of a database"),
        ("--search mixpu", "unknown setting to search 'mixpu'; did you mean mixup"),
        ("--frontends log_mle", "unknown front-end 'log_mle'; did you mean log_mel"),
        ("--resume", "--resume goes on with the run in --out"),
    ],
)
def test_a_wrong_option_is_named(earmark, sounds, option, words):
    assert words in earmark("tune", sounds, *option.split(), status=1).stderr


def test_two_processes_share_a_study(sounds, tmp_path, earmark):
    url = f"sqlite:///{tmp_path}/shared.db"
    command = ("tune", sounds, *QUICK, "--trials", "4", "--storage", url, "--format", "json")
    both = [start(*command, "--out", tmp_path / name, OMP_NUM_THREADS="1") for name in "ab"]
    said = [process.communicate(timeout=250) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    documents = [json.loads(out) for out, _ in said]
    last = max(documents, key=lambda one: one["test"] is not None)
    assert last["test"] is not None
    states = [one["state"] for one in last["trials"]]
    assert states.count("finished") + states.count("pruned") >= 4
    assert sum(one["default"] for one in last["trials"]) == 1
    settings = [json.dumps(one["params"]) for one in last["trials"]]
    assert len(set(settings)) == len(settings)  # nothing is tried twice
