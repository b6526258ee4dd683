"""The running portal and a real browser, for the tests that walk through it as a resident does.

The portal is the one that people start: the supervisor with its own servers, gunicorn, worker and beat, in a folder of
its own (var/test/portal, empty at the start). Nothing of it runs inside the test process.
"""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

from chofu_cocreation.runtime.embedded.process import choose_port

PROJECT = Path(__file__).resolve().parents[2]
START_LIMIT = 300
STOP_LIMIT = 20
MAIL_LIMIT = 30
METRICS_TOKEN = "of-the-browser-tests"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What a page needs to be whole. A page or a form answer may well be 4xx: that is what some tests are about.
PARTS_OF_A_PAGE = {"stylesheet", "script", "image", "font", "manifest"}


@dataclass
class Portal:
    """A running portal: its address, the mail it sent, its command line."""

    url: str
    port: int
    var: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes]

    @property
    def output(self) -> str:
        """What the supervisor has said so far."""
        return (self.var / "supervisor.log").read_text(encoding="utf-8", errors="replace")

    def letters(self, address: str) -> list[str]:
        """The messages that have gone to an address so far, oldest first."""
        files = sorted((self.var / "mail").glob("*.txt"))
        return [path.read_text(encoding="utf-8") for path in files if path.stem.partition("-")[2] == address]

    def mail(self, address: str, count: int = 1) -> list[str]:
        """The messages to an address, once there are `count` of them: mail goes out by the worker."""
        deadline = time.monotonic() + MAIL_LIMIT
        while len(found := self.letters(address)) < count:
            if time.monotonic() > deadline:
                raise AssertionError(f"{len(found)} of {count} messages to {address} in {self.var / 'mail'}")
            time.sleep(0.1)
        return found

    def manage(self, *arguments: str) -> str:
        """Run a management command beside the portal, as an operator does; what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT, env=self.environment, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


def start_portal(
    var: Path, *, keep: bool = False, module: str = "chofu_cocreation.runtime.serve", **extra: str
) -> Portal:
    """Start the supervisor and wait until it serves; `extra` are environment variables.

    The folder is emptied first, unless what is in it is to be kept.
    """
    if not keep:
        shutil.rmtree(var, ignore_errors=True)
    var.mkdir(parents=True, exist_ok=True)
    port = choose_port(None)
    url = f"http://localhost:{port}"
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    }
    environment |= {"CHOFU_VAR": str(var), "PORT": str(port), "SITE_URL": url, **extra}
    with open(var / "supervisor.log", "wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=PROJECT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
    portal = Portal(url, port, var, environment, process)
    deadline = time.monotonic() + START_LIMIT
    while not portal.is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise RuntimeError(f"the portal did not start:\n{portal.output}")
        time.sleep(0.2)
    return portal


def stop_portal(portal: Portal) -> None:
    """Ctrl-C; everything it started must be gone within the limit."""
    supervisor = psutil.Process(portal.process.pid)
    started = supervisor.children(recursive=True)
    portal.process.send_signal(signal.SIGINT)
    code = portal.process.wait(STOP_LIMIT)
    _, left = psutil.wait_procs(started, timeout=1)
    assert not left, f"left behind: {left}"
    assert code == 0, portal.output


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    """The portal with the demonstration data, one for all browser tests of a run."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    running = start_portal(Path(os.environ["CHOFU_VAR"]) / f"portal{worker}", METRICS_TOKEN=METRICS_TOKEN)
    yield running
    stop_portal(running)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium, one for a module of tests: its event loop must be gone when others ask the database."""
    found = shutil.which("chromium", path=f"/usr/bin:{os.environ.get('PATH', '')}")
    if found is None:
        pytest.fail("chromium is missing: run script/test, which installs it, or apt-get install chromium")
    # Until then Playwright's loop runs in this thread, and Django would refuse every query of these tests.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=found, headless=True, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


class Complaints:
    """What a page's console and requests say is wrong: script errors, what the CSP refused, missing parts."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def listen(self, page: Page) -> None:
        page.on("console", self.console)
        page.on("pageerror", lambda error: self.found.append(f"script: {error}"))
        page.on("response", self.response)

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource: the server responded"):
            self.found.append(f"console: {message.text} ({message.location.get('url', '')})")

    def response(self, response: Response) -> None:
        broken_part = response.status >= 400 and response.request.resource_type in PARTS_OF_A_PAGE
        if broken_part or response.status >= 500:
            self.found.append(f"{response.status}: {response.url}")


@pytest.fixture
def new_page(browser: Browser, portal: Portal) -> Iterator[Callable[..., Page]]:
    """Makes pages, each of a person of their own (cookies are not shared); complaints of any fail the test.

    `new_page(width=375)` is a phone, `new_page(javascript=False)` a browser that runs no script.
    """
    complaints = Complaints()
    contexts = []

    def make(width: int = 1280, javascript: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 812 if width < 600 else 900},
            base_url=portal.url,
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            java_script_enabled=javascript,
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        complaints.listen(page)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints.found, "\n".join(complaints.found)


@pytest.fixture(params=[375, 1280], ids=["phone", "desk"])
def page(request: pytest.FixtureRequest, new_page: Callable[..., Page]) -> Page:
    """The test runs twice: on a phone and on a desk."""
    return new_page(width=request.param)


@pytest.fixture
def no_js(new_page: Callable[..., Page]) -> Page:
    """A phone whose browser runs no script."""
    return new_page(width=375, javascript=False)
