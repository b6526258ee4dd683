"""会議: one meeting of a body, from its preparation to the minutes, and what was changed after its notice."""

from datetime import date, datetime, time, timedelta
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.date_formats import wareki
from apps.core.fiscal import fiscal_year
from apps.core.modelfields import PastDateTimeField
from apps.core.models import Timestamped
from apps.core.textfields import TypedCharField, TypedTextField
from apps.meetings.models.organ import Organ


def midnight(day: date) -> datetime:
    """Return the moment at which a day begins in Chofu."""
    return timezone.make_aware(datetime.combine(day, time.min))


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """QuerySet of Meeting."""

    def public(self) -> Self:
        """Filter announced meetings of public bodies; one that was called off stays."""
        return self.filter(announced_at__isnull=False, organ__is_public=True)

    def manageable_by(self, user: User) -> Self:
        """Filter the meetings of the bodies that the user runs."""
        return self.filter(organ__in=Organ.objects.manageable_by(user).order_by().values("pk"))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter public meetings, and those of the bodies that the user runs."""
        if not user.is_staff:
            return self.public()
        own = Meeting.objects.manageable_by(user).order_by().values("pk")
        return self.filter(Q(announced_at__isnull=False, organ__is_public=True) | Q(pk__in=own))

    def for_lists(self) -> Self:
        """Join the body and prefetch the agenda, from which its openness follows."""
        return self.select_related("organ__department").prefetch_related("items")

    def in_order(self) -> Self:
        """Order by their days, the next one first."""
        return self.order_by("starts_at", "pk")

    def about(self, kind: str, key: str) -> Self:
        """Filter the meetings that talked about a page of the portal."""
        return self.filter(subjects__kind=kind, subjects__key=key)

    def late_notices(self) -> Self:
        """Filter meetings that were announced later than the rule of that day says, the newest first."""
        return self.filter(lead_days__lt=F("notice_days")).order_by("-starts_at", "-pk")

    def without_minutes(self) -> Self:
        """Filter meetings of before today that wait for minutes with a last day, the oldest first."""
        waiting = self.past().filter(
            announced_at__isnull=False, outcome="", minutes_at=None, minutes_days__isnull=False
        )
        return waiting.order_by("starts_at", "pk")

    def with_minutes_due(self) -> Self:
        """Annotate `minutes_due_day`: the last day on which the minutes are in time; None where no rule names days."""
        due = ExpressionWrapper(TruncDate("starts_at") + F("minutes_days"), output_field=models.DateField())
        return self.annotate(minutes_due_day=due)

    def of_organ(self, organ: Organ | None) -> Self:
        """Filter the meetings of a body; all of them without one."""
        return self.filter(organ=organ) if organ else self

    def in_fiscal_year(self, year: int | None) -> Self:
        """Filter the meetings of a fiscal year (April to March); all of them without one."""
        if not year:
            return self
        return self.between(date(year, 4, 1), date(year + 1, 4, 1))

    def between(self, first: date, end: date) -> Self:
        """Filter the meetings that begin from the first day on and before `end`."""
        return self.filter(starts_at__gte=midnight(first), starts_at__lt=midnight(end))

    def coming(self) -> Self:
        """Filter meetings of today and later."""
        return self.filter(starts_at__gte=midnight(timezone.localdate()))

    def past(self) -> Self:
        """Filter meetings of before today."""
        return self.filter(starts_at__lt=midnight(timezone.localdate()))

    def years(self) -> list[int]:
        """Return the fiscal years of these meetings, the newest first."""
        days = self.order_by().values_list("starts_at", flat=True)
        return sorted({fiscal_year(timezone.localdate(moment)) for moment in days}, reverse=True)


class Meeting(Timestamped):
    """会議: prepared by the department, public from its notice (公告) on.

    What was announced stays readable: a later change is a `NoticeChange` beside it. The rule's name and days are those of
    the day of the notice.
    """

    class Form(models.TextChoices):
        """How the members come together."""

        ROOM = "room", gettext_lazy("会場")
        HYBRID = "hybrid", gettext_lazy("会場とオンライン")
        ONLINE = "online", gettext_lazy("オンライン")
        WRITTEN = "written", gettext_lazy("書面開催")

    class Outcome(models.TextChoices):
        """What became of an announced meeting that did not take place as announced."""

        POSTPONED = "postponed", gettext_lazy("延期")
        CANCELLED = "cancelled", gettext_lazy("中止")

    organ = models.ForeignKey(Organ, models.PROTECT, related_name="meetings", verbose_name=gettext_lazy("会議体"))
    number = models.PositiveIntegerField(
        gettext_lazy("通し番号"), help_text=gettext_lazy("会議体の中で重ならない番号。アドレスになります。")
    )
    name = TypedCharField(
        gettext_lazy("回の名称"), max_length=60, blank=True,
        help_text=gettext_lazy("例：令和8年度第2回。空のときは「第○回」と出ます。"),
    )  # fmt: skip
    starts_at = models.DateTimeField(gettext_lazy("開始"))
    ends_at = models.DateTimeField(gettext_lazy("終了の予定"), null=True, blank=True)
    form = models.CharField(gettext_lazy("会議の形"), max_length=10, choices=Form.choices, default=Form.ROOM)
    place = TypedCharField(gettext_lazy("会場"), max_length=120, blank=True)
    online_url = models.URLField(gettext_lazy("オンライン傍聴のアドレス"), blank=True)
    capacity = models.PositiveSmallIntegerField(
        gettext_lazy("傍聴の定員"), null=True, blank=True, help_text=gettext_lazy("人数。定員がないときは空にします。")
    )
    attend_how = TypedTextField(
        gettext_lazy("傍聴のしかた"), max_length=600, blank=True,
        help_text=gettext_lazy("受付の時間と場所、申込み、撮影のことなど。"),
    )  # fmt: skip
    listeners = models.PositiveSmallIntegerField(gettext_lazy("傍聴した人の数"), null=True, blank=True)
    late_reason = TypedTextField(
        gettext_lazy("公告が遅くなった理由"), max_length=400, blank=True,
        help_text=gettext_lazy("決まりの日数より遅く公告するときに書きます。公開されます。"),
    )  # fmt: skip
    outcome = models.CharField(
        gettext_lazy("延期・中止"), max_length=10, choices=Outcome.choices, blank=True, editable=False
    )
    announced_at = PastDateTimeField(gettext_lazy("公告した日時"), null=True, blank=True, editable=False)
    lead_days = models.SmallIntegerField(
        gettext_lazy("開催の何日前に公告したか"), null=True, blank=True, editable=False
    )
    rule_name = TypedCharField(gettext_lazy("公告のときの決まり"), max_length=120, blank=True, editable=False)
    notice_days = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    minutes_days = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    minutes_at = PastDateTimeField(gettext_lazy("会議録を公表した日時"), null=True, blank=True, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("会議")
        verbose_name_plural = gettext_lazy("会議")
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["starts_at", "id"], name="meeting_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["organ", "number"],
                name="meeting_number_once",
                violation_error_message=gettext_lazy("この会議体に、同じ通し番号の会議があります。"),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="meeting_number_from_one",
                violation_error_message=gettext_lazy("通し番号は、1以上の数にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="meeting_ends_after_start",
                violation_error_message=gettext_lazy("終了の予定は、開始より後にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(announced_at=None) | Q(lead_days__isnull=False), name="meeting_announced_with_lead"
            ),
            models.CheckConstraint(
                condition=Q(announced_at=None)
                | Q(notice_days=None)
                | Q(lead_days__gte=F("notice_days"))
                | ~Q(late_reason=""),
                name="meeting_late_notice_explained",
                violation_error_message=gettext_lazy("決まりの日数より遅い公告には、理由を書いてください。"),
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(announced_at__isnull=False), name="meeting_outcome_after_notice"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organ.name} {self.name_shown}"

    def get_absolute_url(self) -> str:
        """Return the URL of its page."""
        return reverse("meetings:meeting", args=[self.organ.slug, self.number])

    @property
    def name_shown(self) -> str:
        """Return which meeting it is: 令和8年度第2回, or 第12回 by its number."""
        return self.name or _("第%(n)d回") % {"n": self.number}

    @property
    def day(self) -> date:
        """Return the day of the meeting in Chofu."""
        return timezone.localdate(self.starts_at)

    @property
    def when_shown(self) -> str:
        """Return day and time as the notice says them: 令和8年12月10日（木）14:00〜16:00."""
        begins = timezone.localtime(self.starts_at)
        if self.ends_at is None:
            return f"{wareki(begins)} {begins:%H:%M}〜"
        ends = timezone.localtime(self.ends_at)
        last = f"{ends:%H:%M}" if ends.date() == begins.date() else f"{wareki(ends)} {ends:%H:%M}"
        return f"{wareki(begins)} {begins:%H:%M}〜{last}"

    @property
    def over_at(self) -> datetime:
        """Return the moment from which it counts as held: its planned end, else the end of its day."""
        return self.ends_at or midnight(self.day + timedelta(days=1))

    @property
    def state(self) -> str:
        """Return draft, announced, held, minutes, published, or the outcome (postponed, cancelled).

        In words: 予定, 公告, 開催, 会議録作成中, 公表, 延期, 中止. The clock moves it on from the notice.
        """
        if self.announced_at is None:
            return "draft"
        if self.outcome:
            return self.outcome
        if self.has_minutes:
            return "published"
        if timezone.now() >= self.over_at:
            return "minutes"
        return "held" if self.day <= timezone.localdate() else "announced"

    @property
    def state_shown(self) -> str:
        """Return the state in words; a meeting in writing (書面開催) says so on its days."""
        words = {
            "draft": _("準備中"), "announced": _("開催予定"), "held": _("本日開催"), "minutes": _("会議録作成中"),
            "published": _("会議録あり"), "postponed": _("延期"), "cancelled": _("中止"),
        }  # fmt: skip
        if self.form == self.Form.WRITTEN and self.state in {"announced", "held"}:
            return _("書面開催")
        return words[self.state]

    @property
    def badge(self) -> str:
        """Return the kind of badge that its state has."""
        kinds = {
            "announced": "upcoming", "held": "open", "minutes": "counting", "published": "answered", "postponed": "late",
            "cancelled": "late",
        }  # fmt: skip
        return kinds.get(self.state, self.state)

    @property
    def has_minutes(self) -> bool:
        """Return whether minutes are public."""
        return self.minutes_at is not None

    @property
    def openness(self) -> str:
        """Return open, partly or closed, by the items of its agenda; empty without any."""
        closed = [item.is_closed for item in self.items.all()]
        if not closed:
            return ""
        return "closed" if all(closed) else "partly" if any(closed) else "open"

    @property
    def openness_shown(self) -> str:
        """Return the openness in words."""
        words = {"": "", "open": _("公開"), "partly": _("一部公開"), "closed": _("非公開")}
        return words[self.openness]

    @property
    def is_notice_late(self) -> bool:
        """Return whether it was announced later than the rule of that day says."""
        return self.lead_days is not None and self.notice_days is not None and self.lead_days < self.notice_days

    @property
    def minutes_due_on(self) -> date | None:
        """Return the last day on which the minutes are in time; None where no rule names a number of days."""
        return None if self.minutes_days is None else self.day + timedelta(days=self.minutes_days)

    @property
    def are_minutes_late(self) -> bool:
        """Return whether the minutes are not public although their day has passed."""
        due = self.minutes_due_on
        return self.state == "minutes" and due is not None and due < timezone.localdate()

    def note_lead(self, days: int, reason: str) -> None:
        """Set how many days before the new day it was announced, without saving; a late one says why the day was changed."""
        self.lead_days = days
        self.late_reason = reason.strip() if self.is_notice_late else ""

    def get_for_update(self) -> "Meeting":
        """Return the row as it is now, locked until the transaction ends (SELECT … FOR UPDATE)."""
        locked = Meeting.objects.select_for_update(of=("self",))
        return locked.select_related("organ__department", "organ__rule").get(pk=self.pk)


class NoticeChange(models.Model):
    """公告のあとの変更: what the notice said, what holds now, and why. The database refuses to change or delete it."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="changes", verbose_name=gettext_lazy("会議"))
    changed_at = PastDateTimeField(gettext_lazy("変更した日時"), default=timezone.now)
    what = TypedCharField(gettext_lazy("変わったこと"), max_length=40)
    before = TypedTextField(gettext_lazy("変更前"), max_length=8000, blank=True)
    after = TypedTextField(gettext_lazy("変更後"), max_length=8000, blank=True)
    reason = TypedTextField(gettext_lazy("理由"), max_length=400)

    class Meta:
        verbose_name = gettext_lazy("公告のあとの変更")
        verbose_name_plural = gettext_lazy("公告のあとの変更")
        ordering = ["changed_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="notice_change_explained")]

    def __str__(self) -> str:
        return self.what

    @property
    def what_shown(self) -> str:
        """Return the name of the fact in the reader's language; it is stored in Japanese."""
        return _(self.what)
