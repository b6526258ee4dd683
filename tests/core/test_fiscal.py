"""和暦 and 年度: what the city prints beside every date."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.fiscal import ERAS, WEEKDAYS, era_year, fiscal_label, fiscal_year, wareki

DAYS = st.dates(date(1926, 12, 25), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2025, 12, 1), "令和7年12月1日（月）"),
        (date(2019, 5, 1), "令和元年5月1日（水）"),
        (date(2019, 4, 30), "平成31年4月30日（火）"),
        (date(1989, 1, 8), "平成元年1月8日（日）"),
        (date(1989, 1, 7), "昭和64年1月7日（土）"),
        (date(1926, 12, 25), "昭和元年12月25日（土）"),
        (date(1926, 12, 24), "1926年12月24日（金）"),
    ],
)
def test_wareki_at_the_borders_of_eras(day: date, shown: str) -> None:
    assert wareki(day) == shown


@given(DAYS)
def test_wareki_names_exactly_one_day(day: date) -> None:
    found = re.fullmatch(r"(令和|平成|昭和)(元|\d+)年(\d+)月(\d+)日（(.)）", wareki(day))
    assert found
    era, year, month, dom, weekday = found.groups()
    first_year = {name: first.year for first, name in ERAS}[era]
    number = 1 if year == "元" else int(year)
    assert number >= 1
    assert date(first_year + number - 1, int(month), int(dom)) == day
    assert WEEKDAYS.index(weekday) == day.weekday()


@given(DAYS)
def test_era_year_changes_only_on_new_year_or_at_an_accession(day: date) -> None:
    after = day + timedelta(days=1)
    if era_year(after) != era_year(day):
        assert (after.month, after.day) == (1, 1) or after in {first for first, _ in ERAS}


@given(DAYS)
def test_fiscal_year_runs_from_april_to_march(day: date) -> None:
    year = fiscal_year(day)
    assert date(year, 4, 1) <= day <= date(year + 1, 3, 31)


@pytest.mark.parametrize(
    ("year", "shown"),
    [
        (2023, "令和5年度（2023年度）"),
        (2025, "令和7年度（2025年度）"),
        (2019, "令和元年度（2019年度）"),
        (2018, "平成30年度（2018年度）"),
        (1989, "平成元年度（1989年度）"),
        (1988, "昭和63年度（1988年度）"),
        (1926, "1926年度"),
    ],
)
def test_fiscal_label_names_the_year_as_the_city_does(year: int, shown: str) -> None:
    assert fiscal_label(year) == shown
