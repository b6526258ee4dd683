"""Abstract base models: timestamps, and full-text search by character bigrams. Core itself has no tables."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self, TypeVar, cast

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connections, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import search, text
from apps.core.code_lookup import parse_number
from apps.core.generic_fields import TextField

CANDIDATES = 1000  # so many texts at a time, the newest, are compared with one being written
MANY = 50_000  # from so many rows that hold a pair on, reading the newest of the table finds enough of them at once
# How many rows hold each of the commonest pairs, by what the database noted when it last analysed the table.
PAIR_ROWS = """
SELECT pair, share * greatest(reltuples, 0)
FROM pg_stats, pg_class, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common (pair, share)
WHERE tablename = %s AND attname = 'search_bigrams' AND pg_class.oid = %s::regclass AND pair = ANY(%s)
"""
# PostgreSQL's side of core.text.UNWANTED: what came past every form is still refused.
CONTROL_CHARACTERS = r"[\x01-\x08\x0b-\x1f\x7f]"


def no_control_characters(field: str, name: str) -> models.CheckConstraint:
    """Return a CHECK constraint that refuses control characters (one of them would break every spreadsheet export)."""
    return models.CheckConstraint(
        condition=~Q(**{f"{field}__regex": CONTROL_CHARACTERS}),
        name=name,
        violation_error_message=_("使えない文字（制御文字）が含まれています。取り除いてください。"),
    )


class Timestamped(models.Model):
    """Abstract model with creation and modification time."""

    created_at = models.DateTimeField(_("作成日時"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新日時"), auto_now=True)

    class Meta:
        abstract = True


class SharedCount(models.Func):
    """SQL: how many elements an array column shares with a list of texts."""

    template = "cardinality(ARRAY(SELECT unnest(%(expressions)s)))"
    arg_joiner = ") INTERSECT SELECT unnest("
    output_field = models.IntegerField()

    def __init__(self, column: str, values: list[str]) -> None:
        super().__init__(models.F(column), models.Value(values, output_field=ArrayField(models.TextField())))


Row = TypeVar("Row", bound=models.Model, covariant=True)


class SearchQuerySet(models.QuerySet[Row]):
    """Queryset of searchable models: full-text search, and search for similar texts."""

    def search(self, query: str) -> Self:
        """Return the rows whose text contains every word (full/half width, kana and case alike); all for an empty query.

        A query that is a public code finds the row with this code, besides those that mention it.
        """
        words = [[word] for word in search.query_words(query)]
        column = cast("type[Searchable]", self.model).number_field
        number = parse_number(query) if column else ""
        if not number:
            return self.search_any(words)
        return self.filter(Q(**{column: number}) | Q(pk__in=self.search_any(words).order_by().values("pk")))

    def search_any(self, words: Iterable[Iterable[str]]) -> Self:
        """Return the rows whose text contains, for every word, one of its variants (folded spellings); all for no word.

        Two filters for each word: the bigrams use the GIN index, the substring removes its false hits. As separate
        filters PostgreSQL evaluates the cheap substring test first when it scans the newest rows.
        """
        rows = self
        for variants in words:
            letters, pairs = models.Q(), models.Q()
            for variant in variants:
                letters |= models.Q(search_text__contains=variant)
                pairs |= models.Q(search_bigrams__contains=search.query_bigrams(variant))
            rows = rows.filter(letters).filter(pairs)
        return rows

    def expected(self, words: Iterable[Iterable[str]]) -> list[float]:
        """Return for every word an estimate of the rows of the table that contain it: the count of its rarest bigram.

        0 for a word with a bigram that is not among the most common ones of the table's statistics.
        """
        bigrams = [[search.query_bigrams(variant) for variant in variants] for variants in words]
        rows = self._rows_of(sorted({pair for variants in bigrams for pairs in variants for pair in pairs}))
        return [max(min(rows.get(pair, 0.0) for pair in pairs) for pairs in variants) for variants in bigrams]

    def resembling(self, body: str, *, limit: int = 5, least: float = 0.25) -> list[Row]:
        """Return similar rows by the Dice coefficient of their bigrams, most similar first.

        Candidates are rows with all distinctive bigrams of the text, the newest with any, and those with rare ones.
        body: the first 500 characters count; limit: maximum number of rows; least: minimum Dice coefficient.
        """
        pairs_of_text = {pair for pair in search.bigrams(body[:500]) if len(pair) == 2}
        distinctive = sorted(pair for pair in pairs_of_text if search.is_distinctive(pair))
        if len(distinctive) < 2:
            return []
        candidates = list(self.filter(search_bigrams__contains=distinctive).order_by("-pk")[: limit * 4])
        rows = self._rows_of(distinctive)
        rare = rare_among(distinctive, rows)
        for pairs in [distinctive, rare] if 0 < len(rare) < len(distinctive) else [distinctive]:
            near = self._holding(pairs, expected=sum(rows.get(pair, 0.0) for pair in pairs))
            ranked = self.filter(pk__in=near).annotate(shared=SharedCount("search_bigrams", sorted(pairs_of_text)))
            candidates += cast("models.QuerySet[Row]", ranked.order_by("-shared", "-pk")[: limit * 4])
        by_key = {row.pk: row for row in candidates}
        scored = [
            (search.similarity(pairs_of_text, set(cast("Searchable", row).search_bigrams)), pk)
            for pk, row in by_key.items()
        ]
        return [by_key[pk] for score, pk in sorted(scored, reverse=True)[:limit] if score >= least]

    def _holding(self, pairs: list[str], *, expected: float) -> models.QuerySet[Any, dict[str, Any]]:
        """Return a queryset of the keys of the newest CANDIDATES rows with any of these bigrams.

        With many such rows a backward scan of the primary key finds them fast. With few it would read the whole table,
        which PostgreSQL underestimates; ordering by an expression leaves it only the bigram index.
        """
        newest = "-pk" if expected > MANY else (models.F("pk") + 0).desc()
        return self.filter(search_bigrams__overlap=pairs).order_by(newest).values("pk")[:CANDIDATES]

    def _rows_of(self, pairs: list[str]) -> dict[str, float]:
        """Return estimated row counts by bigram, from the table's statistics; rare bigrams are missing."""
        table = self.model._meta.db_table
        with connections[self.db].cursor() as cursor:
            cursor.execute(PAIR_ROWS, [table, table, pairs])
            return dict(cursor.fetchall())


def rare_among(pairs: list[str], rows: dict[str, float]) -> list[str]:
    """Return the rarest bigrams, as many as are expected in at most CANDIDATES rows together."""
    chosen, expected = [], 0.0
    for pair in sorted(pairs, key=lambda pair: rows.get(pair, 0.0)):
        expected += rows.get(pair, 0.0)
        if expected <= CANDIDATES:
            chosen.append(pair)
    return chosen


class Searchable(models.Model):
    """Abstract searchable model: `save` stores the folded text of `search_fields` and its bigrams (GIN index)."""

    search_fields: ClassVar[tuple[str, ...]] = ()
    number_field: ClassVar[str] = (
        ""  # the column of the number that people print and type (C25-0142), where there is one
    )

    search_text = models.TextField(editable=False, default="", blank=True)
    search_bigrams = ArrayField(models.TextField(), editable=False, default=list, blank=True)

    class Meta:
        abstract = True
        indexes = [GinIndex(fields=["search_bigrams"], name="%(class)s_bigrams")]

    @property
    def words_of_number(self) -> str:
        """Return the label under which a search by code lists this row."""
        return str(self)

    def fill_search(self) -> None:
        """Fill the search columns from `search_fields`, without saving."""
        joined = " ".join(str(getattr(self, name) or "") for name in self.search_fields)
        self.search_text = text.fold(joined)
        self.search_bigrams = search.bigrams(joined)

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save, with the search columns whenever one of `search_fields` is written."""
        if update_fields is None or set(update_fields) & set(self.search_fields):
            self.fill_search()
            if update_fields is not None:
                update_fields = {*update_fields, "search_text", "search_bigrams"}
        super().save(*args, update_fields=update_fields, **kwargs)


class CleanTextField(TextField[Any, Any]):
    """Former class of `TypedTextField` columns; only old migrations import it."""
