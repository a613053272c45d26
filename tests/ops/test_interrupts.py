"""Ctrl-C stops a command only after the engine has saved its state."""

import os
import signal

import pytest

from ops.errors import CommandError
from ops.interrupts import defer_interrupt


def test_an_interrupt_is_heard_when_the_engine_has_ended():
    reached = []

    def run():
        with defer_interrupt():
            os.kill(os.getpid(), signal.SIGINT)
            reached.append("the end of the block")

    with pytest.raises(KeyboardInterrupt):
        run()

    assert reached == ["the end of the block"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_run_that_ctrl_c_cancelled_is_stopped_and_has_not_failed():
    def run():
        with defer_interrupt():
            os.kill(os.getpid(), signal.SIGINT)
            raise CommandError("context canceled")

    with pytest.raises(KeyboardInterrupt):
        run()


def test_a_failure_without_ctrl_c_stays_one():
    def run():
        with defer_interrupt():
            raise CommandError("the disk is full")

    with pytest.raises(CommandError, match="the disk is full"):
        run()
