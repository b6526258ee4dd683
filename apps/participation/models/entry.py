"""市民参加手続 and 協働: the lines of a department's return."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.modelfields import PastDateTimeField
from apps.core.textfields import TypedCharField, TypedTextField
from apps.council.models import Method
from apps.participation.models.report import ParticipationReport
from apps.participation.models.vocabulary import ProcedureKind


class Unit(models.TextChoices):
    """What a figure counts. Figures of different units are never added."""

    PEOPLE = "people", _("実人数")
    ATTENDANCES = "attendances", _("延人数")
    ITEMS = "items", _("件数")
    LETTERS = "letters", _("通数")


class Source(models.TextChoices):
    """What of the portal a line was filled in from."""

    CONSULTATION = "consultation", _("テーマ（意見募集）")
    CASE = "case", _("パブリック・コメント")
    ORGAN = "organ", _("審議会等の会議")
    SURVEY = "survey", _("アンケート")


class ParticipationAct(models.Model):
    """市民参加手続: one procedure of a 事業. A figure that is empty is not known; 該当なし is said; 0 is counted.

    A line that the portal filled in keeps its facts as of a day; the department adds what came of it.
    """

    report = models.ForeignKey(ParticipationReport, models.CASCADE, related_name="acts", verbose_name=_("調査票"))
    title = TypedCharField(_("事業名"), max_length=120)
    kind = models.ForeignKey(ProcedureKind, models.PROTECT, related_name="+", verbose_name=_("手続の種類"))
    times = models.PositiveSmallIntegerField(_("回数"), null=True, blank=True)
    starts_on = models.DateField(_("初日"), null=True, blank=True)
    ends_on = models.DateField(_("最終日"), null=True, blank=True)
    figure = models.PositiveIntegerField(
        _("参加した数"), null=True, blank=True, help_text=_("0人・0件のときは0を書きます。")
    )
    unit = models.CharField(_("数の単位"), max_length=12, choices=Unit.choices, blank=True)
    is_not_applicable = models.BooleanField(_("数は該当なし"), default=False)
    how_counted = TypedCharField(
        _("数え方"), max_length=200, blank=True, help_text=_("例：受付の名簿。重なりは除いていない。")
    )
    outcome = TypedTextField(_("成果"), max_length=1000, blank=True)
    issue = TypedTextField(_("課題"), max_length=1000, blank=True)
    source = models.CharField(_("出典"), max_length=12, choices=Source.choices, blank=True, editable=False)
    source_key = TypedCharField(_("出典のアドレス名"), max_length=120, blank=True, editable=False)
    source_path = TypedCharField(max_length=300, blank=True, editable=False)
    known_at = PastDateTimeField(_("数の時点"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("市民参加手続")
        verbose_name_plural = _("市民参加手続")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="act_titled"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="act_days",
                violation_error_message=_("最終日は、初日以後の日にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(figure=None) | (Q(is_not_applicable=False) & ~Q(unit="")),
                name="act_figure_with_unit",
                violation_error_message=_("数を書いたときは単位を選び、「該当なし」を外してください。"),
            ),
            models.CheckConstraint(
                condition=Q(source="", source_key="", known_at=None)
                | (~Q(source="") & ~Q(source_key="") & Q(known_at__isnull=False)),
                name="act_source_dated",
            ),
            models.UniqueConstraint(
                fields=["report", "source", "source_key"], condition=~Q(source=""), name="act_source_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_linked(self) -> bool:
        """Return whether the portal filled it in: its facts are read-only."""
        return self.source != ""


class CollaborationEntry(models.Model):
    """協働: something that the city did together with others."""

    report = models.ForeignKey(
        ParticipationReport, models.CASCADE, related_name="collaborations", verbose_name=_("調査票")
    )
    title = TypedCharField(_("事業名"), max_length=120)
    method = models.CharField(_("協働の手法"), max_length=12, choices=Method.choices)
    partner = TypedCharField(_("相手"), max_length=120, help_text=_("団体の名称。個人の氏名は書かないでください。"))
    amount = models.PositiveBigIntegerField(
        _("市が出した金額（円）"), null=True, blank=True, help_text=_("0円のときは0を書きます。")
    )
    is_not_applicable = models.BooleanField(_("金額は該当なし"), default=False)
    result = TypedTextField(_("成果"), max_length=1000, blank=True)
    issue = TypedTextField(_("課題"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("協働")
        verbose_name_plural = _("協働")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(partner=""), name="collaboration_said"),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(is_not_applicable=False),
                name="collaboration_amount",
                violation_error_message=_("金額を書いたときは、「該当なし」を外してください。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title
