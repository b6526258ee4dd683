"""Members confirm a draft of the minutes with a code; the counts of women and of members by public call."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.meetings import actions
from apps.meetings.models import ActionRefused, Composition, Confirmation, Minutes
from tests.accounts.factories import make_staff
from tests.meetings.factories import held, minutes, organ, seat

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
WORDS = "会長：まだ公表していない発言。"


@pytest.fixture
def draft() -> Minutes:
    """A draft of the minutes of a body with two members."""
    body = organ()
    body.seats.all().delete()
    seat(body, "委員ア")
    seat(body, "委員イ")
    today = timezone.localdate()
    seat(body, "前の委員", starts_on=today - timedelta(days=900), ends_on=today - timedelta(days=90))
    return minutes(held(body), body=WORDS)


def asked(draft: Minutes, days: int = 7) -> dict[str, str]:
    """The codes by the names of the members."""
    due_on = timezone.localdate() + timedelta(days=days)
    return {seat.name: code for seat, code in actions.ask_members(minutes=draft, due_on=due_on, by=None)}


def opened(code: str) -> Client:
    browser = Client()
    assert browser.post(reverse("meetings:confirm"), {"code": code}).status_code == 302
    return browser


def answer(browser: Client, draft: Minutes, said: str = "confirmed", remark: str = "", seen: str = "") -> Any:
    draft.refresh_from_db()
    facts = {"answer": said, "remark": remark, "seen": seen or draft.words_key}
    return browser.post(reverse("meetings:confirm_draft"), facts, follow=True)


def test_each_member_confirms_with_a_code_and_the_draft_stays_hidden(draft: Minutes) -> None:
    codes = asked(draft)
    assert set(codes) == {"委員ア", "委員イ"}, "the members of the day of the meeting"
    assert not Confirmation.objects.filter(code_key__in=codes.values()).exists(), "no code is stored"
    page = reverse("meetings:confirm_draft")
    assert Client().get(page).status_code == 302
    assert Client().get(f"{draft.meeting.get_absolute_url()}minutes/").status_code == 404
    browser = opened(codes["委員ア"].upper().replace("-", " "))
    assert WORDS in browser.get(page).text
    assert "no-store" in browser.get(page)["Cache-Control"]
    assert "答えを受け付けました" in answer(browser, draft).text
    with pytest.raises(ActionRefused, match="1人"):
        actions.publish_minutes(minutes=draft, by=None)
    answer(opened(codes["委員イ"]), draft)
    actions.publish_minutes(minutes=draft, by=None)
    shown = Client().get(f"{draft.meeting.get_absolute_url()}minutes/").text
    assert "委員2人のうち2人が、公表の前に確認しました" in shown
    assert browser.get(page).status_code == 302, "a code opens nothing that is public"


def test_a_member_asks_for_a_correction_and_is_asked_again_when_the_text_changes(
    draft: Minutes, sign_in: SignIn
) -> None:
    codes = asked(draft)
    browser = opened(codes["委員ア"])
    refused = answer(browser, draft, "wrong")
    assert refused.status_code == 422
    assert "直してほしいところを書いてください" in refused.text
    answer(browser, draft, "wrong", "3行目の数が違います。")
    answer(opened(codes["委員イ"]), draft)
    staff = sign_in(make_staff(draft.meeting.organ.department))
    seen_by_staff = staff.get(reverse("admin:meetings_minutes_change", args=[draft.pk])).text
    assert "3行目の数が違います。" in seen_by_staff
    before = draft.words_key
    draft.body = "会長：直した発言。"
    draft.save()
    again = staff.get(reverse("admin:meetings_minutes_change", args=[draft.pk])).text
    assert "もう一度確認します" in again
    with pytest.raises(ActionRefused, match="2人"):
        actions.publish_minutes(minutes=draft, by=None)
    late = answer(browser, draft, seen=before)
    assert late.status_code == 422
    assert "文が変わりました" in late.text


def test_after_the_due_day_the_minutes_are_published_with_the_number_of_those_who_confirmed(
    draft: Minutes, frozen_clock: Any
) -> None:
    answer(opened(asked(draft, days=2)["委員ア"]), draft)
    frozen_clock.shift(timedelta(days=2))
    with pytest.raises(ActionRefused, match="期限"):
        actions.publish_minutes(minutes=draft, by=None)
    frozen_clock.shift(timedelta(days=1))
    actions.publish_minutes(minutes=draft, by=None)
    assert (draft.members_asked, draft.members_confirmed) == (2, 1)
    with pytest.raises(ActionRefused, match="公表した会議録"):
        asked(draft)


def test_a_lost_code_is_made_anew_and_answers_stay(draft: Minutes) -> None:
    first = asked(draft)
    answer(opened(first["委員ア"]), draft)
    second = asked(draft)
    assert set(second) == {"委員イ"}
    assert Client().post(reverse("meetings:confirm"), {"code": first["委員イ"]}).status_code == 422
    opened(second["委員イ"])


def test_codes_are_tried_a_few_times_only(draft: Minutes) -> None:
    asked(draft)
    browser, page = Client(), reverse("meetings:confirm")
    answers = [browser.post(page, {"code": f"2222-3333-{number:04}"}) for number in range(31)]
    assert {response.status_code for response in answers} == {422}
    assert "15分ほど" in answers[-1].text
    assert browser.post(page, {"code": ""}).status_code == 422


def test_staff_get_the_codes_once(draft: Minutes, sign_in: SignIn) -> None:
    page = reverse("admin:meetings_minutes_ask", args=[draft.pk])
    staff = sign_in(make_staff(draft.meeting.organ.department))
    assert page in staff.get(reverse("admin:meetings_minutes_change", args=[draft.pk])).text
    for wrong in ("", "いつか", str(timezone.localdate() - timedelta(days=1))):
        assert staff.post(page, {"due_on": wrong}).status_code == 422
    made = staff.post(page, {"due_on": str(timezone.localdate())}).text
    assert "委員ア" in made
    assert made.count("<code>") == 2
    assert "<code>" not in staff.get(page).text
    assert sign_in(make_staff()).get(page).status_code in {403, 404}


def test_a_body_without_members_cannot_be_asked() -> None:
    draft = minutes(held())
    draft.meeting.organ.seats.all().delete()
    with pytest.raises(ActionRefused, match="名簿"):
        asked(draft)


def test_what_the_database_refuses(draft: Minutes) -> None:
    asked(draft)
    row = Confirmation.objects.first()
    assert row is not None
    for name, fields in (
        ("confirmation_says_what_is_wrong", {"answer": "wrong", "answered_at": timezone.now()}),
        ("confirmation_answered_at_a_moment", {"answer": "confirmed"}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Confirmation.objects.filter(pk=row.pk).update(**fields)
    with pytest.raises(IntegrityError, match="confirmation_once"), transaction.atomic():
        Confirmation.objects.create(minutes=draft, seat=row.seat, code_key="0" * 64)


def test_shares_of_women_and_of_public_call_stand_on_the_page_with_their_day_and_aim() -> None:
    body = organ()
    page = body.get_absolute_url()
    assert "委員の構成" not in Client().get(page).text
    facts = {"members": 12, "women": 5, "public_call": 2, "women_aim": 40, "aim_source": "見本の推進計画"}
    last = timezone.localdate() - timedelta(days=365)
    Composition.objects.create(organ=body, counted_on=timezone.localdate(), **facts)
    Composition.objects.create(organ=body, counted_on=last, members=10, women=3, public_call=0)
    shown = Client().get(page).text
    for words in ("5（41.7%）", "目標 40%", "見本の推進計画", "2（16.7%）", "3（30.0%）", "0（0.0%）"):
        assert words in shown, words
    for name, fields in (
        ("composition_once", {}),
        ("composition_parts_of_whole", {"women": 13}),
        ("composition_aims_are_shares", {"women_aim": 101}),
        ("composition_aim_has_source", {"aim_source": ""}),
    ):
        row = Composition(
            organ=body, counted_on=timezone.localdate() - timedelta(days=bool(fields)), **{**facts, **fields}
        )
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            row.save()
        with pytest.raises(ValidationError):
            row.full_clean()
