"""What every test may ask for: people of each role, a consultation that is open, and a clock that stands still."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from time_machine import Traveller
from whitenoise.base import WhiteNoise

from apps.accounts import second_factor
from apps.core import pure_parts
from apps.page_cache import parts, resident_pages
from apps.page_cache.middleware import store
from chofu_cocreation.runtime.static_copies import StaticCopies
from tests import clock, database
from tests.accounts.factories import show_second_factor

clock.stopped().start()

pytest_plugins = [
    name for name in ("tests.browser.portal_process",) if (Path(__file__).parent / "browser/portal_process.py").exists()
]


def pytest_report_header() -> str:
    return f"clock: {clock.today().astimezone(clock.CHOFU):%Y-%m-%d %H:%M %Z} ({clock.VARIABLE} moves it)"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With TEST_DATED=1, run only the tests that speak of time: what `.ci/run` tries on another day."""
    if os.environ.get("TEST_DATED") == "1":
        others = [item for item in items if not clock.speaks_of_time(item)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if clock.speaks_of_time(item)]


@pytest.fixture(autouse=True)
def frozen_clock(request: pytest.FixtureRequest) -> Iterator[Traveller]:
    """The clock of this test; `frozen_clock.shift(60)` lets a minute pass.

    What works with another process has the real time, for that process has no other; so has what asks a file's age.
    """
    is_real = any(map(request.node.get_closest_marker, ("browser", "real_clock")))
    with clock.real() if is_real else clock.stopped() as traveller:
        yield traveller


@pytest.fixture(scope="session", autouse=True)
def collected_static() -> None:
    """Pages name hashed static files, as in the running portal; the first of parallel test processes collects them."""
    with database.one_at_a_time("collectstatic"):
        copies = StaticCopies(portal_settings.VAR_DIR)
        if not copies.are_current():
            call_command("collectstatic", interactive=False, verbosity=0)
            copies.made()
    # pytest looks at every name of a test module: a storage that one imports has read its manifest before there was one.
    storage: Any = staticfiles_storage
    storage.hashed_files, storage.manifest_hash = storage.load_manifest()


@pytest.fixture(scope="session", autouse=True)
def static_files_listed_once(collected_static: None) -> Iterator[None]:
    """A test client starts all middlewares; WhiteNoise would read the 1,400 collected files again for each of them."""
    known: dict[tuple[str, str], dict[str, Any]] = {}
    read = WhiteNoise.update_files_dictionary

    def read_once(whitenoise: WhiteNoise, root: str, prefix: str) -> None:
        if (root, prefix) not in known:
            own, whitenoise.files = whitenoise.files, {}
            read(whitenoise, root, prefix)
            known[root, prefix], whitenoise.files = whitenoise.files, own
        whitenoise.files.update(known[root, prefix])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoise, "update_files_dictionary", read_once)
        yield


@pytest.fixture(autouse=True)
def own_made_files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, settings: Any) -> None:
    """What is made and kept for everyone is kept for this test alone: another process may be deleting its own."""
    if request.node.get_closest_marker("browser") is None:
        settings.MADE_ROOT = tmp_path_factory.mktemp("made", numbered=True)


@pytest.fixture
def without_page_cache(settings: Any) -> None:
    """Every page is made anew: for tests that count what making it costs."""
    settings.CACHED_PAGES = settings.RESIDENT_PAGES = frozenset()


@pytest.fixture(autouse=True)
def page_cache(request: pytest.FixtureRequest) -> None:
    """Kept pages, none at the start, in all tests but those that count queries."""
    store.clear()
    parts.store.clear()
    resident_pages.store.clear()
    pure_parts.forget()
    if {"django_assert_num_queries", "django_assert_max_num_queries"} & set(request.fixturenames):
        request.getfixturevalue("without_page_cache")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, django_db_modify_db_settings: None
) -> Iterator[None]:
    """The database of this process, made by the migrations or, with --fast, from a copy of what they made."""
    with django_db_blocker.unblock():
        made = database.make()
    yield
    with django_db_blocker.unblock():
        database.remove(made)


@pytest.fixture
def first_day(db: None) -> None:
    """A portal on its first day, with all that the demonstration holds."""
    database.first_day.load()


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
