"""One plan across its years, and last year's lines beside this year's fields."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.plans.models import Block, LineAnswer, Metric, MetricValue, Plan
from apps.plans.services.plan_years import years_of
from tests.accounts.factories import make_secretariat
from tests.plans.factories import PlanFactory, SheetFactory, bring_to, published_sheet

pytestmark = pytest.mark.django_db


def three_years(plan: Plan) -> None:
    """Public sheets of a plan, renumbered on the way, with a figure; and one of this year that is still written."""
    metric = Metric.objects.create(slug="visitors", title="来園者", unit="人", plan=plan)
    for year, number, code in ((2022, 7, "B"), (2023, 7, "A"), (2024, 9, "A")):
        sheet = bring_to(SheetFactory(plan=plan, year=year, number=number), "confirmed", code)
        MetricValue.objects.create(metric=metric, year=year, value=year - 2000, sheet=sheet)
        if year == 2024:
            promise = sheet.lines.get(block=Block.PLAN_FIRST)
            LineAnswer.objects.create(
                sheet=sheet, plan_line=promise, result_line=sheet.lines.get(block=Block.DO_FIRST), outcome="partly"
            )
        bring_to(sheet, "published")
    bring_to(SheetFactory(plan=plan, year=2025, number=9), "first")


def test_every_public_year_is_a_row_under_each_address() -> None:
    plan = PlanFactory()
    three_years(plan)
    other = published_sheet(year=2024, number=50)
    pages = [Client().get(f"/plans/{address}/years/").text for address in ("2022/7", "2023/7", "2024/9")]
    for page in pages:
        rows = page.partition("<tbody>")[2].partition("</tbody>")[0].split("<tr>")[1:]
        assert [f"/plans/{year}" in row for row, year in zip(rows, (2024, 2023, 2022), strict=True)] == [True] * 3
        assert "計画3行のうち 実施0・一部実施1・未実施0" in rows[0]
        assert "計画3行" not in rows[1], "nothing is said where no result is tied to a promise"
        assert ["来園者 24人" in rows[0], ">B</span>" in rows[2], "ベンチの設置" in rows[1]] == [True] * 3
        assert "2025" not in "".join(rows)
        assert other.title not in page
    assert Client().get("/plans/2025/9/years/").status_code == 404
    assert "/plans/2024/9/years/" in Client().get("/plans/2024/9/").text
    assert "/years/" not in Client().get("/plans/2024/50/").text, "a single year is no history"


def test_five_years_cost_what_one_costs() -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            years_of(plan.pk)
        return len(asked)

    plan = PlanFactory()
    published_sheet(plan=plan, year=2010, number=1)
    few = cost()
    for year in range(2011, 2015):
        published_sheet(plan=plan, year=year, number=1)
    assert cost() == few


def test_last_year_stands_above_the_fields(sign_in: Callable[[Any], Client]) -> None:
    plan = PlanFactory()
    three_years(plan)
    draft = plan.sheets.get(year=2025)
    page = sign_in(make_secretariat()).get(reverse("admin:plans_plansheet_change", args=[draft.pk])).text
    box = page.partition('id="block-do_first"')[2].partition("</section>")[0]
    assert "前年度の同じ欄（1行）" in box
    assert "○木陰のあるベンチを設置しました。" in box.partition("<textarea")[0]
