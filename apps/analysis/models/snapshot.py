"""Snapshots (固定版): what was counted on a day, under a permanent URL that can be printed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.analysis.models.dictionary import Synonym
from apps.analysis.models.reading import ProposalTerm, Reading, Term
from apps.consultations.models import Consultation, Proposal
from apps.consultations.models.proposal_queryset import ProposalQuerySet
from apps.core.copies import MARK, replaced
from apps.core.textfields import TypedCharField
from apps.core.types import JsonObject
from apps.operations.models import AuditEntry
from apps.vision.models import Viewpoint

ATTRIBUTES = ("age_band", "district", "relation")  # of authors, when they wrote


WORD_KEYS = ("word", "a", "b")  # under which a payload names words
WORD_COLUMN = 1  # where a row of a cloud names its word, after its number


def _word_of(item: object) -> set[str]:
    """Return the words that one item of a list is about; empty for an item that names none."""
    if isinstance(item, dict):
        return {item[key] for key in WORD_KEYS if isinstance(item.get(key), str)}
    if isinstance(item, list) and len(item) > WORD_COLUMN and isinstance(item[WORD_COLUMN], str):
        return {item[WORD_COLUMN]}
    return set()


def words_of(payload: object, *, under: str = "") -> set[str]:
    """Return every word that a payload names."""
    if isinstance(payload, dict):
        return {word for key, value in payload.items() for word in words_of(value, under=key)}
    if not isinstance(payload, list):
        return set()
    plain = {item for item in payload if isinstance(item, str)} if under == "words" else set()
    return plain.union(*(_word_of(item) or words_of(item) for item in payload if not isinstance(item, str)))


def without(payload: object, gone: set[str]) -> Any:
    """Return the payload without the items that name one of these words."""
    if isinstance(payload, dict):
        return {key: without(value, gone) for key, value in payload.items()}
    if isinstance(payload, list):
        kept = (item for item in payload if not (({item} if isinstance(item, str) else _word_of(item)) & gone))
        return [without(item, gone) for item in kept]
    return payload


def struck_out(payload: object, gone: set[str]) -> Any:
    """Return the payload with MARK in place of these words (redaction)."""
    return replaced(payload, lambda word: MARK if word in gone else word)


def missing_words(words: set[str], texts: ProposalQuerySet) -> set[str]:
    """Return those of these words that none of the proposals contains, in any written form."""
    read = Reading.objects.up_to_date(texts).values("proposal")
    used = ProposalTerm.objects.filter(proposal__in=read, term__text__in=words).values_list("term__text", flat=True)
    rest = words - set(used.distinct())
    forms = dict(Term.objects.filter(text__in=rest).values_list("text", "forms"))
    return {
        word
        for word in rest
        if not texts.mentioning({word, *forms.get(word, []), *Synonym.objects.spellings_of(word)}).exists()
    }


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    """QuerySet of Snapshot."""

    def public(self) -> Self:
        """Filter snapshots of public consultations and of viewpoints."""
        return self.filter(Q(consultation__in=Consultation.objects.public()) | Q(consultation=None))

    def for_scope(self, consultation: Consultation | None, viewpoint: Viewpoint | None) -> Self:
        """Filter snapshots of one consultation or viewpoint, newest first."""
        return self.public().filter(consultation=consultation, viewpoint=viewpoint).order_by("-pk")

    @transaction.atomic
    def strike_missing(self, *, changed_since: datetime) -> int:
        """Redact words that no counted text contains any more, not even hidden or in an earlier wording. Return how many
        snapshots changed.

        changed_since: skip snapshots of which no text changed after this moment.
        """
        struck = 0
        for snapshot in self.select_for_update():
            texts = Proposal.objects.filter(pk__in=snapshot.proposal_ids)
            if not texts.filter(updated_at__gt=max(snapshot.made_at, changed_since)).exists():
                continue
            words = words_of(snapshot.payload) - {MARK}
            gone = missing_words(words, texts)
            gone -= {word for word in gone if texts.with_word_in_revisions(word).exists()}
            if gone:
                snapshot.payload = struck_out(snapshot.payload, gone)
                snapshot.save(update_fields=["payload"])
                struck += 1
        return struck

    @transaction.atomic
    def freeze(
        self,
        *,
        by: User,
        kind: str,
        title: str,
        where: Mapping[str, Consultation | Viewpoint | None],
        query: list[JsonObject],
        payload: object,
        ids: list[int],
    ) -> "Snapshot":
        """Create and audit a snapshot. The payload holds counts only; quotes are always read from what is public."""
        snapshot = self.create(
            kind=kind, title=title, query=query, payload=payload, proposal_ids=ids, made_by_id=getattr(by, "pk", None), **where
        )  # fmt: skip
        AuditEntry.record("freeze", snapshot, by=by, kind=kind, proposals=len(ids))
        return snapshot


class Snapshot(models.Model):
    """A cloud or other analysis as it was on a day. Immutable except for redaction, by a trigger of the database."""

    class Kind(models.TextChoices):
        """What was frozen."""

        CLOUD = "cloud", _("ワードクラウド")
        COMPARE = "compare", _("比べる")
        NETWORK = "network", _("つながり")
        WEEKS = "weeks", _("うつりかわり")
        GROUPS = "groups", _("グループごと")

    kind = models.CharField(_("種類"), max_length=10, choices=Kind.choices)
    title = TypedCharField(_("題名"), max_length=120)
    consultation = models.ForeignKey(
        Consultation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("テーマ")
    )
    viewpoint = models.ForeignKey(
        Viewpoint, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("視点")
    )
    query = models.JSONField(default=list, blank=True)
    payload = models.JSONField(default=dict)
    proposal_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    made_at = models.DateTimeField(_("固定した日時"), auto_now_add=True)
    made_by_id = models.BigIntegerField(_("固定した職員ID"), null=True, blank=True)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("固定版")
        verbose_name_plural = _("固定版")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(consultation__isnull=False, viewpoint=None) | Q(consultation=None, viewpoint__isnull=False),
                name="snapshot_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.title}"

    def get_absolute_url(self) -> str:
        """Return its permanent URL."""
        return reverse("analysis:snapshot", args=[self.pk])

    @property
    def where(self) -> JsonObject:
        """Return the URL keyword arguments of its scope."""
        if self.consultation is not None:
            return {"slug": self.consultation.slug}
        return {"number": self.viewpoint.number if self.viewpoint else 0}

    @property
    def is_about_attributes(self) -> bool:
        """Return True if filtered by an attribute of authors: then only staff of the consultation see it."""
        return any(query.get(name) for query in self.query for name in ATTRIBUTES)

    def shown_payload(self) -> tuple[Any, int]:
        """Return the payload as it may be shown now, and how many words are left out.

        A word is left out if no counted text that is public today contains it any more: its text was hidden or withdrawn,
        or the word was redacted. Nothing is looked up while none of the texts has changed.
        """
        counted = Proposal.objects.filter(pk__in=self.proposal_ids)
        gone = {MARK} & words_of(self.payload)
        if self.hidden_since or counted.filter(updated_at__gt=self.made_at).exists():
            gone |= missing_words(words_of(self.payload), Proposal.objects.public().filter(pk__in=self.proposal_ids))
        return (without(self.payload, gone), len(gone)) if gone else (self.payload, 0)

    @property
    def hidden_since(self) -> int:
        """Return how many of the counted proposals are no longer public."""
        return len(self.proposal_ids) - Proposal.objects.public().filter(pk__in=self.proposal_ids).count()
