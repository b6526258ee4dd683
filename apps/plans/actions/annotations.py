"""Actions on annotations of a sheet: evidence of the grade, figures, links, 引継ぎメモ."""

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
    """Add a piece of evidence; raise ActionRefused for one that is already there, or once the sheet is confirmed."""
    sheet = held_in_stage(sheet, by=by, sentence=EVIDENCE_STAYS)
    if sheet.evidence.duplicates_of(
        kind=evidence.kind, title=evidence.title, url=evidence.url, dated_on=evidence.dated_on
    ).exists():
        raise ActionRefused(_("この根拠は、すでに登録されています。"))
    evidence.sheet, evidence.order = sheet, sheet.evidence.count() + 1
    evidence.save()
    AuditEntry.record("add_evidence", sheet, by=by, kind=evidence.kind)


@transaction.atomic
def remove_evidence(*, sheet: PlanSheet, pk: int, by: User) -> None:
    """Delete a piece of evidence. Idempotent."""
    sheet = held_in_stage(sheet, by=by, sentence=EVIDENCE_STAYS)
    deleted, _by_model = sheet.evidence.filter(pk=pk).delete()
    if deleted:
        AuditEntry.record("remove_evidence", sheet, by=by)


@transaction.atomic
def add_link(*, sheet: PlanSheet, line: int | None, kind: str, key: str, by: User) -> None:
    """Link a sheet or one of its lines (by id) to a public proposal, topic, consultation, project or indicator.

    kind and key as in URLs (`models.links.TARGETS`). Raises ActionRefused for an unknown target and for a duplicate.
    """
    require_writer(by, sheet)
    target = public_target(kind, key.strip())
    if target is None:
        raise ActionRefused(_("公開されているものの中に見つかりません。番号やアドレス名を確かめてください。"))
    if line is not None and not sheet.lines.filter(pk=line).exists():
        raise ActionRefused(_("このシートにない行が選ばれています。画面を開き直してください。"))
    _link, is_new = sheet.links.get_or_create(**{TARGETS[kind][0]: target}, line_id=line, defaults={"made_by": by})
    if not is_new:
        raise ActionRefused(_("このつながりは、すでに登録されています。"))
    AuditEntry.record("add_link", sheet, by=by, kind=kind)


@transaction.atomic
def remove_link(*, sheet: PlanSheet, pk: int, by: User) -> None:
    """Delete a link. Idempotent."""
    require_writer(by, sheet)
    deleted, _by_model = sheet.links.filter(pk=pk).delete()
    if deleted:
        AuditEntry.record("remove_link", sheet, by=by)


def write_memo(*, sheet: PlanSheet, text: str, by: User) -> None:
    """Store a 引継ぎメモ for whoever writes this plan next."""
    require_writer(by, sheet)
    if not text.strip():
        raise ActionRefused(_("引継ぎメモを書いてください。"))
    HandoverMemo.objects.create(plan=sheet.plan, year=sheet.year, text=text.strip(), written_by=by)


@transaction.atomic
def store_figure(*, sheet: PlanSheet, value: MetricValue, begins: tuple[str, str] | None = None, by: User) -> None:
    """Store a new or corrected figure in the series of its metric; raise ActionRefused with what does not validate.

    begins: title and unit of a series that begins with this figure.
    """
    sheet = held_in_stage(sheet, by=by, sentence=FIGURES_STAY)
    is_new = value.pk is None
    try:
        if begins:
            series = Metric.objects.build(sheet.plan, title=begins[0], unit=begins[1])
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
    """Delete a figure. Idempotent."""
    sheet = held_in_stage(sheet, by=by, sentence=FIGURES_STAY)
    deleted, _by_model = sheet.values.filter(pk=pk).delete()
    if deleted:
        AuditEntry.record("remove_figure", sheet, by=by)
