"""Real PostgreSQL and Valkey for the tests, under var/test/ and never the portal's own.

As a pytest plugin (`-p tests.servers`) it starts them when it is imported, before Django's settings are read. xdist's
workers share the PostgreSQL (each has its own database there) and get a Valkey each: one's `cache.clear()` would wipe
the rate limits that another is counting. As a program it runs a command beside them:

    python -m tests.servers python manage.py makemigrations --check

A second run at the same time gets a folder of its own (var/test/2, …), so that two people's tests do not meet.
"""

import atexit
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from chofu_cocreation.runtime.embedded import EmbeddedError
from chofu_cocreation.runtime.embedded.home import open_home
from chofu_cocreation.runtime.embedded.lock import InUseError
from chofu_cocreation.runtime.embedded.servers import Servers
from chofu_cocreation.runtime.embedded.state import passwords
from chofu_cocreation.runtime.embedded.valkey import Valkey

PROJECT = Path(__file__).resolve().parent.parent
AT_ONCE = 8
KEPT = {"EMBEDDED_USER"}  # says who runs the servers on this machine, not what the portal is


def portal_variables() -> set[str]:
    """Names of the portal's environment variables: one per line of .env.example, commented out or not."""
    lines = (PROJECT / ".env.example").read_text(encoding="utf-8").splitlines()
    return {line.lstrip("# ").partition("=")[0] for line in lines if "=" in line and not line.startswith("# ")}


def environment_for_tests(var: Path, urls: dict[str, str]) -> dict[str, str]:
    """What the settings read in a test run: the same on every machine, whatever the caller's shell says."""
    return {
        "DJANGO_SETTINGS_MODULE": "chofu_cocreation.settings",
        "CHOFU_VAR": str(var),
        "DATABASE_URL": urls["DATABASE_OWNER_URL"],  # tests create their databases; SET ROLE shows what chofu_app may
        "DATABASE_OWNER_URL": urls["DATABASE_OWNER_URL"],
        "REDIS_URL": urls["REDIS_URL"],
        "SECRET_KEY": "for-tests-only-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN",
        "SITE_URL": "http://localhost:8000",
        "DEMO": "1",
        "LOAD_DEMO": "1",
    }


def start() -> Servers:
    """Start the servers in the first folder that no other run holds, and set the environment."""
    for number in range(1, AT_ONCE + 1):
        var = PROJECT / "var" / "test" / ("" if number == 1 else str(number))
        servers = Servers(var, for_tests=True)
        try:
            urls = servers.start()
        except InUseError:
            if number == AT_ONCE:
                raise
            continue
        break
    atexit.register(servers.stop)
    for name in (portal_variables() | {"CHOFU_PROCESS", "CHOFU_DEV"}) - KEPT:
        os.environ.pop(name, None)
    os.environ.update(environment_for_tests(var, urls))
    return servers


def start_workers_valkey(worker: str) -> None:
    """A queue and cache of this xdist worker's own, beside the servers of the whole run."""
    var = Path(os.environ["CHOFU_VAR"])
    home = open_home(var)
    password = passwords(var)["valkey"]
    valkey = Valkey(
        replace(home, valkey=home.valkey.with_name(f"valkey-{worker}")), var / "log" / f"valkey-{worker}.log", password
    )
    port = valkey.start(None)
    atexit.register(valkey.stop)
    os.environ["REDIS_URL"] = f"redis://:{password}@127.0.0.1:{port}"


def main(command: list[str]) -> int:
    """Run a command beside the servers, and answer with its exit code."""
    try:
        start()
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    return subprocess.run(command, cwd=PROJECT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

if __name__ == "tests.servers":
    try:
        if "PYTEST_XDIST_WORKER" in os.environ:
            start_workers_valkey(os.environ["PYTEST_XDIST_WORKER"])
        else:
            start()
    except EmbeddedError as error:
        raise pytest.UsageError(str(error)) from error
