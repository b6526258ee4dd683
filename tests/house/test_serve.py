"""The supervisor: it says what is wrong before it starts anything, starts again what dies, and ends as one."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from chofu_cocreation.runtime.child_processes import Child
from tests.browser.portal_process import PROJECT, Portal, start_portal
from tests.house.test_embedded import forget

pytestmark = pytest.mark.xdist_group("serve")


def serve(var: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Try to start the portal with these variables only; it must end by itself."""
    plain = {"PATH": os.environ["PATH"], "CHOFU_VAR": str(var), "LC_ALL": "C", **environment}
    return subprocess.run(
        [sys.executable, "-m", "chofu_cocreation.runtime.serve"],
        cwd=PROJECT, env=plain, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_half_of_the_outside_servers_is_refused(tmp_path: Path, name: str) -> None:
    done = serve(tmp_path, **{name: "postgresql://somewhere/chofu"})
    assert done.returncode == 1
    assert f"{name} だけが指定されています。" in done.stderr
    assert list(tmp_path.iterdir()) == [], "nothing was started"


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = serve(tmp_path, PORT=str(port))
    assert done.returncode == 1
    assert f"ポート {port} は、ほかのプログラムが使っています。" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("port", ["eighty", "0", "70000", "８０００"])
def test_a_port_that_is_none_is_said(tmp_path: Path, port: str) -> None:
    done = serve(tmp_path, PORT=port)
    assert done.returncode == 1
    assert "PORT は 1 から 65535 までの数字で指定してください" in done.stderr


def test_a_command_beside_no_portal_says_what_to_start(tmp_path: Path) -> None:
    plain = {"PATH": os.environ["PATH"], "CHOFU_VAR": str(tmp_path), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "manage.py", "demo_code", "staff"],
        cwd=PROJECT, env=plain, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("データベースにつながりません。別の画面で script/server を動かしてから")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Portal]:
    portal = start_portal(tmp_path / "var", LOAD_DEMO="0")
    yield portal
    if portal.process.poll() is None:
        portal.process.kill()
        portal.process.wait()
    forget(portal.var)


def parts(portal: Portal) -> list[psutil.Process]:
    return psutil.Process(portal.process.pid).children(recursive=True)


def kill(portal: Portal, name: str) -> None:
    """kill -9 of a server and whatever it started."""
    for process in parts(portal):
        if process.name() == name:
            process.kill()


def status(portal: Portal) -> tuple[int, str]:
    """How the list of consultations answers now."""
    try:
        with urllib.request.urlopen(f"{portal.url}/consultations/", timeout=15) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def revived(portal: Portal, name: str, times: int) -> set[int]:
    """What residents are answered until a killed server is back; always the page, or a sentence."""
    deadline, seen = time.monotonic() + 60, set()
    while portal.output.count(f"「{name}」が再び動いています") < times or status(portal)[0] != 200:
        number, text = status(portal)
        seen.add(number)
        assert number == 200 or "data-refusal" in text, text
        assert portal.process.poll() is None, portal.output
        assert time.monotonic() < deadline, portal.output
    return seen


def revived_when_ready(portal: Portal, name: str, times: int) -> None:
    """Wait until the supervisor has started a program again and the portal answers."""
    deadline = time.monotonic() + 60
    while portal.output.count(f"「{name}」が再び動いています") < times or not portal.is_ready():
        assert portal.process.poll() is None, portal.output
        assert time.monotonic() < deadline, portal.output
        time.sleep(0.05)


def program(portal: Portal, argument: str) -> psutil.Process:
    """The oldest of our processes with this on its command line: the one that started the others."""
    ours = [part for part in parts(portal) if "python" in part.name()]
    return min((part for part in ours if argument in " ".join(part.cmdline())), key=psutil.Process.create_time)


def test_what_dies_is_started_again_while_the_web_answers(running: Portal) -> None:
    """Nobody has to start anything, and whoever uses a server finds it where it was."""
    own = {part.pid for part in parts(running) if "python" in part.name()}
    kill(running, "valkey-server")
    assert revived(running, "valkey", 1) <= {200}
    kill(running, "postgres")
    assert revived(running, "postgres", 1) <= {200, 503}
    assert own <= {part.pid for part in parts(running)}, "web, worker and beat stayed"
    for name, argument in (("worker", "celery,reports"), ("web", "gunicorn")):
        first = program(running, argument)
        brood = first.children(recursive=True)
        first.kill()
        revived_when_ready(running, name, 1)
        _, left = psutil.wait_procs([first, *brood], timeout=5)
        assert not left, "two of a kind would do the same work twice"
    assert status(running)[0] == 200


LEAVES_ONE_BEHIND = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
time.sleep(60)
"""


def test_what_a_dead_program_had_started_ends_before_it_is_started_again(tmp_path: Path) -> None:
    """It might still hold the port, or go on with the work."""
    child = Child("parent", ["-c", LEAVES_ONE_BEHIND], os.environ, tmp_path / "parent.log")
    deadline = time.monotonic() + 20
    while not (brood := psutil.Process(child.process.pid).children()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    child.process.kill()
    child.process.wait()
    assert brood[0].is_running()
    child.start_again()
    _, left = psutil.wait_procs(brood, timeout=5)
    child.make_stop(time.monotonic())
    assert not left


def test_an_ill_part_ends_all(running: Portal) -> None:
    """After the fifth death in ten minutes an operator has to look."""
    for times in range(1, 6):
        program(running, "beat").kill()
        revived_when_ready(running, "beat", times)
    everything = parts(running)
    program(running, "beat").kill()
    assert running.process.wait(20) == 1
    assert running.output.count("「beat」が再び動いています") == 5
    assert "10 分間に 5 回起動し直しましたが" in running.output
    _, left = psutil.wait_procs(everything, timeout=1)
    assert not left


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux; elsewhere the next start cleans up")
def test_nothing_outlives_a_killed_supervisor(running: Portal) -> None:
    everything = parts(running)
    assert {"postgres", "valkey-server"} <= {process.name() for process in everything}
    running.process.send_signal(signal.SIGKILL)
    running.process.wait()
    _, left = psutil.wait_procs(everything, timeout=20)
    assert not left
