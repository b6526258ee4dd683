"""Start, watch and stop child processes: web, worker, beat, and management commands that run once."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

from chofu_cocreation.runtime.embedded.process import Log, die_with_parent
from chofu_cocreation.runtime.embedded.state import PROJECT


class Stopped(Exception):
    """Raised by `Signals.wait` when the supervisor was asked to stop."""


class Signals:
    """Wake one wait on SIGINT, SIGTERM, SIGHUP or SIGCHLD (self-pipe by `set_wakeup_fd`).

    The handlers only set `stopping`: one that raised could interrupt the start of a child and lose it.
    """

    def __init__(self) -> None:
        self.stopping = False
        self._wake, writer = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def wait(self, seconds: float) -> None:
        """Sleep for some seconds or until a signal comes. Raise Stopped after SIGINT, SIGTERM or SIGHUP."""
        if not self.stopping:
            select.select([self._wake], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            while os.read(self._wake, 512):
                pass
        if self.stopping:
            raise Stopped


class Child:
    """A child process in its own session, with a log file. On Linux it gets SIGTERM when the supervisor dies."""

    def __init__(self, name: str, argv: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.name, self.argv, self.environment = name, argv, environment
        self.log = Log.open(log)
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with open(self.log.path, "ab") as output:
            return subprocess.Popen(  # noqa: S603 - our own programs, no shell
                [sys.executable, *self.argv],
                cwd=PROJECT,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # the supervisor has one thread
            )

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def start_again(self) -> None:
        """Restart after its death. Kill its process group first: a grandchild may still hold the port or the work."""
        self.make_stop(time.monotonic())
        self.log = Log.open(self.log.path)
        self.process = self._start()

    def ask_to_stop(self) -> None:
        if not self.ended:
            self.process.terminate()

    def make_stop(self, deadline: float) -> None:
        """Wait until the deadline (monotonic seconds), then SIGKILL its process group."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def run_to_end(children: Sequence[Child], signals: Signals) -> Child | None:
    """Run commands in parallel to their end. Return the first that failed, or None; a failure or a stop ends the rest."""
    try:
        while True:
            ended = [child for child in children if child.ended]
            failed = next((child for child in ended if child.process.returncode != 0), None)
            if failed or len(ended) == len(children):
                return failed
            signals.wait(1.0)
    finally:
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + 3
        for child in children:
            child.make_stop(deadline)
