"""Configure gunicorn: read by script/server and by the container alike.

Threads, not more processes: a page waits for the database most of its time, and each process keeps its own pool. What
browsers send and read slowly holds no thread (`chofu_cocreation.runtime.buffered_worker`).
"""

import gc
import os
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

if os.environ.get("CHOFU_DEV") == "1":
    from chofu_cocreation.runtime.development import load_packages

    load_packages()


def pre_fork(server: Any, worker: Any) -> None:
    """Give the new process a slot in the table of connections."""
    worker.slot = free_slot({living.slot for living in server.WORKERS.values()})


def post_worker_init(_worker: object) -> None:
    """Freeze loaded objects out of garbage collection.

    They stay as long as the process; a full collection over them held one page in some hundreds up for 0.16 s.
    """
    gc.collect()
    gc.freeze()
