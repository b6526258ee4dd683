"""Run Valkey (queue and cache) from the wheel, on 127.0.0.1, with a password and nothing on disk.

Database 0 is the queue, 1 the cache. Nothing in it must survive: what may not be forgotten is a row in PostgreSQL.
"""

import signal
import subprocess
import time
from pathlib import Path

import psutil
import redis

from chofu_cocreation.runtime.embedded.home import Home
from chofu_cocreation.runtime.embedded.process import Log, choose_port, find, spawn, stop
from chofu_cocreation.runtime.embedded.state import EmbeddedError

START_LIMIT = 30.0
CONFIG = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
pidfile "{folder}/valkey.pid"
daemonize no
save ""
appendonly no
maxmemory 512mb
maxmemory-policy noeviction
tcp-keepalive 60
"""


class Valkey:
    """The Valkey server of one home."""

    def __init__(self, home: Home, log: Path, password: str) -> None:
        self.home = home
        self.log_path = log
        self.password = password
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid_file(self) -> Path:
        return self.home.valkey / "valkey.pid"

    def start(self, kept_port: int | None) -> int:
        """Start it (one left over from a killed supervisor is ended first) and return its port."""
        self.home.own_folder(self.home.valkey)
        self.stop()
        deadline = time.monotonic() + START_LIMIT
        while True:
            port = choose_port(kept_port)
            log = Log.open(self.log_path)
            config = CONFIG.format(port=port, password=self.password, folder=self.home.valkey)
            self.home.own_file(self.home.valkey / "valkey.conf", config)
            self.process = spawn(
                [self.home.valkey_server, self.home.valkey / "valkey.conf"],
                folder=self.home.valkey, log=log, user=self.home.user, death_signal=signal.SIGTERM,
            )  # fmt: skip
            if self._answers(port, deadline):
                return port
            if "in use" not in log.tail() or time.monotonic() > deadline:
                self.stop()
                raise EmbeddedError(
                    f"キュー（Valkey）を起動できませんでした。/ Valkey did not start. {self.log_path}:\n{log.tail()}"
                )

    def _answers(self, port: int, deadline: float) -> bool:
        """Wait until the server answers with our password. Return False when it ended or took too long."""
        client = redis.Redis(host="127.0.0.1", port=port, password=self.password, socket_timeout=1)
        with client:
            while self.process is not None and self.process.poll() is None and time.monotonic() < deadline:
                try:
                    return bool(client.ping())
                except (redis.ConnectionError, redis.TimeoutError):
                    time.sleep(0.05)
        return False

    def stop(self) -> None:
        running = find("valkey-server", self.home.valkey, self.pid_file)
        if running is None and self.process is not None and self.process.poll() is None:
            running = psutil.Process(self.process.pid)
        if running is not None:
            stop(running, [(signal.SIGTERM, 5.0)])
        if self.process is not None:
            self.process.poll()
