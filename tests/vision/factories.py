"""Viewpoints, fields and what hangs on them, for tests."""

from typing import Any

import factory

from apps.vision.models import (
    DigitalCase,
    Field,
    Indicator,
    IndicatorValue,
    PriorityProject,
    SourceDocument,
    SurveyRanking,
    Viewpoint,
)


class ViewpointFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Viewpoint

    number = factory.Sequence(lambda n: n + 1)
    slug = factory.Sequence(lambda n: f"viewpoint-{n + 1}")
    title = "子どもたちの未来のために"
    body = "安全・安心に暮らせるまち"


class FieldFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Field

    slug = factory.Sequence(lambda n: f"field-{n + 1}")
    title = factory.Sequence(lambda n: f"分野{n + 1}")


class SourceDocumentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SourceDocument

    slug = factory.Sequence(lambda n: f"document-{n + 1}")
    title = factory.Sequence(lambda n: f"資料{n + 1}")
    as_of = "2025年12月時点"


class ShownFactory(factory.django.DjangoModelFactory):
    """Something under viewpoints and in fields: `viewpoints=[…]`, `fields=[…]`."""

    class Meta:
        abstract = True
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"thing-{n + 1}")
    title = factory.Sequence(lambda n: f"名称{n + 1}")
    source = factory.SubFactory(SourceDocumentFactory)

    @factory.post_generation
    def viewpoints(obj: Any, create: bool, extracted: Any) -> None:
        if extracted:
            obj.viewpoints.set(extracted)

    @factory.post_generation
    def fields(obj: Any, create: bool, extracted: Any) -> None:
        if extracted:
            obj.fields.set(extracted)


class PriorityProjectFactory(ShownFactory):
    class Meta:
        model = PriorityProject

    body = "都市の基盤づくりを進めています。"


class DigitalCaseFactory(ShownFactory):
    class Meta:
        model = DigitalCase


class SurveyRankingFactory(ShownFactory):
    class Meta:
        model = SurveyRanking

    survey = "市民意識調査"
    year = 2024
    entries = "防犯対策\n地震対策\n風水害対策"


class IndicatorFactory(ShownFactory):
    """A percentage with a target; `values={2023: "70.0", 2024: "72.2"}`."""

    class Meta:
        model = Indicator

    survey = "市民意識調査"
    target_value = "80.0"
    target_year = 2026

    @factory.post_generation
    def values(obj: Any, create: bool, extracted: Any) -> None:
        for year, value in (extracted or {}).items():
            IndicatorValue.objects.create(indicator=obj, year=year, value=value, source="市民意識調査")
        obj.refresh_from_db()
