"""Serve the whole portal as one command: servers, migrations, demonstration data, web, worker and beat.

`script/server` calls it. It ends as one, too: Ctrl-C stops everything it started. Whatever dies meanwhile is started
again: database and queue at their own addresses, while the web answers; web, worker and beat as they were.
"""

import http.client
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import NoReturn
from urllib.parse import urlsplit

from chofu_cocreation.runtime import development
from chofu_cocreation.runtime.child_processes import Child, Signals, Stopped, run_to_end
from chofu_cocreation.runtime.embedded import EmbeddedError, var_dir
from chofu_cocreation.runtime.embedded.process import Log, port_is_free
from chofu_cocreation.runtime.embedded.servers import Servers
from chofu_cocreation.runtime.embedded.state import PROJECT
from chofu_cocreation.runtime.static_copies import StaticCopies

READY_LIMIT = 60.0
# What dies more often than this is ill, and starting it again would only hide it.
RESTARTS, RESTARTS_WITHIN = 5, 600.0


class ServeError(RuntimeError):
    """Raised when the portal cannot be served; the text says why and what to do."""


def say(text: str = "") -> None:
    print(text, flush=True)


class Supervisor:
    """Supervisor of one running portal: starts its processes, restarts what dies, stops all."""

    copies_static = True

    def __init__(self, environment: dict[str, str]) -> None:
        self.env = environment
        self.var = var_dir()
        self.signals = Signals()
        self.servers: Servers | None = None
        self.children: list[Child] = []
        self.accounts: Child | None = None
        self.deaths: dict[str, list[float]] = {}
        self.port = self._port()
        self.host = environment.get("BIND") or "127.0.0.1"
        # Without SITE_URL people type what we print; passkeys and the session cookie then belong to localhost.
        self.site = environment.setdefault("SITE_URL", f"http://localhost:{self.port}").rstrip("/")
        self.is_local = urlsplit(self.site).hostname in {"localhost", "127.0.0.1", "::1"}
        environment["DJANGO_SETTINGS_MODULE"] = "chofu_cocreation.settings"
        environment.pop("CHOFU_PROCESS", None)
        environment.pop(development.VARIABLE, None)  # whoever set it: only script/server --dev serves with DEBUG

    def _port(self) -> int:
        text = self.env.get("PORT") or "8000"
        if not (text.isascii() and text.isdigit() and 0 < int(text) < 65_536):
            raise ServeError(
                f"PORT は 1 から 65535 までの数字で指定してください（今の値: {text}）。\n"
                f"PORT must be a number from 1 to 65535, not {text!r}."
            )
        return int(text)

    # --- the way up ---------------------------------------------------------------------------------------------
    def run(self) -> int:
        """Start, serve until stopped or until a part dies too often, stop. Return the exit code."""
        try:
            self.check_surroundings()
            self.bring_servers()
            self.prepare()
            self.start_children()
            self.wait_until_ready()
            self.welcome()
            self.watch()
        except Stopped:
            say("停止しています…")
            return 0
        finally:
            self.stop()

    def check_surroundings(self) -> None:
        """Check variables and port before anything starts. Raise ServeError with a sentence."""
        brought = [name for name in ("DATABASE_URL", "REDIS_URL") if self.env.get(name)]
        if len(brought) == 1:
            raise ServeError(
                f"{brought[0]} だけが指定されています。"
                "DATABASE_URL と REDIS_URL は、両方とも指定するか、両方とも空にしてください。\n"
                f"Only {brought[0]} is set: set both DATABASE_URL and REDIS_URL, or neither."
            )
        if not port_is_free(self.port, self.host):
            raise ServeError(
                f"ポート {self.port} は、ほかのプログラムが使っています。そちらを止めるか、"
                f"PORT={self.port + 1} script/server のように別の番号で起動してください。\n"
                f"Port {self.port} is taken: stop the other program or set PORT."
            )

    def bring_servers(self) -> None:
        """Start the embedded servers, unless DATABASE_URL and REDIS_URL name others."""
        if self.env.get("DATABASE_URL"):
            self.env.setdefault("DATABASE_OWNER_URL", self.env["DATABASE_URL"])
            return
        say("データベース（PostgreSQL）とキュー（Valkey）を起動しています…")
        self.servers = Servers(self.var)
        self.env.update(self.servers.start())
        self.signals.wait(0)

    def prepare(self) -> None:
        """Migrate as the owner role, collect static files, then check and load the demonstration as the application role."""
        static = StaticCopies(self.var)
        copy = []
        if self.copies_static and not static.are_current():
            copy = [self.command("collectstatic", "--noinput", "--clear")]
        say("表と画面の部品を用意しています…" if copy else "表を確かめています…")
        self.manage(self.as_owner("migrate", "--noinput"), *copy)
        if copy:
            static.made()
        # Only now: the tables' rights for the portal's own role come with the migrations.
        checked = self.command("check", "--database", "default", CHOFU_PROCESS="web")
        demo = [self.command("load_demo")] if self.env.get("LOAD_DEMO", "1") == "1" else []
        say("見本のデータを確かめています…" if demo else "設定を確かめています…")
        self.manage(self.as_owner("createcachetable"), checked, *demo)

    def command(self, *arguments: str, **environment: str) -> Child:
        """Start a management command, with a log of its own."""
        log = self.var / "log" / f"setup-{arguments[0]}.log"
        return Child(" ".join(arguments), ["manage.py", *arguments], {**self.env, **environment}, log)

    def as_owner(self, *arguments: str) -> Child:
        """Start a management command as the owner role, which may change tables."""
        return self.command(*arguments, DATABASE_URL=self.env["DATABASE_OWNER_URL"])

    def manage(self, *commands: Child) -> None:
        """Run management commands in parallel. Raise ServeError when one fails."""
        failed = run_to_end(commands, self.signals)
        if failed:
            raise ServeError(
                f"起動の準備ができませんでした。/ «manage.py {failed.name}» failed ({failed.log.path}):\n"
                f"{failed.log.tail(30)}"
            )

    def start_children(self) -> None:
        beat = self.var / "beat"
        beat.mkdir(parents=True, exist_ok=True)
        celery = ["-m", "celery", "-A", "chofu_cocreation", "--workdir", str(PROJECT)]
        level = self.env.get("LOG_LEVEL") or "INFO"
        web = [
            "-m",
            "gunicorn",
            "-c",
            str(PROJECT / "chofu_cocreation/runtime/gunicorn_config.py"),
            "chofu_cocreation.wsgi",
        ]
        for name, argv in {
            "web": web,
            "worker": [*celery, "worker", "--queues", "celery,reports", "--concurrency", "2", "--loglevel", level,
                       "--without-gossip", "--without-mingle"],
            "beat": [*celery, "beat", "--loglevel", level, "--schedule", str(beat / "schedule"), "--pidfile="],
        }.items():  # fmt: skip
            own = {"CHOFU_PROCESS": "beat"} if name == "beat" else {}
            self.children.append(Child(name, argv, {**self.env, **own}, self.var / "log" / f"{name}.log"))
        if self.is_local and self.env.get("DEMO", "1") == "1" and self.env.get("LOAD_DEMO", "1") == "1":
            self.accounts = self.command("demo_accounts")

    def wait_until_ready(self) -> None:
        say("ポータルを起動しています…")
        deadline = time.monotonic() + READY_LIMIT
        answer = "no answer"
        while time.monotonic() < deadline:
            self.signals.wait(0.1)
            self.check_start()
            answer = self.ask_ready()
            if not answer:
                return
        raise ServeError(
            f"ポータルが {READY_LIMIT:.0f} 秒たっても応答しません。/ /readyz: {answer}\n{self.children[0].log.tail(30)}"
        )

    def ask_ready(self) -> str:
        """Ask /readyz. Return its answer, empty when the portal is ready."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound
        connection = http.client.HTTPConnection(host, self.port, timeout=5)
        try:
            connection.request("GET", "/readyz", headers={"Host": urlsplit(self.site).netloc})
            response = connection.getresponse()
            text = response.read(500).decode("utf-8", "replace")
        except OSError as error:
            return str(error)
        finally:
            connection.close()
        return "" if response.status == 200 else f"{response.status} {text}"

    def welcome(self) -> None:
        say()
        say("調布市 市民参加ポータルが動いています。")
        say(
            f"  アドレス: {self.site}/" + (f"  （http://127.0.0.1:{self.port}/ でも開けます）" if self.is_local else "")
        )
        if self.accounts:
            self.manage(self.accounts)
            say()
            say(self.accounts.log.tail(200))
        if not self.env.get("EMAIL_URL"):
            say(f"  メール（ログイン用の番号など）は、このフォルダに届きます: {self.var / 'mail'}")
        say("  止めるには、Ctrl-C を押してください。データは残ります。")

    # --- running and the way down -----------------------------------------------------------------------------------
    def check_start(self) -> None:
        """Raise ServeError with the log of a child that ended before the portal was ready; restart dead servers."""
        for child in self.children:
            if child.ended:
                raise ServeError(ended(child.name, child.process.returncode, child.log))
        self.revive_servers()

    def watch(self) -> NoReturn:
        """Restart what dies, until a signal raises Stopped."""
        while True:
            self.signals.wait(5.0)
            self.revive_servers()
            for child in self.children:
                if child.ended:
                    self.revive(child.name, child.process.returncode, child.log, child.start_again)

    def revive_servers(self) -> None:
        """Restart the embedded PostgreSQL or Valkey where it died; pages answer 503 meanwhile."""
        servers = self.servers
        if servers is None:
            return
        for name, process in servers.processes.items():
            if process.poll() is not None:
                self.revive(name, process.returncode, Log(servers.logs[name], 0), partial(servers.start_again, name))

    def revive(self, name: str, code: int, log: Log, start_again: Callable[[], None]) -> None:
        """Restart one part. Raise ServeError when it died RESTARTS times within RESTARTS_WITHIN seconds."""
        now = time.monotonic()
        lately = [died for died in self.deaths.get(name, []) if now - died < RESTARTS_WITHIN]
        if len(lately) >= RESTARTS:
            often = f"{RESTARTS_WITHIN / 60:.0f} 分間に {RESTARTS} 回起動し直しましたが、また終了しました。/ "
            raise ServeError(often + ended(name, code, log))
        self.deaths[name] = [*lately, now]
        say(f"「{name}」が予期せず終了しました（code {code}）。起動し直しています… / {name} died, starting it again.")
        say(log.tail(5))
        start_again()
        say(f"「{name}」が再び動いています（{time.monotonic() - now:.1f} 秒）。/ {name} is back.")

    def stop(self) -> None:
        """Stop web first, then worker and beat, the servers last."""
        self.signals.stopping = True
        for group in (self.children[:1], [*self.children[1:], *filter(None, [self.accounts])]):
            for child in group:
                child.ask_to_stop()
            deadline = time.monotonic() + 7
            for child in group:
                child.make_stop(deadline)
        if self.servers:
            self.servers.stop()


def ended(name: str, code: int, log: Log) -> str:
    return (
        f"「{name}」が予期せず終了したため、ポータル全体を止めます。/ {name} ended unexpectedly (code {code}).\n"
        f"{log.path}:\n{log.tail(30)}"
    )


def main(supervisor: type[Supervisor] = Supervisor) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        return supervisor(dict(os.environ)).run()
    except (ServeError, EmbeddedError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
