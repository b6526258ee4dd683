"""A list of the admin site tells no more by being narrowed down than it shows."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.test import Client

from apps.core.admin import PortalAdmin
from apps.core.admin_dates import DayField, MomentField
from apps.operations.models import AuditEntry
from tests.accounts import factories as people
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.operations.factories import OutboxFactory

SignIn = Callable[[Any], Client]


def test_every_list_is_one_of_the_portals() -> None:
    """Django's own would let an address narrow it down by any column, shown or not."""
    others = [model for model, site in admin.site._registry.items() if not isinstance(site, PortalAdmin)]
    assert others == []


@pytest.mark.django_db
def test_every_column_has_a_japanese_name(rf: Any) -> None:
    """Django names a column by its attribute (USER ID), where nobody named it."""
    request = rf.get("/")
    request.user = people.make_superuser()
    names = {
        (model.__name__, name): str(label_for_field(name, model, site))
        for model, site in admin.site._registry.items()
        for name in site.get_list_display(request)
        if name != "__str__"
    }
    assert {place: name for place, name in names.items() if not re.search("[ぁ-んァ-ヶ一-龠々]", name)} == {}


def date_fields(site: Any, request: Any) -> Iterator[Any]:
    """The days and moments that the forms of an admin page ask for."""
    asked = [inline(site.model, admin.site).get_formset(request).form for inline in site.inlines]
    if site.has_add_permission(request) or site.has_change_permission(request):
        asked.append(site.get_form(request, fields=None))
    for form in asked:
        yield from (
            one for one in form.base_fields.values() if isinstance(one, forms.DateField | forms.MultiValueField)
        )


@pytest.mark.django_db
def test_every_day_is_typed_as_people_write_it(rf: Any) -> None:
    """And said beside its field as residents read it."""
    request = rf.get("/")
    request.user = people.make_superuser()
    found = [(site, field) for site in admin.site._registry.values() for field in date_fields(site, request)]
    assert len(found) >= 10
    assert [pair for pair in found if not isinstance(pair[1], DayField | MomentField)] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("moderator", "/admin/accounts/user/?email_normalised__startswith=who"),
        ("moderator", "/admin/accounts/user/?email__contains=who"),
        ("moderator", "/admin/consultations/abusereport/?reporter={author}"),
        ("moderator", "/admin/consultations/proposal/?author={author}"),
        ("moderator", "/admin/consultations/comment/?author_id__in={author}"),
        ("moderator", "/admin/consultations/proposal/?age_band=30s"),
        ("secretariat", "/admin/operations/outbox/?body__contains=123456"),
        ("secretariat", "/admin/operations/outbox/?to__startswith=who"),
        ("secretariat", "/admin/accounts/invitation/?token_digest__startswith=0"),
    ],
)
def test_a_column_that_the_list_does_not_offer_narrows_nothing(sign_in: SignIn, role: str, address: str) -> None:
    """Letter by letter one could read an address or the code of a mail; with a number, who wrote a text of 匿名."""
    author = people.UserFactory(email="who@example.com")
    ProposalFactory(author=author, age_band="30s")
    OutboxFactory(to="who@example.com", body="123456")
    browser = sign_in(getattr(people, f"make_{role}")())
    assert browser.get(address.format(author=author.pk)).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    "page", ["accounts/user", "operations/auditentry", "consultations/proposal", "operations/outbox"]
)
def test_what_the_list_offers_narrows_it(sign_in: SignIn, page: str) -> None:
    """Every filter that stands beside or above a list, and its dates, answer."""
    AuditEntry.record("publish", ConsultationFactory(), by=None)
    browser = sign_in(people.make_superuser())
    beside = browser.get(f"/admin/{page}/").text
    offered = {unescape(found) for found in re.findall(r'href="(\?[^"]+)"', beside)}
    for name, options in re.findall(r'<select name="(\w+)" id="filter-.*?>(.*?)</select>', beside, re.DOTALL):
        offered |= {f"?{name}={unescape(value)}" for value in re.findall(r'<option value="([^"]+)"', options)}
    assert len(offered) > 2
    assert {found: browser.get(f"/admin/{page}/{found}").status_code for found in offered} == dict.fromkeys(
        offered, 200
    )
