"""How fast a model answers is measured over whole files."""

import pytest

from earmark.inference import speed


def test_files_are_answered_again_until_the_time_is_over(tone_model, tone_dataset, monkeypatch):
    files = [clip.path for clip in tone_dataset.clips[:3]]  # 0.4 s each
    ticks = iter(range(100))  # a clock that moves a second an answer
    monkeypatch.setattr(speed.time, "perf_counter", lambda: float(next(ticks)))
    monkeypatch.setattr(speed, "AT_LEAST_S", 5.0)
    assert speed.realtime_factor(tone_model, files) == pytest.approx(0.4)
