"""script/server --dev: DEBUG on the developer's own machine and nowhere else; changed code is loaded anew."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from chofu_cocreation.runtime import development
from tests.browser.portal_process import PROJECT, start_portal, stop_portal
from tests.house.test_embedded import forget
from tests.house.test_serve import program

pytestmark = pytest.mark.xdist_group("serve")
ELSEWHERE = [
    {"SITE_URL": "https://portal.example.jp"},
    {"SITE_URL": "https://localhost:8000"},
    {"SITE_URL": "http://192.168.0.7:8000"},
    {"BIND": "0.0.0.0"},
    {"BIND": "::"},
]


def run(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    plain = {"PATH": os.environ["PATH"], "CHOFU_VAR": str(tmp_path), "PYTHONUTF8": "1", **environment}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT, env=plain, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip


DEBUG = "import chofu_cocreation.settings as settings; print(settings.DEBUG)"


def test_debug_is_off_and_on_for_the_own_machine_when_the_supervisor_says_so(tmp_path: Path) -> None:
    assert run(tmp_path, "-c", DEBUG).stdout == "False\n"
    assert run(tmp_path, "-c", DEBUG, CHOFU_DEV="1").stdout == "True\n"


@pytest.mark.parametrize("place", ELSEWHERE, ids=str)
def test_a_portal_that_others_may_reach_refuses_to_run_with_debug(tmp_path: Path, place: dict[str, str]) -> None:
    done = run(tmp_path, "-c", DEBUG, CHOFU_DEV="1", **place)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "自分のコンピューターだけ" in done.stderr
    done = run(tmp_path / "var", "-m", "chofu_cocreation.runtime.serve_dev", **place)
    assert done.returncode == 1
    assert "自分のコンピューターだけ" in done.stderr
    assert not (tmp_path / "var").exists(), "nothing was started"


def test_no_variable_and_no_file_switches_it_on(tmp_path: Path) -> None:
    code = "from chofu_cocreation.runtime.serve import Supervisor; print(Supervisor({'CHOFU_DEV': '1'}).env.get('CHOFU_DEV'))"
    assert run(tmp_path, "-c", code).stdout == "None\n"


def test_sources_that_come_change_and_go_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(development, "PROJECT", tmp_path)
    path = tmp_path / "apps/parks/views.py"
    path.parent.mkdir(parents=True)
    sources = development.Sources()
    path.write_text("a = 1\n", encoding="utf-8")
    assert sources.changed() == [path]
    assert sources.changed() == []
    os.utime(path, ns=(1, 1))
    assert set(sources.changed()) == {path}
    path.unlink()
    assert sources.changed() == [path]
    (path.parent / "notes.txt").write_text("", encoding="utf-8")
    assert sources.changed() == []


@pytest.mark.real_clock
def test_the_portal_shows_errors_with_debug_and_loads_changed_code_anew(tmp_path: Path) -> None:
    portal = start_portal(tmp_path / "var", module="chofu_cocreation.runtime.serve_dev", LOAD_DEMO="0")
    try:
        with pytest.raises(urllib.error.HTTPError) as missing:
            urllib.request.urlopen(f"{portal.url}/no-such-page/", timeout=15)
        assert "DEBUG = True" in missing.value.read().decode()
        with urllib.request.urlopen(f"{portal.url}/static/css/tokens.css", timeout=15) as answer:
            assert answer.read() == (PROJECT / "static/css/tokens.css").read_bytes(), "served from where it is written"
        web = program(portal, "gunicorn")
        before = set(web.children())
        os.utime(PROJECT / "apps/core/urls.py")
        deadline = time.monotonic() + 60
        while not (after := set(web.children())) or before & after or not portal.is_ready():
            assert time.monotonic() < deadline, portal.output
            time.sleep(0.05)
        assert "読み込み直しています: " in portal.output
        stop_portal(portal)
    finally:
        if portal.process.poll() is None:
            portal.process.kill()
            portal.process.wait()
        forget(portal.var)
