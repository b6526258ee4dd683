"""The table of environment variables is the only list: .env.example and the tests' own environment follow it."""

import re
from pathlib import Path

from django.conf import settings

from chofu_cocreation.settings import ENV
from tests.servers import environment_for_tests, portal_variables

# Who the server is, not what it is set to: Django's own way of finding the settings.
DJANGO = {"DJANGO_SETTINGS_MODULE"}


def example() -> dict[str, str]:
    """Name and default of each line of .env.example."""
    text = (settings.BASE_DIR / ".env.example").read_text(encoding="utf-8")
    return dict(re.findall(r"^#?([A-Z][A-Z_]*)=(.*)$", text, flags=re.MULTILINE))


def test_the_example_names_every_variable_with_its_default() -> None:
    assert example() == {name: default for name, (default, _) in ENV.items()}


def test_the_example_switches_nothing_on() -> None:
    """Copied as it is, it changes nothing."""
    lines = (settings.BASE_DIR / ".env.example").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []


def test_every_variable_says_what_it_means() -> None:
    assert all(len(meaning) > 10 for _, meaning in ENV.values())


def test_the_tests_clear_every_variable_of_the_callers_shell() -> None:
    assert portal_variables() == set(ENV)
    urls = {"DATABASE_URL": "", "DATABASE_OWNER_URL": "", "REDIS_URL": ""}
    assert set(environment_for_tests(Path(), urls)) <= set(ENV) | DJANGO


def test_no_code_reads_a_variable_that_the_table_lacks() -> None:
    own = {"CHOFU_PROCESS", "CHOFU_DEV", "PROMETHEUS_MULTIPROC_DIR"}  # set by the portal for its own processes
    known = set(ENV) | DJANGO | own
    read = re.compile(r"""(?:environ(?:\.get\(|\.setdefault\(|\[)|env\()\s*["']([A-Z_]+)["']""")
    used = {
        name
        for folder in ("apps", "chofu_cocreation")
        for path in (settings.BASE_DIR / folder).rglob("*.py")
        for name in read.findall(path.read_text(encoding="utf-8"))
    }
    assert used <= known
