"""市の考え方: the points cut from opinions, and the groups of them that the city answers."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, F, Min, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.models import Timestamped
from apps.core.textfields import TypedCharField, TypedTextField
from apps.documents.models import Section
from apps.public_comments.models.case import Case
from apps.public_comments.models.opinion import BODY_MOST, Opinion, OpinionPart, State
from apps.public_comments.models.vocabulary import ViewKind


class CityViewQuerySet(models.QuerySet["CityView"]):
    """QuerySet of CityView. None is public by itself: everybody reads the frozen edition of the result."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter the views of the cases that the user runs and those that the own departments shall write; else none."""
        if not user.is_staff:
            return self.none()
        run = Q(case__in=Case.objects.manageable_by(user).order_by().values("pk"))
        asked = self.model.objects.filter(assignments__department__in=user.department_ids()).order_by().values("pk")
        return self.filter(run | Q(pk__in=asked))

    def given_to(self, departments: set[int]) -> Self:
        """Filter views that one of these departments shall write or has written."""
        given = self.model.objects.filter(assignments__department__in=departments)
        return self.filter(pk__in=given.order_by().values("pk"))

    def waiting_for(self, departments: set[int] | None) -> Self:
        """Filter views that one of these departments, or any for None, shall still write."""
        rows = self.model.objects.filter(assignments__isnull=False, assignments__done_at=None)
        rows = rows if departments is None else self.model.objects.filter(
            assignments__done_at=None, assignments__department__in=departments
        )  # fmt: skip
        return self.filter(pk__in=rows.order_by().values("pk"))

    def with_own_due(self, departments: set[int]) -> Self:
        """Annotate `own_due_on`: the day by which one of these departments shall write it; None where none still shall."""
        own = self.model.objects.filter(
            pk=OuterRef("pk"), assignments__done_at=None, assignments__department__in=departments
        )
        return self.annotate(
            own_due_on=Subquery(own.order_by().values("pk").annotate(n=Min("assignments__due_on")).values("n"))
        )

    def late(self) -> Self:
        """Filter views that a department shall have written by a day that has passed."""
        late = Q(assignments__done_at=None, assignments__due_on__lt=timezone.localdate())
        return self.filter(pk__in=self.model.objects.filter(late).order_by().values("pk"))

    def holding(self, opinion: Opinion) -> Self:
        """Filter views that answer a point of this opinion as its sender wants it now."""
        points = OpinionPoint.objects.filter(part__in=OpinionPart.objects.current().filter(opinion=opinion))
        return self.filter(pk__in=points.exclude(view=None).order_by().values("view"))

    def in_order(self) -> Self:
        """Order as the table stands: by section as in the draft, the whole draft first; then by number."""
        changed = ("changed_section__version__document", "changed_section__version__stage")
        joined = self.select_related("case__department", "kind", "section", *changed)
        return joined.order_by(F("section__order").asc(nulls_first=True), "number", "pk")

    def with_counts(self) -> Self:
        """Annotate `point_count` and `opinion_count`, of accepted opinions."""
        counted = Q(points__part__opinion__state=State.ACCEPTED)
        return self.annotate(
            point_count=Count("points", filter=counted, distinct=True),
            opinion_count=Count("points__part__opinion", filter=counted, distinct=True),
        )


class CityView(Timestamped):
    """市の考え方: one answer to a group of points, with 意見の概要 in the city's words and what becomes of it."""

    point_count: int  # of rows read `with_counts`
    opinion_count: int
    is_run_by_reader = False  # set by its page

    case = models.ForeignKey(Case, models.PROTECT, related_name="views", verbose_name=_("案件"))
    number = models.PositiveSmallIntegerField(_("番号"), editable=False)
    section = models.ForeignKey(
        Section, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("案の節"),
        help_text=_("空のときは、案の全体への意見として並びます。"),
    )  # fmt: skip
    summary = TypedTextField(
        _("意見の概要"),
        max_length=1000,
        help_text=_("公開されます。氏名など、だれの意見かがわかることは書かないでください。"),
    )
    kind = models.ForeignKey(
        ViewKind, models.PROTECT, null=True, blank=True, related_name="views", verbose_name=_("反映区分")
    )
    text = TypedTextField(_("市の考え方"), max_length=BODY_MOST, blank=True)
    changed_section = models.ForeignKey(
        Section, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("変えた節"),
        help_text=_("案を変えたときに、変えたあとの版の節を選びます。"),
    )  # fmt: skip
    edition = models.PositiveIntegerField(default=0, editable=False)  # counts savings, for the optimistic lock
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("書いた職員"),
    )  # fmt: skip

    objects = CityViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("市の考え方")
        verbose_name_plural = _("市の考え方")
        ordering = ["case", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="city_view_number_once"),
            models.CheckConstraint(condition=~Q(summary=""), name="city_view_summed_up"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.summary[:40]}"

    @property
    def agreed_words(self) -> tuple[str, str, int | None]:
        """Return what a department agrees to when it says that it is done: summary, text and kind."""
        return self.summary, self.text, self.kind_id


class OpinionPointQuerySet(models.QuerySet["OpinionPoint"]):
    """QuerySet of OpinionPoint."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter the points of the opinions that the user may read."""
        return self.filter(part__opinion__in=Opinion.objects.visible_to(user).order_by().values("pk"))

    def of_case(self, case: Case) -> Self:
        """Filter the points of accepted opinions to a case."""
        return self.filter(part__opinion__case=case, part__opinion__state=State.ACCEPTED)

    def open(self) -> Self:
        """Filter those that are in no group and not left out."""
        return self.filter(view=None, out_of_scope="")


class OpinionPoint(models.Model):
    """意見の要点: a passage of an opinion, in exactly one group that the city answers, or left out with a reason."""

    part = models.ForeignKey(OpinionPart, models.CASCADE, related_name="points", verbose_name=_("意見の部分"))
    quote = TypedTextField(_("意見からの抜き出し"), max_length=BODY_MOST)
    view = models.ForeignKey(
        CityView, models.SET_NULL, null=True, blank=True, related_name="points", verbose_name=_("市の考え方")
    )
    out_of_scope = TypedCharField(_("答えない理由"), max_length=120, blank=True)

    objects = OpinionPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("意見の要点")
        verbose_name_plural = _("意見の要点")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "part", models.functions.MD5("quote"), name="opinion_point_once",
                violation_error_message=_("同じ要点がすでにあります。"),
            ),
            models.CheckConstraint(condition=~Q(quote=""), name="opinion_point_not_empty"),
            models.CheckConstraint(condition=Q(view=None) | Q(out_of_scope=""), name="opinion_point_in_one_place"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.quote[:40]

    @property
    def case(self) -> Case:
        """Return the case of its opinion."""
        return self.part.opinion.case
