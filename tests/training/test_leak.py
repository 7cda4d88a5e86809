"""A leak is measured by a second training on a random split, and told on the card for ever."""

import json

import numpy as np
import pytest

import earmark
from earmark import api
from earmark.datasets import Dataset
from earmark.errors import ConfigError
from earmark.evaluation.leak import Leak
from earmark.training import leak as measuring

QUICK = {"frontend": "log_mel", "epochs": 1, "precision": "float32", "workers": 1}


def train(dataset, out, **options):
    return api.run(dataset, out, api._options("simple", QUICK | options))


@pytest.fixture(scope="module")
def leaky(tone_dataset, tmp_path_factory):
    out = tmp_path_factory.mktemp("leak") / "a run"
    return out, train(tone_dataset, out, leak=True)


def test_the_card_tells_what_a_random_split_would_claim(leaky):
    out, result = leaky
    card = json.loads((out / "scorecard.json").read_text(encoding="utf-8"))
    there = json.loads((out / "random-split" / "scorecard.json").read_text(encoding="utf-8"))
    assert card["leak"]["figure"] == "accuracy"
    assert card["leak"]["random"] == there["clip"]["accuracy"]
    assert card["leak"]["grouped"] == card["clip"]["accuracy"]
    wanted = there["clip"]["accuracy"]["value"] - card["clip"]["accuracy"]["value"]
    assert card["leak"]["points"]["value"] == pytest.approx(100 * wanted)
    assert result.card.leak == Leak.from_dict(card["leak"])
    assert there["split"]["kind"] == "random"
    assert "groups ignored on purpose" in there["split"]["description"]
    assert "leak" not in there


def test_the_baseline_tells_it_without_a_training(leaky):
    _, result = leaky
    leak = result.card.leak_of_baseline
    assert leak.grouped == result.card.baselines["mfcc"]["accuracy"]
    assert 0 <= leak.random.value <= 1


def test_the_saved_model_has_it_too_and_is_whole(leaky):
    out, result = leaky
    model = earmark.load(out / "model")
    assert model.scorecard.leak == result.card.leak
    assert model.verify() <= 1e-4


def test_a_finished_run_is_measured_afterwards_and_only_once(tone_dataset, tmp_path):
    first = train(tone_dataset, tmp_path / "r")
    assert first.card.leak is None
    then = train(tone_dataset, tmp_path / "r", leak=True, resume=True)
    assert then.card.leak is not None
    assert then.card.clip == first.card.clip
    trained = (tmp_path / "r" / "random-split" / "model" / "model.onnx").stat().st_mtime_ns
    again = train(tone_dataset, tmp_path / "r", leak=True, resume=True)
    assert again.card == then.card
    assert train(tone_dataset, tmp_path / "r", resume=True).card == then.card  # not forgotten
    assert (tmp_path / "r" / "random-split" / "model" / "model.onnx").stat().st_mtime_ns == trained


def test_stopped_while_it_is_measured_the_run_itself_is_whole(tone_dataset, tmp_path, monkeypatch):
    class Killed(BaseException):
        pass

    def stop(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(measuring, "run_split", stop)
        with pytest.raises(Killed):
            train(tone_dataset, tmp_path / "r", leak=True)
    assert earmark.load(tmp_path / "r" / "model").verify() <= 1e-4
    result = train(tone_dataset, tmp_path / "r", leak=True, resume=True)
    assert result.card.leak is not None


def test_folds_have_random_folds(tone_dataset, tmp_path):
    result = train(tone_dataset, tmp_path / "r", folds=2, leak=True)
    assert result.card.leak is not None
    assert result.card.leak_of_baseline is not None
    assert all(card.leak_of_baseline is None for _, card in result.card.folds)
    assert (tmp_path / "r" / "random-split" / "fold-2" / "answers.npz").exists()
    document = json.loads((tmp_path / "r" / "scorecard.json").read_text(encoding="utf-8"))
    assert set(document) >= {"leak", "leak_of_baseline", "folds"}


def test_without_groups_it_is_refused_before_anything_is_done(tone_folder, tmp_path):
    dataset = Dataset.from_folder(tone_folder, groups="none")
    with pytest.raises(ConfigError, match="known to belong together"):
        train(dataset, tmp_path / "r", leak=True)
    assert not (tmp_path / "r").exists()


def test_without_groups_no_leak_is_told(tone_folder, tmp_path):
    result = train(Dataset.from_folder(tone_folder, groups="none"), tmp_path / "r")
    assert result.card.leak_of_baseline is None
    assert set(result.card.baselines) > {"mfcc"}
    assert np.isfinite(result.card.baselines["mfcc"]["margin"].value)
