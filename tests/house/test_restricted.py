"""Somebody whose 投稿 is restricted writes nothing: tried at every address that exists, so that a new one cannot be missed."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from apps.accounts.models import Restricted, Restriction, Role
from apps.council import actions
from apps.council.models import ProjectUpdate
from tests.accounts import factories as people
from tests.council.factories import OrganizationFactory, ProjectFactory
from tests.house.test_access import GETS, address_of, names
from tests.house.test_access import things as things

pytestmark = pytest.mark.django_db
REASON = "同じ宣伝を繰り返し投稿したため"


def restrict(person: Any) -> None:
    Restriction.objects.create(user=person, kind=Restriction.Kind.LIMITED, reason=REASON, article=6)


@pytest.mark.parametrize("role", ["resident", "council", "secretariat"])
def test_every_address_refuses_what_a_restricted_person_sends(role: str, things: Any, sign_in: Any) -> None:
    made = {"council": people.make_council_member, "secretariat": people.make_secretariat}
    person = made.get(role, people.UserFactory)()
    browser: Client = sign_in(person)
    restrict(person)
    wrong = []
    for name in sorted(GETS):
        answer = browser.post(address_of(name, things), {"body": "書いた 文", "title": "題"})
        refused = answer.status_code == 403 and REASON in answer.text and "書いた 文" in answer.text
        if refused is (name in settings.RESTRICTED_MAY_SEND):
            wrong.append((name, answer.status_code))
    assert wrong == []


def test_what_a_restricted_person_may_send_exists() -> None:
    assert settings.RESTRICTED_MAY_SEND - set(names(get_resolver().url_patterns)) == set()


def test_the_verbs_of_the_council_refuse_it_too(sign_in: Any) -> None:
    """Whatever page calls them."""
    own = ProjectFactory.by(OrganizationFactory(name="試験大学"))
    member = people.UserFactory()
    people.PostingFactory(user=member, role=Role.COUNCIL, organization="試験大学")
    restrict(member)
    with pytest.raises(Restricted, match=REASON):
        actions.write_update(project=own, by=member, title="題", body="文", happened_on="2026-11-01")
    assert not ProjectUpdate.objects.exists()
