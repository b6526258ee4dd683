"""Every day that a form takes lies in an age that the portal's clocks can reckon with."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.db import models
from django.test import Client

from apps.core.admin_dates import DAYS
from apps.core.formfields import DayFormField
from tests.consultations.factories import ConsultationFactory, ProposalFactory

EDGES = [
    "0001-01-01",
    "0001-01-02",
    "1899-12-31",
    "3000-01-01",
    "9999-12-30",
    "9999-12-31",
    "10000-01-01",
    "0000-00-00",
]


def forms_below(form: type) -> Iterator[type]:
    """All forms there are."""
    yield form
    for child in form.__subclasses__():
        yield from forms_below(child)


def test_every_form_takes_only_such_days() -> None:
    ours = [form for form in forms_below(forms.BaseForm) if form.__module__.startswith("apps.")]
    own = [(form, form.declared_fields if ".admin" in form.__module__ else form.base_fields) for form in ours]
    days = [(form, field) for form, fields in own for field in fields.values() if isinstance(field, forms.DateField)]
    assert len(days) >= 8
    assert not [(form, field.label) for form, field in days if not isinstance(field, DayFormField)]
    assert not [form for form, fields in own for f in fields.values() if isinstance(f, forms.DateTimeField)]


def test_every_day_and_moment_of_the_admin_site_too() -> None:
    for kind, model_admin in admin.site._registry.items():
        if not kind.__module__.startswith("apps."):
            continue
        for column in kind._meta.concrete_fields:
            if isinstance(column, models.DateField) and column.editable:
                options = next(DAYS[base] for base in type(column).__mro__ if base in DAYS)
                overridden = [base for base in type(column).__mro__ if base in model_admin.formfield_overrides]
                assert model_admin.formfield_overrides[overridden[0]] == options, column


@pytest.mark.parametrize("written", EDGES)
def test_a_day_of_another_age_is_refused_in_words(written: str) -> None:
    with pytest.raises(forms.ValidationError):
        DayFormField().clean(written)


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(2025, 11, 1), date(2999, 12, 31)])
def test_days_of_ours_are_taken(day: date) -> None:
    assert DayFormField().clean(day.isoformat()) == day


@pytest.mark.django_db
@pytest.mark.parametrize("written", EDGES)
def test_the_filters_of_words_and_search_say_so(written: str) -> None:
    asked = ProposalFactory(consultation=ConsultationFactory(slug="koen")).consultation
    for name in ("since", "until", "a-since", "a-until", "b-until"):
        for address in analysis_pages(asked.slug):
            answer = Client().get(f"{address}?{name}={written}")
            assert answer.status_code < 500, (address, name)
    answer = Client().get(f"/search/?q=ベンチ&until={written}")
    assert answer.status_code in {200, 422}


def analysis_pages(slug: str) -> list[Any]:
    """The pages of words of a theme."""
    parts = ["/", "/compare/", "/network/", "/weeks/", "/groups/", "/words/ベンチ/", ".svg", ".csv", ".json"]
    return [f"/analysis/{slug}{part}" for part in parts]
