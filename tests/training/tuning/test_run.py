"""A search from folder to tuned model: the test part chooses nothing, nothing finished is lost."""

import csv
import json
import sqlite3

import numpy as np
import pytest
import soundfile

import earmark
from earmark.datasets import Dataset
from earmark.errors import ConfigError, DatasetError, ModelError
from earmark.training.run import checked_recipe
from earmark.training.split_run import Result
from earmark.training.splits import make_splits
from earmark.training.tuning import final as ending
from earmark.training.tuning import objective, storage
from earmark.training.watcher import Watcher
from tests.conftest import TONE_RATE_HZ, write_tones

QUICK = {
    "frontends": ["log_mel"],
    "search": ["mixup", "weight_decay", "bins"],
    "epochs": 1,
    "precision": "float32",
    "workers": 1,
    "trials": 3,
}


class Notes(Watcher):
    """Remembers what was said."""

    def __init__(self):
        self.messages = []

    def message(self, text):
        self.messages.append(text)


@pytest.fixture
def told():
    return Notes()


@pytest.fixture(scope="module")
def tuned(tone_dataset, tmp_path_factory):
    out = tmp_path_factory.mktemp("tune") / "tönes {a} 100%?"
    return earmark.tune(tone_dataset, ["simple"], out, **QUICK)


@pytest.fixture
def final(monkeypatch, tone_model):
    """The training of the best is left out."""
    card = earmark.load(tone_model).scorecard

    def train(dataset, options, out, watcher, guarded):
        (out / "model").mkdir(parents=True, exist_ok=True)
        (out / "run.json").touch()
        splits = tuple(make_splits(guarded.dataset, options, checked_recipe(dataset, options)))
        return Result(out, card, (out / "model",), dataset, splits, 0.0, interrupted=False)

    monkeypatch.setattr(ending, "run_training", train)


@pytest.fixture
def scores(monkeypatch, final):
    """Trials without training: the score of a setting is what the test says, in each fold."""

    def fake(value):
        def score(self, prepared, setting, place, name, told):
            scores = np.full(len(self.dataset), np.nan)
            for number, split in enumerate(self.splits, start=1):
                found = value(setting, name, number)
                scores[split.test] = 0
                scores[split.test[: round(found * len(split.test))]] = 1
                told(number, float(np.nanmean(scores)))
            return scores

        monkeypatch.setattr(objective.Inner, "score", score)

    return fake


def trials_of(tuned):
    return [(one.number, one.state, one.value, one.params) for one in tuned.trials]


def test_the_first_trial_is_the_default(tuned):
    first = tuned.trials[0]
    assert first is tuned.default
    assert first.params == {"mixup": 0.5, "weight_decay": 0.05, "log_mel.bins": 48}
    assert first.overrides == {"epochs": 1, "frontend": "log_mel"}
    assert len(tuned.trials) == 3
    assert tuned.best.value == max(one.value for one in tuned.trials)
    assert tuned.best.value >= tuned.default.value


def test_the_outer_split_is_that_of_a_training(tuned, tone_run, tone_dataset):
    def parts(place):
        with (place / "split.csv").open(newline="") as file:
            return {row["name"] for row in csv.DictReader(file) if row["part"] == "test"}

    assert parts(tuned.out / "best") == parts(tone_run)
    assert tuned.clips == len(tone_dataset) - len(parts(tone_run))


def test_the_card_says_how_the_settings_were_found(tuned):
    said = tuned.scorecard.split["description"]
    assert said.endswith("tuned: 3 trials on inner folds, test chose nothing")
    saved = earmark.load(tuned.model)
    assert saved.scorecard.clip.accuracy == tuned.scorecard.clip.accuracy


def test_all_is_written(tuned):
    names = {path.name for path in tuned.out.iterdir()}
    assert names >= {
        "tune.json", "study.db", "trials", "trials.csv", "report.md", "history.png", "tuning.json",
        "recipe.json", "best",
    }  # fmt: skip
    document = json.loads((tuned.out / "tuning.json").read_text())
    assert document == json.loads(json.dumps(tuned.to_dict()))
    with (tuned.out / "trials.csv").open(newline="") as file:
        assert [row["number"] for row in csv.DictReader(file)] == ["1", "2", "3"]
    folds = sorted(path.name for path in (tuned.out / "trials" / "0002").iterdir())
    assert folds == ["fold-1", "fold-2", "fold-3"]
    assert not list(tuned.out.rglob("checkpoint.safetensors"))
    assert "Test part, scored once, chose nothing" in (tuned.out / "report.md").read_text()


def test_the_found_recipe_trains_again(tuned, tone_dataset, tmp_path):
    model = earmark.train(
        tone_dataset,
        out=tmp_path / "again",
        recipe=str(tuned.out / "recipe.json"),
        precision="float32",
        workers=1,
    )
    assert model.scorecard.clip.accuracy == tuned.scorecard.clip.accuracy
    assert "test clips took part in choosing" in model.scorecard.split["description"]


def test_nothing_is_pickled(tuned):
    with sqlite3.connect(tuned.out / "study.db") as base:
        tables = [
            row[0] for row in base.execute("select name from sqlite_master where type='table'")
        ]
        for table in tables:
            for row in base.execute(f"select * from {table}"):
                assert not any(isinstance(value, bytes) for value in row)
    base.close()


def test_test_clips_choose_nothing(tmp_path, final):
    """Other sound and other labels in the test part: the same trials, to the last digit."""
    rng = np.random.default_rng(0)
    found = []
    for name in ("clean", "poisoned"):
        root = write_tones(tmp_path / name / "tones", clips=8, groups=4)
        rows = []
        for path in sorted(root.rglob("*.wav")):
            test = "tape3" in path.parent.name
            label = path.parent.parent.name
            if test and name == "poisoned":
                label = {"clicks": "noise", "noise": "sine", "sine": "clicks"}[label]
                soundfile.write(path, rng.uniform(-1, 1, 4000), TONE_RATE_HZ)
            part = "test" if test else "train"
            rows.append(f"tones/{path.relative_to(root)},{label},{path.parent.name},{part}")
        table = tmp_path / name / "tones.csv"
        table.write_text("\n".join(["path,label,group,fold", *rows]) + "\n")
        dataset = Dataset.from_table(table)
        found.append(
            earmark.tune(dataset, ["simple"], tmp_path / name / "out", **QUICK | {"trials": 2})
        )
    clean, poisoned = found
    assert clean.clips == poisoned.clips == 18
    assert trials_of(clean) == trials_of(poisoned)
    for one, other in zip(clean.trials, poisoned.trials, strict=True):
        assert one.scores.tolist() == other.scores.tolist()
    assert clean.best.number == poisoned.best.number
    recipes = [json.loads((t.out / "recipe.json").read_text())["settings"] for t in found]
    assert recipes[0] == recipes[1]


def test_stopped_and_gone_on_with_it_is_the_same_search(scores, tone_dataset, tmp_path, told):
    def steady(setting, name, fold):
        return setting.overrides.weight_decay or 0.5

    scores(steady)
    options = QUICK | {"trials": 14, "test": 0.3}
    whole = earmark.tune(tone_dataset, ["simple"], tmp_path / "whole", **options)

    for stop_at in ("trial 1", "trial 12"):

        def stopping(setting, name, fold, stop_at=stop_at):
            if name == stop_at and fold == 1:
                raise KeyboardInterrupt
            return steady(setting, name, fold)

        scores(stopping)
        out = tmp_path / stop_at
        if stop_at == "trial 1":
            with pytest.raises(KeyboardInterrupt):
                earmark.tune(tone_dataset, ["simple"], out, **options)
        else:
            stopped = earmark.tune(tone_dataset, ["simple"], out, **options)
            assert stopped.interrupted
            assert stopped.scorecard is None
            assert [one.state for one in stopped.trials].count("stopped") == 1
            assert "The search is not over" in (out / "report.md").read_text()
        scores(steady)
        again = earmark.tune(tone_dataset, ["simple"], out, resume=True, **options)
        kept = [one for one in again.trials if one.state != "stopped"]
        assert [(t.state, t.value, t.params) for t in kept] == [
            (t.state, t.value, t.params) for t in whole.trials
        ]
        assert again.scorecard is not None


def test_a_trial_whose_process_died_is_given_up(scores, tone_dataset, tmp_path):
    class Killed(BaseException):
        pass

    def dying(setting, name, fold):
        if name == "trial 2":
            raise Killed
        return 0.5

    scores(dying)
    with pytest.raises(Killed):
        earmark.tune(tone_dataset, ["simple"], tmp_path / "t", **QUICK)
    scores(lambda *_: 0.5)
    again = earmark.tune(tone_dataset, ["simple"], tmp_path / "t", resume=True, **QUICK)
    assert [one.state for one in again.trials] == ["finished", "stopped", "finished", "finished"]


def test_more_trials_may_find_another_best(scores, tone_dataset, tmp_path):
    scores(lambda setting, name, fold: 1.0 if name == "trial 3" else 0.5)
    first = earmark.tune(tone_dataset, ["simple"], tmp_path / "t", **QUICK | {"trials": 2})
    assert first.best is first.default
    more = earmark.tune(tone_dataset, ["simple"], tmp_path / "t", resume=True, **QUICK)
    assert more.best.number == 3
    assert more.gain.difference.value == pytest.approx(0.5, abs=0.1)
    assert (tmp_path / "t" / "earlier-best" / "model").is_dir()
    assert (tmp_path / "t" / "best" / "model").is_dir()
    report = (tmp_path / "t" / "report.md").read_text()
    assert "Best minus default" in report
    assert "It flatters" in report


def test_a_hopeless_trial_is_pruned_after_a_fold(scores, tone_dataset, tmp_path, told):
    scores(lambda setting, name, fold: 0.0 if name == "trial 6" else 0.5 + fold / 10)
    options = QUICK | {"trials": 6}
    found = earmark.tune(tone_dataset, ["simple"], tmp_path / "t", watcher=told, **options)
    last = found.trials[-1]
    assert (last.state, last.value) == ("pruned", 0.0)
    assert any(text.startswith("trial 6 of 6: pruned at 0.0 %") for text in told.messages)
    assert "5 finished, 1 pruned" in (found.out / "report.md").read_text()


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ModelError("training diverged: in epoch 2"), "training diverged: in epoch 2"),
        (MemoryError(), "not enough memory"),
        (RuntimeError("Kernel size can't be\n  greater"), "Kernel size can't be greater"),
        (OSError(5, "Input/output error"), "[Errno 5] Input/output error"),
    ],
)
def test_a_trial_that_fails_loses_no_other(scores, tone_dataset, tmp_path, told, error, reason):
    def failing(setting, name, fold):
        if name == "trial 2":
            raise error
        return 0.5

    scores(failing)
    found = earmark.tune(tone_dataset, ["simple"], tmp_path / "t", watcher=told, **QUICK)
    assert [one.state for one in found.trials] == ["finished", "failed", "finished"]
    assert found.trials[1].reason == reason
    assert f"trial 2 of 3: failed: {reason}" in "\n".join(told.messages)
    assert reason in (found.out / "report.md").read_text()


def test_a_full_disk_ends_the_search_and_keeps_it(scores, tone_dataset, tmp_path):
    def full(setting, name, fold):
        if name == "trial 2":
            raise OSError(28, "No space left on device")
        return 0.5

    scores(full)
    with pytest.raises(ConfigError, match=r"No space left on device.* --resume"):
        earmark.tune(tone_dataset, ["simple"], tmp_path / "t", **QUICK)
    scores(lambda *_: 0.5)
    again = earmark.tune(tone_dataset, ["simple"], tmp_path / "t", resume=True, **QUICK)
    assert [one.state for one in again.trials] == ["finished", "stopped", "finished", "finished"]


def test_if_all_fail_it_ends_early_and_says_why(scores, tone_dataset, tmp_path):
    def failing(setting, name, fold):
        raise ModelError("training diverged")

    scores(failing)
    with pytest.raises(ModelError, match="not one trial gave a score: training diverged"):
        earmark.tune(tone_dataset, ["simple"], tmp_path / "t", **QUICK | {"trials": 1000})


def test_time_that_is_up_ends_it(scores, tone_dataset, tmp_path):
    scores(lambda *_: 0.5)
    options = QUICK | {"trials": 1000, "minutes": 0.02}
    found = earmark.tune(tone_dataset, ["simple"], tmp_path / "t", **options)
    assert 1 <= len(found.trials) < 1000
    assert found.scorecard is not None


def test_pictures_of_what_mattered_come_with_enough_trials(scores, tone_dataset, tmp_path):
    scores(lambda setting, name, fold: 1 - (setting.overrides.weight_decay or 0.05) * 3)
    options = QUICK | {"trials": 16, "search": ["weight_decay", "mixup"]}
    found = earmark.tune(tone_dataset, ["simple"], tmp_path / "t", **options)
    finished = sum(one.state == "finished" for one in found.trials)
    assert bool(found.importances) == (finished >= 10)
    if found.importances:
        assert sum(found.importances.values()) == pytest.approx(1)
        assert max(found.importances, key=found.importances.get) == "weight_decay"
        assert (found.out / "slices.png").stat().st_size > 10_000


def test_several_networks_have_a_default_each(scores, tone_dataset, tmp_path):
    scores(lambda setting, name, fold: 1.0 if setting.entry.model == "simple" else 0.5)
    options = QUICK | {"trials": 3, "search": ["model", "mixup"]}
    found = earmark.tune(tone_dataset, ["resnet", "simple"], tmp_path / "t", **options)
    assert [(one.model, one.default) for one in found.trials[:2]] == [
        ("resnet", True),
        ("simple", True),
    ]
    assert found.default.model == "resnet"
    assert found.best.model == "simple"
    assert json.loads((found.out / "recipe.json").read_text())["model"] == "simple"


def test_several_labels_a_clip_are_ranked(tone_folder, tmp_path, final):
    rows = []
    for number, path in enumerate(sorted(tone_folder.rglob("*.wav"))):
        labels = path.parent.parent.name + (";loud" if number % 2 else "")
        rows.append(f"{path},{labels},{path.parent.name}")
    table = tmp_path / "labels.csv"
    table.write_text("\n".join(["path,labels,group", *rows]) + "\n")
    found = earmark.tune(table, ["simple"], tmp_path / "t", **QUICK | {"trials": 1})
    assert found.figure == "ranking precision"
    assert 0 < found.best.value < 1


def test_other_settings_are_refused_and_named(tuned, tone_dataset):
    with pytest.raises(ConfigError, match="go on with it by --resume"):
        earmark.tune(tone_dataset, ["simple"], tuned.out, **QUICK)
    with pytest.raises(ConfigError, match="seed was 0, now 1"):
        earmark.tune(tone_dataset, ["simple"], tuned.out, resume=True, seed=1, **QUICK)
    with pytest.raises(ConfigError, match="inner_folds was 3, now 2"):
        earmark.tune(tone_dataset, ["simple"], tuned.out, resume=True, inner_folds=2, **QUICK)


def test_other_sounds_are_refused(scores, tmp_path):
    scores(lambda *_: 0.5)
    root = write_tones(tmp_path / "tones", clips=8, groups=4)
    options = QUICK | {"groups": "parent"}
    earmark.tune(root, ["simple"], tmp_path / "t", **options)
    soundfile.write(next(iter(sorted(root.rglob("*.wav")))), np.zeros(4000), TONE_RATE_HZ)
    with pytest.raises(ConfigError, match=r"other settings or other clips \(data was '.*', now '"):
        earmark.tune(root, ["simple"], tmp_path / "t", resume=True, **options)


def test_a_study_is_shared_by_its_url(scores, tone_dataset, tmp_path):
    scores(lambda *_: 0.5)
    url = f"sqlite:///{tmp_path}/shared.db"
    options = QUICK | {"storage": url, "study": "both"}
    first = earmark.tune(tone_dataset, ["simple"], tmp_path / "a", **options)
    assert not (tmp_path / "a" / "study.db").exists()
    options["trials"] = 4
    second = earmark.tune(tone_dataset, ["simple"], tmp_path / "b", **options)
    assert trials_of(second)[:3] == trials_of(first)
    assert len(second.trials) == 4
    with pytest.raises(ConfigError, match=r"study 'both' .*seed was 0, now 1"):
        earmark.tune(tone_dataset, ["simple"], tmp_path / "c", seed=1, **options)


def test_a_folder_is_for_one_process(tuned, tone_dataset):
    from filelock import FileLock

    lock = FileLock(tuned.out / "tune.lock", is_singleton=False)
    with lock, pytest.raises(ConfigError, match="is being worked in by another process"):
        earmark.tune(tone_dataset, ["simple"], tuned.out, resume=True, **QUICK)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"trials": 0}, "trials must be a whole number of at least 1, got 0"),
        ({"minutes": 0}, "minutes must be above 0"),
        ({"minutes": float("nan")}, "minutes must be above 0"),
        ({"inner_folds": 1}, "inner_folds must be a whole number of at least 2"),
        ({"study": "x"}, "give its URL by storage"),
        ({"storage": "nonsense"}, "storage must be the URL of a database"),
        ({"storage": "sqlite:////no/such/folder/study.db"}, "storage must be the URL"),
        ({"search": ["mixpu"]}, "did you mean mixup"),
        ({"trails": 3}, "unknown option of train 'trails'"),
    ],
)
def test_what_cannot_be_asked_is_told(tone_dataset, tmp_path, monkeypatch, options, words):
    monkeypatch.setattr(storage, "ATTEMPTS", 1)
    with pytest.raises(ConfigError, match=words):
        earmark.tune(tone_dataset, ["simple"], tmp_path / "t", **QUICK | options)
    assert not (tmp_path / "t").exists()


def test_a_password_is_never_shown(tone_dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "ATTEMPTS", 1)
    url = "postgresql://me:s3cret@nowhere.invalid/db"
    with pytest.raises(ConfigError) as caught:
        earmark.tune(tone_dataset, ["simple"], tmp_path / "t", storage=url, **QUICK)
    assert "s3cret" not in str(caught.value)
    assert "me:***@nowhere.invalid" in str(caught.value)


def test_too_few_groups_for_inner_folds_are_told(tmp_path):
    root = write_tones(tmp_path / "tones", clips=6, groups=3)
    with pytest.raises(DatasetError, match=r"inner folds: .*Ask for fewer by inner_folds"):
        earmark.tune(root, ["simple"], tmp_path / "t", groups="parent", inner_folds=9, **QUICK)
