"""`earmark train --task detect`, whole: from clips, recordings or both; stopped and gone on.

Few scenes of a second or two, one or two epochs: that it runs and says so, not that it is good.
"""

import csv
import functools
import json
import shutil

import numpy as np
import pytest
import soundfile

from tests.conftest import TONE_RATE_HZ, write_tones
from tests.training.detection.conftest import write_recordings

SMALL = (
    "--task", "detect", "--window", "0.5", "--epochs", "1", "--precision", "float32",
    "--workers", "1", "--learning-rate", "0.002", "--scene", "duration_s=1", "--scene",
    "shortest_s=0.2", "--scene", "events_per_minute=60,120",
)  # fmt: skip
CLASSES = ["clicks", "noise", "sine"]


@pytest.fixture(scope="module", autouse=True)
def few_scenes():
    """Eight scenes to learn from, and few to be judged by."""
    from earmark.training.detection import options

    few = functools.partial(
        options.DetectOptions, scenes_per_epoch=8, validation_scenes=3, test_scenes=4
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(options, "DetectOptions", few)
        yield


@pytest.fixture(scope="module")
def tones(tmp_path_factory):
    """Three kinds of tone, each on four tapes, in a folder whose name has an accent and a space."""
    return write_tones(tmp_path_factory.mktemp("tones") / "mes sons é", clips=8)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """Eight recordings with labels."""
    return write_recordings(tmp_path_factory.mktemp("strong") / "field days")


@pytest.fixture(scope="module")
def run(earmark, tones, tmp_path_factory):
    """A run from isolated clips alone. Read it only."""
    out = tmp_path_factory.mktemp("runs") / "run ü"
    result = earmark("train", tones, *SMALL, "--out", out)
    return out, result


@pytest.fixture
def no_graph(monkeypatch):
    """Nothing is exported, and no page written: what is tested is what was learned."""
    from earmark import api
    from earmark.training import export

    monkeypatch.setattr(export, "write_onnx", lambda graph, sound, path: path.write_bytes(b"0"))
    monkeypatch.setattr(export, "_agree", lambda *_: {"probabilities": np.zeros(1, "f4")})
    monkeypatch.setattr(api, "_report_of", lambda *_: None)


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def parts_of(run):
    with (run / "split.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row["part"] for row in csv.DictReader(file)}


# ---- whole ----


def test_from_isolated_clips(run):
    out, result = run
    assert "24 isolated clips, 3 classes: scenes are mixed from them" in result.stderr
    assert max(map(len, result.stdout.splitlines()[:12])) <= 80
    assert "Next:" in result.stdout
    for name in (
        "model/model.onnx", "model/golden.npz", "model/README.md", "scorecard.json", "events.csv",
        "decoding.json", "history.csv", "curves.png", "split.csv", "run.json", "answers.npz",
    ):  # fmt: skip
        assert (out / name).exists(), name
    assert not (out / "checkpoint.safetensors").exists()
    config = read(out / "model" / "config.json")
    assert (config["task"], config["format"], config["classes"]) == ("detect", 5, CLASSES)
    assert list(config["detection"]["settings"]) == CLASSES
    parts = list(parts_of(out).values())
    counted = {part: parts.count(part) for part in ("train", "validation", "test")}
    assert config["provenance"]["clips"] == counted
    rows = (out / "model" / "clips.csv").read_text().splitlines()[1:]
    assert len(rows) == len(set(rows)) == 24
    card = (out / "model" / "README.md").read_text(encoding="utf-8")
    assert "mes sons é: crnn" in card
    assert "in scenes mixed from them" in card
    assert read(out / "run.json")["settings"]["task"] == "detect"


def test_the_saved_model_names_no_place_on_this_machine(run, tones):
    names = {place.name for place in tones.rglob("*.wav")} | {tones.parent.name, run[0].parent.name}
    for place in (run[0] / "model").iterdir():
        content = place.read_bytes()
        assert not [name for name in names if name.encode() in content], place.name


def test_the_model_detects_and_equals_its_golden_values(run, recorded):
    from earmark import load

    model = load(run[0] / "model")
    assert model.verify() <= 1e-4
    track, hop_s = model.tracks(recorded / "00.wav")
    assert track.shape == (-(-1.5 // hop_s), 3)
    (found,) = model.detect([recorded / "00.wav"])
    assert all(0 <= event.onset_s < event.offset_s <= 1.5 for event in found.events)


def test_from_recordings_with_labels(earmark, recorded, tmp_path):
    out = tmp_path / "run"
    options = ("--model", "yoho", "--format", "json", "--out", out)
    result = earmark("train", recorded, *SMALL, *options)
    assert "8 recordings with 16 events, 0.2 min" in result.stderr
    card = json.loads(result.stdout)
    assert card["out"] == str(out)
    parts = list(parts_of(out).values())
    assert f"scored on {parts.count('test')} test recordings" in card["split"]["description"]
    config = read(out / "model" / "config.json")
    assert config["provenance"]["scenes"] is None
    assert config["model"]["name"] == "yoho"


def test_from_both_and_corrections(earmark, tones, recorded, tmp_path, no_graph):
    clip = sorted(tones.rglob("*.wav"))[0]
    mended = tmp_path / "mended.csv"
    mended.write_text(f"file,onset_s,offset_s,label\n{clip},0,0.3,clicks\n02.wav,0.2,0.4,bell\n")
    out = tmp_path / "run"
    more = ("--recordings", recorded, "--corrections", mended, "--out", out)
    result = earmark("train", tones, *SMALL, *more)
    assert "corrections: 1 recording changed, 1 recording new" in result.stderr
    assert list(read(out / "run.json")["classes"]) == ["bell", *CLASSES]
    parts = parts_of(out)
    assert len(parts) == 24 + 8 + 1
    clips = {place.relative_to(tones).as_posix() for place in tones.rglob("*.wav")}
    (new,) = set(parts) - clips - {f"{number:02}.wav" for number in range(8)}
    name = clip.relative_to(tones).as_posix()
    assert parts[new] == parts[name]


def test_folds_are_pooled(earmark, tones, tmp_path, no_graph):
    out = tmp_path / "run"
    result = earmark("train", tones, *SMALL, "--folds", 2, "--out", out)
    assert "and 1 more" in result.stdout
    assert read(out / "scorecard.json")["split"]["folds"] == ["fold 1", "fold 2"]
    tested = [
        {name for name, part in parts_of(out / f"fold-{n}").items() if part == "test"}
        for n in (1, 2)
    ]
    assert not tested[0] & tested[1]
    assert len(tested[0] | tested[1]) == 24


def test_copies_that_folds_part_are_told_on_the_card_of_all(earmark, recorded, tmp_path, no_graph):
    data = tmp_path / "field"
    shutil.copytree(recorded, data)
    shutil.copy(data / "00.wav", data / "copy.wav")
    lines = [
        f"{name}.wav,0.1,0.6,{label},{number % 2}\n"
        for number, name in enumerate(["00", "copy", "02", "03", "04", "05"])
        for label in ("sine", "noise")
    ]
    table = tmp_path / "labels.csv"
    table.write_text("file,onset_s,offset_s,label,fold\n" + "".join(lines))
    command = ("train", data, "--labels", table, *SMALL, "--folds", "--out", tmp_path / "run")
    assert "copies" in earmark(*command, status=1).stderr
    earmark(*command, "--allow-leak")
    leak = read(tmp_path / "run" / "scorecard.json")["split"]["leak"]
    assert sorted(leak["pairs"]) == [["00.wav", "copy.wav"], ["copy.wav", "00.wav"]]


def test_a_run_does_not_go_on_with_labels_that_were_changed(earmark, recorded, tmp_path, no_graph):
    data = tmp_path / "field"
    shutil.copytree(recorded, data)
    command = ("train", data, *SMALL, "--out", tmp_path / "run")
    earmark(*command)
    assert "done already" in earmark(*command, "--resume").stderr
    text = (data / "03.txt").read_text()
    (data / "03.txt").write_text(text.replace("0.600", "0.550"))
    error = earmark(*command, "--resume", status=1).stderr
    assert "trained with other settings (events was '16 in 8 recordings (" in error
    (data / "03.txt").write_text(text)
    earmark(*command, "--resume")


def test_stopped_and_gone_on_with_it_is_bitwise_the_same(
    earmark, tones, tmp_path, no_graph, monkeypatch
):
    from earmark.training.detection.lessons import SceneLessons

    monkeypatch.setenv("EARMARK_CHECKPOINT_S", "0")
    command = ("train", tones, *SMALL, "--epochs", 3, "--out")
    earmark(*command, tmp_path / "whole")

    class Killed(BaseException):
        pass

    batch = SceneLessons.batch

    def stopping(epoch, error):
        def at(self, now, indices):
            if now == epoch:
                raise error
            return batch(self, now, indices)

        return at

    out = tmp_path / "stopped"
    monkeypatch.setattr(SceneLessons, "batch", stopping(1, Killed()))
    with pytest.raises(Killed):
        earmark(*command, out)
    assert not (out / "model").exists()
    monkeypatch.setattr(SceneLessons, "batch", stopping(2, KeyboardInterrupt()))
    result = earmark(*command, out, "--resume", status=130)
    assert f"--out {out} --resume" in result.stderr
    assert (out / "model" / "config.json").exists()
    monkeypatch.setattr(SceneLessons, "batch", batch)
    earmark(*command, out, "--resume")
    for name in ("model/model.safetensors", "history.csv", "events.csv", "scorecard.json"):
        assert (out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name
    monkeypatch.setattr(SceneLessons, "batch", stopping(0, AssertionError()))
    assert "done already" in earmark(*command, out, "--resume").stderr


# ---- refused ----


def test_a_run_is_never_overwritten(earmark, run, tones):
    error = earmark("train", tones, *SMALL, "--out", run[0], status=1).stderr
    assert f"{run[0]} holds a training already: go on" in error
    again = ("train", tones, *SMALL, "--out", run[0], "--resume", "--scene", "room=1")
    assert "with other settings (room was 0.25, now 1.0)" in earmark(*again, status=1).stderr


WRONG = {
    "--task detect --leak": "--leak compares splits of classifiers",
    "--task detect --aggregate sum": "--aggregate is of classifiers",
    "--task detect --model resnet": "'resnet' is a network that classifies; to detect take one of",
    "--task detect --model crn": "unknown detector 'crn'; did you mean crnn",
    "--task detect --recipe seed": "unknown recipe of crnn 'seed'",
    "--task detect --augment mixup=0.2": "--augment mixup is of classifiers",
    "--task detect --balance sampling": "--balance is of classifiers",
    "--task detect --scene loudness=3": "unknown setting of scenes 'loudness'",
    "--task detect --scene snr_db": "--scene takes NAME=VALUE",
    "--task detect --background nowhere": "--background must be a folder of recordings",
    "--model crnn": "'crnn' is a network that detects: train it with --task detect",
    "--labels labels.txt": "--labels goes with --task detect",
    "--recordings there": "--recordings goes with --task detect",
    "--corrections there": "--corrections goes with --task detect",
    "--scene room=0": "--scene goes with --task detect",
}


@pytest.mark.parametrize("option", WRONG)
def test_options_without_sense_are_refused(earmark, tones, tmp_path, option):
    out = tmp_path / "run"
    error = earmark("train", tones, *option.split(), "--out", out, status=1).stderr
    assert f"Error: {WRONG[option]}" in error
    assert not out.exists()


@pytest.mark.parametrize("words", ["", "--task detect"])
def test_a_wrong_network_is_told_before_the_folder_is_read(earmark, tmp_path, words):
    command = ("train", tmp_path / "no such folder", *words.split(), "--model", "resnot")
    error = earmark(*command, status=1).stderr
    assert "'resnot'" in error
    assert "no such folder" not in error


@pytest.mark.parametrize("verb", ["compare", "tune"])
def test_verbs_of_classifiers_say_how_a_detector_is_trained(earmark, tones, tmp_path, verb):
    out = ("--out", tmp_path / "run")
    error = earmark(verb, tones, "--models", "crnn,simple", *out, status=1).stderr
    assert "'crnn' is a network that detects: train it with --task detect" in error
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("predict MODEL CLIP", "ask it with: earmark detect"),
        ("thresholds MODEL --recall 0.9", "it is a detector, whose thresholds were chosen"),
        ("stress MODEL DATA", "it is a detector, and stress of labelled clips wants a"),
        ("labels RUN", "labels is of classifiers"),
    ],
)
def test_verbs_of_classifiers_say_what_to_ask_a_detector(earmark, run, tones, command, words):
    clip = sorted(tones.rglob("*.wav"))[0]
    at = {"MODEL": run[0] / "model", "RUN": run[0], "CLIP": clip, "DATA": tones}
    shown = earmark(*(at.get(word, word) for word in command.split()), status=1)
    assert words in shown.stderr


def test_models_lists_what_detects(earmark, monkeypatch):
    from earmark import models

    monkeypatch.setattr(models, "describe", functools.cache(models.describe))  # takes a second
    monkeypatch.setattr(models, "describe_detector", functools.cache(models.describe_detector))
    shown = earmark("models").stdout
    assert "To be trained with --task detect: crnn, yoho." in shown
    assert max(map(len, shown.splitlines())) <= 80
    listed = json.loads(earmark("models", "--format", "json").stdout)
    told = {info["name"]: info["task"] for info in listed}
    assert (told["crnn"], told["resnet"]) == ("detect", "classify")


# ---- bad input ----


def test_silent_clips_and_a_class_of_two(earmark, tones, tmp_path, no_graph):
    data = tmp_path / "sons"
    shutil.copytree(tones, data)
    silent = sorted((data / "noise").rglob("*.wav"))[0]
    soundfile.write(silent, np.zeros(4000), TONE_RATE_HZ)
    rest = sorted((data / "sine").rglob("*.wav"))
    for place in rest[1:-1]:
        place.unlink()
    out = tmp_path / "run"
    result = earmark("train", data, *SMALL, "--out", out)
    assert "1 sound left out:" in result.stderr
    assert "nothing is heard in it" in result.stderr
    assert len(parts_of(out)) == 8 + 7 + 2
    assert [problem["kind"] for problem in read(out / "run.json")["problems"]] == ["silent"]


@pytest.mark.parametrize("seconds", [0.2, 5.0])
def test_backgrounds_of_any_length(earmark, tones, tmp_path, no_graph, seconds):
    """Shorter than a scene, or longer."""
    (tmp_path / "rain").mkdir()
    noise = 0.1 * np.random.default_rng(1).standard_normal(round(seconds * TONE_RATE_HZ))
    soundfile.write(tmp_path / "rain" / "a.wav", noise, TONE_RATE_HZ)
    background = ("--background", tmp_path / "rain", "--out", tmp_path / "run")
    earmark("train", tones, *SMALL, *background)
    assert (tmp_path / "run" / "scorecard.json").exists()


def test_label_files_with_faults_are_mended_and_told(earmark, recorded, tmp_path, no_graph):
    data = tmp_path / "field"
    shutil.copytree(recorded, data)
    (data / "00.txt").write_text("")  # an empty scene
    (data / "01.txt").write_text("0.2\t9\tsine\n2.5\t3\tnoise\n")  # past the end
    (data / "02.txt").write_text("0.9\t0.2\tsine\n")  # backwards
    (data / "03.txt").write_text("0.1\t0.6\tsine\n0.4\t0.9\tsine\n")  # over each other
    out = tmp_path / "run"
    result = earmark("train", data, *SMALL, "--out", out)
    kinds = {problem["kind"] for problem in read(out / "run.json")["problems"]}
    assert {"past the end", "overlapping events"} <= kinds
    assert "past the end" in result.stderr
    assert "00.wav" in parts_of(out)


def test_no_events_at_all_is_said(earmark, recorded, tmp_path):
    data = tmp_path / "field"
    shutil.copytree(recorded, data)
    for place in data.glob("*.txt"):
        place.write_text("")
    error = earmark("train", data, *SMALL, "--labels", data, "--out", tmp_path / "r", status=1)
    assert "a detector needs some to learn from" in error.stderr
    assert not (tmp_path / "r").exists()


def test_one_class_is_enough_where_it_comes_and_goes(earmark, recorded, tmp_path, no_graph):
    data = tmp_path / "field"
    shutil.copytree(recorded, data)
    for place in data.glob("*.txt"):
        place.write_text("0.1\t0.6\tbird song\n")
    out = tmp_path / "run"
    earmark("train", data, *SMALL, "--model", "yoho", "--out", out)
    assert read(out / "model" / "config.json")["classes"] == ["bird song"]


def test_clips_of_one_class_are_enough(earmark, tones, tmp_path):
    data = tmp_path / "barks"
    shutil.copytree(tones / "sine", data / "bark")
    out = tmp_path / "run"
    earmark("train", data, *SMALL, "--groups", "parent", "--out", out)
    assert read(out / "model" / "config.json")["classes"] == ["bark"]
    assert "event_f1" in (out / "scorecard.json").read_text()
    (found,) = json.loads(
        earmark("detect", out / "model", data / "bark", "--format", "json").stdout
    )[:1]
    assert all(event["label"] == "bark" for event in found["events"])
    error = earmark("train", data, "--out", tmp_path / "r", status=1).stderr
    assert "a classifier needs at least 2" in error


def test_weak_labels_teach_crnn_beside_single_ones(earmark, tones, tmp_path, no_graph):
    lines = [
        f"{place},{place.parent.parent.name}{';sine' if number % 4 == 3 else ''}\n"
        for number, place in enumerate(sorted(tones.rglob("*.wav")))
    ]
    (tmp_path / "t.csv").write_text("path,labels\n" + "".join(lines))
    out = tmp_path / "run"
    earmark("train", tmp_path / "t.csv", *SMALL, "--out", out)
    assert len(parts_of(out)) == 24
    result = earmark("train", tmp_path / "t.csv", *SMALL, "--model", "yoho", "--out", out / "y")
    assert "4 clips of several labels left out" in result.stderr
