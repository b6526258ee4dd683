"""What waits, for Prometheus: mails, jobs, and whether Valkey answers (`/metrics`). Beside it `core.metrics` counts requests."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import redis
from django.conf import settings
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from apps.operations.models import Job, Outbox

SECONDS = 1.0  # in which Valkey has to answer
QUEUES = ("celery", "reports")


class WaitingCollector:
    """Ask database and Valkey, when Prometheus does, how much waits and since when."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the metrics of mails, jobs and the queue."""
        waiting = GaugeMetricFamily("chofu_waiting", "Rows that wait for the worker", labels=["what"])
        age = GaugeMetricFamily("chofu_waiting_seconds", "Seconds since the oldest of them was due", labels=["what"])
        for what, (number, oldest) in {
            "mail": Outbox.objects.due().count_and_oldest(),
            "job": Job.objects.due().count_and_oldest(),
        }.items():
            waiting.add_metric([what], number)
            age.add_metric([what], seconds_since(oldest))
        dead = GaugeMetricFamily("chofu_mail_given_up", "Mails that could not be delivered and can be sent again")
        dead.add_metric([], Outbox.objects.dead_letters().count())
        yield from (waiting, age, dead, *queue_metrics())


def seconds_since(moment: datetime | None) -> float:
    """Return how long ago a moment was; 0 for none and for one that lies ahead."""
    return max((timezone.now() - moment).total_seconds(), 0) if moment else 0


def queue_metrics() -> Iterator[GaugeMetricFamily]:
    """Yield whether Valkey answers, and how many messages stand in Celery's queues if it does."""
    up = GaugeMetricFamily("chofu_valkey_up", "1 when Valkey answers within a second")
    length = GaugeMetricFamily("chofu_queue_messages", "Messages in a queue of Celery", labels=["queue"])
    client: Any = redis.Redis.from_url(
        settings.CELERY_BROKER_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS, retry=None
    )
    try:
        for queue in QUEUES:
            length.add_metric([queue], client.llen(queue))
        up.add_metric([], 1)
    except redis.RedisError:
        up.add_metric([], 0)
    finally:
        client.close()
    yield from (up, length)


def exposition() -> bytes:
    """Return all metrics in the text format of Prometheus."""
    registry = CollectorRegistry()
    if settings.METRICS_DIR:
        MultiProcessCollector(registry, path=settings.METRICS_DIR)
    registry.register(WaitingCollector())
    return generate_latest(registry)
