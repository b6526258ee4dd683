"""Check sheets (協働事業チェックシート): both sides answer the same questions, blind until both have submitted.

What stands here is the only way to the answers: `visible_to` for a side, `public` for everybody. No admin page, export,
feed or audit row knows them, and being a system administrator opens neither side.
"""

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department, Posting, Role, User
from apps.consultations.models import ActionRefused
from apps.core.textfields import TypedCharField, TypedTextField
from apps.council.models.check_items import ITEMS, Item
from apps.council.models.organization import Organization
from apps.council.models.project import Project
from apps.operations.models import AuditEntry


class SheetKind(models.TextChoices):
    """When it is filled in."""

    PLANNING = "planning", _("企画段階のチェックシート")
    REVIEW = "review", _("事業後の評価（事業の評価・協働の評価）")


class Side(models.TextChoices):
    """A: the city (in 領域A the leading organization); B: its partner."""

    A = "A", _("A")
    B = "B", _("B")


class CheckSheetQuerySet(models.QuerySet["CheckSheet"]):
    """QuerySet of CheckSheet; none of its methods reads an answer."""

    def for_project(self, project: Project) -> Self:
        """Filter those of one project."""
        return self.filter(project=project)

    def public(self) -> Self:
        """Filter those whose results both sides agreed to publish, of public projects."""
        return self.filter(published_at__lte=timezone.now(), project__in=Project.objects.public())

    def complete_reviews(self) -> Self:
        """Filter evaluations after the project (事業後の評価) that both sides handed in."""
        open_sides = CheckSide.objects.unsubmitted().filter(sheet=OuterRef("pk"))
        both = Q(sides__side=Side.A) & Q(sides__submitted_at__isnull=False)
        return self.filter(both, ~Exists(open_sides), kind=SheetKind.REVIEW).distinct()

    def of_person(self, user: User | AnonymousUser) -> Self:
        """Filter those in which the person speaks for one of the sides today."""
        if not user.is_authenticated:
            return self.none()
        names = [p.organization for p in user.current_postings() if p.role == Role.COUNCIL]
        return self.filter(
            Q(department__in=user.department_ids())
            | Q(organization_a__name__in=names)
            | Q(organization_b__name__in=names)
        )

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter public ones and one's own; for the secretariat, all: it sees whether a side submitted, never what."""
        if user.is_authenticated and user.has_role(Role.SECRETARIAT):
            return self.all()
        mine = self.model.objects.of_person(user).values("pk")
        return self.filter(Q(pk__in=self.model.objects.public().values("pk")) | Q(pk__in=mine))

    def for_lists(self) -> Self:
        """Load what a list shows."""
        return self.select_related("project", "department", "organization_a", "organization_b").prefetch_related(
            "sides"
        )

    def waiting_first(self) -> Self:
        """Order those that still need work first, then the public ones; the latest first."""
        return self.order_by(models.F("published_at").desc(nulls_first=True), "-pk")

    def newest(self) -> Self:
        """Order the last round first."""
        return self.order_by("-opened_at", "-pk")


class CheckSheet(models.Model):
    """One sheet of one pair of partners in one round. Both sides agree before its results become public."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="check_sheets", verbose_name=_("プロジェクト"))
    kind = models.CharField(_("種類"), max_length=10, choices=SheetKind.choices)
    round = models.PositiveSmallIntegerField(_("回"), default=1)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="check_sheets",
        verbose_name=_("A（市の担当課）"),
    )
    organization_a = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="sheets_as_a", verbose_name=_("A（代表団体）")
    )
    organization_b = models.ForeignKey(
        Organization, models.PROTECT, related_name="sheets_as_b", verbose_name=_("B（相手の団体）")
    )
    opened_at = models.DateTimeField(_("開始日時"), auto_now_add=True)
    published_at = models.DateTimeField(_("公開日時"), null=True, blank=True, editable=False)

    objects = CheckSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("協働事業チェックシート")
        verbose_name_plural = _("協働事業チェックシート")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind", "department", "organization_a", "organization_b", "round"],
                nulls_distinct=False,
                name="check_sheet_once",
            ),
            models.CheckConstraint(
                condition=Q(department=None, organization_a__isnull=False)
                | Q(department__isnull=False, organization_a=None),
                name="check_sheet_one_a",
            ),
            models.CheckConstraint(
                condition=Q(organization_a=None) | ~Q(organization_a=F("organization_b")), name="check_sheet_two_sides"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.get_kind_display()} 第{self.round}回"

    def get_absolute_url(self) -> str:
        """Return the URL of its page."""
        return reverse("council:check", args=[self.project.slug, self.pk])

    @property
    def items(self) -> list[Item]:
        """Return its items."""
        return ITEMS[self.kind]

    @property
    def name_a(self) -> str:
        """Return the name of side A: the department or the leading organization."""
        return f"調布市 {self.department}" if self.department else str(self.organization_a)

    @property
    def name_b(self) -> str:
        """Return the name of side B, the partner."""
        return str(self.organization_b)

    @property
    def is_public(self) -> bool:
        """Return whether everyone may read its results."""
        return self.published_at is not None

    def side_of(self, user: User | AnonymousUser) -> str:
        """Return the side for which a person speaks today, "A" or "B"; "" for neither, and for somebody on both."""
        if not user.is_authenticated:
            return ""
        names = {p.organization for p in user.current_postings() if p.role == Role.COUNCIL}
        a = (
            self.department_id in user.department_ids()
            if self.department_id
            else self.organization_a is not None and self.organization_a.name in names
        )
        b = self.organization_b.name in names
        return "" if a == b else (Side.A if a else Side.B).value

    def side(self, side: str) -> "CheckSide":
        """Return the row of one side, without its answers."""
        return next(row for row in self.sides.all() if row.side == side)

    @property
    def is_complete(self) -> bool:
        """Return whether both sides have submitted."""
        return all(row.submitted_at for row in self.sides.all())

    def people(self) -> list[int]:
        """Return the ids of the people who speak for either side today, to be notified."""
        names = [str(self.organization_b), *([str(self.organization_a)] if self.organization_a else [])]
        people = set(Posting.objects.current().speaking_for(names).values_list("user_id", flat=True))
        if self.department_id:
            people |= set(Posting.objects.current().in_department(self.department_id).values_list("user_id", flat=True))
        return sorted(people)


class CheckSideQuerySet(models.QuerySet["CheckSide"]):
    """QuerySet of CheckSide; none of its methods reads an answer."""

    def unsubmitted(self) -> Self:
        """Filter those that are not submitted."""
        return self.filter(submitted_at=None)

    def filled_in_by(self, user: User | AnonymousUser) -> Self:
        """Filter those that a person filled in, with their sheet."""
        return self.filter(answered_by=user).select_related("sheet__project").order_by("pk")


class CheckSide(models.Model):
    """One side of a sheet: whether it was handed in, and whether it agrees to publication."""

    sheet = models.ForeignKey(CheckSheet, models.CASCADE, related_name="sides", verbose_name=_("チェックシート"))
    side = models.CharField(_("側"), max_length=1, choices=Side.choices)
    submitted_at = models.DateTimeField(_("提出日時"), null=True, blank=True, editable=False)
    agreed_at = models.DateTimeField(_("公開に同意した日時"), null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("記入者")
    )

    objects = CheckSideQuerySet.as_manager()

    class Meta:
        verbose_name = _("チェックシートの側")
        verbose_name_plural = _("チェックシートの側")
        ordering = ["side"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "side"], name="check_side_once"),
            models.CheckConstraint(
                condition=Q(agreed_at=None) | Q(submitted_at__isnull=False), name="check_side_agrees_after_submitting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.side}"

    @transaction.atomic
    def write(self, *, answers: dict[str, str], note: str, by: User, submit: bool) -> None:
        """Save this side's answers, with `submit` for good. Raises ActionRefused for others and after submission.

        The sheet is locked, so that of two sides that submit at once the later one sees that both have.
        """
        CheckSheet.objects.select_for_update(of=("self",)).get(pk=self.sheet_id)
        locked = CheckSide.objects.select_for_update().get(pk=self.pk)
        if self.sheet.side_of(by) != self.side:
            raise ActionRefused(_("記入できるのは、この側の担当者だけです。"))
        if locked.submitted_at:
            raise ActionRefused(_("提出した後は変更できません。話し合いの後に、次の回で記入してください。"))
        asked_keys = {item.key for item in self.sheet.items if item.is_asked(answers)}
        lacking = [key for key in asked_keys if not answers.get(key)]
        if submit and lacking:
            raise ActionRefused(_("すべての項目に答えてから提出してください。"))
        self.answers.all().delete()
        values = {key: value for key, value in answers.items() if key in asked_keys and value}
        CheckAnswer.objects.bulk_create(CheckAnswer(side=self, item=key, value=value) for key, value in values.items())
        CheckNote.objects.update_or_create(side=self, defaults={"text": note})
        self.answered_by, self.submitted_at = by, timezone.now() if submit else None
        self.save(update_fields=["answered_by", "submitted_at"])
        AuditEntry.record("submit_check_side" if submit else "save_check_side", self.sheet, by=by, side=self.side)

    @transaction.atomic
    def agree(self, *, by: User) -> bool:
        """Agree to publication for this side. Return whether the results are public now: with the second agreement."""
        sheet = CheckSheet.objects.select_for_update(of=("self",)).get(pk=self.sheet_id)
        if sheet.side_of(by) != self.side:
            raise ActionRefused(_("同意できるのは、この側の担当者だけです。"))
        if not sheet.is_complete:
            raise ActionRefused(_("公開に同意できるのは、双方が提出した後です。"))
        CheckSide.objects.filter(pk=self.pk, agreed_at=None).update(agreed_at=timezone.now())
        AuditEntry.record("agree_check_sheet", sheet, by=by, side=self.side)
        if not sheet.is_public and not sheet.sides.filter(agreed_at=None).exists():
            sheet.published_at = timezone.now()
            sheet.save(update_fields=["published_at"])
        return sheet.is_public


class BlindQuerySet(models.QuerySet[Any]):
    """QuerySet of what a side wrote: the only way to read it."""

    def _complete(self) -> Q:
        """Return the condition that both sides of the sheet have submitted."""
        open_sides = CheckSide.objects.unsubmitted().filter(sheet=OuterRef("side__sheet"))
        return ~Exists(open_sides)  # type: ignore[return-value]

    def visible_to(self, sheet: CheckSheet, side: str) -> Self:
        """Filter what a side may read of a sheet: its own at any time, the other's once both have submitted."""
        if side not in Side.values:
            return self.none()
        return self.filter(Q(side__side=side) | self._complete(), side__sheet=sheet).select_related("side")

    def public(self, sheet: CheckSheet) -> Self:
        """Filter what everyone may read of a sheet: everything once it is published, nothing before."""
        public = CheckSheet.objects.public().filter(pk=sheet.pk)
        return self.filter(self._complete(), side__sheet__in=public).select_related("side")


class CheckAnswer(models.Model):
    """One answer of one side."""

    side = models.ForeignKey(CheckSide, models.CASCADE, related_name="answers")
    item = TypedCharField(_("項目"), max_length=10)
    value = TypedCharField(_("答え"), max_length=10)

    objects = BlindQuerySet.as_manager()

    class Meta:
        verbose_name = _("チェックシートの答え")
        verbose_name_plural = _("チェックシートの答え")
        constraints = [models.UniqueConstraint(fields=["side", "item"], name="check_answer_once")]

    def __str__(self) -> str:
        return f"{self.pk}"  # never the answer: names of rows reach pages and logs


class CheckNote(models.Model):
    """What a side adds in its own words, as blind as its answers."""

    side = models.OneToOneField(CheckSide, models.CASCADE, related_name="words")
    text = TypedTextField(_("話し合いたいこと"), blank=True, max_length=1000)

    objects = BlindQuerySet.as_manager()

    class Meta:
        verbose_name = _("チェックシートの補足")
        verbose_name_plural = _("チェックシートの補足")

    def __str__(self) -> str:
        return f"{self.pk}"
