"""Check for speed (短い時間に続けて投稿): how many texts one author wrote within some minutes. Knows no Django."""


def find(written: int, *, most: int) -> list[str]:
    """Return how many there were, when there are more than `most`; this one counts."""
    return [f"{written}件"] if written > most else []
