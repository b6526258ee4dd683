"""What is counted of a request, what waits, and who may read it."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as portal
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from apps.core.metrics import MetricsMiddleware, note_kept
from apps.operations.models import Outbox

pytestmark = pytest.mark.django_db
TOKEN = "a-token"


def samples(client: Client) -> dict[tuple[str, ...], float]:
    """Return the samples of an answer by name and labels."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


@pytest.fixture
def client(client: Client, settings: Any) -> Client:
    settings.METRICS_TOKEN = TOKEN
    return client


def test_mail_that_waits_is_counted_with_its_age(client: Client) -> None:
    Outbox.objects.enqueue(key="one", to="a@example.com", subject="件名", body="本文")
    Outbox.objects.update(send_after=timezone.now() - timedelta(minutes=5))
    found = samples(client)
    assert found["chofu_waiting", "mail"] == 1
    assert found["chofu_waiting_seconds", "mail"] == pytest.approx(300, abs=5)
    assert found["chofu_waiting", "job"] == 0
    assert found["chofu_valkey_up",] == 1


def test_without_valkey_the_rest_is_told(client: Client, settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    found = samples(client)
    assert found["chofu_valkey_up",] == 0
    assert found["chofu_waiting", "mail"] == 0
    assert not [name for name in found if name[0] == "chofu_queue_messages"]


@pytest.mark.parametrize("sent", ["", "Bearer ", f"Bearer {TOKEN}x", TOKEN, "Bearer \u00e9"])
def test_whoever_has_no_token_finds_nothing(client: Client, sent: str) -> None:
    assert client.get("/metrics", headers={"Authorization": sent}).status_code == 404


def test_without_a_token_in_the_settings_nobody_finds_anything(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    assert "apps.core.metrics.MetricsMiddleware" not in portal.MIDDLEWARE


def test_a_request_is_counted_by_view_and_never_by_its_url() -> None:
    def answer(request: Any) -> HttpResponse:
        note_kept(request, "visitor", "hit")
        return HttpResponse("page")

    request = RequestFactory().generic("BREW", "/search/?q=secret")
    request.resolver_match = None
    labels = {"view": "kept page", "method": "OTHER", "status": "200"}
    before = REGISTRY.get_sample_value("chofu_requests_total", labels) or 0
    MetricsMiddleware(answer)(request)
    assert REGISTRY.get_sample_value("chofu_requests_total", labels) == before + 1
    told = [str(sample) for family in REGISTRY.collect() for sample in family.samples]
    assert not [line for line in told if "secret" in line]
