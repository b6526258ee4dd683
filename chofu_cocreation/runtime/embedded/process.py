"""Start, recognise and stop the two server programs."""

import contextlib
import ctypes
import os
import pwd
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

LOG_LIMIT = 10 * 1024 * 1024
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(death_signal: int) -> Callable[[], None]:
    """Return a preexec_fn: the kernel sends the child this signal when its parent dies (PR_SET_PDEATHSIG)."""
    parent = os.getpid()

    def ask_kernel() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
            if os.getppid() != parent:
                os.kill(os.getpid(), death_signal)

    return ask_kernel


@dataclass(frozen=True)
class Log:
    """A server's log file; `tail` shows only what was written since `mark`."""

    path: Path
    mark: int

    @classmethod
    def open(cls, path: Path) -> "Log":
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        path.touch(mode=0o600)
        for file in path.parent.glob(f"{path.stem}.log*"):
            file.chmod(0o600)
        return cls(path, path.stat().st_size if path.exists() else 0)

    def tail(self, lines: int = 20) -> str:
        with open(self.path, "rb") as file:
            file.seek(max(self.mark, self.path.stat().st_size - 16_384))
            return "\n".join(file.read().decode("utf-8", "replace").splitlines()[-lines:])


def spawn(
    argv: Sequence[str | Path], *, folder: Path, log: Log, user: pwd.struct_passwd | None, death_signal: int
) -> subprocess.Popen[bytes]:
    """Start a server in its own session (Ctrl-C in the terminal is ours to pass on), as `user` when we are root."""
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    with open(log.path, "ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own programs, no shell
            [str(part) for part in argv],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
            preexec_fn=die_with_parent(death_signal),
            **identity,  # type: ignore[call-overload]
        )


def find(name: str, folder: Path, pid_file: Path) -> psutil.Process | None:
    """Return the live server of this data folder, or None.

    A pid file outlives kill -9, and its number may meanwhile be somebody else's: only a process of this program that
    works in this folder counts.
    """
    try:
        process = psutil.Process(int(pid_file.read_text(encoding="ascii").split()[0]))
        if process.name() == name and Path(process.cwd()) == folder.resolve():
            return process
    except (OSError, ValueError, IndexError, psutil.Error):
        pass
    return None


def stop(process: psutil.Process, signals: Sequence[tuple[int, float]]) -> None:
    """Send signals one after the other, each with its seconds to work, until the process is gone; SIGKILL last."""
    for number, seconds in (*signals, (signal.SIGKILL, 5.0)):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(seconds)
            return
    raise EmbeddedStuckError(process.pid)


class EmbeddedStuckError(RuntimeError):
    """Raised when a server does not end even by SIGKILL (a hung disk)."""

    def __init__(self, pid: int) -> None:
        super().__init__(f"process {pid} does not end, even by SIGKILL")


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Return whether a server could listen there now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def choose_port(kept: int | None) -> int:
    """Return the port of last time, or a free one when something else has it.

    Below Linux's range for outgoing connections, so that no passing client happens to sit on it at the next start.
    """
    if kept and port_is_free(kept):
        return kept
    for port in random.sample(range(20_000, 32_000), 200):
        if port_is_free(port):
            return port
    raise OSError("no free port on 127.0.0.1 between 20000 and 32000")
