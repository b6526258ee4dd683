"""The stages of a sheet and the verbs that move it on: 計画 → 前期 → 後期 → 総括 → 確定 → 公表."""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.date_formats import wareki
from apps.core.textfields import TypedTextField
from apps.operations.models import AuditEntry
from apps.plans.models.constants import EDITABLE, STAGES, ActionRefused, Block, State

if TYPE_CHECKING:
    from apps.plans.models.sheet import PlanSheet

# What a stage cannot be confirmed without.
NEEDED = {
    State.PLAN: [Block.YEARLY, Block.PLAN_FIRST],
    State.FIRST: [Block.DO_FIRST, Block.DIRECTION],
    State.SECOND: [Block.PLAN_SECOND, Block.DO_SECOND],
    State.SUMMARY: [Block.SUMMARY],
}

ANSWERED_IN = {State.FIRST, State.SECOND, State.SUMMARY}


class Staged(models.Model):
    """Where a sheet stands in its year, and every verb that changes that."""

    state = models.CharField(
        gettext_lazy("段階"), max_length=12, choices=State.choices, default=State.PLAN, editable=False
    )

    class Meta:
        abstract = True

    @property
    def open_blocks(self) -> list[Block]:
        """The blocks that are written now."""
        return EDITABLE[State(self.state)]

    @property
    def is_published(self) -> bool:
        """Whether everyone may read it; nothing of it changes any more."""
        return self.state == State.PUBLISHED

    @property
    def is_in_stage(self) -> bool:
        """Whether one of its four stages of writing is open."""
        return self.state in STAGES

    @property
    def takes_answers(self: Any) -> bool:
        """Whether promises and results can be tied together now: while the results are written, and for a sheet that was
        written down from a document also after 公表, because no paper has such ties."""
        return self.state in ANSWERED_IN or (self.is_published and self.is_transcribed)

    @property
    def confirmations(self: Any) -> list[Any]:
        """The last confirmation of each stage before 公表, in order: a stage that was opened again has several."""
        last = {record.stage: record for record in self.stage_records.all() if record.stage in STAGES}
        return [last[stage] for stage in STAGES if stage in last]

    @property
    def stages_shown(self) -> list[tuple[str, str]]:
        """Every stage with its word, in order."""
        return [(state.value, str(state.label)) for state in State]

    def locked(self: Any) -> "PlanSheet":
        """The row as it is now, held until the transaction ends: two verbs on one sheet follow each other."""
        return type(self).objects.select_for_update(of=("self",)).for_tree().get(pk=self.pk)

    def missing_in_stage(self: Any) -> list[str]:
        """What the present stage still lacks, in words."""
        filled = set(self.lines.values_list("block", flat=True))
        blocks = [block for block in NEEDED.get(State(self.state), []) if block not in filled]
        missing = [_("「%(block)s」が書かれていません。") % {"block": block.label} for block in blocks]
        if self.state == State.FIRST and not self.outlook_id:
            missing.append(_("「年度別計画に対する今年度の進捗見込」の記号が選ばれていません。"))
        return missing

    def missing_for_grade(self: Any, *, grade: Any, reason: str, next_action: str) -> list[str]:
        """What a grade still lacks, in words: nothing for a sheet that was written down from a document."""
        if self.is_transcribed:
            return [] if grade else [_("年次評価が選ばれていません。")]
        checks = [
            (bool(grade), _("年次評価が選ばれていません。")),
            (self.lines.in_block(Block.SUMMARY).exists(), _("「今年度の総括」が書かれていません。")),
            (bool(reason.strip()), _("評価の理由が書かれていません。")),
            (
                self.evidence.exists(),
                _("評価の根拠（数値・資料・会議・取組・市民の声）が一つも登録されていません。"),
            ),
            (
                not (grade and grade.needs_next_action) or bool(next_action.strip()),
                _("この評価のときは「今後の対応」が必要です。"),
            ),
        ]
        unnamed = [
            _("「%(title)s」が望ましい向きと逆に動いています。総括か理由でふれてください。") % {"title": title}
            for title in self.unmentioned_setbacks(f"{reason}{next_action}")
        ]
        return [sentence for holds, sentence in checks if not holds] + unnamed

    def unmentioned_setbacks(self: Any, said: str) -> list[str]:
        """Series and linked indicators that lie further from where they should be this year, and that no sentence names."""
        said += "".join(self.lines.in_block(Block.SUMMARY).values_list("text", flat=True))
        titles = []
        for value in self.values.filter(year=self.year).select_related("metric"):
            before = value.metric.values.filter(year__lt=self.year).order_by("-year").first()
            if before and value.metric.moved_away(before.value, value.value) and value.metric.title not in said:
                titles.append(value.metric.title)
        return titles + [
            indicator.title
            for indicator in self.links.model.objects.in_effect_for(self).indicators()
            if indicator.moved_away_in(self.year) and indicator.title not in said
        ]

    def confirm_stage(self: Any, *, by: Any) -> None:
        """The secretariat has seen 計画, 前期 or 後期: its blocks are read-only, the next stage opens."""
        with transaction.atomic():
            sheet = self.locked()
            if sheet.state not in {State.PLAN, State.FIRST, State.SECOND}:
                raise ActionRefused(_("確認できる段階ではありません。"))
            if missing := sheet.missing_in_stage():
                raise ActionRefused(_("まだ書かれていない欄があるため、確認できません。"), missing)
            sheet._move_on(STAGES[STAGES.index(State(sheet.state)) + 1], by=by, verb="confirm_stage")
        self.refresh_from_db()

    def _move_on(self: Any, state: State, *, by: Any, verb: str, **fields: Any) -> None:
        before = self.state
        self.stage_records.create(stage=before, confirmed_by=by)
        self.state = state
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=["state", "updated_at", *fields])
        AuditEntry.record(verb, self, by=by, before=before, after=state)

    def set_outlook(self: Any, mark: Any, *, by: Any) -> None:
        """進捗見込, while 前期 is open."""
        with transaction.atomic():
            sheet = self.locked()
            if sheet.state != State.FIRST:
                raise ActionRefused(_("進捗見込は、前期の段階で記入します。"))
            before, sheet.outlook = sheet.outlook, mark
            sheet.save(update_fields=["outlook", "updated_at"])
            AuditEntry.record("set_outlook", sheet, by=by, before=str(before or ""), after=str(mark or ""))
        self.refresh_from_db()

    def give_grade(self: Any, grade: Any, *, by: Any, reason: str, next_action: str) -> None:
        """年次評価, while 総括 is open; refused, with everything that is missing, until it stands on something."""
        with transaction.atomic():
            sheet = self.locked()
            if sheet.state != State.SUMMARY:
                raise ActionRefused(_("年次評価は、総括の段階で記入します。"))
            missing = sheet.missing_for_grade(grade=grade, reason=reason, next_action=next_action)
            if missing:
                raise ActionRefused(_("評価に必要なものがそろっていません。"), missing)
            before = str(sheet.grade or "")
            sheet.grade, sheet.grade_reason, sheet.next_action = grade, reason.strip(), next_action.strip()
            sheet.save(update_fields=["grade", "grade_reason", "next_action", "updated_at"])
            AuditEntry.record("give_grade", sheet, by=by, before=before, after=str(grade))
        self.refresh_from_db()

    def confirm(self: Any, *, by: Any) -> None:
        """確定: the whole sheet is read-only."""
        with transaction.atomic():
            sheet = self.locked()
            if sheet.state != State.SUMMARY:
                raise ActionRefused(_("総括の段階になってから確定できます。"))
            missing = sheet.missing_in_stage() + sheet.missing_for_grade(
                grade=sheet.grade, reason=sheet.grade_reason, next_action=sheet.next_action
            )
            if missing:
                raise ActionRefused(_("確定に必要なものがそろっていません。"), list(dict.fromkeys(missing)))
            sheet._move_on(State.CONFIRMED, by=by, verb="confirm_sheet", confirmed_at=timezone.now())
        self.refresh_from_db()

    def reopen(self: Any, *, by: Any, stage: str, reason: str) -> None:
        """Back to an earlier stage, with a reason; the text as it was is kept. Not after 公表."""
        with transaction.atomic():
            sheet = self.locked()
            if sheet.is_published:
                raise ActionRefused(_("公表したシートは開き直せません。正誤の版を作ってください。"))
            order = list(State)
            if stage not in STAGES or order.index(State(stage)) >= order.index(State(sheet.state)):
                raise ActionRefused(_("今の段階より前の段階を選んでください。"))
            if not reason.strip():
                raise ActionRefused(_("開き直す理由を書いてください。"))
            before = sheet.state
            sheet.reopenings.create(stage=stage, reason=reason.strip(), reopened_by=by, kept=sheet.text_now())
            sheet.state, sheet.confirmed_at = stage, None
            sheet.save(update_fields=["state", "confirmed_at", "updated_at"])
            AuditEntry.record("reopen_sheet", sheet, by=by, reason=reason.strip(), before=before, after=stage)
        self.refresh_from_db()

    def text_now(self: Any) -> dict[str, Any]:
        """Every word of the sheet, as it is kept when it is opened again."""
        blocks: dict[str, list[str]] = {}
        for line in self.lines.in_form_order():
            blocks.setdefault(line.block, []).append(str(line))
        grade = {"grade": str(self.grade or ""), "reason": self.grade_reason, "next_action": self.next_action}
        return {"state": self.state, "outlook": str(self.outlook or ""), "blocks": blocks, **grade}

    def publish(self: Any, *, by: Any) -> None:
        """公表: from now on the database refuses every change; names are kept as they are today.

        Links of the edition that this one corrects go over to it, and the wordings kept while it was written go.
        """
        with transaction.atomic():
            sheet = self.locked()
            if sheet.state != State.CONFIRMED:
                raise ActionRefused(_("確定したシートだけを公表できます。"))
            frozen = sheet.facts_of_today()
            now, earlier_links = timezone.now(), self.links.model.objects.waiting_for(sheet)
            sheet._move_on(State.PUBLISHED, by=by, verb="publish_sheet", published_at=now, frozen=frozen)
            earlier_links.move_to(sheet)
            sheet.wordings.all().delete()
        self.refresh_from_db()

    def correct(self: Any, *, by: Any, reason: str) -> "PlanSheet":
        """正誤: a new edition with the same words, to be written on beside the published one."""
        if not reason.strip():
            raise ActionRefused(_("正誤の理由を書いてください。"))
        with transaction.atomic():
            sheet = self.locked()
            others = type(sheet).objects.in_year(sheet.year).numbered(sheet.number)
            if not sheet.is_published or others.first() != sheet:
                raise ActionRefused(_("最後に公表した版だけを正すことができます。"))
            new = type(sheet)(
                plan=sheet.plan, year=sheet.year, number=sheet.number, edition=sheet.edition + 1,
                correction_reason=reason.strip(), state=State.SUMMARY, outlook=sheet.outlook, grade=sheet.grade,
                grade_reason=sheet.grade_reason, next_action=sheet.next_action, source=sheet.source,
            )  # fmt: skip
            new.save()
            copy_parts(sheet, new)
            AuditEntry.record("correct_sheet", new, by=by, reason=reason.strip(), edition=new.edition)
        return new


@transaction.atomic
def copy_parts(old: Any, new: Any) -> None:
    """Lines, ties, evidence and figures of a sheet once more, for its next edition."""
    places: dict[int | None, Any] = {None: None}
    for line in old.lines.all():
        places[line.pk] = new.lines.create(block=line.block, order=line.order, mark=line.mark, text=line.text)
    for answer in old.answers.all():
        new.answers.create(
            plan_line=places[answer.plan_line_id],
            result_line=places[answer.result_line_id],
            outcome=answer.outcome,
        )
    for proof in old.evidence.all():
        new.evidence.create(
            kind=proof.kind, title=proof.title, url=proof.url, dated_on=proof.dated_on, order=proof.order
        )
    for value in old.values.all():
        new.values.create(
            metric=value.metric, year=value.year, value=value.value, as_of=value.as_of,
            line=places[value.line_id], source=value.source,
        )  # fmt: skip


class StageRecord(models.Model):
    """Who confirmed which stage of a sheet, and when."""

    sheet = models.ForeignKey("plans.PlanSheet", models.CASCADE, related_name="stage_records")
    stage = models.CharField(gettext_lazy("段階"), max_length=12, choices=State.choices)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=gettext_lazy("確認者")
    )
    confirmed_at = models.DateTimeField(gettext_lazy("確認日時"), default=timezone.now)

    class Meta:
        verbose_name = gettext_lazy("段階の確認")
        verbose_name_plural = gettext_lazy("段階の確認")
        ordering = ["sheet", "confirmed_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {wareki(self.confirmed_at)}"


class ReopeningQuerySet(models.QuerySet[Any]):
    """Questions about what was opened again."""

    def newest(self) -> Self:
        """The last one first."""
        return self.select_related("reopened_by").order_by("-pk")


class Reopening(models.Model):
    """A stage that was opened again: why, by whom, and the text as it was."""

    sheet = models.ForeignKey("plans.PlanSheet", models.CASCADE, related_name="reopenings")
    stage = models.CharField(gettext_lazy("開き直した段階"), max_length=12, choices=State.choices)
    reason = TypedTextField(gettext_lazy("理由"))
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reopened_at = models.DateTimeField(gettext_lazy("日時"), default=timezone.now)
    kept = models.JSONField(gettext_lazy("そのときの本文"))

    objects = ReopeningQuerySet.as_manager()

    @property
    def kept_blocks(self) -> list[tuple[Any, list[str]]]:
        """The blocks as they were, in the order of the form (stored JSON has lost it)."""
        return [(block.label, self.kept["blocks"][block]) for block in Block if self.kept["blocks"].get(block)]

    class Meta:
        verbose_name = gettext_lazy("開き直しの記録")
        verbose_name_plural = gettext_lazy("開き直しの記録")
        ordering = ["sheet", "pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="reopening_reason")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.reason}"
