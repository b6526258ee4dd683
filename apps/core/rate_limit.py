"""How often something may be tried: counted in the shared cache, which never goes away altogether."""

import hashlib

from django.core.cache import cache


def hit(key: str, *, most: int, seconds: int) -> bool:
    """Count one more try under a key; False once there were more than `most` since the first, until `seconds` passed."""
    name = _name(key)
    if cache.add(name, 1, seconds):
        return most >= 1
    try:
        return cache.incr(name) <= most
    except ValueError:  # it ran out between the two questions
        cache.add(name, 1, seconds)
        return most >= 1


def reset(key: str) -> None:
    """Forget the tries under a key: the last one was right."""
    cache.delete(_name(key))


def _name(key: str) -> str:
    """The key as the cache takes it: of one length, whatever was typed, and saying nothing about whom it counts."""
    return f"limit:{hashlib.sha256(key.encode(errors='replace')).hexdigest()}"
