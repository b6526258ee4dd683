"""Tell copies of a text (ほぼ同じ文) by what is left of it without punctuation, blanks and the politeness of its end."""

from typing import Any

from django.db import models

SHORTEST = 12  # letters; shorter texts (公園がほしい) may well be two people's own


class CopyKey(models.Func):
    """SQL: a hash of the letters of a folded text, equal for texts that differ only in form; NULL for a short one.

    The literals stand in the SQL itself, so that it may define a generated column.
    """

    letters = (
        "regexp_replace(regexp_replace(%(expressions)s, '[[:space:][:punct:]。、，．・…‥「」『』（）〜～！？ー☆★♪]+', '', 'g'),"
        " '(とおもいます|と思います|おもいます|思います|です|ね|よ|な)+$', '')"
    )
    template = f"CASE WHEN length({letters}) >= {SHORTEST} THEN md5({letters}) END"
    output_field = models.CharField(max_length=32, null=True)

    def __init__(self, column: str, **extra: Any) -> None:
        super().__init__(column, **extra)
