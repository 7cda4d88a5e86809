"""Stopped at any moment, a run goes on as if nothing had been; a full disk costs nothing done."""

import errno
import io
import os
import signal
import time

import pytest

from earmark.features import cache as feature_cache

from .conftest import SMALL, start


def wait_for(process, text):
    """Read stderr until `text` is in it."""
    shown = ""
    while text not in shown:
        line = process.stderr.readline()
        assert line, f"ended before '{text}': {shown}"
        shown += line


def test_killed_and_interrupted_training_ends_bitwise_the_same(earmark, sounds, trained, tmp_path):
    out = tmp_path / "run"
    command = ("train", sounds, *SMALL, "--out", out)
    first = start(*command, EARMARK_CHECKPOINT_S="0")
    wait_for(first, "epoch 2/8")  # so the state after the first is written
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=30)
    assert (out / "checkpoint.safetensors").exists()
    assert not (out / "model").exists()

    second = start(*command, "--resume", EARMARK_CHECKPOINT_S="0")
    wait_for(second, "going on after epoch")
    second.send_signal(signal.SIGINT)
    _, error = second.communicate(timeout=60)
    assert second.returncode == 130
    assert f"go on by the same command with --out {out} --resume" in error
    assert (out / "model" / "model.onnx").exists()  # what was learned so far can be used

    assert "going on after epoch" in earmark(*command, "--resume").stderr
    for name in ("model/model.safetensors", "history.csv", "predictions.csv", "scorecard.json"):
        assert (out / name).read_bytes() == (trained / name).read_bytes(), name
    assert not (out / "checkpoint.safetensors").exists()


def test_killed_extraction_keeps_what_is_written(sounds, tmp_path):
    # One clip a write, and slow ones, so that the kill surely comes in between.
    code = (
        "import sys, time; import earmark.features.extract as e; e.APPEND_CLIPS = 1\n"
        "from earmark.cli import main; compute = e.extract_part\n"
        "e.extract_part = lambda *a, **k: (time.sleep(0.05), compute(*a, **k))[1]\n"
        "main()"
    )
    command = ("extract", sounds, "--workers", "1")
    process = start(*command, python=("-c", code), EARMARK_CACHE=str(tmp_path))
    deadline = time.monotonic() + 30
    while not list(tmp_path.glob("*/index.txt")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    done = len(next(tmp_path.glob("*/index.txt")).read_text().splitlines())
    assert 0 < done < 36
    process = start(*command, EARMARK_CACHE=str(tmp_path))
    out, _ = process.communicate(timeout=30)
    assert f"{36 - done} computed, {done} found in the cache" in out


def test_finished_folds_are_not_trained_again(earmark, sounds, tmp_path, monkeypatch):
    from earmark.training import fitting

    out = tmp_path / "run"
    command = ("train", sounds, *SMALL, "--epochs", 1, "--folds", 2, "--out", out)
    fit, calls = fitting.fit, []

    def stop_at_the_second(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return fit(*args)

    monkeypatch.setattr(fitting, "fit", stop_at_the_second)
    assert f"--out {out} --resume" in earmark(*command, status=130).stderr
    weights = (out / "fold-1" / "model" / "model.safetensors").stat().st_mtime_ns
    result = earmark(*command, "--resume")
    assert len(calls) == 3
    assert "fold 1: done already" in result.stderr
    assert weights == (out / "fold-1" / "model" / "model.safetensors").stat().st_mtime_ns
    assert (out / "scorecard.json").exists()
    assert "Models: " in result.stdout


class SmallDisk(io.FileIO):
    """A file on a disk with little room: it takes a part of what it is given, as POSIX allows."""

    room = 0

    def write(self, data):
        room = SmallDisk.room - self.tell()
        if room <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self.name)
        return super().write(bytes(data)[:room])


def test_a_full_disk_keeps_every_clip_that_fitted(earmark, sounds, tmp_path, monkeypatch):
    monkeypatch.setenv("EARMARK_CACHE", str(tmp_path))
    monkeypatch.setattr(feature_cache, "FileIO", SmallDisk)
    monkeypatch.setattr(SmallDisk, "room", 100_000)
    error = earmark("extract", sounds, "--workers", 1, status=1).stderr
    assert "the disk is full; what was computed so far is kept. Free some space" in error
    monkeypatch.setattr(SmallDisk, "room", 1 << 40)
    clip_bytes = 25 * 48 * 4
    fitted = 100_000 // clip_bytes
    shown = earmark("extract", sounds, "--workers", 1).stdout
    assert f"{36 - fitted} computed, {fitted} found in the cache" in shown
    assert len(list(tmp_path.glob("*/features.f32"))) == 1
    assert next(tmp_path.glob("*/features.f32")).stat().st_size == 36 * clip_bytes


def test_a_full_disk_while_training_is_one_line(earmark, sounds, tmp_path, monkeypatch):
    from earmark.training import loop

    out = tmp_path / "run"
    command = ("train", sounds, *SMALL, "--epochs", 1, "--out", out)

    def full(path, *_rest):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    with monkeypatch.context() as patch:
        patch.setattr(loop, "write_tensors", full)
        error = earmark(*command, status=1).stderr
    assert f"Error: cannot write the run {out}: No space left on device." in error
    assert f"make room, then go on by the same command with --out {out} --resume" in error
    earmark(*command, "--resume")
    assert (out / "model" / "model.onnx").exists()


@pytest.mark.parametrize("verb", ["extract", "evaluate"])
def test_an_interruption_is_status_130_without_a_traceback(
    earmark, sounds, trained, monkeypatch, verb
):
    from earmark import api
    from earmark.inference import evaluate_any

    def interrupt(*_args, **_kind):
        raise KeyboardInterrupt

    monkeypatch.setattr(api, "as_dataset", interrupt)
    monkeypatch.setattr(evaluate_any, "evaluate_any", interrupt)
    model = [trained / "model"] if verb == "evaluate" else []
    assert earmark(verb, *model, sounds, status=130).stderr == "Stopped.\n"
