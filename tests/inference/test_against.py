"""Models on the same clips: unseen by all, of classes that all know, every pair compared."""

import copy
import shutil

import pytest

import earmark
from earmark import api
from earmark.datasets import Dataset
from earmark.errors import ConfigError
from earmark.evaluation.paired import compare_paired
from earmark.inference.against import common_classes
from earmark.inference.evaluate import evaluate
from tests.conftest import write_tones

QUICK = {"frontend": "log_mel", "epochs": 1, "precision": "float32", "workers": 1}


@pytest.fixture(scope="module")
def models(tone_model, tone_dataset, tmp_path_factory):
    """One of `tone_run`; one of another seed; one that knows two of the three classes."""
    out = tmp_path_factory.mktemp("runs")
    api.run(tone_dataset, out / "séed 1", api._options("simple", QUICK | {"seed": 1}))
    two = tone_dataset.subset([n for n, c in enumerate(tone_dataset.clips) if c.label != "noise"])
    api.run(two, out / "two", api._options("simple", QUICK))
    return [earmark.load(tone_model), *(earmark.load(out / n / "model") for n in ("séed 1", "two"))]


def learned(model, dataset):
    unseen = set(evaluate(model, dataset).names)
    return {clip.name for clip in dataset.clips} - unseen


def test_only_what_no_model_has_learned_is_scored(models, tone_folder, tmp_path):
    first, second, _ = models
    shutil.copytree(tone_folder, tmp_path / "all")
    write_tones(tmp_path / "new", clips=2, groups=1, seed=8)
    for tape in (tmp_path / "new").glob("*/*"):
        tape.rename(tmp_path / "all" / tape.parent.name / "new tape")
    dataset = Dataset.from_folder(tmp_path / "all", groups="parent")
    every = {clip.name for clip in dataset.clips}
    result = evaluate(first, dataset, against=[second])
    assert set(result.names) == every - learned(first, dataset) - learned(second, dataset)
    assert sum("new tape" in name for name in result.names) == 6
    assert "one of the models was trained" in result.problems[0].detail


def test_models_that_share_no_class_are_not_compared(models, tmp_path):
    first, _, two = models
    stranger = copy.copy(two)
    stranger.config = two.config.model_copy(update={"classes": ["cat", "dog"]})
    with pytest.raises(ConfigError, match=r"there are none: .* knows 'clicks', 'noise', 'sine'; "):
        common_classes([first, stranger])


def test_new_clips_are_compared_pair_by_pair(models, tmp_path):
    first, second, _ = models
    new = Dataset.from_folder(write_tones(tmp_path / "new", clips=5, seed=8), groups="parent")
    result = evaluate(first, new, against=[second])
    alone = [evaluate(model, new).card for model in (first, second)]
    assert result.card == alone[0]
    best = max(alone[0].baselines, key=lambda name: alone[0].baselines[name]["accuracy"].value)
    answers = {
        "tones": alone[0].raw.clip.predictions,
        "séed 1": alone[1].raw.clip.predictions,
        best: alone[0].raw.baselines[best],
    }
    raw = alone[0].raw
    assert result.paired == compare_paired(raw.clip.targets, answers, raw.clip.groups)
    assert [(test.first, test.second) for test in result.paired] == [
        ("tones", "séed 1"), ("tones", best), ("séed 1", best),
    ]  # fmt: skip


def test_a_class_that_one_does_not_know_is_left_out_and_said(models, tmp_path):
    first, _, two = models
    new = Dataset.from_folder(write_tones(tmp_path / "new", clips=3, seed=8), groups="parent")
    for one, other in ((first, two), (two, first)):
        result = evaluate(one, new, against=[other])
        assert len(result.names) == 6
        (problem,) = result.problems
        assert problem.path == "noise"
        assert "not all models know; they know clicks, sine" in problem.detail


def test_the_same_folder_twice_is_refused(models, tone_dataset):
    with pytest.raises(ConfigError, match="compared with others than itself"):
        evaluate(models[0], tone_dataset, against=[earmark.load(models[0].directory)])


def test_names_that_are_alike_become_paths(models, tone_dataset, tmp_path):
    first = models[0]
    copy = earmark.load(shutil.copytree(first.directory, tmp_path / "tones" / "model"))
    result = evaluate(first, tone_dataset, against=[copy])
    assert {result.paired[0].first, result.paired[0].second} == {
        str(first.directory), str(copy.directory),
    }  # fmt: skip
    assert result.paired[0].difference.value == 0
