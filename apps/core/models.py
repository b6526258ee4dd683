"""Abstract models and the fields that several apps share; core itself has no tables."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connections, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import search, text
from apps.core.code_lookup import parse_number

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
    """A check that a column holds no control characters (one of them would break every spreadsheet export)."""
    return models.CheckConstraint(
        condition=~Q(**{f"{field}__regex": CONTROL_CHARACTERS}),
        name=name,
        violation_error_message=_("使えない文字（制御文字）が含まれています。取り除いてください。"),
    )


class Timestamped(models.Model):
    """When a row was made and last changed."""

    created_at = models.DateTimeField(_("作成日時"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新日時"), auto_now=True)

    class Meta:
        abstract = True


class SharedCount(models.Func):
    """How many elements an array column shares with a given list."""

    template = "cardinality(ARRAY(SELECT unnest(%(expressions)s)))"
    arg_joiner = ") INTERSECT SELECT unnest("
    output_field = models.IntegerField()

    def __init__(self, column: str, values: list[str]) -> None:
        super().__init__(models.F(column), models.Value(values, output_field=ArrayField(models.TextField())))


class SearchQuerySet(models.QuerySet[Any]):
    """The search question that every searchable thing answers."""

    def search(self, query: str) -> Self:
        """Rows whose text holds every word of the query (全角/半角, かな/カナ and case alike); all rows for an empty one.

        A query that consists of a number finds the row that has it, beside those that name it.
        """
        words = [[word] for word in search.query_words(query)]
        number = parse_number(query) if self.model.number_field else ""
        if not number:
            return self.search_any(words)
        return self.filter(
            Q(**{self.model.number_field: number}) | Q(pk__in=self.search_any(words).order_by().values("pk"))
        )

    def search_any(self, words: Iterable[Iterable[str]]) -> Self:
        """Rows whose text holds, for every word, one of its variants (folded spellings); all rows for no word.

        The letters are asked for apart from their pairs: so the index answers the pairs once and for all, and where the
        newest rows are simply read, the cheap question comes first.
        """
        found = self
        for variants in words:
            letters, pairs = models.Q(), models.Q()
            for variant in variants:
                letters |= models.Q(search_text__contains=variant)
                pairs |= models.Q(search_bigrams__contains=search.query_bigrams(variant))
            found = found.filter(letters).filter(pairs)
        return found

    def expected(self, words: Iterable[Iterable[str]]) -> list[float]:
        """For every word how many rows of the whole table hold one of its variants, about, by the rarest of its pairs.

        0 for a word with a pair that is none of the common ones.
        """
        asked = [[search.query_bigrams(variant) for variant in variants] for variants in words]
        rows = self._rows_of(sorted({pair for variants in asked for pairs in variants for pair in pairs}))
        return [max(min(rows.get(pair, 0.0) for pair in pairs) for pairs in variants) for variants in asked]

    def resembling(self, body: str, *, limit: int = 5, least: float = 0.25) -> list[Any]:
        """The rows whose text shares most pairs of letters with the given one, most alike first.

        Looked for among those that hold all of its telling pairs, the newest that hold any, and those that hold rare ones.
        limit: how many at most; least: the Dice coefficient below which texts are not alike.
        """
        wanted = {pair for pair in search.bigrams(body[:500]) if len(pair) == 2}
        telling = sorted(pair for pair in wanted if search.is_telling(pair))
        if len(telling) < 2:
            return []
        found = list(self.filter(search_bigrams__contains=telling).order_by("-pk")[: limit * 4])
        rows = self._rows_of(telling)
        rare = rare_among(telling, rows)
        for pairs in [telling, rare] if 0 < len(rare) < len(telling) else [telling]:
            near = self._holding(pairs, expected=sum(rows.get(pair, 0.0) for pair in pairs))
            ranked = self.filter(pk__in=near).annotate(shared=SharedCount("search_bigrams", sorted(wanted)))
            found += ranked.order_by("-shared", "-pk")[: limit * 4]
        by_key = {row.pk: row for row in found}
        scored = [(search.similarity(wanted, set(row.search_bigrams)), pk) for pk, row in by_key.items()]
        return [by_key[pk] for score, pk in sorted(scored, reverse=True)[:limit] if score >= least]

    def _holding(self, pairs: list[str], *, expected: float) -> models.QuerySet[Any, dict[str, Any]]:
        """The keys of the newest rows that hold any of these pairs.

        Of many such rows the newest are found by reading from the end. Of few, reading would go through the whole
        table, and the database thinks too well of it: ordered by an expression, only the index of pairs is left to it.
        """
        newest = "-pk" if expected > MANY else (models.F("pk") + 0).desc()
        return self.filter(search_bigrams__overlap=pairs).order_by(newest).values("pk")[:CANDIDATES]

    def _rows_of(self, pairs: list[str]) -> dict[str, float]:
        """How many rows hold each of these pairs, about; a pair that is not there is rare."""
        table = self.model._meta.db_table
        with connections[self.db].cursor() as cursor:
            cursor.execute(PAIR_ROWS, [table, table, pairs])
            return dict(cursor.fetchall())


def rare_among(pairs: list[str], rows: dict[str, float]) -> list[str]:
    """The pairs that fewest rows hold, as many as lead to at most CANDIDATES rows in all."""
    chosen, expected = [], 0.0
    for pair in sorted(pairs, key=lambda pair: rows.get(pair, 0.0)):
        expected += rows.get(pair, 0.0)
        if expected <= CANDIDATES:
            chosen.append(pair)
    return chosen


class Searchable(models.Model):
    """Something that search finds: its folded text and the pairs of letters in it, kept by `save`."""

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
        """How a search calls the thing that it found by its number."""
        return str(self)

    def fill_search(self) -> None:
        """Read the searched columns anew into the folded text and its pairs."""
        joined = " ".join(str(getattr(self, name) or "") for name in self.search_fields)
        self.search_text = text.fold(joined)
        self.search_bigrams = search.bigrams(joined)

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Keep the searched text true whenever one of its columns is written."""
        if update_fields is None or set(update_fields) & set(self.search_fields):
            self.fill_search()
            if update_fields is not None:
                update_fields = {*update_fields, "search_text", "search_bigrams"}
        super().save(*args, update_fields=update_fields, **kwargs)


class CleanTextField(models.TextField):
    """What texts were before they were `TypedTextField`; only migrations know it."""
