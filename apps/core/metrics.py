"""Metrics for Prometheus: requests, latencies, kept pages, database pool. Numbers by view, never by person or URL.

Each web process counts in files of its own under PROMETHEUS_MULTIPROC_DIR (set by `runtime/gunicorn_config.py`); whoever
answers `/metrics` adds them up. Without METRICS_TOKEN nothing is counted.
"""

import time
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Gauge, Histogram

KEPT = "kept_page"  # attribute of a request: how the page cache answered it
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
OTHER_METHOD = "OTHER"
METHODS = {"GET", "HEAD", "POST", "OPTIONS"}

requests_total = Counter("chofu_requests", "Answered requests", ["view", "method", "status"])
request_seconds = Histogram("chofu_request_seconds", "Seconds until the answer was made", ["kind"], buckets=BUCKETS)
kept_pages = Counter(
    "chofu_page_cache", "Requests by what the page cache did: hit, made, or not kept", ["reader", "result"]
)
pool_connections = Gauge(
    "chofu_database_pool", "Database connections of the web processes", ["state"], multiprocess_mode="livesum"
)


class MetricsMiddleware:
    """Count requests, and how long their answers took. The outermost middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - begun
        reader, result = getattr(request, KEPT, ("", ""))
        if result:
            kept_pages.labels(reader, result).inc()
        match = request.resolver_match
        view = match.view_name if match is not None else "kept page" if result == "hit" else "unknown"
        method = request.method if request.method in METHODS else OTHER_METHOD
        requests_total.labels(view, method, str(response.status_code)).inc()
        request_seconds.labels("kept" if result == "hit" else "made").observe(seconds)
        note_pool()
        return response


def note_kept(request: HttpRequest, reader: str, result: str) -> None:
    """Note what the page cache did. reader: visitor, resident or guest; result: hit, made or not kept."""
    setattr(request, KEPT, (reader, result))


def note_pool() -> None:
    """Note how many connections this process's pool holds, how many are idle, and how many requests wait for one."""
    pool = getattr(connection, "pool", None)
    if pool is None:
        return
    stats = pool.get_stats()
    pool_connections.labels("open").set(stats.get("pool_size", 0))
    pool_connections.labels("idle").set(stats.get("pool_available", 0))
    pool_connections.labels("waited for").set(stats.get("requests_waiting", 0))
