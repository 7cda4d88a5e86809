"""Nested cross-validation: each fold is tuned by itself, and its test part chooses nothing."""

import json

import numpy as np
import pytest

import earmark
from earmark.errors import ConfigError
from earmark.evaluation.scorecard import Scorecard, score
from earmark.training.options import TrainOptions
from earmark.training.recipe_file import with_recipe_file
from earmark.training.run import checked_recipe, make_splits
from earmark.training.split_run import Result, describe
from earmark.training.tuning import final, nested, objective
from earmark.training.tuning.nested import Nested

QUICK = {
    "frontends": ["log_mel"],
    "search": ["mixup", "weight_decay"],
    "epochs": 1,
    "precision": "float32",
    "workers": 1,
    "trials": 2,
    "inner_folds": 2,
    "folds": 2,
}


def scored_by(value):
    """Trials without training: the score of a setting is what `value` says."""

    def score(self, prepared, setting, place, name, told):
        scores = np.zeros(len(self.dataset))
        scores[: round(value(self, name) * len(scores))] = 1
        told(len(self.splits), float(scores.mean()))
        return scores

    return score


def untrained(dataset, options, out, watcher, guarded=None):
    """In place of `run_training`: answers that are right four times in five."""
    (split,) = make_splits(dataset, options, checked_recipe(dataset, options))
    truth, k = dataset.targets[split.test], len(dataset.classes)
    rng = np.random.default_rng(len(options.note))
    answers = np.where(rng.random(len(truth)) < 0.8, truth, (truth + 1) % k)
    card = score(
        truth,
        np.eye(k)[answers],
        dataset.groups[split.test],
        dataset.classes,
        train_targets=dataset.targets[split.train],
        split=describe(split, options),
    )
    (out / "model").mkdir(parents=True, exist_ok=True)
    (out / "run.json").touch()
    rows = [f"{dataset.clips[i].name}" for i in split.test]
    (out / "test.txt").write_text("\n".join(rows), encoding="utf-8")
    return Result(out, card, (out / "model",), dataset, (split,), 0.0, interrupted=False)


@pytest.fixture(scope="module", autouse=True)
def quick():
    """The trainings at the end of each fold are left out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(final, "run_training", untrained)
        patch.setattr(nested, "run_training", untrained)
        yield


def held_out(place):
    return set((place / "test.txt").read_text(encoding="utf-8").splitlines())


@pytest.fixture(scope="module")
def seen():
    """The clips that each search was on."""
    return []


@pytest.fixture(scope="module")
def found(tone_dataset, tmp_path_factory, seen):
    def value(inner, name):
        seen.append({clip.name for clip in inner.dataset.clips})
        return 0.9 if name == "trial 2" else 0.4

    out = tmp_path_factory.mktemp("nested") / "tönes two"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(objective.Inner, "score", scored_by(value))
        return earmark.tune(tone_dataset, ["simple"], out, **QUICK)


def test_each_clip_is_scored_once_by_settings_that_it_did_not_choose(found, seen, tone_dataset):
    every = {clip.name for clip in tone_dataset.clips}
    tests = [held_out(found.out / f"fold-{n}" / "best") for n in (1, 2)]
    assert tests[0] | tests[1] == every
    assert not tests[0] & tests[1]
    for search, test in zip(seen[0:4:2], tests, strict=True):
        assert search == every - test
    assert found.scorecard.clip.count == len(every)
    assert [name for name, _ in found.scorecard.folds] == ["fold 1", "fold 2"]


def test_the_last_search_is_on_all_and_gives_the_recipe(found, seen, tone_dataset):
    assert seen[-1] == {clip.name for clip in tone_dataset.clips}
    assert found.best is found.last.best
    assert not (found.out / "all" / "best").exists()
    assert not (found.out / "all" / "recipe.json").exists()
    recipe = json.loads((found.out / "recipe.json").read_text(encoding="utf-8"))
    assert recipe["settings"] == dict(found.best.overrides)
    assert "a score on any of them flatters; nested cross-validation gave" in recipe["note"]
    assert "No test part" in (found.out / "all" / "report.md").read_text(encoding="utf-8")


def test_the_card_says_that_it_is_nested(found):
    said = found.scorecard.split["description"]
    assert said.startswith("nested: 2 outer folds, each tuned by itself on inner folds; 2 folds")
    document = json.loads((found.out / "scorecard.json").read_text(encoding="utf-8"))
    again = Scorecard.from_dict(document)
    assert again.split == found.scorecard.split
    assert again.clip.accuracy == found.scorecard.clip.accuracy


def test_the_gain_is_over_the_default_on_the_same_test_parts(found):
    right = []
    for fold in found.folds:
        place = found.out / f"fold-{fold.name[-1]}"
        assert held_out(place / "default") == held_out(place / "best")
        assert "default settings" in fold.default.split["description"]
        cards = (fold.tuned.scorecard, fold.default)
        right += [np.trace(card.clip.matrix) for card in cards]
    clips = found.scorecard.clip.count
    wanted = (right[0] + right[2] - right[1] - right[3]) / clips
    assert found.gain.value == pytest.approx(wanted)


def test_the_report_tells_what_each_fold_chose(found):
    text = (found.out / "report.md").read_text(encoding="utf-8")
    assert "What the folds chose: model simple in all" in text
    assert "| setting | fold 1 | fold 2 | all |" in text
    assert "| fold 1 | 2 | " in text
    assert "Tuned minus default on the same test clips" in text
    document = json.loads((found.out / "tuning.json").read_text(encoding="utf-8"))
    assert document == json.loads(json.dumps(found.to_dict()))
    assert [fold["name"] for fold in document["folds"]] == ["fold 1", "fold 2"]


def test_a_training_by_the_recipe_says_that_these_clips_chose_it(found):
    options = with_recipe_file(TrainOptions(recipe=str(found.out / "recipe.json")))
    assert options.model == "simple"
    assert "a score on any of them flatters" in options.note  # which its score card gives


def test_stopped_in_a_fold_it_goes_on(tone_dataset, tmp_path, monkeypatch):
    calls = []

    def stopping(inner, name):
        calls.append(name)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return 0.4  # no better than the default, which is kept

    monkeypatch.setattr(objective.Inner, "score", scored_by(stopping))
    out = tmp_path / "t"
    stopped = earmark.tune(tone_dataset, ["simple"], out, **QUICK)
    assert stopped.interrupted
    assert [fold.name for fold in stopped.folds] == ["fold 1"]
    assert stopped.scorecard is None
    assert "1 of 2 outer folds are finished" in (out / "report.md").read_text(encoding="utf-8")
    assert not (out / "recipe.json").exists()
    with pytest.raises(ConfigError, match="go on with it by --resume"):
        earmark.tune(tone_dataset, ["simple"], out, **QUICK)
    with pytest.raises(ConfigError, match="folds was 2, now 3"):
        earmark.tune(tone_dataset, ["simple"], out, resume=True, **QUICK | {"folds": 3})
    done = len(calls)
    found = earmark.tune(tone_dataset, ["simple"], out, resume=True, **QUICK)
    assert isinstance(found, Nested)
    assert not found.interrupted
    assert len(calls) - done == 3  # the second trial of fold 2, and two on all
    assert found.gain.value == 0  # the default is best in each
    assert not (out / "fold-1" / "default").exists()
    assert (out / "recipe.json").exists()


def test_what_does_not_go_with_folds_is_told(tone_dataset, tmp_path):
    out = tmp_path / "t"
    with pytest.raises(ConfigError, match="folds and storage do not go together"):
        earmark.tune(tone_dataset, ["simple"], out, storage="sqlite:///x.db", **QUICK)
    with pytest.raises(ConfigError, match="99 folds were asked for"):
        earmark.tune(tone_dataset, ["simple"], out, **QUICK | {"folds": 99})
    with pytest.raises(ConfigError, match="only_fold must be the number of one of the folds"):
        earmark.train(tone_dataset, out=out, only_fold=1)
    with pytest.raises(ConfigError, match="only_fold must be from 1 to 2, got 3"):
        checked_recipe(tone_dataset, TrainOptions(model="simple", folds=2, only_fold=3))
    assert not out.exists()
