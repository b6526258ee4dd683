"""Agreements (協定書) of partners, clause by clause; every version is kept."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.consultations.models import ActionRefused
from apps.core.fiscal import wareki
from apps.core.types import StrOrPromise
from apps.council.models.project import Project
from apps.operations.models import AuditEntry


@dataclass(frozen=True)
class Clause:
    """One clause: its key, its heading, what belongs into it."""

    key: str
    title: StrOrPromise
    help_text: StrOrPromise


# Source: 伊勢市協働の基本ルール (2011-04), 第3章第1節「役割分担と責任の確認」; period and changes are what every agreement needs.
CLAUSES = [
    Clause("purpose", _("目的"), _("何のために協働するのか。いつまでにどんな成果をあげるのか。")),
    Clause("roles", _("役割分担"), _("それぞれが何を受け持つか。")),
    Clause("period", _("期間"), _("いつからいつまで行うか。")),
    Clause("costs", _("費用負担"), _("費用をだれがどのように負担するか。")),
    Clause("responsibility", _("責任等の分担"), _("事故や損害があったときの責任をどう分けるか。")),
    Clause("ownership", _("成果物の帰属"), _("できあがったもの、データ、権利がだれのものになるか。")),
    Clause("evaluation", _("評価の方法"), _("いつ、だれが、何によって評価し、どう公表するか。")),
    Clause("confidentiality", _("秘密の扱い"), _("協議で知った個人情報など、保護すべき情報をどう扱うか。")),
    Clause("changes", _("変更と解除"), _("内容を変えるとき、途中でやめるときの手順。")),
]


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """QuerySet of Agreement."""

    def newest(self) -> Self:
        """Order the last version first."""
        return self.order_by("-version")

    def signed(self) -> Self:
        """Filter those that both sides signed."""
        return self.exclude(signed_on=None)

    def with_author(self) -> Self:
        """Load who wrote each version."""
        return self.select_related("made_by")


class Agreement(models.Model):
    """One version of the 協定書 of a project. A signed one never changes; what changes becomes the next version."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="agreements", verbose_name=_("プロジェクト"))
    version = models.PositiveSmallIntegerField(_("版"))
    clauses = models.JSONField(_("条項"), default=dict)
    made_at = models.DateTimeField(_("作成日時"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("作成者")
    )
    signed_on = models.DateField(_("締結日"), null=True, blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("協定書")
        verbose_name_plural = _("協定書")
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["project", "version"], name="agreement_version")]

    def __str__(self) -> str:
        return f"{self.project} 第{self.version}版"

    def get_absolute_url(self) -> str:
        """Return the URL of the project's agreement."""
        return reverse("council:agreement", args=[self.project.slug])

    def texts(self) -> list[tuple[Clause, str]]:
        """Return every clause with its text, empty where none is written yet."""
        return [(clause, self.clauses.get(clause.key, "")) for clause in CLAUSES]

    def missing(self) -> list[str]:
        """Return the headings of the empty clauses."""
        return [str(clause.title) for clause, text in self.texts() if not text.strip()]

    def sign(self, *, on: date, by: User) -> None:
        """Record the day on which both sides signed it on paper; this version never changes afterwards.

        Raises ActionRefused when it is signed already, or names what is still missing.
        """
        if self.signed_on:
            raise ActionRefused(_("この版は、すでに締結されています。"))
        lacking = [*self.missing(), *missing_facts(self.project)]
        if lacking:
            raise ActionRefused(_("まだ決まっていない項目があります：%(names)s") % {"names": "、".join(lacking)})
        with transaction.atomic():
            self.signed_on = on
            self.save(update_fields=["signed_on"])
            AuditEntry.record("sign_agreement", self, by=by, version=self.version, on=str(on))


def drafted(project: Project) -> dict[str, str]:
    """Return texts for the clauses that the project's own data can fill: purpose, roles, period."""
    parts = [f"{row.organization.name}（{row.get_part_display()}）{row.note}" for row in project.participations.all()]
    if project.department:
        parts.append(f"調布市 {project.department}")
    days = [wareki(day) if day else "" for day in (project.starts_on, project.ends_on)]
    return {
        "purpose": project.summary,
        "roles": "\n".join(parts),
        "period": f"{days[0]}から{days[1]}まで" if all(days) else "",
    }


def missing_facts(project: Project) -> list[str]:
    """Return the names of the project's data that an agreement needs and that are missing."""
    partners = len(project.participations.all()) + bool(project.department)
    needed = [
        (_("相手となる団体（または市の担当課）"), partners >= 2),
        (_("協働の手法と理由"), bool(project.method)),
        (_("協働の領域"), bool(project.domain)),
    ]
    return [str(name) for name, is_there in needed if not is_there]


def write_agreement(project: Project, *, clauses: dict[str, str], by: User) -> Agreement:
    """Create the next version of a project's agreement. Return the last one when nothing changed."""
    by.require_may_write()
    with transaction.atomic():
        Project.objects.select_for_update().get(pk=project.pk)
        newest = project.agreements.newest().first()
        if newest and newest.clauses == clauses:
            return newest
        agreement = Agreement.objects.create(
            project=project, version=newest.version + 1 if newest else 1, clauses=clauses, made_by=by
        )
        AuditEntry.record("write_agreement", agreement, by=by, version=agreement.version)
    return agreement
