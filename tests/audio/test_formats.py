import subprocess
import sys

import pytest

from earmark.audio import SUFFIXES, is_audio


@pytest.mark.parametrize("name", ["a.wav", "A.WAV", "b.Flac", "x/y.z.mp3", "c.m4a", "d.opus"])
def test_sound_is_known_by_its_suffix_in_any_case(name):
    assert is_audio(name)


@pytest.mark.parametrize("name", ["a.txt", "wav", ".wav", "a.wav.txt", "._a.wav", "a"])
def test_other_files_are_not_sound(name):
    assert not is_audio(name)


def test_suffixes_are_lower_case_with_a_dot():
    assert all(s == s.lower() and s.startswith(".") for s in SUFFIXES)


def test_importing_the_package_loads_no_decoder():
    code = (
        "import sys, earmark.audio; "
        "print([m for m in ('soundfile', 'miniaudio', 'soxr', 'av', 'scipy') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
