"""議題: the items of a meeting's agenda, its papers, and the pages of the portal that were discussed."""

from typing import Any, Self

from django.core.validators import FileExtensionValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.models import Searchable, SearchQuerySet
from apps.core.textfields import TypedCharField, TypedTextField
from apps.meetings.models.meeting import Meeting


class AgendaItemQuerySet(SearchQuerySet["AgendaItem"]):
    """QuerySet of AgendaItem."""

    def public(self) -> Self:
        """Filter the items of public meetings; a closed one keeps its title."""
        return self.filter(meeting__in=Meeting.objects.public().order_by().values("pk"))


class AgendaItem(Searchable):
    """議題: what a meeting talks about. A closed one keeps its title and says by which clause and why it is closed."""

    search_fields = ("title", "outcome")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items", verbose_name=_("会議"))
    number = models.PositiveSmallIntegerField(_("番号"))
    title = TypedCharField(_("議題"), max_length=160)
    is_closed = models.BooleanField(_("非公開"), default=False)
    clause = TypedCharField(_("非公開の根拠"), max_length=120, blank=True, help_text=_("条例の条と号。"))
    reason = TypedCharField(_("非公開の理由"), max_length=200, blank=True)
    outcome = TypedTextField(
        _("結果"), max_length=1000, blank=True, help_text=_("会議のあとに書きます。公開されます。")
    )

    objects = AgendaItemQuerySet.as_manager()

    class Meta(Searchable.Meta):
        verbose_name = _("議題")
        verbose_name_plural = _("議題")
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"],
                name="agenda_number_once",
                violation_error_message=_("議題の番号が重なっています。"),
            ),
            models.CheckConstraint(condition=~Q(title=""), name="agenda_titled"),
            models.CheckConstraint(
                condition=Q(is_closed=False) | (~Q(clause="") & ~Q(reason="")),
                name="agenda_closed_explained",
                violation_error_message=_("非公開の議題には、根拠の条と理由を書いてください。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the URL of its place on the page of the meeting."""
        return f"{self.meeting.get_absolute_url()}#item-{self.number}"


class MeetingPaper(models.Model):
    """会議資料: a PDF of a meeting; as public as the meeting."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="papers", verbose_name=_("会議"))
    number = models.PositiveSmallIntegerField(_("番号"), help_text=_("資料1なら1。アドレスになります。"))
    title = TypedCharField(_("名称"), max_length=120)
    file = models.FileField(_("ファイル（PDF）"), upload_to="meetings/", validators=[FileExtensionValidator(["pdf"])])

    class Meta:
        verbose_name = _("会議資料")
        verbose_name_plural = _("会議資料")
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"],
                name="meeting_paper_number_once",
                violation_error_message=_("資料の番号が重なっています。"),
            ),
            models.CheckConstraint(condition=~Q(title=""), name="meeting_paper_titled"),
        ]

    def __str__(self) -> str:
        return self.title

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row, and its file once that is committed."""
        name, storage = str(self.file.name), self.file.storage
        transaction.on_commit(lambda: storage.delete(name), robust=True)
        return super().delete(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the URL at which those who may see the meeting get it."""
        return reverse("meetings:paper", args=[self.meeting.organ.slug, self.meeting.number, self.number])


class SubjectKind(models.TextChoices):
    """What of the portal a meeting may talk about, by the name in its URL."""

    DOCUMENT = "document", _("公開文書")
    CONSULTATION = "consultation", _("テーマ（意見募集）")
    TOPIC = "topic", _("論点")
    CASE = "case", _("パブリック・コメント")
    PROJECT = "project", _("協議会の取組")


class Subject(models.Model):
    """取り上げたページ: a page of the portal that a meeting talked about, by the key in its URL.

    Not a foreign key: public comments and projects are neighbours, of which this app knows the names of their pages alone
    (ADR 56). Whether the page is public is asked when it is shown, or by the page itself.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="subjects", verbose_name=_("会議"))
    item = models.ForeignKey(
        AgendaItem, models.SET_NULL, null=True, blank=True, related_name="subjects", verbose_name=_("議題"),
        help_text=_("議題を保存したあとで選べます。"),
    )  # fmt: skip
    kind = models.CharField(_("種類"), max_length=12, choices=SubjectKind.choices, editable=False)
    key = TypedCharField(_("アドレス名"), max_length=120, editable=False)
    title = TypedCharField(_("ページの題名"), max_length=120)

    class Meta:
        verbose_name = _("取り上げたページ")
        verbose_name_plural = _("取り上げたページ")
        ordering = ["pk"]
        indexes = [models.Index(fields=["kind", "key"], name="subject_by_page")]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "kind", "key"],
                name="subject_once",
                violation_error_message=_("同じページが、すでにあります。"),
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(key=""), name="subject_said"),
        ]

    def __str__(self) -> str:
        return self.title
