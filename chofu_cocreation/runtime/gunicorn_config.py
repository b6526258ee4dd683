"""Configure gunicorn: read by script/server and by the container alike.

Threads, not more processes: a page waits for the database most of its time, and each process keeps its own pool. What
browsers send and read slowly holds no thread (`chofu_cocreation.runtime.buffered_worker`).
"""

import gc
import os
import shutil
from pathlib import Path
from typing import Any

from chofu_cocreation.runtime.connection_balance import free_slot

bind = f"{os.environ.get('BIND') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
workers = int(os.environ.get("WEB_WORKERS") or "2")
worker_class = "chofu_cocreation.runtime.buffered_worker.BufferedWorker"
threads = 10
timeout = 60
graceful_timeout = 6
max_requests = 200_000  # kept pages come by the thousand in a second; a new process begins with none
max_requests_jitter = 20_000
raw_env = ["CHOFU_PROCESS=web"]
accesslog = None  # who read what, and when, is nobody's business
errorlog = "-"
loglevel = "warning"
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - heartbeat files, not to be on disk

# The application is loaded once and shared by the processes that are forked from here, which saves half of their memory.
# In development each process loads it, so that a change is read.
preload_app = os.environ.get("CHOFU_DEV") != "1"

if os.environ.get("METRICS_TOKEN"):  # each process counts in files of its own, which begin anew with the portal
    _folder = Path(os.environ.get("CHOFU_VAR") or "var").resolve() / "metrics"
    shutil.rmtree(_folder, ignore_errors=True)
    _folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_folder)

if os.environ.get("CHOFU_DEV") == "1":
    from chofu_cocreation.runtime.development import load_packages

    load_packages()


def pre_fork(server: Any, worker: Any) -> None:
    """Give the new process a slot in the table of connections."""
    worker.slot = free_slot({living.slot for living in server.WORKERS.values()})


def child_exit(_server: Any, worker: Any) -> None:
    """Take what an ended process holds (connections) out of the metrics; what it has counted stays."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    for path in Path(folder).glob(f"gauge_live*_{worker.pid}.db") if folder else ():
        path.unlink(missing_ok=True)


def when_ready(_server: object) -> None:
    """Freeze the loaded application before processes are forked: a garbage collection in one would copy all of it."""
    gc.collect()
    gc.freeze()


def post_worker_init(_worker: object) -> None:
    """Freeze loaded objects out of garbage collection.

    They stay as long as the process; a full collection over them held one page in some hundreds up for 0.16 s.
    """
    gc.collect()
    gc.freeze()
