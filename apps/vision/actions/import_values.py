"""Import yearly values from a checked file, and undo an import: each all or nothing, audited."""

from datetime import date
from decimal import Decimal
from typing import Any, TypedDict

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.exceptions import ActionRefused
from apps.operations.models import AuditEntry
from apps.vision.actions.check_file import Looked
from apps.vision.models import Indicator, IndicatorValue, ValueImport
from apps.vision.models.indicator_value import as_number

CHANGED = gettext_lazy("確認のあとで値が変わったため、何も取り込んでいません。もう一度ファイルを選んでください。")
Facts = list[Any]  # value, day, source, note: plain values, as a parcel and a row of ValueImport hold them


class Parcel(TypedDict):
    """Checked values on their way back, as JSON: the file's name, and of each line slug, year, facts before and after."""

    file: str
    lines: list[list[Any]]


class ImportRefused(ActionRefused):
    """Nothing was imported or taken back; the sentence says why and what to do."""


def _facts(row: IndicatorValue | None) -> Facts | None:
    if row is None:
        return None
    day = row.measured_on.isoformat() if row.measured_on else None
    return [f"{row.value.normalize():f}", day, row.source, row.note]


def as_parcel(looked: Looked, *, file_name: str) -> Parcel:
    """Return what is to be written, with the values at the time of the check (optimistic lock), as JSON values."""
    lines = [
        [reading.indicator.slug, reading.new.year, _facts(reading.old), _facts(reading.new)]
        for reading in [*looked.added, *looked.changed]
    ]
    return {"file": file_name[-200:], "lines": lines}


def import_values(*, parcel: Parcel, by: User) -> int:
    """Write the checked values, all or nothing. Return how many there were.

    Raises ImportRefused when the portal's values have changed since the check (optimistic lock).
    """
    lines = parcel["lines"]
    try:
        with transaction.atomic():
            indicators = Indicator.objects.locked({line[0] for line in lines})
            values = IndicatorValue.objects.by_year(indicators.values())
            for slug, year, before, after in lines:
                indicator = indicators.get(slug)
                if indicator is None or _facts(values.get((indicator.pk, year))) != before:
                    raise ImportRefused(CHANGED)
                _write(values.get((indicator.pk, year)) or IndicatorValue(indicator=indicator, year=year), after)
                _note(indicator, year, before, after, verb="import_value", by=by)
            if lines:
                ValueImport.objects.create(file_name=parcel["file"], lines=lines, imported_by=by)
    except IntegrityError as error:
        raise ImportRefused(CHANGED) from error
    return len(lines)


def what_comes_back(value_import: ValueImport) -> list[dict[str, object]]:
    """Return each value of an import as it is, what undoing would make of it, and whether it was changed since."""
    indicators = {
        indicator.slug: indicator for indicator in Indicator.objects.named({line[0] for line in value_import.lines})
    }
    values = IndicatorValue.objects.by_year(indicators.values())
    rows = []
    for slug, year, before, after in value_import.lines:
        indicator = indicators.get(slug)
        now = values.get((indicator.pk, year)) if indicator else None
        rows.append(
            {
                "indicator": indicator,
                "slug": slug,
                "year": year,
                "now": now,
                "then": indicator.shown(Decimal(before[0])) if indicator and before else "",
                "is_changed": indicator is None or _facts(now) != after,
            }
        )
    return rows


@transaction.atomic
def withdraw_values(*, pk: int, by: User) -> int:
    """Undo an import: restore the values before it, all or nothing. Return how many there were.

    Raises ImportRefused when it is taken back already, or when one of them was changed since: that may be the right one.
    """
    value_import = ValueImport.objects.select_for_update().get(pk=pk)
    if value_import.taken_back_at:
        raise ImportRefused(_("すでに取り消されています。"))
    indicators = Indicator.objects.locked({line[0] for line in value_import.lines})
    values = IndicatorValue.objects.by_year(indicators.values())
    for slug, year, before, after in value_import.lines:
        indicator = indicators.get(slug)
        row = values.get((indicator.pk, year)) if indicator else None
        if indicator is None or _facts(row) != after:
            name = indicator.title if indicator else slug
            sentence = _(
                "取り込みのあとで「%(name)s」の%(year)d年度の値が変わったため、取り消せません。値を直してください。"
            )
            raise ImportRefused(sentence % {"name": name, "year": year})
        if row and before:
            _write(row, before)
        elif row:
            row.delete()
        _note(indicator, year, after, before, verb="take_back_value", by=by)
    value_import.taken_back_at = timezone.now()
    value_import.save(update_fields=["taken_back_at"])
    return len(value_import.lines)


def _write(row: IndicatorValue, facts: Facts) -> None:
    value, day, row.source, row.note = facts
    row.value, row.measured_on = Decimal(value), date.fromisoformat(day) if day else None
    row.save()


def _note(indicator: Indicator, year: int, before: Facts | None, after: Facts | None, *, verb: str, by: User) -> None:
    """Write the values before and after to the audit trail."""
    now = as_number(Decimal(after[0])) if after else None
    AuditEntry.record(verb, indicator, by=by, year=year, before=before and before[0], after=now)
