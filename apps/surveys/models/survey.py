"""アンケート: what is asked of whom and when, from its preparation to the published result."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
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
from apps.core.models import Timestamped
from apps.core.textfields import TypedCharField, TypedTextField

if TYPE_CHECKING:
    from apps.surveys.models.draw import Draw
    from apps.surveys.models.question import SurveyQuestion


class SurveyQuerySet(models.QuerySet["Survey"]):
    """QuerySet of Survey."""

    def public(self) -> Self:
        """Filter surveys that were opened to residents: before their first day, while they run, and for ever after."""
        return self.filter(opened_at__isnull=False)

    def manageable_by(self, user: User) -> Self:
        """Filter the surveys that the user runs: all for the secretariat, else those of the own departments."""
        return self.all() if user.has_role(Role.SECRETARIAT) else self.filter(department__in=user.department_ids())

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter public surveys, and drafts for who runs them."""
        if not user.is_staff:
            return self.public()
        return self.filter(Q(opened_at__isnull=False) | Q(pk__in=Survey.objects.manageable_by(user).values("pk")))

    def comparable_with(self, survey: "Survey") -> Self:
        """Filter the surveys with a result beside which another may be set, the newest first."""
        return self.public().filter(published_at__isnull=False).exclude(pk=survey.pk).order_by("-closes_on", "-pk")

    def drafts(self) -> Self:
        """Filter surveys that nobody has read yet: their questions may still change."""
        return self.filter(opened_at=None)

    def of_departments(self, ids: Iterable[int]) -> Self:
        """Filter those of these departments."""
        return self.filter(department__in=ids)

    def taking_answers(self) -> Self:
        """Filter opened surveys whose last day has not passed."""
        return self.public().filter(closes_on__gte=timezone.localdate())

    def awaiting_result(self) -> Self:
        """Filter surveys that have closed and whose result is not published."""
        return self.public().filter(closes_on__lt=timezone.localdate(), published_at=None)

    def for_lists(self) -> Self:
        """Join the department; the survey that began last comes first."""
        return self.select_related("department").order_by("-opens_on", "-pk")

    def for_pages(self) -> Self:
        """Join what the page of a survey shows: department and draw."""
        return self.select_related("department", "draw")


class Survey(AnnouncedPeriodMixin, Timestamped):
    """アンケート: questions to residents, whose answers are counted.

    A sample (無作為抽出) is answered with the code of a letter, an open survey by signed-in people; either way each person
    once, and no column joins an answer to a person. It is public from the day that staff open it; the calendar decides
    when answers are taken, and the last day counts to its end. Nothing of the answers is public before the result.
    """

    state_words = {
        "draft": gettext_lazy("準備中"), "upcoming": gettext_lazy("予告"), "open": gettext_lazy("回答受付中"),
        "closed": gettext_lazy("集計中"),
        "answered": gettext_lazy("結果公表"),
    }  # fmt: skip

    class Kind(models.TextChoices):
        """Whom a survey asks."""

        SAMPLE = "sample", gettext_lazy("無作為抽出（手紙の回答コードで答える）")
        OPEN = "open", gettext_lazy("どなたでも（アカウントで答える）")

    title = TypedCharField(gettext_lazy("題名"), max_length=120)
    slug = models.SlugField(
        gettext_lazy("アドレス名"),
        unique=True,
        help_text=gettext_lazy("英小文字・数字・ハイフン。開始のあとは変えられません。"),
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="surveys", verbose_name=gettext_lazy("所管課")
    )
    kind = models.CharField(gettext_lazy("対象の選び方"), max_length=10, choices=Kind.choices, default=Kind.OPEN)
    purpose = TypedTextField(
        gettext_lazy("目的"), max_length=1000, help_text=gettext_lazy("答えを何に使うかを書いてください。")
    )
    audience = TypedCharField(
        gettext_lazy("対象"), max_length=120, help_text=gettext_lazy("例：市内に住む16歳以上の方")
    )
    population = models.PositiveIntegerField(
        gettext_lazy("対象の人数"), null=True, blank=True,
        help_text=gettext_lazy("無作為抽出のときに、標本誤差の計算に使います。"),
    )  # fmt: skip
    sampling = TypedCharField(
        gettext_lazy("抽出の方法"), max_length=200, blank=True,
        help_text=gettext_lazy("無作為抽出のときに書きます。例：住民基本台帳からの単純無作為抽出"),
    )  # fmt: skip
    privacy = TypedTextField(
        gettext_lazy("個人情報の扱い"), max_length=1000, blank=True,
        help_text=gettext_lazy("自由記述の扱いなど。回答の前に読めます。"),
    )  # fmt: skip
    thanks = TypedTextField(gettext_lazy("お礼のことば"), max_length=400, blank=True)
    opens_on = models.DateField(gettext_lazy("回答の初日"))
    closes_on = models.DateField(
        gettext_lazy("回答の最終日"), help_text=gettext_lazy("この日の終わりまで受け付けます。")
    )
    opened_at = PastDateTimeField(gettext_lazy("開始した日時"), null=True, blank=True, editable=False)
    published_at = PastDateTimeField(gettext_lazy("結果を公表した日時"), null=True, blank=True, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("アンケート")
        verbose_name_plural = gettext_lazy("アンケート")
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="survey_period",
                violation_error_message=gettext_lazy("回答の最終日は、初日以後の日にしてください。"),
            ),
            models.CheckConstraint(
                condition=~Q(kind="sample") | ~Q(sampling=""),
                name="survey_sample_says_how",
                violation_error_message=gettext_lazy("無作為抽出のときは、抽出の方法を書いてください。"),
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(opened_at__isnull=False), name="survey_published_after_opening"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the URL of its page."""
        return reverse("surveys:survey", args=[self.slug])

    @property
    def is_sample(self) -> bool:
        """Return whether people were drawn at random and answer with the code of their letter."""
        return self.kind == self.Kind.SAMPLE

    @property
    def is_announced(self) -> bool:
        """Return whether it stands in public."""
        return self.opened_at is not None

    @property
    def has_result(self) -> bool:
        """Return whether its result was published."""
        return self.published_at is not None

    def require_open(self) -> None:
        """Raise ActionRefused, with what comes next, unless answers are taken today."""
        if self.state in {"draft", "upcoming"}:
            raise ActionRefused(_("回答の受付は%(day)sに始まります。") % {"day": wareki(self.opens_on)})
        if self.state in {"closed", "answered"}:
            raise ActionRefused(
                _("回答の受付は%(day)sに終わりました。ご協力の気持ちに感謝します。結果は、このサイトで公表します。")
                % {"day": wareki(self.closes_on)}
            )

    def require_paper_time(self) -> None:
        """Raise ActionRefused before the first day, and once the result is public: paper arrives after the last day too."""
        if self.state in {"draft", "upcoming"}:
            raise ActionRefused(_("紙の回答を入力できるのは、%(day)sからです。") % {"day": wareki(self.opens_on)})
        if self.published_at is not None:
            raise ActionRefused(_("結果を公表したため、紙の回答はもう入力も変更もできません。"))

    def require_closed(self) -> None:
        """Raise ActionRefused while answers may still come."""
        if self.state in {"draft", "upcoming", "open"}:
            raise ActionRefused(_("回答の受付が終わってから行ってください。"))

    def require_draft(self) -> None:
        """Raise ActionRefused once residents may have read the questions."""
        if self.opened_at is not None:
            raise ActionRefused(_("開始したアンケートの問いと選択肢は変えられません。"))

    def load_questions(self) -> "list[SurveyQuestion]":
        """Return its questions in order, with options and conditions, in two queries."""
        return list(self.questions.for_pages())

    def find_draw(self) -> "Draw | None":
        """Return its draw, None without one."""
        try:
            return self.draw
        except ObjectDoesNotExist:
            return None

    def load_pages(self) -> list[int]:
        """Return the numbers of its pages, in order."""
        return list(self.questions.order_by("page").values_list("page", flat=True).distinct())

    def get_for_update(self) -> "Survey":
        """Return the row as it is now, locked until the transaction ends (SELECT … FOR NO KEY UPDATE)."""
        locked = Survey.objects.select_for_update(of=("self",), no_key=True)
        return locked.select_related("department").get(pk=self.pk)
