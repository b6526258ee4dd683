"""Cache backend with a fallback: Valkey first; while Valkey is unavailable, the database cache (circuit breaker)."""

import time
from collections.abc import Callable, Iterable
from types import EllipsisType
from typing import Any, TypeAlias

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

PAUSE_SECONDS = 5.0
Timeout: TypeAlias = "float | EllipsisType | None"


class FallbackCache(BaseCache):
    """Valkey with timeouts of 0.3 s; after a failure OPTIONS["fallback"] names the cache that serves for PAUSE_SECONDS.

    Rate limits are counted here, so they hold also without Valkey: then in the database.
    """

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        options = dict(params.get("OPTIONS", {}))
        self._fallback = options.pop("fallback")
        bounded = {"socket_connect_timeout": 0.3, "socket_timeout": 0.3, "retry": None}
        self._valkey = RedisCache(location, {**params, "OPTIONS": {**options, **bounded}})
        self._broken_until = 0.0

    def _ask(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Call a cache method on Valkey, or on the fallback when Valkey fails now or failed within PAUSE_SECONDS."""
        if time.monotonic() >= self._broken_until:
            try:
                method: Callable[..., Any] = getattr(self._valkey, name)
                return method(*args, **kwargs)
            except (RedisError, OSError):
                self._broken_until = time.monotonic() + PAUSE_SECONDS
        return getattr(caches[self._fallback], name)(*args, **kwargs)

    def add(self, key: str, value: object, timeout: Timeout = ..., version: int | None = None) -> bool:
        """Store a value unless the key exists. Return whether it was stored."""
        return bool(self._ask("add", key, value, version=version, **_timeout(timeout)))

    def get(self, key: str, default: object = None, version: int | None = None) -> Any:
        """Return the stored value, or the default."""
        return self._ask("get", key, default, version=version)

    def set(self, key: str, value: object, timeout: Timeout = ..., version: int | None = None) -> None:
        """Store a value for `timeout` seconds."""
        self._ask("set", key, value, version=version, **_timeout(timeout))

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        """Return the stored ones of these keys with their values, in one question."""
        return dict(self._ask("get_many", list(keys), version=version))

    def set_many(self, data: dict[str, Any], timeout: Timeout = ..., version: int | None = None) -> list[str]:
        """Store values at once. Return the keys that were not stored: all while Valkey is away, for that may be many rows."""
        if time.monotonic() < self._broken_until:
            return list(data)
        try:
            return list(self._valkey.set_many(data, version=version, **_timeout(timeout)))
        except (RedisError, OSError):
            self._broken_until = time.monotonic() + PAUSE_SECONDS
            return list(data)

    def touch(self, key: str, timeout: Timeout = ..., version: int | None = None) -> bool:
        """Set the timeout of a stored value anew. Return whether the key exists."""
        return bool(self._ask("touch", key, version=version, **_timeout(timeout)))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Delete a value. Return whether the key existed."""
        return bool(self._ask("delete", key, version=version))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add to a stored number and return it; raises ValueError when the key does not exist."""
        return int(self._ask("incr", key, delta, version=version))

    def clear(self) -> None:
        """Delete everything, in Valkey and in the fallback."""
        self._ask("clear")
        caches[self._fallback].clear()


def _timeout(timeout: Timeout) -> dict[str, float | None]:
    """Return the timeout as keyword argument; none when the caller gave none (the backend's default then applies)."""
    return {} if timeout is ... else {"timeout": timeout}
