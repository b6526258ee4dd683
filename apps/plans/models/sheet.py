"""PDCAシート: one plan in one fiscal year, in the form of the paper."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role, User
from apps.core.fiscal import fiscal_label
from apps.core.models import Timestamped
from apps.core.textfields import TypedCharField, TypedTextField
from apps.core.types import JsonObject
from apps.operations.models import AuditEntry
from apps.plans.line_parser import Line, directions_in
from apps.plans.models.constants import ANSWERED_IN, EDITABLE, STAGES, Block, State, Whereabouts
from apps.plans.models.scale import Grade, ProgressMark
from apps.plans.models.tree import Plan
from apps.plans.models.year import StageDeadline

if TYPE_CHECKING:
    from apps.plans.models.submission import SheetSubmission

# What people add to a sheet that was made: while all of it is empty, nothing is lost with the sheet.
PARTS_OF_WORK = (
    "answers", "evidence", "values", "links", "block_states", "stage_records", "reopenings", "wordings", "submissions",
)  # fmt: skip


class PlanSheetQuerySet(models.QuerySet["PlanSheet"]):
    """QuerySet of PlanSheet."""

    def published(self) -> Self:
        """Return every published edition, also those that a later one corrects."""
        return self.filter(state=State.PUBLISHED)

    def public(self) -> Self:
        """Return what everyone reads as valid: of each plan and year the last published edition."""
        later = PlanSheet.objects.published().filter(
            plan=OuterRef("plan"), year=OuterRef("year"), edition__gt=OuterRef("edition")
        )
        return self.published().exclude(Exists(later))

    def manageable_by(self, user: User) -> Self:
        """Return the sheets that a person works on: all for the secretariat, else those of the own departments."""
        if user.has_role(Role.SECRETARIAT):
            return self.all()
        return self.of_departments(user.department_ids())

    def of_departments(self, ids: Iterable[int]) -> Self:
        """Return the sheets of plans that one of these departments is responsible for."""
        plans = Plan.objects.filter(plan_departments__department__in=ids)
        return self.filter(plan__in=plans)

    def of_other_departments(self, ids: Iterable[int]) -> Self:
        """Return the sheets of plans that none of these departments is responsible for."""
        return self.exclude(plan__in=Plan.objects.filter(plan_departments__department__in=ids))

    def readable_by(self, user: User | AnonymousUser) -> Self:
        """Return all for whoever is in the city's service, published ones for everybody else."""
        return self.all() if user.is_staff else self.published()

    def in_year(self, year: int) -> Self:
        """Return one fiscal year, in the order of the paper."""
        return self.filter(year=year).order_by("number", "-edition")

    def numbered(self, number: int) -> Self:
        """Return the editions under one plan number, the newest first."""
        return self.filter(number=number).order_by("-edition")

    def of_plan(self, plan_id: int) -> Self:
        """Return the sheets of one plan, the newest year first."""
        return self.filter(plan_id=plan_id).order_by("-year", "-edition")

    def in_stage(self) -> Self:
        """Return sheets that are still being written, with `writer` joined."""
        return self.filter(state__in=STAGES).select_related("writer")

    def whereabouts(self, whereabouts: str) -> Self:
        """Return the sheets that are with this side, or have become this (a value of Whereabouts)."""
        if whereabouts in {Whereabouts.CONFIRMED, Whereabouts.PUBLISHED}:
            return self.filter(state=whereabouts)
        rows = self.in_stage()
        if whereabouts == Whereabouts.OPEN:
            return rows.exclude(submissions__is_current=True)
        submission_state = "waiting" if whereabouts == Whereabouts.SUBMITTED else "returned"
        return rows.filter(submissions__is_current=True, submissions__state=submission_state)

    def to_write(self) -> Self:
        """Return sheets whose department has to write: in a stage and not handed in."""
        return self.in_stage().exclude(submissions__state="waiting")

    def held_by(self, user: User) -> Self:
        """Return the sheets in work of which the user is the writer."""
        return self.in_stage().filter(writer=user).for_page().order_by("-year", "number", "pk")

    def hand_to(self, sheets: "Iterable[PlanSheet]", user: User) -> int:
        """Make another person the writer of these sheets. Return how many."""
        return self.filter(pk__in=[sheet.pk for sheet in sheets]).update(writer=user)

    def with_due(self) -> Self:
        """Annotate `due_on`: the last day of the present stage, None where the city has set none."""
        days = StageDeadline.objects.filter(year=OuterRef("year"), stage=OuterRef("state"))
        return self.annotate(due_on=Subquery(days.values("due_on")[:1]))

    def late(self) -> Self:
        """Return sheets that their department has not handed in although the last day of the stage has passed."""
        return self.to_write().with_due().filter(due_on__lt=timezone.localdate())

    def in_work(self) -> Self:
        """Return sheets that are not yet published."""
        return self.exclude(state=State.PUBLISHED)

    def of_department(self, name: str) -> Self:
        """Return published sheets whose printed departments hold this name; all for an empty one."""
        return self.filter(frozen__departments__contains=[name]) if name else self

    def graded(self, code: str) -> Self:
        """Return published sheets with this grade; all for an empty one."""
        return self.filter(frozen__grade__code=code) if code else self

    def for_tree(self) -> Self:
        """Join what the tree of a year shows: branches, grade, outlook; not the lines."""
        return self.select_related("plan__measure__policy", "grade", "outlook")

    def for_page(self) -> Self:
        """Join and prefetch what stands around the lines, in a fixed number of queries."""
        return (
            self.for_tree()
            .select_related("writer")
            .prefetch_related("plan__plan_departments__department", "evidence", "stage_records")
        )

    def for_desk(self) -> Self:
        """Join what `for_page` does, and who handed in or sent back."""
        people = ("submissions__submitted_by", "submissions__closed_by")
        return self.for_page().prefetch_related(*people)

    def untouched(self) -> Self:
        """Return first editions in 計画 to which nobody has added anything since they were created."""
        first_drafts = self.filter(state=State.PLAN, edition=1, outlook=None, grade=None, source="", writer=None)
        return first_drafts.filter(**dict.fromkeys(PARTS_OF_WORK))

    def remove_untouched(self, year: int, *, by: User | None) -> int:
        """Delete the untouched sheets of a year that was opened by mistake, with an audit entry each; return how many."""
        with transaction.atomic():
            sheets = list(self.filter(year=year).untouched().select_for_update(of=("self",)))
            for sheet in sheets:
                AuditEntry.record("remove_sheet", sheet, by=by, year=year, number=sheet.number)
                sheet.delete()
        return len(sheets)

    def open_year(self, year: int, *, by: User | None) -> int:
        """Create a draft of the year for every active plan without one; return how many. Idempotent.

        A draft's 前期 PLAN begins with the directions for the next year in the 総括 of the year before.
        """
        with transaction.atomic():
            sheets = [self._draft(plan, year, lines) for plan, lines in self.drafts_for(year)]
            for sheet in sheets:
                AuditEntry.record("open_year", sheet, by=by, year=year)
        return len(sheets)

    def begin(self, plan: Plan, year: int) -> "PlanSheet":
        """Create an empty sheet of a plan for a year, under the number that the plan has today."""
        return self.create(plan=plan, year=year, number=plan.number)

    def _draft(self, plan: Plan, year: int, lines: list[Line]) -> "PlanSheet":
        sheet = self.begin(plan, year)
        for order, (mark, text) in enumerate(lines, start=1):
            sheet.lines.create(block=Block.PLAN_FIRST, order=order, mark=mark, text=text)
        return sheet

    def directions_for(self, plan: Plan, year: int) -> list[Line]:
        """Return the directions for this year in the published sheet of the year before: (mark, text) of each line."""
        last = self.public().of_plan(plan.pk).filter(year=year - 1).first()
        lines = [(line.mark, directions_in(line.text)) for line in last.lines.in_block(Block.SUMMARY)] if last else []
        return [(mark, text) for mark, text in lines if text]

    def drafts_for(self, year: int) -> list[tuple[Plan, list[Line]]]:
        """Return what `open_year` would create: each active plan without a sheet of the year, and its draft's first lines."""
        return [
            (plan, self.directions_for(plan, year)) for plan in Plan.objects.filter(is_active=True).without_sheet(year)
        ]

    def years(self) -> list[int]:
        """Return the years that have a sheet, newest first."""
        return list(self.order_by("-year").values_list("year", flat=True).distinct())

    def get_by_natural_key(self, year: int, number: int, edition: int) -> "PlanSheet":
        """Return the sheet that a fixture names by year, number and edition."""
        return self.get(year=year, number=number, edition=edition)


class PlanSheet(Timestamped):
    """A sheet, and its edition: after 公表 a correction is a new edition beside the old one.

    `number` is the plan's number as printed that year, so that addresses stay. `frozen` holds what stands around the
    lines (titles, departments, grade in words) as it was on the day of 公表.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="sheets", verbose_name=_("プラン"))
    year = models.PositiveSmallIntegerField(_("年度（西暦）"))
    number = models.PositiveSmallIntegerField(_("プラン番号"))
    edition = models.PositiveSmallIntegerField(_("版"), default=1)
    state = models.CharField(_("段階"), max_length=12, choices=State.choices, default=State.PLAN, editable=False)
    correction_reason = TypedTextField(_("正誤の理由"), blank=True)
    outlook = models.ForeignKey(
        ProgressMark, models.PROTECT, null=True, blank=True, verbose_name=_("年度別計画に対する今年度の進捗見込")
    )
    grade = models.ForeignKey(Grade, models.PROTECT, null=True, blank=True, verbose_name=_("年次評価"))
    grade_reason = TypedTextField(_("評価の理由"), blank=True)
    next_action = TypedTextField(_("今後の対応"), blank=True)
    source = TypedCharField(
        _("転記元の資料"), max_length=200, blank=True, help_text=_("資料から書き写したシートだけに入ります。")
    )
    writer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("記入担当者")
    )
    confirmed_at = models.DateTimeField(_("確定日時"), null=True, blank=True, editable=False)
    published_at = models.DateTimeField(_("公表日時"), null=True, blank=True, editable=False)
    frozen = models.JSONField(_("公表時の名称など"), null=True, blank=True, editable=False)

    due_on: date | None  # of rows read `with_due`

    objects = PlanSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("PDCAシート")
        verbose_name_plural = _("PDCAシート")
        ordering = ["-year", "number", "-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "year", "edition"],
                name="sheet_edition_once",
                violation_error_message=_("この年度のシートはすでにあります。"),
            ),
            models.UniqueConstraint(
                fields=["year", "number", "edition"],
                name="sheet_number_once",
                violation_error_message=_("同じ年度に、同じ番号のシートがすでにあります。"),
            ),
            models.UniqueConstraint(fields=["plan", "year"], condition=~Q(state="published"), name="sheet_one_in_work"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="sheet_state_known"),
            models.CheckConstraint(
                condition=Q(edition=1) | ~Q(correction_reason=""),
                name="sheet_correction_reason",
                violation_error_message=_("公表したシートを正すには理由が必要です。"),
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False, frozen__isnull=False, grade__isnull=False)
                | (~Q(state="published") & Q(published_at=None, frozen__isnull=True)),
                name="sheet_published_whole",
                violation_error_message=_("公表するには年次評価が必要です。"),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "published"]) | ~Q(source="") | ~Q(grade_reason=""),
                name="sheet_grade_reason",
                violation_error_message=_("評価を確定するには理由が必要です。"),
            ),
        ]

    def __str__(self) -> str:
        edition = f" 第{self.edition}版" if self.edition > 1 else ""
        return f"{fiscal_label(self.year)} プラン{self.number} {self.title}{edition}"

    def natural_key(self) -> tuple[int, int, int]:
        """Return year, number and edition."""
        return (self.year, self.number, self.edition)

    def get_absolute_url(self) -> str:
        """Return the URL of its public page."""
        return reverse("plans:sheet", args=[self.year, self.number])

    @property
    def open_blocks(self) -> list[Block]:
        """Return the blocks that may be written in the present stage."""
        return EDITABLE[State(self.state)]

    @property
    def is_published(self) -> bool:
        """Return whether everyone may read it; from then on it is immutable."""
        return self.state == State.PUBLISHED

    @property
    def confirmation_key(self) -> str:
        """Return what tells one confirmation (確定) of the sheet from another, for its preview; nothing changes in between."""
        return self.confirmed_at.isoformat() if self.confirmed_at else "unknown"

    @property
    def stage_key(self) -> str:
        """Return what tells one moment of the way between department and secretariat from another (optimistic lock)."""
        last = max((one.pk for one in self.submissions.all()), default=0)
        return f"{self.state}-{self.whereabouts}-{last}"

    @property
    def is_in_stage(self) -> bool:
        """Return whether one of its four stages of writing is open."""
        return self.state in STAGES

    @property
    def submission(self) -> "SheetSubmission | None":
        """Return its current 提出: one that waits, or one that was sent back; None where nothing was handed in."""
        return next((one for one in self.submissions.all() if one.is_current), None)

    @property
    def whereabouts(self) -> Whereabouts:
        """Return with whom the stage is, or what the sheet has become."""
        if not self.is_in_stage:
            return Whereabouts(self.state)
        submission = self.submission
        if submission is None:
            return Whereabouts.OPEN
        return Whereabouts.SUBMITTED if submission.is_waiting else Whereabouts.RETURNED

    @property
    def takes_answers(self) -> bool:
        """Return whether plan lines and result lines can be matched now.

        While the results are written; for a sheet that was written down from a document also after 公表, because no
        paper has such answers.
        """
        return self.state in ANSWERED_IN or (self.is_published and self.is_transcribed)

    @property
    def stages_shown(self) -> list[tuple[str, str]]:
        """Return every stage with its label, in order."""
        return [(state.value, str(state.label)) for state in State]

    def get_for_update(self) -> "PlanSheet":
        """Return the row as it is now, locked until the transaction ends (SELECT … FOR UPDATE)."""
        return PlanSheet.objects.select_for_update(of=("self",)).for_tree().get(pk=self.pk)

    def text_snapshot(self) -> dict[str, object]:
        """Return every word of the sheet as JSON: state, outlook, blocks (block → lines), grade, reason, next_action."""
        blocks: dict[str, list[str]] = {}
        for line in self.lines.in_form_order():
            blocks.setdefault(line.block, []).append(str(line))
        grade = {"grade": str(self.grade or ""), "reason": self.grade_reason, "next_action": self.next_action}
        return {"state": self.state, "outlook": str(self.outlook or ""), "blocks": blocks, **grade}

    @property
    def is_transcribed(self) -> bool:
        """Return whether it was written down from a document: then no reason or evidence is made up for it."""
        return bool(self.source)

    @property
    def title(self) -> str:
        """Return the plan's title, as printed once published."""
        return self.frozen["title"] if self.frozen else self.plan.title

    @property
    def facts(self) -> JsonObject:
        """Return titles, departments, outlook and grade in words: frozen since 公表, before that as they are today."""
        return self.frozen or self.facts_of_today()

    @property
    def grade_words(self) -> str:
        """Return what its grade means, as printed; in English for a reader of English. Empty without a grade."""
        printed = self.facts["grade"]
        return self.grade.words_for_reader(printed["words"]) if printed and self.grade else ""

    @property
    def outlook_shown(self) -> JsonObject | None:
        """Return mark and words of the expected progress, as printed; the words in English for a reader of English."""
        printed = self.facts["outlook"]
        if not printed or not self.outlook:
            return None
        return {"mark": printed["mark"], "words": self.outlook.words_for_reader(printed["words"])}

    def facts_of_today(self) -> JsonObject:
        """Return titles, departments, outlook and grade in words, as they are now."""
        plan, measure = self.plan, self.plan.measure
        return {
            "number": self.number,
            "title": plan.title,
            "overview": plan.overview,
            "policy": {"number": measure.policy.number, "title": measure.policy.title, "order": measure.policy.order},
            "measure": {"number": measure.number, "title": measure.title, "order": measure.order},
            "departments": plan.department_names(),
            "with_related": plan.with_related,
            "outlook": {"mark": self.outlook.mark, "words": self.outlook.words} if self.outlook else None,
            "grade": {"code": self.grade.code, "words": self.grade.words} if self.grade else None,
        }

    @property
    def departments_shown(self) -> str:
        """Return the departments (担当課) as on paper: 企画経営課，協働推進課，関係各課."""
        related = ["関係各課"] if self.facts["with_related"] else []
        return "，".join([*self.facts["departments"], *related])
