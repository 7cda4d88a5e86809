"""Ctrl-C waits for a safe place, and is never lost."""

import signal

import pytest

from earmark.training.interrupt import deferred_interrupt


def test_it_is_raised_where_it_is_checked():
    with pytest.raises(KeyboardInterrupt), deferred_interrupt() as check:  # noqa: PT012
        signal.raise_signal(signal.SIGINT)
        reached = True
        check()
        reached = False
    assert reached


def test_it_is_raised_at_the_end_if_it_never_was():
    with pytest.raises(KeyboardInterrupt), deferred_interrupt():
        signal.raise_signal(signal.SIGINT)


def test_the_second_is_not_waited_with():
    with pytest.raises(KeyboardInterrupt), deferred_interrupt():  # noqa: PT012
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        pytest.fail("the second was waited with")


def test_afterwards_all_is_as_it_was():
    before = signal.getsignal(signal.SIGINT)
    with deferred_interrupt() as check:
        check()
    assert signal.getsignal(signal.SIGINT) is before
