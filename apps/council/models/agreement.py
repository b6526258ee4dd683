"""Agreements (協定書) of partners, clause by clause; every version is kept."""

from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department, Posting, Role, User
from apps.core.fiscal import wareki
from apps.core.types import StrOrPromise
from apps.council.models.choices import Stage
from apps.council.models.organization import Organization
from apps.council.models.project import Participation, Project
from apps.council.models.revision_content import Difference, pieces


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

    def before(self, agreement: "Agreement") -> "Agreement | None":
        """Return the version before one, None for the first."""
        return self.filter(version__lt=agreement.version).newest().first()

    def signed(self) -> Self:
        """Filter those that both sides signed."""
        return self.exclude(signed_on=None)

    def public(self) -> Self:
        """Filter signed ones that everyone may read: every party agreed to that, or the project has ended.

        Those that were signed on paper before parties signed here were signed without that word, and stay the parties'.
        """
        refused = AgreementSignature.objects.filter(agreement=OuterRef("pk"), agrees_to_publish=False)
        by_parties = AgreementSignature.objects.filter(agreement=OuterRef("pk"))
        return self.signed().filter(
            Exists(by_parties), Q(project__stage=Stage.CLOSED) | ~Exists(refused),
            project__in=Project.objects.public().values("pk"),
        )  # fmt: skip

    def half_signed(self, user: User | AnonymousUser) -> Self:
        """Filter newest versions that a party signed and another has not, of projects that the person works on."""
        newer = Agreement.objects.filter(project=OuterRef("project"), version__gt=OuterRef("version"))
        rows = self.filter(signed_on=None, project__in=Project.objects.worked_on_by(user).values("pk"))
        return rows.filter(Exists(AgreementSignature.objects.filter(agreement=OuterRef("pk"))), ~Exists(newer))

    def waiting_for(self, user: User) -> Self:
        """Filter half-signed ones that a party of the person has not signed."""
        own = Q(department__in=user.department_ids()) | Q(
            organization__in=Organization.objects.for_user(user).values("pk")
        )
        signed = AgreementSignature.objects.filter(own, agreement=OuterRef("pk"))
        partner = Participation.objects.signing().filter(
            project=OuterRef("project"), organization__in=Organization.objects.for_user(user).values("pk")
        )
        is_party = Q(project__department__in=user.department_ids()) | Exists(partner)
        return self.half_signed(user).filter(is_party, ~Exists(signed)).order_by("-pk")

    def waiting_for_others(self, user: User) -> Self:
        """Filter half-signed ones that wait for somebody else than the person."""
        return self.half_signed(user).exclude(pk__in=self.model.objects.waiting_for(user).values("pk")).order_by("-pk")

    def for_workspace(self) -> Self:
        """Load what the lists of the workspace (作業ページ) show."""
        return self.defer("clauses").select_related("project")

    def with_author(self) -> Self:
        """Load who wrote each version."""
        return self.select_related("made_by")


class Agreement(models.Model):
    """One version of the 協定書 of a project; `signed_on` is the day on which the last party signed it.

    A signed one never changes; what changes becomes the next version.
    """

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

    @property
    def number(self) -> int:
        """Return its version, as revisions of other pages call it."""
        return self.version

    def texts(self) -> list[tuple[Clause, str]]:
        """Return every clause with its text, empty where none is written yet."""
        return [(clause, self.clauses.get(clause.key, "")) for clause in CLAUSES]

    def missing(self) -> list[str]:
        """Return the headings of the empty clauses."""
        return [str(clause.title) for clause, text in self.texts() if not text.strip()]

    def lacking(self) -> list[str]:
        """Return the names of what has to be settled before anybody signs it."""
        return [*self.missing(), *missing_facts(self.project)]

    def changes_from(self, former: dict[str, str]) -> list[Difference]:
        """Return the clauses that differ from former ones, each with the diff of its texts."""
        pairs = [(clause, former.get(clause.key, ""), text) for clause, text in self.texts()]
        return [{"label": str(clause.title), "pieces": pieces(old, new)} for clause, old, new in pairs if old != new]


@dataclass(frozen=True)
class Party:
    """Who signs an agreement: the city's department or an organization. key: by which a form names it."""

    key: str
    name: str
    department: Department | None = None
    organization: Organization | None = None

    def is_spoken_for_by(self, user: User) -> bool:
        """Return whether a person signs for it."""
        if self.department:
            return self.department.pk in user.department_ids()
        names = {p.organization for p in user.current_postings() if p.role == Role.COUNCIL}
        return self.organization is not None and self.organization.name in names

    def people(self) -> set[int]:
        """Return the ids of the people who are told of its agreements."""
        rows = Posting.objects.current()
        here = rows.in_department(self.department.pk) if self.department else rows.speaking_for([self.name])
        return set(here.values_list("user_id", flat=True))


def parties_of(project: Project) -> list[Party]:
    """Return who signs: the city's department, then the organizations that lead it or carry it out with others."""
    rows = project.participations.signing().select_related("organization")
    partners = [Party(row.organization.slug, row.organization.name, organization=row.organization) for row in rows]
    city = project.department
    return [*([Party("city", f"調布市 {city}", department=city)] if city else []), *partners]


class SignatureQuerySet(models.QuerySet["AgreementSignature"]):
    """QuerySet of AgreementSignature."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter those on agreements of projects that the person works on: who signed, and the signed paper. Never public."""
        return self.filter(agreement__project__in=Project.objects.worked_on_by(user).values("pk"))

    def of_party(self, party: Party) -> Self:
        """Filter those of one party."""
        return self.filter(department=party.department, organization=party.organization)

    def with_file(self) -> Self:
        """Filter those with a signed paper."""
        return self.exclude(file="")

    def for_lists(self) -> Self:
        """Load what a list shows, in the order of signing."""
        return self.select_related("department", "organization").order_by("pk")


class AgreementSignature(models.Model):
    """The signature of one party under one version of an agreement, with the signed paper if there is one."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="signatures", verbose_name=_("協定書"))
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("市の担当課")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("団体")
    )
    signed_on = models.DateField(_("署名した日"))
    agrees_to_publish = models.BooleanField(_("公開に同意する"), default=False)
    file = models.FileField(_("署名した文書"), upload_to="council/agreements/", blank=True)
    recorded_at = models.DateTimeField(_("記録日時"), auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("記録者")
    )

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("協定書の署名")
        verbose_name_plural = _("協定書の署名")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "department", "organization"], nulls_distinct=False, name="agreement_signed_once"
            ),
            models.CheckConstraint(
                condition=Q(department=None, organization__isnull=False)
                | Q(department__isnull=False, organization=None),
                name="agreement_signature_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} {self.name}"

    @property
    def name(self) -> str:
        """Return the name of the party."""
        return f"調布市 {self.department}" if self.department else str(self.organization)


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
    partners = len(parties_of(project))
    needed = [
        (_("相手となる団体（または市の担当課）"), partners >= 2),
        (_("協働の手法と理由"), bool(project.method)),
        (_("協働の領域"), bool(project.domain)),
    ]
    return [str(name) for name, is_there in needed if not is_there]
