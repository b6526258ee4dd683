"""The admin site: only the city's service, only with a second factor, only for a working day."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from apps.accounts import second_factor
from apps.accounts.models import Posting, User
from tests.accounts.factories import (
    PostingFactory,
    UserFactory,
    make_council_member,
    make_moderator,
    make_secretariat,
    make_staff,
    make_superuser,
)
from tests.accounts.test_sign_in import CODE, ask, code

pytestmark = pytest.mark.django_db(transaction=True)


def admin_addresses() -> list[str]:
    """Every address of the admin site, with 1 where an id stands."""
    names = [pattern.name for pattern in admin.site.get_urls() if getattr(pattern, "name", None)]
    names += [p.name for model_admin in admin.site._registry.values() for p in model_admin.get_urls() if p.name]
    addresses = []
    for name in names:
        for arguments in ([], ["1"], ["1", "1"], ["accounts"]):
            try:
                addresses.append(reverse(f"admin:{name}", args=arguments))
                break
            except NoReverseMatch:
                continue
    return [*addresses, "/admin/nothing/"]


def test_no_admin_address_opens_without_a_second_factor(sign_in: Any) -> None:
    addresses = admin_addresses()
    assert len(addresses) > 20
    for person in (make_secretariat(totp=False), UserFactory(is_superuser=True)):
        browser = sign_in(person)
        for address in addresses:
            answer = browser.get(address)
            assert (answer.status_code, answer.headers.get("Location")) == (302, "/accounts/second-factor/"), address
    assert browser.get("/accounts/second-factor/").status_code == 200


def test_residents_and_council_members_are_refused_with_a_sentence(sign_in: Any) -> None:
    for person in (UserFactory(), make_council_member()):
        browser = sign_in(person)
        for address in admin_addresses():
            answer = browser.get(address)
            assert answer.status_code == 403, address
        assert "市の職員だけが使えます" in answer.content.decode()


def test_visitors_are_led_to_the_door_and_back(client: Client) -> None:
    assert client.get("/admin/accounts/user/").url == "/accounts/login/?next=/admin/accounts/user/"
    assert client.get("/admin/login/").url.startswith("/accounts/login/?next=/admin/login/")


def test_staff_sign_in_with_code_and_app(client: Client) -> None:
    person = make_secretariat()
    ask(client, person.email, next="/admin/")
    assert client.post(CODE, {"code": code(), "next": "/admin/"}).url == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    assert client.get("/accounts/2fa/authenticate/").status_code == 200
    answer = client.post("/accounts/2fa/authenticate/", {"code": second_factor.present_code(person)})
    assert answer.url == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert client.session.get_expiry_age() <= 8 * 3600


def test_staff_without_a_page_to_go_on_to_land_on_what_waits_for_them(client: Client) -> None:
    person = make_moderator()
    ask(client, person.email)
    client.post(CODE, {"code": code()})
    answer = client.post("/accounts/2fa/authenticate/", {"code": second_factor.present_code(person)})
    assert answer.url == "/admin/"
    resident = Client()
    ask(resident, UserFactory().email)
    assert resident.post(CODE, {"code": code()}).url == "/"


def test_a_session_that_never_showed_the_factor_is_asked_for_it(client: Client) -> None:
    client.force_login(make_secretariat(), backend="apps.accounts.backends.PortalBackend")
    again = client.get("/admin/accounts/user/", follow=True)
    assert again.redirect_chain[-1][0] == "/accounts/2fa/reauthenticate/?next=%2Fadmin%2Faccounts%2Fuser%2F"
    assert again.status_code == 200


@pytest.mark.parametrize(("hours", "stays"), [(7, True), (9, False)])
def test_a_residents_long_session_does_not_become_the_citys(client: Client, hours: int, stays: bool) -> None:
    """Two weeks without second factor are for residents; with a role the same browser signs in again."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask(client, "yamada@example.com")
        client.post(CODE, {"code": code()})
        clock.shift(timedelta(days=3))
        assert client.get("/me/").status_code == 200
        clock.shift(timedelta(days=-3, hours=hours))
        PostingFactory(user=User.objects.get(email="yamada@example.com"))
        answer = client.get("/council/desk/")
        assert answer.url.startswith("/accounts/second-factor/again/") is stays
        if not stays:
            assert answer.url == "/accounts/login/?next=/council/desk/"
            assert client.get("/me/").status_code == 302
            assert "もう一度ログインしてください" in client.get(answer.url).text


@pytest.mark.parametrize(("steps", "opens"), [([29, 29], True), ([31], False), ([25] * 20, False)])
def test_half_an_hour_away_or_a_working_day_later_it_is_shown_again(
    sign_in: Any, steps: list[int], opens: bool
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        browser = sign_in(make_secretariat())
        for minutes in steps:
            clock.shift(timedelta(minutes=minutes))
            status = browser.get("/admin/").status_code
        assert (status == 200) is opens


def test_rights_end_with_the_posting_at_the_next_page(sign_in: Any) -> None:
    browser = sign_in(make_secretariat())
    assert browser.get("/admin/").status_code == 200
    yesterday = timezone.localdate() - timedelta(days=1)
    Posting.objects.update(starts_on=yesterday, ends_on=yesterday)
    assert browser.get("/admin/").status_code == 403


def test_a_moderator_sees_and_finds_no_address(sign_in: Any) -> None:
    UserFactory(email="hidden.person@example.com", nickname="たま")
    browser = sign_in(make_moderator())
    assert "たま" in browser.get("/admin/accounts/user/").content.decode()
    assert "hidden.person" not in browser.get("/admin/accounts/user/?q=nobody").content.decode()
    assert "たま" not in browser.get("/admin/accounts/user/?q=hidden").content.decode()
    person = User.objects.get(nickname="たま")
    assert "hidden.person" not in browser.get(f"/admin/accounts/user/{person.pk}/change/").content.decode()


def test_the_secretariat_makes_nobody_more_powerful(sign_in: Any) -> None:
    resident, boss, colleague, me = UserFactory(), make_superuser(), make_secretariat(), make_secretariat()
    browser = sign_in(me)
    everything = {"is_superuser": "on", "is_active": "on", "email": "x@example.com", "user_permissions": "1"}
    forms = {"postings-TOTAL_FORMS": "0", "postings-INITIAL_FORMS": "0"}
    assert browser.post(f"/admin/accounts/user/{resident.pk}/change/", {**everything, **forms}).status_code == 302
    resident = User.objects.get(pk=resident.pk)
    assert not resident.is_superuser
    assert resident.email != "x@example.com"
    for person in (boss, colleague, me):
        assert browser.post(f"/admin/accounts/user/{person.pk}/change/", {**everything, **forms}).status_code == 403
    assert browser.get("/admin/auth/group/").status_code == 404


def test_a_role_is_ended_on_the_persons_page(sign_in: Any) -> None:
    person = make_staff()
    posting = person.postings.get()
    browser = sign_in(make_secretariat())
    fields = {
        "is_active": "on",
        "postings-TOTAL_FORMS": "1",
        "postings-INITIAL_FORMS": "1",
        "postings-0-id": posting.pk,
        "postings-0-user": person.pk,
        "postings-0-role": "secretariat",
        "postings-0-ends_on": timezone.localdate().isoformat(),
    }
    assert browser.post(f"/admin/accounts/user/{person.pk}/change/", fields).status_code == 302
    posting.refresh_from_db()
    assert (posting.ends_on, posting.role) == (timezone.localdate(), "staff")


def test_sign_in_and_its_limit_go_on_with_the_cache_server_dead(client: Client, settings: Any) -> None:
    caches = {**settings.CACHES, "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/1"}}
    settings.CACHES = caches
    for number in range(4):
        status = ask(client, "new@example.com").status_code
        assert status == (302 if number < 3 else 429)
    client.post(CODE, {"code": code()})
    assert "_auth_user_id" in client.session
    assert len(mail.outbox) == 3
