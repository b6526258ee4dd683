"""The running portal counts, over all its web processes, for Prometheus."""

import re
import urllib.error
import urllib.request

import pytest

from tests.browser.portal_process import METRICS_TOKEN, Portal

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]


def metrics(portal: Portal) -> dict[str, float]:
    """Return the samples by name and labels."""
    request = urllib.request.Request(f"{portal.url}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


def test_requests_of_all_processes_are_counted(portal: Portal) -> None:
    def asked() -> float:
        return sum(value for name, value in metrics(portal).items() if name.startswith("chofu_requests_total"))

    before = asked()
    for _ in range(30):  # each a connection of its own, so that both processes answer some
        urllib.request.urlopen(f"{portal.url}/healthz", timeout=10).close()
    assert asked() >= before + 30


def test_it_says_how_long_answers_take_what_is_kept_and_what_waits(portal: Portal) -> None:
    for _ in range(6):
        urllib.request.urlopen(f"{portal.url}/consultations/", timeout=10).close()
    found = metrics(portal)
    assert found['chofu_page_cache_total{reader="visitor",result="hit"}'] >= 1
    assert found['chofu_request_seconds_count{kind="kept"}'] >= 1
    assert found['chofu_database_pool{state="open"}'] >= 1
    assert found["chofu_valkey_up"] == 1
    assert 'chofu_waiting{what="mail"}' in found
    assert 'chofu_queue_messages{queue="celery"}' in found


def test_nothing_in_it_tells_who_asked_for_what(portal: Portal) -> None:
    urllib.request.urlopen(f"{portal.url}/search/?q=hidden-word", timeout=10).close()
    text = " ".join(metrics(portal))
    assert "hidden-word" not in text
    assert not re.search(r"\d+\.\d+\.\d+\.\d+", text)


def test_without_the_token_there_is_no_such_page(portal: Portal) -> None:
    for headers in ({}, {"Authorization": "Bearer other"}, {"Authorization": METRICS_TOKEN}):
        request = urllib.request.Request(f"{portal.url}/metrics", headers=headers)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)
        refused.value.close()
        assert refused.value.code == 404
