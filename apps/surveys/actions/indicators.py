"""Take the value of an indicator (まちづくり指標) from a published result."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.accounts.models import User
from apps.core.fiscal import fiscal_year
from apps.operations.models import AuditEntry
from apps.surveys.models import ActionRefused, SurveyResult
from apps.surveys.services.indicator_shares import PERCENT, share_of
from apps.vision.models import Indicator, IndicatorValue


@transaction.atomic
def take_indicator_value(
    *, result: SurveyResult, indicator: Indicator, entries: Sequence[str], by: User | None
) -> IndicatorValue:
    """Store the share of people who chose one of these as the indicator's value of the fiscal year of the close.

    entries: keys as `share_of` reads them. Source and n come with it. Raise ActionRefused for an indicator that is no
    percentage, for numbers that are not shown, and for a year that has a value already.
    """
    if indicator.unit != PERCENT:
        raise ActionRefused(_("単位が%の指標だけに使えます。"))
    survey = result.survey
    number, n, share = share_of(result, entries)
    year = fiscal_year(survey.closes_on)
    if IndicatorValue.objects.filter(indicator=indicator, year=year).exists():
        raise ActionRefused(_("この指標のこの年度の値は、すでにあります。"))
    with override("ja"):  # a record speaks one language, whoever made it
        note = f"n={n}" if survey.is_sample else f"n={n}。無作為抽出ではない、自分から答えた人の結果"
    value = IndicatorValue(
        indicator=indicator, year=year, measured_on=survey.closes_on, value=share.quantize(Decimal("0.0001")), note=note,
        source=f"{survey.title[:90]} 問{number}（第{result.edition}版）",
    )  # fmt: skip
    value.full_clean()
    value.save()
    AuditEntry.record("add_value", indicator, by=by, year=year, value=str(value.value), survey=survey.slug)
    return value
