"""A process ends on SIGTERM, also where the main thread does not notice the signal."""

import signal
import subprocess
import sys

import pytest

PROGRAM = """
import signal, threading, time
from localcloud.stop_signals import on_stop_signal

stopped = threading.Event()
on_stop_signal(stopped.set)
threading.Thread(target=lambda: (stopped.wait(), print("stopped", flush=True))).start()
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])
print("started", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_noticed_while_the_main_thread_is_in_a_system_call(number):
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "started\n"
            process.send_signal(number)
            assert process.stdout.readline() == "stopped\n"
            assert process.poll() is None
        finally:
            process.kill()
