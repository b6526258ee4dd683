"""The supervisor: it says what is wrong before it starts anything, starts a dead server again, and ends as one."""

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

from tests.browser.portal_process import PROJECT, Portal, start_portal
from tests.house.test_embedded import forget

pytestmark = pytest.mark.xdist_group("serve")


def serve(var: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Try to start the portal with these variables only; it must end by itself."""
    plain = {"PATH": os.environ["PATH"], "CHOFU_VAR": str(var), "LC_ALL": "C", **environment}
    return subprocess.run(
        [sys.executable, "-m", "chofu_cocreation.serve"],
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


def test_the_death_of_a_part_ends_the_rest(running: Portal) -> None:
    """Half a portal would take what people send and lose it."""
    everything = parts(running)
    beat = next(process for process in everything if "beat" in process.cmdline())
    beat.kill()
    assert running.process.wait(20) == 1
    assert "「beat」が予期せず終了したため" in running.output
    _, left = psutil.wait_procs(everything, timeout=1)
    assert not left


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


def test_a_dead_server_is_started_again_while_the_web_answers_and_an_ill_one_ends_all(running: Portal) -> None:
    """Nobody has to start anything; only after the fifth death in ten minutes an operator has to look."""
    own = {process.pid for process in parts(running) if "python" in process.name()}
    for times in range(1, 6):
        kill(running, "valkey-server")
        assert revived(running, "valkey", times) <= {200}
    kill(running, "postgres")
    assert revived(running, "postgres", 1) <= {200, 503}
    assert own <= {process.pid for process in parts(running)}, "web, worker and beat stayed"
    assert running.is_ready()
    kill(running, "valkey-server")
    assert running.process.wait(20) == 1
    assert running.output.count("「valkey」が再び動いています") == 5
    assert "10 分間に 5 回起動し直しましたが" in running.output


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux; elsewhere the next start cleans up")
def test_nothing_outlives_a_killed_supervisor(running: Portal) -> None:
    everything = parts(running)
    assert {"postgres", "valkey-server"} <= {process.name() for process in everything}
    running.process.send_signal(signal.SIGKILL)
    running.process.wait()
    _, left = psutil.wait_procs(everything, timeout=20)
    assert not left
