"""The bar of a long recording: on a terminal, after a moment, away when something is written."""

import contextlib
import io

import pytest
from rich.console import Console

from earmark.cli import _hearing
from earmark.cli._hearing import HearingBar


@pytest.fixture
def screen(monkeypatch):
    """A terminal of 80 columns, on which any recording is a long one."""
    shown = io.StringIO()
    console = Console(file=shown, force_terminal=True, width=80)
    monkeypatch.setattr(_hearing, "stderr", lambda: console)
    monkeypatch.setattr(_hearing, "WAIT_S", 0.0)
    return shown


def test_it_tells_what_is_heard_and_goes(screen):
    bar = HearingBar()
    with bar.of("a [b] " + 40 * "x" + "/week.wav"):
        bar.heard(65, 3700)
        bar.progress.refresh()
        assert "0:01:05 of 1:01:40" in screen.getvalue()
        assert "x/week.wav" in screen.getvalue()
    assert bar.progress is None
    assert screen.getvalue().endswith("\x1b[2K")  # the line is wiped


def test_it_goes_where_a_recording_fails(screen):
    bar = HearingBar()
    with contextlib.suppress(KeyboardInterrupt), bar.of("a.wav"):
        bar.heard(1, 9)
        assert bar.progress is not None
        raise KeyboardInterrupt
    assert bar.progress is None


def test_what_is_heard_soon_has_none(screen, monkeypatch):
    monkeypatch.setattr(_hearing, "WAIT_S", 60.0)
    bar = HearingBar()
    with bar.of("a.wav"):
        bar.heard(9, 9)
    assert screen.getvalue() == ""


def test_a_log_has_none(monkeypatch, capsys):
    monkeypatch.setattr(_hearing, "WAIT_S", 0.0)
    bar = HearingBar()
    with bar.of("a.wav"):
        bar.heard(9, 9)
    assert capsys.readouterr() == ("", "")
