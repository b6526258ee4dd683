"""What was read of each proposal, and which proposals are still unread. The queue is in tables, so that none is lost."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models, transaction
from django.db.models import F, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import MD5, Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.analysis.text import RECIPE, Lexicon, Use
from apps.consultations.models import Proposal
from apps.consultations.models.proposal_queryset import ProposalQuerySet
from apps.core.sql import subquery

AROUND = 30  # characters of context before and after a word
PER_PROPOSAL = 3  # a word counts at most so often in one proposal
DICTIONARY = 713_101  # the key of PostgreSQL's advisory lock between reading and changing the dictionary
DIGEST = MD5(Concat(F("proposal__title"), Value("\n"), F("proposal__body"), output_field=models.TextField()))


def change_alone() -> None:
    """Take the exclusive advisory lock of the dictionary: nothing is read until the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DICTIONARY])


def read_with_others() -> None:
    """Take the shared advisory lock of the dictionary: it does not change until the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [DICTIONARY])


class TermQuerySet(models.QuerySet["Term"]):
    """QuerySet of Term."""

    def unused(self) -> Self:
        """Filter words that no text uses any more."""
        return self.filter(~models.Exists(ProposalTerm.objects.filter(term=models.OuterRef("pk"))))

    def used_in(self, proposals: ProposalQuerySet, **which: Any) -> "Term | None":
        """Return the word of this pk or text if one of these proposals uses it, or None."""
        uses = ProposalTerm.objects.filter(term=models.OuterRef("pk"), proposal__in=proposals.order_by())
        return self.filter(models.Exists(uses), **which).first()

    def held_in(self, proposals: ProposalQuerySet, pk: int) -> "Term | None":
        """Return the word of this pk if one of these proposals uses it or a compound that holds it, or None."""
        term = self.filter(pk=pk).first()
        if term is None:
            return None
        return (
            term if proposals.filter(pk__in=ProposalTerm.objects.proposals_using(term, family=True)).exists() else None
        )

    def called(self, words: Iterable[str]) -> Self:
        """Filter words that were written as one of these, and compounds that hold one."""
        asked = sorted({*words})
        return self.filter(Q(forms__overlap=asked) | Q(text__in=asked) | Q(parts__overlap=asked))

    def written_as(self, forms: Iterable[str]) -> Self:
        """Filter words that are one of these or were written as one of them."""
        return self.filter(forms__overlap=sorted({*forms}))

    def holding(self, words: Iterable[str]) -> Self:
        """Filter nouns that are longer than one of these words and hold it (自転車置き場 holds 自転車)."""
        parts = [Q(text__contains=word) for word in sorted({*words}) if len(word) > 1]
        return self.filter(reduce(or_, parts), kind=Term.Kind.NOUN) if parts else self.none()

    def spelled_like(self, patterns: list[str]) -> Self:
        """Filter words that match one of these patterns of LIKE."""
        # Django has no LIKE ANY. The patterns are parameters: nothing of a request is part of the statement.
        is_like = RawSQL("analysis_term.text LIKE ANY(%s)", [patterns], output_field=models.BooleanField())
        return self.filter(is_like)

    def most_used_in(self, proposals: ProposalQuerySet, *, but: str) -> str:
        """Return the text of the word that most of these proposals use, other than one; empty if they use none."""
        uses = ProposalTerm.objects.filter(term=models.OuterRef("pk"), proposal__in=proposals.order_by())
        count = uses.order_by().values("term").annotate(n=models.Count("*")).values("n")
        rows = self.exclude(text=but).annotate(n=models.Subquery(count)).filter(n__gt=0).order_by("-n", "text")
        return rows.values_list("text", flat=True).first() or ""

    def uncut(self) -> Self:
        """Filter words whose parts are not known yet."""
        return self.filter(parts=None)

    def parts_by_id(self, ids: Iterable[int]) -> dict[int, list[str]]:
        """Return pk → parts of those of these words that are compounds."""
        rows = self.filter(pk__in=list(ids), parts__len__gt=0)
        return {pk: parts for pk, parts in rows.values_list("pk", "parts") if parts}

    def compounds_of(self, term: "Term") -> Self:
        """Filter compounds that a word is part of (遠隔医療 for 医療)."""
        return self.filter(parts__contains=[term.text])

    def holding_parts(self, parts: Iterable[str]) -> list[tuple[int, list[str]]]:
        """Return (pk, parts) of the compounds that hold one of these words."""
        rows = self.filter(parts__overlap=sorted(parts)).values_list("pk", "parts")
        return [(pk, parts) for pk, parts in rows if parts]

    def family_of(self, term: "Term") -> Self:
        """Filter a word and the compounds that it is part of."""
        return self.filter(Q(pk=term.pk) | Q(parts__contains=[term.text]))

    def numbers_of(self, words: Iterable[str]) -> dict[str, int]:
        """Return text → pk, for URLs; a word that no text uses any more has none."""
        return dict(self.filter(text__in=set(words)).values_list("text", "pk"))


class Term(models.Model):
    """A word (語) in dictionary form, as shown in clouds. It is deleted with the last text that used it."""

    class Kind(models.TextChoices):
        """What sort of word it is."""

        NOUN = "noun", _("名詞")
        VERB = "verb", _("動詞")
        ADJECTIVE = "adjective", _("形容詞")

    text = models.CharField(_("語"), max_length=30, unique=True, editable=False)
    kind = models.CharField(_("品詞"), max_length=10, choices=Kind.choices, default=Kind.NOUN)
    forms = ArrayField(models.CharField(max_length=60), verbose_name=_("書かれた形"), default=list, blank=True)
    parts = ArrayField(
        models.CharField(max_length=30),
        verbose_name=_("部分のことば"),
        null=True,
        blank=True,
        editable=False,
        default=None,
    )  # of a compound; null until the worker has cut it

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("語")
        verbose_name_plural = _("語")
        ordering = ["text"]
        indexes = [
            GinIndex(fields=["forms"], name="term_forms"),
            GinIndex(fields=["parts"], name="term_parts"),
            models.Index(fields=["id"], condition=Q(parts=None), name="term_uncut"),
        ]

    def __str__(self) -> str:
        return self.text


class ReadingQuerySet(models.QuerySet["Reading"]):
    """QuerySet of Reading."""

    def unread(self) -> Self:
        """Filter public proposals whose text changed, or the rules or dictionary, since they were read."""
        public = self.filter(proposal__in=Proposal.objects.public().order_by())
        due = Due.objects.filter(proposal=models.OuterRef("proposal"))
        rows = public.annotate(wanted=DIGEST, is_due=models.Exists(due), is_anew=models.Exists(due.filter(anew=True)))
        return rows.filter(Q(is_due=True) | ~Q(digest=F("wanted")) | ~Q(recipe=RECIPE))

    def up_to_date(self, proposals: ProposalQuerySet) -> Self:
        """Filter readings of these proposals whose text has not changed since."""
        return self.filter(proposal__in=proposals.order_by(), read_at__gte=F("proposal__updated_at"))

    def that_use(self, words: list[str]) -> Self:
        """Filter readings in which one of these words was found."""
        return self.filter(terms__overlap=words)

    def in_public(self) -> Self:
        """Filter readings of proposals that are public now."""
        return self.filter(proposal__in=Proposal.objects.public().order_by())

    def of_texts_with(self, letters: str) -> Self:
        """Filter readings whose texts contain these characters."""
        return self.filter(proposal__in=Proposal.objects.search(letters).order_by())

    def mark_due(self, version: int, *, anew: bool) -> None:
        """Queue them for the sweep; `anew`: read the text again instead of only recounting."""
        sql, params = subquery(self.order_by().values_list("proposal_id"))
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO analysis_due (proposal_id, version, anew)"  # noqa: S608 - own names only
                f" SELECT p.id, %s, %s FROM ({sql}) p(id) ORDER BY p.id"
                " ON CONFLICT (proposal_id) DO UPDATE"
                " SET version = excluded.version, anew = analysis_due.anew OR excluded.anew",
                [version, anew, *params],
            )

    def open_missing(self, *, among: Sequence[int] | None = None) -> int:
        """Create a row for every public proposal without one. Return how many were created.

        among: the ids of the only proposals to look at.
        """
        public = Proposal.objects.public().order_by().values("pk")
        if among is not None:
            known = set(self.filter(proposal__in=among).values_list("proposal_id", flat=True))
            missing = [pk for pk in among if pk not in known]
            if not missing:
                return 0
            public = public.filter(pk__in=missing)
        sql, params = subquery(public)
        table = connection.ops.quote_name(self.model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} (proposal_id, digest, recipe, uses, terms, failure)"  # noqa: S608 - own names only
                f" SELECT p.id, '', 0, '[]', '{{}}', '' FROM ({sql}) p(id)"
                f" WHERE NOT EXISTS (SELECT 1 FROM {table} r WHERE r.proposal_id = p.id)"
                " ON CONFLICT (proposal_id) DO NOTHING",
                params,
            )
            return int(cursor.rowcount)

    @transaction.atomic
    def forget_unpublic(self) -> int:
        """Delete up to 5,000 readings of texts that are no longer public. Return how many were deleted."""
        gone = self.exclude(proposal__in=Proposal.objects.public().order_by())
        ids = list(gone.values_list("proposal_id", flat=True)[:5000])
        ProposalTerm.objects.filter(proposal__in=ids).delete()
        Due.objects.filter(proposal__in=ids).delete()
        return self.filter(proposal__in=ids).delete()[0]

    def failed(self, proposals: ProposalQuerySet) -> int:
        """Return how many of these proposals could not be read."""
        return self.exclude(failure="").filter(proposal__in=proposals.order_by()).count()

    def contexts(self, proposals: list[Proposal], words: list[str]) -> dict[int, list[tuple[str, str, str]]]:
        """Return by proposal pk the places of these words as (before, word, after)."""
        texts = {proposal.pk: f"{proposal.title}\n{proposal.body}" for proposal in proposals}
        rows = self.filter(proposal__in=list(texts))
        return {row.proposal_id: row.contexts(texts[row.proposal_id], set(words)) for row in rows}

    def take(self, size: int, *, among: Sequence[int] | None = None) -> list["Reading"]:
        """Return and lock (skip locked) the next unread readings with their proposals.

        Queued and never read ones come first; only then is every text compared with the digest of what was read, or those
        `among` these ids.
        """
        unread = self.unread().select_for_update(of=("self",), skip_locked=True).select_related("proposal")
        waiting = unread.filter(proposal__in=Due.objects.values("proposal"))
        compared = unread if among is None else unread.filter(proposal__in=among)
        for rows in (waiting, unread.filter(read_at=None), compared):
            taken: list[Reading] = list(rows.order_by("proposal_id")[:size])
            if taken:
                return taken
        return []


class DueQuerySet(models.QuerySet["Due"]):
    """QuerySet of Due."""

    def for_version(self, version: int) -> Self:
        """Filter the rows queued by this version of the dictionary or an earlier one."""
        return self.filter(version__lte=version)

    def for_readings(self, readings: list["Reading"]) -> Self:
        """Filter the rows of these readings."""
        return self.filter(proposal__in=[row.proposal_id for row in readings])


class Due(models.Model):
    """A proposal that is queued for rereading after a change of the dictionary."""

    proposal = models.OneToOneField(Proposal, models.CASCADE, primary_key=True, related_name="+")
    version = models.PositiveIntegerField()
    anew = models.BooleanField(default=False)

    objects = DueQuerySet.as_manager()

    class Meta:
        verbose_name = _("読み直し待ち")
        verbose_name_plural = _("読み直し待ち")
        indexes = [models.Index(fields=["version"], name="due_version")]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.version}"


class Reading(models.Model):
    """The result of tokenizing the present text of a proposal: every word with its place."""

    proposal = models.OneToOneField(Proposal, models.CASCADE, related_name="+", verbose_name=_("意見"))
    digest = models.CharField(max_length=32, blank=True, editable=False)
    recipe = models.PositiveSmallIntegerField(default=0)
    uses = models.JSONField(default=list, blank=True)
    terms = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    read_at = models.DateTimeField(_("読み取り日時"), null=True)
    failure = models.CharField(_("読み取れなかった理由"), max_length=200, blank=True, editable=False)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("読み取り")
        verbose_name_plural = _("読み取り")
        indexes = [
            GinIndex(fields=["terms"], name="reading_terms"),
            models.Index(fields=["proposal"], include=["read_at"], name="reading_moments"),
            models.Index(fields=["proposal"], condition=Q(read_at=None), name="reading_never"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}"

    @property
    def text(self) -> str:
        """Return the text that is read: title and body."""
        return f"{self.proposal.title}\n{self.proposal.body}"

    @property
    def is_text_unread(self) -> bool:
        """Return True if the text has to be read again, not only recounted."""
        return getattr(self, "is_anew", False) or self.digest != getattr(self, "wanted", None) or self.recipe != RECIPE

    def note(self, uses: list[Use], *, failure: str = "") -> None:
        """Set the fields from what was read, unsaved."""
        self.uses = [[use.term, use.kind, use.start, use.end] for use in uses]
        self.terms = sorted({use.term for use in uses})
        self.digest, self.recipe, self.failure = getattr(self, "wanted", ""), RECIPE, failure[:200]
        self.read_at = timezone.now()

    def is_of(self, text: str) -> bool:
        """Return True if this is what was read of a text, and not of an earlier wording."""
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() == self.digest

    def contexts(self, text: str, words: set[str]) -> list[tuple[str, str, str]]:
        """Return the first places of these words as (before, word, after); empty while a newer text is unread."""
        if not self.is_of(text):
            return []
        places = [(start, end) for term, _kind, start, end in self.uses if term in words][:PER_PROPOSAL]
        return [(_before(text, start), text[start:end], _after(text, end)) for start, end in places]

    def counts(self, joins: dict[str, str], left_out: frozenset[str]) -> Counter[str]:
        """Return the uses of each shown word, at most PER_PROPOSAL each."""
        words = (joins.get(term, term) for term, _kind, _start, _end in self.uses)
        counted = Counter(word for word in words if word not in left_out)
        return Counter({word: min(n, PER_PROPOSAL) for word, n in counted.items()})

    def write_terms(self, known: dict[str, int], lexicon: Lexicon) -> list["ProposalTerm"]:
        """Return the unsaved ProposalTerm rows."""
        counted = self.counts(lexicon.joins, lexicon.left_out)
        return [ProposalTerm(proposal_id=self.proposal_id, term_id=known[word], n=n) for word, n in counted.items()]


def _before(text: str, start: int) -> str:
    """Return up to AROUND characters before a place, within its line."""
    line = text[:start].rpartition("\n")[2]
    return line if len(line) <= AROUND else f"…{line[-AROUND:]}"


def _after(text: str, end: int) -> str:
    """Return up to AROUND characters after a place, within its line."""
    line = text[end:].partition("\n")[0]
    return line if len(line) <= AROUND else f"{line[:AROUND]}…"


class ProposalTermQuerySet(models.QuerySet["ProposalTerm"]):
    """QuerySet of ProposalTerm."""

    def proposals_using(self, term: Term, *, family: bool = False) -> models.QuerySet["ProposalTerm", Any]:
        """Return the ids of the proposals that use this word, as a subquery. family: or a compound that holds it."""
        if family:
            return self.filter(term__in=Term.objects.family_of(term)).values("proposal_id")
        return self.filter(term=term).values("proposal_id")


class ProposalTerm(models.Model):
    """A word in a proposal, with its number of uses there (at most PER_PROPOSAL).

    By far the longest table: the two indexes below also serve the foreign keys.
    """

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="+", db_index=False)
    term = models.ForeignKey(Term, models.PROTECT, related_name="+", db_index=False)
    n = models.PositiveSmallIntegerField()

    objects = ProposalTermQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "term"], include=["n"], name="proposal_term_once"),
            models.CheckConstraint(condition=Q(n__gte=1, n__lte=PER_PROPOSAL), name="proposal_term_capped"),
        ]
        indexes = [models.Index(fields=["term", "proposal"], include=["n"], name="proposal_term_by_term")]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.term_id} ×{self.n}"
