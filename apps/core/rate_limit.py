"""Rate limit: count attempts under a key in the shared cache (`core.cache`), in fixed windows."""

import hashlib

from django.core.cache import cache


def hit(key: str, *, most: int, seconds: int) -> bool:
    """Count an attempt. Return whether the rate limit still allows it: at most `most` within `seconds` after the first one."""
    name = _name(key)
    if cache.add(name, 1, seconds):
        return most >= 1
    try:
        return cache.incr(name) <= most
    except ValueError:  # it expired between the two calls
        cache.add(name, 1, seconds)
        return most >= 1


def reset(key: str) -> None:
    """Reset the rate limit of a key, after a successful attempt."""
    cache.delete(_name(key))


def _name(key: str) -> str:
    """Return the cache key: a hash, so that it has a fixed length and holds no personal data."""
    return f"limit:{hashlib.sha256(key.encode(errors='replace')).hexdigest()}"
