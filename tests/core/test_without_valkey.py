"""With Valkey dead or hung: pages, posting and liking go on, limits go on counting, nobody waits long."""

import socket
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import current_app
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from apps.consultations.models import Proposal
from apps.core import wake_tasks
from apps.core.cache import FallbackCache
from tests.accounts.factories import UserFactory
from tests.consultations.factories import ConsultationFactory


@pytest.fixture
def dead_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def hung_port() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        yield int(silent.getsockname()[1])


@pytest.fixture(params=["dead", "hung"])
def no_valkey(request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a Valkey that is not there, in the cache's and the queue's settings."""
    port = request.getfixturevalue(f"{request.param}_port")
    address = f"redis://127.0.0.1:{port}"
    settings.CACHES = {**settings.CACHES, "default": {**settings.CACHES["default"], "LOCATION": f"{address}/1"}}
    monkeypatch.setattr(current_app.conf, "broker_url", f"{address}/0")
    monkeypatch.setattr(current_app.conf, "broker_write_url", f"{address}/0")
    monkeypatch.setattr(wake_tasks, "_silent_until", 0.0)
    return address


@pytest.mark.django_db(transaction=True)
def test_posting_and_liking_go_on(no_valkey: str, sign_in: Callable[[Any], Client]) -> None:
    asked = ConsultationFactory(slug="calm")
    person = UserFactory(consent_version="1", consented_at=timezone.now())
    client = sign_in(person)
    data = {"question": asked.questions.get().pk, "body": "声", "name": "anonymous", "step": "post"}
    began = time.monotonic()
    posted = client.post("/consultations/calm/propose/", {**data, "submit_key": uuid.uuid4()})
    assert posted.status_code == 302
    assert time.monotonic() - began < 3.0  # three bounded waits at most, on a busy machine
    proposal = Proposal.objects.get()
    assert client.post(f"/proposals/{proposal.code}/like/", {"wanted": "1"}).status_code == 302
    assert Client().get("/consultations/calm/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_cache_counts_in_the_database_meanwhile(no_valkey: str) -> None:
    call_command("createcachetable", verbosity=0)
    cache = FallbackCache(f"{no_valkey}/1", {"OPTIONS": {"fallback": "database"}})
    cache.set("tries", 1, 60)
    cache.incr("tries")
    assert cache.get("tries") == 2
    assert caches["database"].get("tries") == 2


@pytest.mark.django_db
def test_cache_uses_valkey_when_it_is_there() -> None:
    caches["default"].set("place", "valkey", 60)
    assert caches["default"].get("place") == "valkey"
    assert caches["database"].get("place") is None
