"""案件: a draft on which the city asks for opinions, from its announcement to the result, and its related papers."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import FileExtensionValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Department, Role, User
from apps.core.announced_period import AnnouncedPeriodMixin
from apps.core.date_formats import wareki
from apps.core.exceptions import ActionRefused
from apps.core.modelfields import PastDateTimeField
from apps.core.models import Searchable, SearchQuerySet, Timestamped
from apps.core.textfields import TypedCharField, TypedTextField
from apps.documents.models import DocumentVersion
from apps.public_comments.models.vocabulary import Eligibility

USUAL_DAYS = 30  # from so many days on, the first and the last one counted, a period needs no reason


class PublicCommentCaseQuerySet(SearchQuerySet["Case"]):
    """QuerySet of Case."""

    def public(self) -> Self:
        """Filter announced cases: before they open, while they are open, and for ever after."""
        return self.filter(announced_at__isnull=False)

    def manageable_by(self, user: User) -> Self:
        """Filter the cases that the user runs: all for the secretariat, else those of the own departments."""
        return self.all() if user.has_role(Role.SECRETARIAT) else self.filter(department__in=user.department_ids())

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter announced cases, and drafts for who runs them."""
        if not user.is_staff:
            return self.public()
        return self.filter(Q(announced_at__isnull=False) | Q(pk__in=Case.objects.manageable_by(user).values("pk")))

    def of_departments(self, ids: Iterable[int]) -> Self:
        """Filter those of these departments."""
        return self.filter(department__in=ids)

    def taking_opinions(self) -> Self:
        """Filter announced cases whose period has not ended."""
        return self.public().filter(closes_on__gte=timezone.localdate())

    def awaiting_result(self) -> Self:
        """Filter cases that have closed and whose result is not published."""
        return self.public().filter(closes_on__lt=timezone.localdate(), answered_at=None)

    def handed_in(self) -> Self:
        """Filter cases whose result was handed in and waits for another person to publish it."""
        closed = self.public().filter(
            closes_on__lt=timezone.localdate()
        )  # published ones too: corrections are handed in
        return closed.exclude(handed_in_at=None)

    def for_lists(self) -> Self:
        """Join draft and department; the case that opened last comes first."""
        return self.select_related("version__document", "version__stage", "department").order_by("-opens_on", "-pk")

    def count_work(self, user: User) -> dict[str, int]:
        """Return how many wait for their result (`closed`) and for this person's publication (`handed_in`), in one statement."""
        closed = Q(announced_at__isnull=False, closes_on__lt=timezone.localdate(), answered_at=None)
        handed_in = Q(handed_in_at__isnull=False) & (Q(handed_in_by=None) | ~Q(handed_in_by=user))
        return self.order_by().aggregate(
            closed=models.Count("pk", filter=closed), handed_in=models.Count("pk", filter=handed_in)
        )

    def to_forget_senders(self, day: date) -> Self:
        """Filter cases whose names and addresses are to be deleted by this day, and still have some."""
        return self.filter(delete_senders_on__lte=day, opinions__sender__isnull=False).distinct()

    def get_by_natural_key(self, slug: str) -> "Case":
        """Return the case that a fixture names by its slug."""
        return self.get(slug=slug)


class Case(AnnouncedPeriodMixin, Timestamped, Searchable):
    """案件: a version of a document on which the city asks for opinions, by the ordinance on public comments.

    It is public from its announcement on. Whether it is open is decided by the calendar: the last day counts to its end.
    """

    state_words = {
        "draft": gettext_lazy("準備中"), "upcoming": gettext_lazy("予告"), "open": gettext_lazy("募集中"),
        "closed": gettext_lazy("検討中"),
        "answered": gettext_lazy("結果公表"),
    }  # fmt: skip

    search_fields = ("title", "summary")

    class PostRule(models.TextChoices):
        """Which letters came in time."""

        RECEIVED = "received", gettext_lazy("必着（締切日までに届いたもの）")
        POSTMARKED = "postmarked", gettext_lazy("消印有効（締切日までの消印のもの）")

    title = TypedCharField(gettext_lazy("題名"), max_length=120)
    slug = models.SlugField(
        gettext_lazy("アドレス名"),
        unique=True,
        help_text=gettext_lazy("英小文字・数字・ハイフン。予告のあとは変えられません。"),
    )
    version = models.ForeignKey(
        DocumentVersion, models.PROTECT, related_name="public_comments", verbose_name=gettext_lazy("意見を求める案")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="public_comments", verbose_name=gettext_lazy("所管課")
    )
    summary = TypedTextField(
        gettext_lazy("趣旨・目的・背景"),
        max_length=2000,
        help_text=gettext_lazy("何を決めるための案かを書いてください。"),
    )
    eligible = models.ManyToManyField(
        Eligibility, related_name="cases", verbose_name=gettext_lazy("意見を提出できる人"), blank=True
    )
    opens_on = models.DateField(gettext_lazy("募集の初日"))
    closes_on = models.DateField(
        gettext_lazy("募集の最終日"), help_text=gettext_lazy("この日の終わりまで受け付けます。")
    )
    short_reason = TypedTextField(
        gettext_lazy("30日より短くする理由"), max_length=400, blank=True,
        help_text=gettext_lazy("初日と最終日を含めて30日より短いときに書きます。案件のページで公開されます。"),
    )  # fmt: skip
    post_rule = models.CharField(
        gettext_lazy("郵送の締切"), max_length=10, choices=PostRule.choices, default=PostRule.RECEIVED
    )
    send_to = TypedTextField(
        gettext_lazy("郵送・FAX・メール・窓口の提出先"), max_length=1000, blank=True,
        help_text=gettext_lazy("あて先、番号、窓口の時間など。案件のページで公開されます。"),
    )  # fmt: skip
    places = TypedTextField(gettext_lazy("案を閲覧できる場所"), max_length=1000, blank=True)
    result_due_on = models.DateField(gettext_lazy("結果を公表する予定日"), null=True, blank=True)
    delete_senders_on = models.DateField(
        gettext_lazy("氏名と住所を消す日"), null=True, blank=True,
        help_text=gettext_lazy("この日に、意見を出した人の氏名・住所などを自動で消します。"),
    )  # fmt: skip
    announced_at = PastDateTimeField(gettext_lazy("予告した日時"), null=True, blank=True, editable=False)
    answered_at = PastDateTimeField(gettext_lazy("結果を公表した日時"), null=True, blank=True, editable=False)
    handed_in_at = PastDateTimeField(gettext_lazy("結果の案を提出した日時"), null=True, blank=True, editable=False)
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=gettext_lazy("結果の案を提出した職員"),
    )  # fmt: skip

    objects = PublicCommentCaseQuerySet.as_manager()

    class Meta(Searchable.Meta):
        verbose_name = gettext_lazy("パブリック・コメントの案件")
        verbose_name_plural = gettext_lazy("パブリック・コメントの案件")
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="case_period",
                violation_error_message=gettext_lazy("募集の最終日は、初日以後の日にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on") + timedelta(days=USUAL_DAYS - 1)) | ~Q(short_reason=""),
                name="case_short_period_explained",
                violation_error_message=gettext_lazy(
                    "募集の期間が30日より短いときは、その理由を書いてください（初日と最終日を含めて数えます）。"
                ),
            ),
            models.CheckConstraint(
                condition=Q(result_due_on=None) | Q(result_due_on__gt=F("closes_on")),
                name="case_result_after_period",
                violation_error_message=gettext_lazy("結果を公表する予定日は、募集の最終日より後にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(delete_senders_on=None)
                | (
                    Q(delete_senders_on__gt=F("closes_on"))
                    & (Q(result_due_on=None) | Q(delete_senders_on__gt=F("result_due_on")))
                ),
                name="case_senders_deleted_late_enough",
                violation_error_message=gettext_lazy(
                    "氏名と住所を消す日は、結果を公表する予定日より後にしてください。"
                ),
            ),
            models.CheckConstraint(
                condition=Q(announced_at=None)
                | (Q(result_due_on__isnull=False, delete_senders_on__isnull=False) & ~Q(send_to="")),
                name="case_announced_whole",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(announced_at__isnull=False), name="case_answered_after_announcement"
            ),
            models.CheckConstraint(
                condition=~Q(slug="receipt"),
                name="case_slug_free",
                violation_error_message=gettext_lazy("このアドレス名は、別のページで使っています。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        """Return its slug."""
        return (self.slug,)

    def get_absolute_url(self) -> str:
        """Return the URL of its page."""
        return reverse("public_comments:case", args=[self.slug])

    @property
    def days(self) -> int:
        """Return the length of the period in days, the first and the last one counted."""
        return (self.closes_on - self.opens_on).days + 1

    @property
    def is_announced(self) -> bool:
        """Return whether it stands in public."""
        return self.announced_at is not None

    @property
    def has_result(self) -> bool:
        """Return whether its result was published."""
        return self.answered_at is not None

    @property
    def is_result_late(self) -> bool:
        """Return whether the promised day of the result has passed without one."""
        due = self.result_due_on
        return self.state == "closed" and due is not None and due < timezone.localdate()

    def require_open(self) -> None:
        """Raise ActionRefused, with what comes next, unless opinions are taken today."""
        if self.state in {"draft", "upcoming"}:
            raise ActionRefused(_("意見の募集は%(day)sに始まります。") % {"day": wareki(self.opens_on)})
        if self.state == "answered":
            raise ActionRefused(_("意見の募集は終わり、結果を公表しました。結果のページをご覧ください。"))
        if self.state == "closed":
            raise ActionRefused(
                _("意見の募集は%(day)sに終わりました。いただいた意見は、結果とあわせて公表します。")
                % {"day": wareki(self.closes_on)}
            )

    def require_closed(self) -> None:
        """Raise ActionRefused while opinions may still come, be corrected or be withdrawn."""
        if self.state in {"draft", "upcoming", "open"}:
            raise ActionRefused(_("意見の募集が終わってから行ってください。"))

    def take_back_result(self) -> None:
        """Note that what was handed in for publication changes: it has to be handed in again. The case must be locked."""
        if self.handed_in_at is not None:
            self.handed_in_at, self.handed_in_by = None, None
            self.save(update_fields=["handed_in_at", "handed_in_by", "updated_at"])

    def get_for_update(self) -> "Case":
        """Return the row as it is now, locked until the transaction ends (SELECT … FOR UPDATE)."""
        locked = Case.objects.select_for_update(of=("self",))
        return locked.select_related("version__document", "version__stage", "department").get(pk=self.pk)


class CasePaper(models.Model):
    """関連資料: a paper (PDF) that belongs to a case; as public as the case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="papers", verbose_name=gettext_lazy("案件"))
    title = TypedCharField(gettext_lazy("名称"), max_length=120)
    file = models.FileField(
        gettext_lazy("ファイル（PDF）"), upload_to="public_comments/", validators=[FileExtensionValidator(["pdf"])]
    )
    order = models.PositiveSmallIntegerField(gettext_lazy("並び順"), default=10)

    class Meta:
        verbose_name = gettext_lazy("関連資料")
        verbose_name_plural = gettext_lazy("関連資料")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row, and its file once that is committed."""
        name, storage = str(self.file.name), self.file.storage
        transaction.on_commit(lambda: storage.delete(name), robust=True)
        return super().delete(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the URL at which those who may see the case get it."""
        return reverse("public_comments:paper", args=[self.case.slug, self.pk])
