"""What every test may ask for: people of each role, a consultation that is open, and a clock that stands still."""

import fcntl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from apps.accounts import second_factor
from tests.accounts.factories import show_second_factor

pytest_plugins = [
    name for name in ("tests.browser.portal_process",) if (Path(__file__).parent / "browser/portal_process.py").exists()
]


@pytest.fixture(scope="session", autouse=True)
def collected_static() -> None:
    """Pages name hashed static files, as in the running portal; parallel test processes collect them one by one."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with open(settings.VAR_DIR / "collectstatic.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture(autouse=True)
def clean_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Rate limits of one test do not reach the next."""
    yield
    uses_database = {"db", "transactional_db"} & set(request.fixturenames)
    if uses_database or request.node.get_closest_marker("django_db"):
        cache.clear()


@pytest.fixture
def sign_in() -> Callable[[Any], Client]:
    """A browser in which this person is signed in."""

    def signed_in(user: Any) -> Client:
        client = Client()
        client.force_login(user, backend="apps.accounts.backends.PortalBackend")
        if second_factor.is_set_up_by(user):
            show_second_factor(client, user)
        return client

    return signed_in
