"""Several networks under one split: stopped, gone on with, one failing, and what is told."""

import csv
import json

import numpy as np
import pytest

import earmark
from earmark import api
from earmark.datasets import cues
from earmark.errors import ConfigError, ModelError
from earmark.training import compare as comparing
from earmark.training import histories
from earmark.training.entries import Entry, entries_of, names_of
from earmark.training.histories import mean_history
from earmark.training.watcher import Watcher

QUICK = {"frontend": "log_mel", "epochs": 2, "precision": "float32", "workers": 1}
TWO = ["simple", "resnet"]


class Notes(Watcher):
    """Remembers which runs began; may raise when one does."""

    def __init__(self, stop_at=None, error=None):
        self.runs, self.messages, self.stop_at, self.error = [], [], stop_at, error

    def message(self, text):
        self.messages.append(text)

    def run(self, name, out, epochs, steps_per_epoch):
        self.runs.append(out.name)
        if out.name == self.stop_at:
            raise self.error


@pytest.fixture(scope="module")
def compared(tone_dataset, tmp_path_factory):
    out = tmp_path_factory.mktemp("compare") / "tones"
    return out, api.compare(tone_dataset, TWO, out, folds=2, **QUICK)


def test_networks_are_scored_on_the_same_clips(compared, tone_dataset):
    out, comparison = compared
    assert [one.name for one in comparison.contenders] == TWO
    assert comparison.clips == len(tone_dataset)
    splits = [
        [
            (out / f"{name}-modern" / fold / "split.csv").read_bytes()
            for fold in ("fold-1", "fold-2")
        ]
        for name in TWO
    ]
    assert splits[0] == splits[1]


def test_each_network_has_its_figures(compared):
    out, comparison = compared
    for one in comparison.contenders:
        card = json.loads((out / f"{one.name}-modern" / "scorecard.json").read_text())
        assert one.accuracy.to_dict() == card["clip"]["accuracy"]
        assert one.macro_f1.to_dict() == card["clip"]["macro_f1"]
        assert one.realtime > 0
        assert one.epochs == {"simple": 2 * 2, "resnet": 2 * (1 + 2)}[one.name]  # of two folds
        assert one.train_s > 0
        assert one.window_s == pytest.approx(0.4, abs=0.04)  # the clips are so long
    simple, resnet = comparison.contenders
    assert resnet.gmac > simple.gmac > 0


def strongest(comparison):
    figures = comparison.baselines
    return max(figures, key=lambda name: figures[name]["accuracy"].value)


def test_differences_are_paired_and_baselines_stand_beside(compared):
    _, comparison = compared
    figures, best = comparison.baselines, strongest(comparison)
    pairs = [{test.first, test.second} for test in comparison.paired]
    assert pairs == [{"simple", "resnet"}, {"simple", best}, {"resnet", best}]
    assert set(figures) == {"majority", "loudness", "duration", "spectral centroid", "mfcc"}
    assert set(figures["mfcc"]) == {"accuracy", "balanced_accuracy", "macro_f1"}
    assert comparison.baselines["majority"]["accuracy"].value == pytest.approx(1 / 3, abs=0.2)
    assert "tempo" not in comparison.baselines  # clips of 0.4 s have none


def test_all_is_written(compared):
    out, comparison = compared
    assert json.loads((out / "comparison.json").read_text()) == json.loads(
        json.dumps(comparison.to_dict())
    )
    with (out / "comparison.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == [*TWO, *comparison.baselines]
    assert float(rows[0]["accuracy"]) == pytest.approx(comparison.contenders[0].accuracy.value)
    assert rows[-1]["parameters"] == ""
    assert (out / "curves.png").stat().st_size > 10_000
    for name in TWO:
        assert (out / f"{name}-modern" / "confusion.png").exists()
        assert list((out / f"{name}-modern").glob("fold-1/tensorboard/events*"))


def test_a_network_is_added_and_nothing_is_trained_twice(compared, tone_dataset, tmp_path):
    out, before = compared
    watcher = Notes()
    entries = entries_of([*TWO], "modern")
    options = api._options("", QUICK | {"folds": 2, "resume": True})
    again = comparing.run_comparison(
        tone_dataset, entries, options, out, lambda *_: 1.0, watcher
    ).comparison
    assert watcher.runs == []
    assert [one.accuracy for one in again.contenders] == [one.accuracy for one in before.contenders]


def compare(dataset, out, models=("simple", "resnet"), watcher=None, **options):
    chosen = api._options("", QUICK | options)
    entries = entries_of(list(models), chosen.recipe)
    return comparing.run_comparison(dataset, entries, chosen, out, lambda *_: 1.0, watcher)


def test_stopped_half_way_it_goes_on(tone_dataset, tmp_path):
    class Killed(BaseException):
        pass

    out = tmp_path / "c"
    with pytest.raises(Killed):
        compare(tone_dataset, out, watcher=Notes("resnet-modern", Killed()))
    assert (out / "simple-modern" / "model" / "model.onnx").exists()
    with pytest.raises(ConfigError, match="holds a training already: go on with it by --resume"):
        compare(tone_dataset, out)
    with pytest.raises(ConfigError, match="seed was 0, now 1"):
        compare(tone_dataset, out, resume=True, seed=1)
    watcher = Notes()
    compared = compare(tone_dataset, out, watcher=watcher, resume=True)
    assert "simple-modern" not in watcher.runs
    assert "resnet-modern" in watcher.runs
    assert len(compared.comparison.contenders) == 2
    assert not compared.interrupted


def test_one_that_fails_does_not_lose_the_others(tone_dataset, tmp_path):
    watcher = Notes("simple-modern", ModelError("training diverged"))
    compared = compare(tone_dataset, tmp_path / "c", watcher=watcher)
    assert compared.comparison.failed == {"simple-modern": "training diverged"}
    assert [one.name for one in compared.comparison.contenders] == ["resnet"]
    (test,) = compared.comparison.paired
    assert {test.first, test.second} == {"resnet", strongest(compared.comparison)}
    assert any("the others go on" in text for text in watcher.messages)


def test_if_all_fail_it_says_why(tone_dataset, tmp_path):
    watcher = Notes("simple-modern", ModelError("training diverged"))
    with pytest.raises(ModelError, match=r"not one network could be trained: .*diverged"):
        compare(tone_dataset, tmp_path / "c", ["simple"], watcher)


@pytest.mark.parametrize(
    ("models", "words"),
    [
        (["simpel"], "unknown model 'simpel'; did you mean simple"),
        (["simple:sed"], "unknown recipe of simple 'sed'; did you mean seed"),
        (["resnet:seed"], "unknown recipe of resnet 'seed'"),
        (["simple", "simple"], "models must differ from each other, got simple-modern twice"),
        ([], "models must name at least one network"),
    ],
)
def test_what_cannot_be_compared_is_told(tone_dataset, tmp_path, models, words):
    with pytest.raises(ConfigError, match=words):
        earmark.compare(tone_dataset, models, tmp_path / "c")
    assert not (tmp_path / "c").exists()


def test_a_recipe_that_no_network_has_is_told():
    with pytest.raises(ConfigError, match=r"no network has a recipe 'sed'. Known: .*seed"):
        entries_of(None, "sed")


def test_without_names_every_network_with_the_recipe_is_taken():
    every = entries_of(None, "seed")
    assert Entry("simple", "seed") in every
    assert all(entry.recipe == "seed" for entry in every)
    assert Entry("resnet", "seed") not in every


def test_names_say_the_recipe_only_where_it_is_needed():
    entries = entries_of(["simple:seed", "simple:modern", "resnet"], "modern")
    assert list(names_of(entries).values()) == ["simple:seed", "simple:modern", "resnet"]
    assert list(names_of(entries[1:]).values()) == ["simple", "resnet"]


def test_folds_of_different_length_are_averaged_as_far_as_they_go(monkeypatch):
    epochs = [
        [{"epoch": 1, "train_loss": 2.0}, {"epoch": 2, "train_loss": 1.0}],
        [{"epoch": 1, "train_loss": 4.0, "validation_loss": 3.0}],
    ]
    monkeypatch.setattr(histories, "histories_of", lambda result: epochs)
    assert mean_history(None) == [
        {"epoch": 1, "train_loss": 3.0, "validation_loss": 3.0},
        {"epoch": 2, "train_loss": 1.0},
    ]


def test_tempo_is_a_baseline_of_long_clips(tone_dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(cues, "worth_a_tempo", lambda dataset: True)
    rhythms = np.zeros((len(tone_dataset), 10), np.float32)
    rhythms[:, 0] = tone_dataset.targets  # log2 of the tempo
    monkeypatch.setattr(cues, "dataset_rhythms", lambda dataset, **_: rhythms)
    compared = compare(tone_dataset, tmp_path / "c", ["simple"])
    for name in ("tempo", "rhythm"):
        assert compared.comparison.baselines[name]["accuracy"].value == 1
    (test,) = compared.comparison.paired  # the network against the strongest baseline
    assert {test.first, test.second} == {"simple", strongest(compared.comparison)}


def test_a_network_called_as_a_baseline_keeps_its_own_answers(compared, tone_dataset, monkeypatch):
    out, before = compared
    name = strongest(before)
    called = {"simple": name, "resnet": "resnet"}
    monkeypatch.setattr(
        comparing, "names_of", lambda entries: {entry: called[entry.model] for entry in entries}
    )
    after = api.compare(tone_dataset, TWO, out, folds=2, resume=True, **QUICK)
    assert set(after.baselines) == {f"{n} baseline" if n == name else n for n in before.baselines}
    first, second = ([(test.first, test.second) for test in one.paired] for one in (before, after))
    assert first == [("simple", "resnet"), ("simple", name), ("resnet", name)]
    assert second == [(name, "resnet"), (name, f"{name} baseline"), ("resnet", f"{name} baseline")]
    figures = [
        [(test.first_accuracy, test.second_accuracy, test.p_value) for test in one.paired]
        for one in (before, after)
    ]
    assert figures[0] == figures[1]
