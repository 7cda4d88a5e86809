"""Memory stays the same however long a recording is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from earmark.evaluation.events.decoding import Boxes, Settings, Threshold
from tests.detector import PITCHES_HZ, RATE_HZ, scene, write_detector

CODE = """
import resource, sys
import earmark
(found,) = earmark.load(sys.argv[1]).detect(sys.argv[2])
print(len(found.events), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(model, minutes, folder):
    """Events, and the peak of memory in bytes, of detecting in so many minutes."""
    path = folder / f"{minutes}.wav"
    minute = scene(60, [("low", 5, 15), ("high", 20, 21)])
    with soundfile.SoundFile(path, "w", RATE_HZ, 1, subtype="PCM_16") as file:
        for number in range(minutes):
            file.write(minute * (number % 5 == 0))
    source = str(Path(__file__).parents[3] / "src")
    out = subprocess.run(
        [sys.executable, "-c", CODE, str(model), str(path)],
        env={**os.environ, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    path.unlink()
    events, kilobytes = map(int, out.split())
    return events, kilobytes * (1 if sys.platform == "darwin" else 1024)


@pytest.mark.parametrize("one", [Threshold(0.5, 0.2, 0.1, 0.1), Boxes()])
def test_a_long_recording_takes_no_more_memory_than_a_short_one(tmp_path, one):
    model = write_detector(tmp_path / "model", Settings(dict.fromkeys(PITCHES_HZ, one)))
    events, short = peak(model, 5, tmp_path)
    assert events == 2
    events, long = peak(model, 60, tmp_path)
    assert events == 24
    assert long - short < 8 << 20  # the sound is 58 MB, decoded 115 MB
