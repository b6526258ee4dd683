"""Serve the portal in development mode; `script/server --dev` calls it. See `development` for what differs."""

import signal
import sys
import time
from typing import NoReturn

from chofu_cocreation.runtime import development
from chofu_cocreation.runtime.child_processes import Child
from chofu_cocreation.runtime.embedded.state import PROJECT
from chofu_cocreation.runtime.serve import ServeError, Supervisor, main, say


class DevelopmentSupervisor(Supervisor):
    """A supervisor that reloads on change. A process that cannot load the code is started again at the next change."""

    copies_static = False

    def __init__(self, environment: dict[str, str]) -> None:
        super().__init__(environment)
        environment[development.VARIABLE] = "1"
        environment.setdefault("WEB_WORKERS", "1")  # one is loaded sooner than two
        self.sources = development.Sources()
        self.told: set[int] = set()

    def check_surroundings(self) -> None:
        if reason := development.refusal(self.env):
            raise ServeError(reason)
        super().check_surroundings()

    def watch(self) -> NoReturn:
        web, *others = self.children
        stale: list[Child] = []
        last_change = time.monotonic()
        while True:
            self.signals.wait(development.LOOK_EVERY)
            self.revive_servers()
            if changed := self.sources.changed():
                say(f"読み込み直しています: {', '.join(str(path.relative_to(PROJECT)) for path in changed[:3])}")
                last_change, stale = time.monotonic(), others
                self.load_web(web)
            if time.monotonic() - last_change > development.QUIET:
                for child in stale:
                    child.start_again()
                stale = []
            for child in self.children:
                self.tell_end(child)

    def load_web(self, web: Child) -> None:
        """Reload gunicorn with SIGHUP: a new worker process replaces the old one, requests wait meanwhile."""
        if web.ended:
            web.start_again()
        else:
            web.process.send_signal(signal.SIGHUP)

    def tell_end(self, child: Child) -> None:
        """Print once that a child ended, with the end of its log."""
        if child.ended and child.process.pid not in self.told:
            self.told.add(child.process.pid)
            say(f"「{child.name}」が止まりました。次の変更を待っています。/ {child.name} ended, waiting for a change.")
            say(child.log.tail(12))


if __name__ == "__main__":
    sys.exit(main(DevelopmentSupervisor))
