"""How much memory a running portal holds: the proportional set size (PSS) of its processes, shared pages counted once."""

from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass
class Memory:
    """MiB of a portal's processes."""

    web: float
    worker: float  # worker and beat together
    database: float


def memory_of(supervisor: int) -> Memory:
    """Return the memory of all processes below this one. supervisor: process id of `script/server`."""
    memory = Memory(0.0, 0.0, 0.0)
    for process in psutil.Process(supervisor).children(recursive=True):
        try:
            line, mebibytes = " ".join(process.cmdline()), _pss(process.pid)
        except (psutil.Error, OSError):
            continue
        if "gunicorn" in line:
            memory.web += mebibytes
        elif "celery" in line:
            memory.worker += mebibytes
        elif "postgres" in line:
            memory.database += mebibytes
    return memory


def _pss(pid: int) -> float:
    rolled = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    line = next(line for line in rolled.splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) / 1024
