"""Figures that lines of the seed name are found as they are written there."""

from decimal import Decimal

import pytest

from apps.plans.number_extraction import figures_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("講演会（参加者４４人）の開催を支援", [("44", "人")]),
        ("電子決裁比率は，令和元年度５４．４％から令和５年度６４．２％まで上昇", [("54.4", "％"), ("64.2", "％")]),
        ("２０００人以上のアンケート，１，２００人の投票", [("2000", "人"), ("1200", "人")]),
        ("第２回の会議を１０月に開き，Ａ４判で令和５年度の計画を配布", []),
        ("12万人、3億円、5か所", [("12", "万人"), ("3", "億円"), ("5", "か所")]),
        ("99999999999999人", []),
        ("", []),
    ],
)
def test_figures_with_their_units(text: str, found: list[tuple[str, str]]) -> None:
    assert [(one.shown, one.unit) for one in figures_in(text)] == found
    assert [one.value for one in figures_in(text)] == [Decimal(value) for value, _unit in found]
