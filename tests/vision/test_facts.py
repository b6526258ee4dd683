"""What the vision's document says is in the portal as it says it; what may never be is refused by the database."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from apps.vision.models import (
    DigitalCase,
    Indicator,
    IndicatorValue,
    PriorityProject,
    SourceDocument,
    SurveyRanking,
    Viewpoint,
)
from tests.vision.factories import IndicatorFactory, SourceDocumentFactory, SurveyRankingFactory, ViewpointFactory

pytestmark = pytest.mark.django_db
# 指標: value in R6, target in R8, as printed in the 中間とりまとめ
FIGURES = {
    "attractive-centre": ("72.2", "80.0"),
    "good-to-live": ("94.4", "95.0"),
    "easy-roads": ("65.1", "70.0"),
    "disability-welfare": ("70.5", "75.5"),
    "wish-to-take-part": ("57.2", None),
    "attachment": ("78.3", None),
}
COUNTS = {1: (2, 0, 2, 3), 2: (2, 1, 1, 2), 3: (1, 3, 0, 5), 4: (2, 2, 0, 2)}


@pytest.mark.usefixtures("first_day")
def test_every_figure_of_the_document_is_there() -> None:
    shown = {i.slug: i for i in Indicator.objects.with_values()}
    assert set(shown) == set(FIGURES)
    for slug, (value, target) in FIGURES.items():
        assert shown[slug].latest.value == Decimal(value)
        assert shown[slug].latest.year == 2024
        assert shown[slug].target_value == (Decimal(target) if target else None)
        assert shown[slug].source.reference == "000"


@pytest.mark.usefixtures("first_day")
def test_every_block_of_every_viewpoint_has_what_the_document_names() -> None:
    models: Any = (PriorityProject, Indicator, SurveyRanking, DigitalCase)
    for number, counts in COUNTS.items():
        viewpoint = Viewpoint.objects.get(number=number)
        assert tuple(model.objects.public().for_viewpoint(viewpoint).count() for model in models) == counts
    assert DigitalCase.objects.count() == 12
    assert PriorityProject.objects.count() == 5


@pytest.mark.usefixtures("first_day")
def test_the_documents_conflict_stays_visible() -> None:
    note = Indicator.objects.get(slug="disability-welfare").note
    assert "75.5％" in note
    assert "「目標の75％」" in note


@pytest.mark.usefixtures("first_day")
def test_the_later_edition_knows_the_earlier() -> None:
    document = SourceDocument.objects.get(reference="000")
    assert document.earlier.reference == "001"
    assert document.cited == "「（仮称）調布市スマートシティビジョン」（中間とりまとめ、2025年12月時点）"


@pytest.mark.usefixtures("first_day")
@pytest.mark.parametrize(
    ("model", "query", "slug"),
    [
        (Indicator, "ちゅうしん 中心市街地", None),
        (Indicator, "中心市街地", "attractive-centre"),
        (SurveyRanking, "風水害", "priorities-2024"),
        (DigitalCase, "ｶﾞﾁｮシアター", "film-town-video"),
        (PriorityProject, "うるおい", "nature-town"),
        (SourceDocument, "素案", "smart-city-vision-2025-11"),
    ],
)
def test_it_is_found_by_its_words(model: Any, query: str, slug: str | None) -> None:
    assert [row.slug for row in model.objects.public().search(query)] == ([slug] if slug else [])


def test_what_is_not_public_is_not_found() -> None:
    SurveyRankingFactory(is_public=False)
    assert not SurveyRanking.objects.public().search("防犯").exists()


def test_one_value_a_year() -> None:
    indicator = IndicatorFactory(values={2024: "72.2"})
    with pytest.raises(IntegrityError), transaction.atomic():
        IndicatorValue.objects.create(indicator=indicator, year=2024, value="1", source="調査")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"target_value": Decimal(80), "target_year": None}, "両方"),
        ({"target_value": Decimal(80), "target_year": 8}, "西暦"),
        ({"decimals": 5}, "4桁"),
    ],
)
def test_an_indicator_that_may_not_be(wrong: dict[str, Any], words: str) -> None:
    indicator = IndicatorFactory()
    for name, value in wrong.items():
        setattr(indicator, name, value)
    with pytest.raises(ValidationError, match=words):
        indicator.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        indicator.save()


@pytest.mark.parametrize(("wrong", "words"), [({"year": 6}, "西暦"), ({"source": ""}, "出典")])
def test_a_value_that_may_not_be(wrong: dict[str, Any], words: str) -> None:
    value = IndicatorValue(indicator=IndicatorFactory(), **{"year": 2024, "value": "1", "source": "調査"} | wrong)
    with pytest.raises(ValidationError) as refused:
        value.full_clean()
    assert words in str(refused.value) or "source" in refused.value.message_dict
    with pytest.raises(IntegrityError), transaction.atomic():
        value.save()


def test_a_list_by_rank_has_two_lines_at_least() -> None:
    with pytest.raises(ValidationError, match="2項目以上"):
        SurveyRankingFactory.build(source=None, entries="防犯対策").clean()


def test_a_document_is_not_its_own_earlier_edition() -> None:
    document = SourceDocumentFactory()
    document.earlier = document
    with pytest.raises(IntegrityError), transaction.atomic():
        document.save()


@pytest.mark.parametrize(
    ("direction", "value", "target", "words"),
    [
        ("up", "94.4", "95.0", "目標まで、あと0.6ポイント"),
        ("up", "95.0", "95.0", "目標に達しています"),
        ("up", "96.0", "95.0", "目標より1.0ポイントよい値です"),
        ("down", "12.0", "10.0", "目標まで、あと2.0ポイント"),
        ("down", "9.5", "10.0", "目標より0.5ポイントよい値です"),
        ("up", "57.2", None, ""),
    ],
)
def test_the_gap_is_computed_in_the_better_direction(direction: str, value: str, target: Any, words: str) -> None:
    indicator = IndicatorFactory(
        direction=direction, target_value=target, target_year=2026 if target else None, values={2024: value}
    )
    assert indicator.gap_shown == words
    in_lists = [Indicator.objects.by_target_status(state).exists() for state in ("reached", "short", "none")]
    assert in_lists == [bool(target) and "あと" not in words, "あと" in words, target is None]


def test_no_target_is_not_nought_percent() -> None:
    indicator = IndicatorFactory(target_value=None, target_year=None, values={2024: "57.2"})
    assert indicator.target_shown == ""
    assert indicator.gap is None
    assert [bar.is_target for bar in indicator.chart.bars] == [False]
    assert indicator.chart_words == "令和6年度（2024年度） 57.2%、目標なし"


def test_no_line_of_a_target_is_drawn_without_one() -> None:
    values = dict.fromkeys(range(2019, 2025), "57.2")
    assert IndicatorFactory(target_value=None, target_year=None, values=values).chart.target_y is None
    assert IndicatorFactory(target_value="0", target_year=2026, values=values).chart.target_y is not None


def test_an_indicator_without_values_has_no_last_one() -> None:
    indicator = IndicatorFactory(viewpoints=[ViewpointFactory()])
    assert (indicator.latest, indicator.previous, indicator.gap, indicator.change_shown) == (None, None, None, "")


def test_the_change_from_the_year_before_is_said() -> None:
    assert IndicatorFactory(values={2023: "71.0", 2024: "72.2"}).change_shown == "前回から+1.2ポイント"
    assert IndicatorFactory(unit="人", decimals=0, values={2023: "1500", 2024: "1200"}).change_shown == "前回から−300人"


def test_figures_are_rounded_as_the_city_rounds() -> None:
    indicator = IndicatorFactory(values={2024: "66.25"})
    assert indicator.latest.shown == "66.3%"
    assert IndicatorFactory(decimals=0, unit="人", values={2024: "1234567.5"}).latest.shown == "1,234,568人"
