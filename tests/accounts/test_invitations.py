"""Invitations: the only way to a role, for one address, once, in time."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from apps.accounts.actions import invite
from apps.accounts.models import Invitation, Posting, Role, User
from tests.accounts.factories import (
    DepartmentFactory,
    UserFactory,
    make_moderator,
    make_secretariat,
    make_staff,
    make_superuser,
)

pytestmark = pytest.mark.django_db(transaction=True)


def offered(by: User | None = None, **fields: Any) -> str:
    """The path that the mail of a new invitation names."""
    invitation = Invitation(**{"email": "yamada@example.com", "role": Role.MODERATOR, **fields})
    invite(invitation=invitation, by=by or make_secretariat())
    return re.search(r"http://localhost:8000(/accounts/invitations/\S+/)", mail.outbox[-1].body)[1]


def test_the_right_person_takes_it_once(client: Client, sign_in: Any) -> None:
    path = offered()
    page = client.get(path).content.decode()
    assert "モデレーター" in page
    assert f"/accounts/login/?next={path}" in page
    assert not Posting.objects.filter(role=Role.MODERATOR).exists()
    person = UserFactory(email="yamada@example.com")
    browser = sign_in(person)
    assert "この役割を引き受ける" in browser.get(path).content.decode()
    assert browser.post(path).url == "/accounts/second-factor/"
    assert User.objects.get(pk=person.pk).is_staff
    again = browser.post(path)
    assert again.status_code == 410
    assert "すでに使われたか" in again.content.decode()


def test_opening_the_link_takes_nothing(sign_in: Any) -> None:
    path = offered()
    sign_in(UserFactory(email="yamada@example.com")).get(path)
    assert Invitation.objects.get().accepted_at is None


def test_another_address_is_refused(sign_in: Any) -> None:
    path = offered()
    browser = sign_in(UserFactory(email="other@example.com"))
    for answer in (browser.get(path), browser.post(path)):
        assert answer.status_code == 403
        assert "別のメールアドレス" in answer.content.decode()
    assert Invitation.objects.get().accepted_at is None


def test_a_visitor_cannot_take_it(client: Client) -> None:
    path = offered()
    assert client.post(path).status_code == 200
    assert Invitation.objects.get().accepted_at is None


@pytest.mark.parametrize("change", [{"expires_at": -1}, {"revoked_at": -1}])
def test_too_late_or_taken_back(sign_in: Any, change: dict[str, int]) -> None:
    path = offered()
    Invitation.objects.update(**{name: timezone.now() + timedelta(minutes=by) for name, by in change.items()})
    browser = sign_in(UserFactory(email="yamada@example.com"))
    assert browser.get(path).status_code == 410
    assert browser.post(path).status_code == 410
    assert not Posting.objects.filter(role=Role.MODERATOR).exists()


def test_an_unknown_link_is_not_found(client: Client) -> None:
    assert client.get("/accounts/invitations/nothing/").status_code == 404


def test_the_secretariat_hands_out_no_power_of_its_own() -> None:
    with pytest.raises(PermissionDenied):
        offered(role=Role.SECRETARIAT)
    for person in (make_moderator(), make_staff(), UserFactory()):
        with pytest.raises(PermissionDenied):
            offered(by=person)
    offered(by=make_superuser(), role=Role.SECRETARIAT)


def test_the_admin_page_writes_the_mail(sign_in: Any) -> None:
    department = DepartmentFactory()
    browser = sign_in(make_secretariat())
    form = browser.get("/admin/accounts/invitation/add/").content.decode()
    assert 'value="staff"' in form
    assert 'value="secretariat"' not in form
    fields = {"email": "New@Example.com", "role": "staff", "department": department.pk, "organization": ""}
    assert browser.post("/admin/accounts/invitation/add/", fields).status_code == 302
    assert mail.outbox[-1].to == ["new@example.com"]
    assert department.name in mail.outbox[-1].body
    fields["role"] = "secretariat"
    assert browser.post("/admin/accounts/invitation/add/", fields).status_code == 422
    assert Invitation.objects.count() == 1


def test_the_list_takes_an_invitation_back(sign_in: Any) -> None:
    offered()
    browser = sign_in(make_secretariat())
    row = Invitation.objects.get()
    browser.post("/admin/accounts/invitation/", {"action": "revoke", "_selected_action": row.pk})
    assert Invitation.objects.get().revoked_at
