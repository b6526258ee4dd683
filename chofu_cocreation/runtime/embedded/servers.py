"""Start and stop both servers of one `var` folder together."""

import subprocess
from pathlib import Path

from chofu_cocreation.runtime.embedded import state
from chofu_cocreation.runtime.embedded.home import open_home
from chofu_cocreation.runtime.embedded.lock import VarLock
from chofu_cocreation.runtime.embedded.postgres import DATABASE, Postgres
from chofu_cocreation.runtime.embedded.state import EmbeddedError
from chofu_cocreation.runtime.embedded.valkey import Valkey


class Servers:
    """PostgreSQL and Valkey of one `var` folder.

        servers = Servers(var)
        urls = servers.start()      # DATABASE_URL, DATABASE_OWNER_URL, REDIS_URL
        ...
        servers.stop()

    On Linux the servers end with the process that called `start`, however it dies; elsewhere, and when they were too
    slow to end, the next start finds and stops them.
    """

    def __init__(self, var: Path, *, for_tests: bool = False) -> None:
        self.var = var.resolve()
        self.for_tests = for_tests
        self._lock = VarLock(self.var)
        self._postgres: Postgres | None = None
        self._valkey: Valkey | None = None
        self._ports: dict[str, int] = {}

    @property
    def _known(self) -> dict[str, Postgres | Valkey]:
        both: dict[str, Postgres | Valkey | None] = {"postgres": self._postgres, "valkey": self._valkey}
        return {name: server for name, server in both.items() if server}

    @property
    def processes(self) -> dict[str, subprocess.Popen[bytes]]:
        """Return {name: process} of the running servers, for a supervisor that watches them."""
        return {name: server.process for name, server in self._known.items() if server.process}

    @property
    def logs(self) -> dict[str, Path]:
        return {name: self.var / "log" / f"{name}.log" for name in ("postgres", "valkey")}

    def start(self) -> dict[str, str]:
        """Start both. Return their URLs by the name of the variable. Raise EmbeddedError with a sentence."""
        self._lock.acquire()
        try:
            home = open_home(self.var)
            words = state.passwords(self.var)
            known = state.read_json(self.var / "embedded.json")
            ports = known.get("ports", {})
            self._postgres = Postgres(home, self.logs["postgres"], words, for_tests=self.for_tests)
            self._valkey = Valkey(home, self.logs["valkey"], words["valkey"])
            self._ports = {
                "valkey": self._valkey.start(ports.get("valkey")),
                "postgres": self._postgres.start(ports.get("postgres")),
            }
            self._remember(words, self._ports)
        except BaseException:
            self.stop()
            raise
        return state.known_urls(self.var)

    def start_again(self, name: str) -> None:
        """Restart one that died, at the port it had: clients know no other."""
        port = self._ports[name]
        if self._known[name].start(port) != port:
            raise EmbeddedError(
                f"「{name}」のポート {port} を、ほかのプログラムが使っています。全体を起動し直してください。\n"
                f"Port {port} of {name} was taken by another program: start everything again."
            )
        self._remember(state.passwords(self.var), self._ports)

    def stop(self) -> None:
        """Stop both and release the lock of the folder."""
        try:
            if self._valkey:
                self._valkey.stop()
        finally:
            try:
                if self._postgres:
                    self._postgres.stop()
            finally:
                self._lock.release()

    def _remember(self, words: dict[str, str], ports: dict[str, int]) -> None:
        def database_url(role: str) -> str:
            return f"postgresql://{role}:{words[role]}@127.0.0.1:{ports['postgres']}/{DATABASE}"

        state.write_json(
            self.var / "embedded.json",
            {
                "app_url": database_url("chofu_app"),
                "owner_url": database_url("chofu_owner"),
                "redis_url": f"redis://:{words['valkey']}@127.0.0.1:{ports['valkey']}",
                "ports": ports,
                "pids": {name: process.pid for name, process in self.processes.items()},
            },
        )
