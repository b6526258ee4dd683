"""What stands beside the lines of a sheet: evidence of the grade, figures, what it has to do with, 引継ぎメモ."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.operations.models import AuditEntry
from apps.plans.actions.editing import held_in_stage, require_writer
from apps.plans.models import ActionRefused, Evidence, HandoverMemo, Metric, MetricValue, PlanSheet
from apps.plans.models.links import TARGETS, public_target

EVIDENCE_STAYS = gettext_lazy("確定したシートの根拠は変えられません。")
FIGURES_STAY = gettext_lazy("確定したシートの数値は変えられません。")


@transaction.atomic
def add_evidence(*, sheet: PlanSheet, evidence: Evidence, by: User | None) -> None:
    """One more thing that the grade rests on."""
    sheet = held_in_stage(sheet, by=by, sentence=EVIDENCE_STAYS)
    if sheet.evidence.saying(
        kind=evidence.kind, title=evidence.title, url=evidence.url, dated_on=evidence.dated_on
    ).exists():
        raise ActionRefused(_("この根拠は、すでに登録されています。"))
    evidence.sheet, evidence.order = sheet, sheet.evidence.count() + 1
    evidence.save()
    AuditEntry.record("add_evidence", sheet, by=by, kind=evidence.kind)


@transaction.atomic
def remove_evidence(*, sheet: PlanSheet, pk: int, by: User) -> None:
    """Take a piece of evidence away again."""
    sheet = held_in_stage(sheet, by=by, sentence=EVIDENCE_STAYS)
    gone, _models = sheet.evidence.with_keys([pk]).delete()
    if gone:
        AuditEntry.record("remove_evidence", sheet, by=by)


@transaction.atomic
def add_link(*, sheet: PlanSheet, line: int | None, kind: str, key: str, by: User) -> None:
    """Tie a sheet or one of its lines to a voice, consultation, project or indicator that everyone may see."""
    require_writer(by, sheet)
    target = public_target(kind, key.strip())
    if target is None:
        raise ActionRefused(_("公開されているものの中に見つかりません。番号やアドレス名を確かめてください。"))
    if line is not None and not sheet.lines.with_keys([line]).exists():
        raise ActionRefused(_("このシートにない行が選ばれています。画面を開き直してください。"))
    _link, is_new = sheet.links.get_or_create(**{TARGETS[kind][0]: target}, line_id=line, defaults={"made_by": by})
    if not is_new:
        raise ActionRefused(_("このつながりは、すでに登録されています。"))
    AuditEntry.record("add_link", sheet, by=by, kind=kind)


@transaction.atomic
def remove_link(*, sheet: PlanSheet, pk: int, by: User) -> None:
    """Untie again."""
    require_writer(by, sheet)
    gone, _models = sheet.links.with_keys([pk]).delete()
    if gone:
        AuditEntry.record("remove_link", sheet, by=by)


def write_memo(*, sheet: PlanSheet, text: str, by: User) -> None:
    """引継ぎメモ for whoever writes this plan next."""
    require_writer(by, sheet)
    if not text.strip():
        raise ActionRefused(_("引継ぎメモを書いてください。"))
    HandoverMemo.objects.create(plan=sheet.plan, year=sheet.year, text=text.strip(), written_by=by)


@transaction.atomic
def store_figure(*, sheet: PlanSheet, value: MetricValue, begins: tuple[str, str] | None = None, by: User) -> None:
    """Store a figure that a line names, with its year: it stands in the series of its metric. Also one that is put right.

    begins: title and unit of a series that begins with this figure.
    """
    sheet = held_in_stage(sheet, by=by, sentence=FIGURES_STAY)
    is_new = value.pk is None
    try:
        if begins:
            series = Metric.objects.begin(sheet.plan, title=begins[0], unit=begins[1])
            series.full_clean()
            series.save()
            value.metric = series
        value.sheet = sheet
        value.full_clean()
    except ValidationError as error:
        raise ActionRefused(_("この数値は登録できません。"), error.messages) from None
    value.save()
    AuditEntry.record(
        "add_figure" if is_new else "change_figure",
        sheet, by=by, metric=value.metric.slug, year=value.year, value=value.shown,
    )  # fmt: skip


@transaction.atomic
def remove_figure(*, sheet: PlanSheet, pk: int, by: User) -> None:
    """Take a figure away again."""
    sheet = held_in_stage(sheet, by=by, sentence=FIGURES_STAY)
    gone, _models = sheet.values.with_keys([pk]).delete()
    if gone:
        AuditEntry.record("remove_figure", sheet, by=by)
