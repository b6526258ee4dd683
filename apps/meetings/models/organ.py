"""会議体: a body that advises the city, its members from day to day, and the rule about its days."""

from datetime import date
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department, Role, User
from apps.core.models import Searchable, SearchQuerySet, Timestamped
from apps.core.textfields import TypedCharField, TypedTextField


class DayRule(models.Model):
    """日数の決まり: how many days before a meeting it is announced, how many after it the minutes are public.

    The name says where that is written (条例, 要綱). An empty number: that rule says nothing about it.
    """

    name = TypedCharField(
        _("決まりの名称"),
        max_length=120,
        unique=True,
        help_text=_("条例や要綱の名前と条。会議のページで公開されます。"),
    )
    notice_days = models.PositiveSmallIntegerField(
        _("開催の何日前までに公告するか"), null=True, blank=True, help_text=_("決まりがないときは、空にします。")
    )
    minutes_days = models.PositiveSmallIntegerField(
        _("開催から何日以内に会議録を公表するか"),
        null=True,
        blank=True,
        help_text=_("決まりがないときは、空にします。"),
    )

    class Meta:
        verbose_name = _("日数の決まり")
        verbose_name_plural = _("日数の決まり")
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="day_rule_named")]

    def __str__(self) -> str:
        return self.name


class OrganQuerySet(SearchQuerySet["Organ"]):
    """QuerySet of Organ."""

    def public(self) -> Self:
        """Filter the bodies that staff have made public."""
        return self.filter(is_public=True)

    def manageable_by(self, user: User) -> Self:
        """Filter the bodies that the user runs: all for the secretariat, else those of the own departments."""
        return self.all() if user.has_role(Role.SECRETARIAT) else self.filter(department__in=user.department_ids())

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter public bodies, and those that the user runs."""
        if not user.is_staff:
            return self.public()
        return self.filter(Q(is_public=True) | Q(pk__in=Organ.objects.manageable_by(user).order_by().values("pk")))

    def for_lists(self) -> Self:
        """Join the department; bodies that were dissolved come last."""
        joined = self.select_related("department", "rule").defer("search_text", "search_bigrams")
        return joined.order_by(F("abolished_on").desc(nulls_first=True), "name", "pk")

    def with_counts(self) -> Self:
        """Annotate `meeting_count`: its announced meetings."""
        return self.annotate(meeting_count=Count("meetings", filter=Q(meetings__announced_at__isnull=False)))

    def get_by_natural_key(self, slug: str) -> "Organ":
        """Return the body that a fixture names by its slug."""
        return self.get(slug=slug)


class Organ(Timestamped, Searchable):
    """会議体: a 附属機関 or a body like it. Public once staff say so; its address stays when it is dissolved."""

    meeting_count: int  # of rows read `with_counts`

    class Kind(models.TextChoices):
        """By what it was set up."""

        STATUTORY = "statutory", _("附属機関（条例による）")
        SIMILAR = "similar", _("附属機関に準ずる会議（要綱などによる）")

    search_fields = ("name", "purpose")

    name = TypedCharField(_("名称"), max_length=80, unique=True)
    slug = models.SlugField(
        _("アドレス名"), unique=True, help_text=_("英小文字・数字・ハイフン。公開したあとは変えられません。")
    )
    kind = models.CharField(_("区分"), max_length=10, choices=Kind.choices, default=Kind.STATUTORY)
    basis = TypedCharField(_("設置の根拠"), max_length=120, blank=True, help_text=_("条例・要綱の名前。"))
    purpose = TypedTextField(_("何を話し合うか"), max_length=1000)
    department = models.ForeignKey(Department, models.PROTECT, related_name="organs", verbose_name=_("所管課"))
    rule = models.ForeignKey(
        DayRule, models.PROTECT, null=True, blank=True, related_name="organs", verbose_name=_("日数の決まり")
    )
    handles_cases = models.BooleanField(
        _("個別の案件を審査する"), default=False,
        help_text=_("審査会など。会議体のページに出ます。"),
    )  # fmt: skip
    attend_how = TypedTextField(
        _("傍聴のしかた"), max_length=600, blank=True, help_text=_("新しい会議に、はじめから入ります。")
    )
    contact = TypedTextField(_("問い合わせ先"), max_length=400, help_text=_("課の名前と電話番号など。公開されます。"))
    established_on = models.DateField(_("設置した日"), null=True, blank=True)
    abolished_on = models.DateField(_("廃止した日"), null=True, blank=True)
    is_public = models.BooleanField(_("公開する"), default=False)

    objects = OrganQuerySet.as_manager()

    class Meta(Searchable.Meta):
        verbose_name = _("会議体")
        verbose_name_plural = _("会議体")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug__in=["calendar", "about", "organs", "confirm"]),
                name="organ_slug_free",
                violation_error_message=_("このアドレス名は、別のページで使っています。"),
            ),
            models.CheckConstraint(
                condition=Q(established_on=None) | Q(abolished_on=None) | Q(abolished_on__gte=F("established_on")),
                name="organ_days",
                violation_error_message=_("廃止した日は、設置した日以後の日にしてください。"),
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(purpose="") & ~Q(contact=""), name="organ_said"),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        """Return its slug."""
        return (self.slug,)

    def get_absolute_url(self) -> str:
        """Return the URL of its page."""
        return reverse("meetings:organ", args=[self.slug])


class SeatQuerySet(models.QuerySet["Seat"]):
    """QuerySet of Seat. As public as the body."""

    def on_day(self, day: date) -> Self:
        """Filter who was a member on this day, in the order of the list."""
        return self.filter(Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gte=day))).order_by("order", "pk")


class Seat(models.Model):
    """委員: somebody's term in a body, as the list of members (名簿) gives it; nothing else about the person."""

    organ = models.ForeignKey(Organ, models.CASCADE, related_name="seats", verbose_name=_("会議体"))
    name = TypedCharField(_("氏名"), max_length=60, help_text=_("名簿のとおり。住所や連絡先は書かないでください。"))
    category = TypedCharField(_("委員の区分"), max_length=60, help_text=_("学識経験者、団体の代表など。"))
    role = TypedCharField(_("役職"), max_length=40, blank=True, help_text=_("会長、副会長など。"))
    is_public_call = models.BooleanField(_("公募の委員"), default=False)
    starts_on = models.DateField(_("任期の初日"))
    ends_on = models.DateField(_("任期の最終日"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("並び順"), default=10)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("委員")
        verbose_name_plural = _("委員")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(category=""), name="seat_said"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="seat_term",
                violation_error_message=_("任期の最終日は、初日以後の日にしてください。"),
            ),
            models.UniqueConstraint(
                fields=["organ", "name", "starts_on"],
                name="seat_once",
                violation_error_message=_("同じ人の同じ任期が、すでにあります。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
