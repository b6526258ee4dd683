"""A cache that never fails a page: Valkey first, and while Valkey is gone the database."""

import time
from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

PAUSE_SECONDS = 5.0


class FallbackCache(BaseCache):
    """Valkey with short timeouts; after a failure the cache named by OPTIONS["fallback"] serves for five seconds.

    Rate limits live here, so they are never switched off: with Valkey dead or hung they count in the database.
    """

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        options = dict(params.get("OPTIONS", {}))
        self._fallback = options.pop("fallback")
        bounded = {"socket_connect_timeout": 0.3, "socket_timeout": 0.3, "retry": None}
        self._valkey = RedisCache(location, {**params, "OPTIONS": {**options, **bounded}})
        self._broken_until = 0.0

    def _ask(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Answer from Valkey, or from the fallback when it failed now or a moment ago."""
        if time.monotonic() >= self._broken_until:
            try:
                method: Callable[..., Any] = getattr(self._valkey, name)
                return method(*args, **kwargs)
            except (RedisError, OSError):
                self._broken_until = time.monotonic() + PAUSE_SECONDS
        return getattr(caches[self._fallback], name)(*args, **kwargs)

    def add(self, key: str, value: Any, timeout: Any = ..., version: int | None = None) -> bool:
        """Store a value unless the key is there."""
        return self._ask("add", key, value, version=version, **_timeout(timeout))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The stored value or the default."""
        return self._ask("get", key, default, version=version)

    def set(self, key: str, value: Any, timeout: Any = ..., version: int | None = None) -> None:
        """Store a value."""
        self._ask("set", key, value, version=version, **_timeout(timeout))

    def touch(self, key: str, timeout: Any = ..., version: int | None = None) -> bool:
        """Renew a value's time."""
        return self._ask("touch", key, version=version, **_timeout(timeout))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value."""
        return self._ask("delete", key, version=version)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add to a stored number."""
        return self._ask("incr", key, delta, version=version)

    def clear(self) -> None:
        """Forget everything, in both places."""
        self._ask("clear")
        caches[self._fallback].clear()


def _timeout(timeout: Any) -> dict[str, Any]:
    """The timeout as an argument, left out when the caller named none (the backend's default then holds)."""
    return {} if timeout is ... else {"timeout": timeout}
