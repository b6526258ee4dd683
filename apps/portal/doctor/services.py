"""Checks of what works beside the web: queue, worker, beat, mail, jobs."""

import time
import uuid
from datetime import timedelta

import redis
from django.conf import settings
from django.core.cache import caches
from django.utils import timezone

from apps.operations.models import Job, Outbox
from apps.operations.pulse import last_pulse

PATIENCE = timedelta(minutes=10)
LONGEST_SILENCE = 300.0


def valkey() -> list[str]:
    """Find a queue that does not answer."""
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2) as client:
            client.ping()
    except (redis.RedisError, OSError, ValueError):
        return [
            "キュー（Valkey）につながりません。ページ、投稿、ログインは動き続けますが、メールと集計が止まります。"
            "REDIS_URL と、Valkey が動いているかを確かめてください。"
        ]
    return []


def fallback_cache() -> list[str]:
    """Find a database cache that could not step in for Valkey."""
    key = f"doctor:{uuid.uuid4()}"
    fallback = caches["database"]
    fallback.set(key, "works", 60)
    works = fallback.get(key) == "works"
    fallback.delete(key)
    if works:
        return []
    return ["キューが止まったときに代わりになる表（cache_entries）が使えません。createcachetable を行ってください。"]


def background() -> list[str]:
    """Find a worker or beat that is silent: beat orders a pulse each minute, and a worker notes it."""
    pulse = last_pulse()
    if pulse is None:
        return ["裏の処理（beat と worker）が動いたしるしがありません。両方が動いているか確かめてください。"]
    silence = time.time() - pulse
    if silence <= LONGEST_SILENCE:
        return []
    return [f"裏の処理（beat と worker）が {silence / 60:.0f} 分間止まっています。両方が動いているか確かめてください。"]


def mail_queue() -> list[str]:
    """Find mail that waits too long, or was given up."""
    found = []
    late = Outbox.objects.due().filter(send_after__lt=timezone.now() - PATIENCE).count()
    if late:
        found.append(
            f"{_minutes()} 分以上送られていないメールが {late} 通あります。メールサーバーと worker を確かめてください。"
        )
    dead = Outbox.objects.dead_letters().count()
    if dead:
        found.append(f"送信を断念したメールが {dead} 通あります。管理画面の「送信メール」で理由を確かめてください。")
    return found


def jobs() -> list[str]:
    """Find long work that waits too long."""
    late = Job.objects.due().filter(run_after__lt=timezone.now() - PATIENCE).count()
    return [f"{_minutes()} 分以上始まらない処理が {late} 件あります。worker を確かめてください。"] if late else []


def _minutes() -> int:
    return int(PATIENCE.total_seconds() // 60)
