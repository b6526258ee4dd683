"""会議録: what was said and decided at a meeting, in editions."""

import hashlib
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.modelfields import PastDateTimeField
from apps.core.models import Searchable, SearchQuerySet, Timestamped
from apps.core.textfields import TypedTextField
from apps.meetings.models.meeting import Meeting


class MinutesQuerySet(SearchQuerySet["Minutes"]):
    """QuerySet of Minutes."""

    def published(self) -> Self:
        """Filter published editions, the newest first."""
        return self.filter(published_at__isnull=False).order_by("-edition")

    def public(self) -> Self:
        """Filter published editions of public meetings; a former one stays readable."""
        return self.filter(published_at__isnull=False, meeting__in=Meeting.objects.public().order_by().values("pk"))

    def current(self) -> Self:
        """Filter the newest public edition of each meeting."""
        newest = Minutes.objects.public().filter(meeting=models.OuterRef("meeting")).order_by("-edition").values("pk")
        return self.public().filter(pk=models.Subquery(newest[:1]))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter public editions, and those of the meetings that the user runs."""
        if not user.is_staff:
            return self.public()
        own = Meeting.objects.manageable_by(user).order_by().values("pk")
        public = Minutes.objects.public().order_by().values("pk")
        return self.filter(Q(pk__in=public) | Q(meeting__in=own))


class Minutes(Timestamped, Searchable):
    """会議録: an edition of a meeting's minutes. Published, the database refuses to change it; a correction is the next one."""

    class Kind(models.TextChoices):
        """How closely it follows what was said."""

        FULL = "full", gettext_lazy("全文（発言のとおり）")
        POINTS = "points", gettext_lazy("要点（発言ごとの要点）")
        SUMMARY = "summary", gettext_lazy("要旨（話し合いのまとめ）")

    search_fields = ("body",)

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="minutes", verbose_name=gettext_lazy("会議"))
    edition = models.PositiveSmallIntegerField(gettext_lazy("版"), default=1, editable=False)
    kind = models.CharField(gettext_lazy("種類"), max_length=8, choices=Kind.choices, default=Kind.POINTS)
    attendance = TypedTextField(
        gettext_lazy("出席者"),
        max_length=2000,
        help_text=gettext_lazy("委員、事務局など。1行に1人ずつ。公開されます。"),
    )
    body = TypedTextField(
        gettext_lazy("会議録の本文"), max_length=100_000,
        help_text=gettext_lazy("Markdownで書けます。公開する部分だけを書いてください。"),
    )  # fmt: skip
    note = TypedTextField(
        gettext_lazy("前の版から直したところ"), max_length=400, blank=True,
        help_text=gettext_lazy("公表した会議録を直すときに書きます。公開されます。"),
    )  # fmt: skip
    confirm_by = models.DateField(gettext_lazy("委員の確認の期限"), null=True, blank=True, editable=False)
    members_asked = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)  # with the publication
    members_confirmed = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    published_at = PastDateTimeField(gettext_lazy("公表した日時"), null=True, blank=True, editable=False)

    objects = MinutesQuerySet.as_manager()

    class Meta(Searchable.Meta):
        verbose_name = gettext_lazy("会議録")
        verbose_name_plural = gettext_lazy("会議録")
        ordering = ["meeting", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "edition"], name="minutes_edition_once"),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(published_at=None),
                name="minutes_one_draft",
                violation_error_message=gettext_lazy("この会議には、書きかけの会議録がすでにあります。"),
            ),
            models.CheckConstraint(condition=~Q(body="") & ~Q(attendance=""), name="minutes_written"),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(edition=1) | ~Q(note=""), name="minutes_correction_explained"
            ),
        ]

    def __str__(self) -> str:
        return _("%(meeting)s 会議録") % {"meeting": self.meeting}

    def get_absolute_url(self) -> str:
        """Return the URL of this edition."""
        page = reverse("meetings:minutes", args=[self.meeting.organ.slug, self.meeting.number])
        return f"{page}?edition={self.edition}"

    @property
    def words_key(self) -> str:
        """Return a hash of what a member confirms: kind, who was there, and the text."""
        return hashlib.sha256("\n".join([self.kind, self.attendance, self.body]).encode()).hexdigest()

    @property
    def is_published(self) -> bool:
        """Return whether everybody reads it."""
        return self.published_at is not None
