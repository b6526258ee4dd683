"""A child's way through the portal: every sentence of its frame is written with the kanji of the primary school."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from apps.accounts.models import Department
from apps.consultations.models import ReplyStatus
from apps.core.language_marks import VOID
from apps.core.languages import KIDS
from apps.core.school_kanji import COMMON, PRIMARY_SCHOOL, SCHOOL_YEARS
from apps.operations.models import SitePage
from apps.vision.models import Viewpoint
from tests.accounts.factories import UserFactory
from tests.consultations.factories import ConsultationFactory, ProposalFactory

pytestmark = pytest.mark.django_db
KANJI = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
SPOKEN = ("alt", "aria-label", "placeholder", "title", "data-announce", "content")


class Frame(HTMLParser):
    """Collects what a page says by itself: not the words of residents (dir="auto"), no scripts, no readings."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.stack: list[tuple[str, bool]] = []
        self.lines: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        left_out = tag in {"script", "style", "rt"} or ("dir", "auto") in attrs
        within = any(out for _tag, out in self.stack)
        if not (left_out or within):
            self.lines += [value for name, value in attrs if name in SPOKEN and value]
        if tag not in VOID:
            self.stack.append((tag, left_out))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(out for _tag, out in self.stack):
            self.lines.append(" ".join(data.split()))


def beyond_primary_school(html: str) -> dict[str, str]:
    """Return the lines of the frame with letters that nobody learns in the primary school, and these letters."""
    found = {}
    for line in Frame(re.sub(r"</?ruby>|<rt>[^<]*</rt>", "", html)).lines:
        if hard := "".join(sorted(set(KANJI.findall(line)) - PRIMARY_SCHOOL)):
            found[line] = hard
    return found


def test_the_list_of_kanji_is_the_one_of_the_ministry() -> None:
    assert [len(year) for year in SCHOOL_YEARS] == [80, 160, 200, 202, 193, 191]
    assert (len(PRIMARY_SCHOOL), len(COMMON)) == (1026, 2136)
    assert PRIMARY_SCHOOL < COMMON
    assert not set("稿匿募概閲覧") <= PRIMARY_SCHOOL


@pytest.fixture
def asked() -> Any:
    """What staff and residents typed is in kana here: only the frame's own words are left to be looked at."""
    Department.objects.all().delete()
    theme: Any = ConsultationFactory(
        slug="parks", title="みずべ", summary="みずべのこと", background="## はじめに\n\nみずべ", allows_guests=True,
        allows_guest_comments=True,
        department=Department.objects.create(code="parks", name="みどり"),
        period_note="",
    )  # fmt: skip
    theme.questions.update(text="どうする", help_text="なんでも")
    theme.viewpoints.add(Viewpoint.objects.create(number=1, slug="children", title="こどもたち"))
    ProposalFactory(consultation=theme, body="ベンチ", title="ベンチ", author=UserFactory(nickname="ひかり"))
    ConsultationFactory(
        slug="soon", upcoming=True, title="これから", summary="これから", background="", department=theme.department
    ).questions.update(text="どうする")
    for status in ReplyStatus.objects.all():
        ReplyStatus.objects.filter(pk=status.pk).update(name=f"こたえ{status.pk}")
    SitePage.objects.create(slug="terms", title="やくそく", body="やくそく")
    return theme


def typed(asked: Any, **changes: Any) -> dict[str, Any]:
    return {
        "question": asked.questions.get().pk,
        "body": "ベンチがほしい",
        "name": "anonymous",
        "nickname": "",
        "consent": "on",
        "submit_key": str(uuid.uuid4()),
    } | changes


def as_guest(client: Client, asked: Any, clock: Any) -> Iterator[tuple[str, Any]]:
    page = "/consultations/parks/propose/guest/"
    shown = client.get(page)
    opened = shown.context["form"].initial["opened"]
    yield "guest's form", shown
    clock.shift(timedelta(seconds=20))
    yield "guest's empty form", client.post(page, {"opened": opened, "step": "preview"})
    data = typed(asked, opened=opened)
    yield "guest's preview", client.post(page, {**data, "step": "preview"})
    yield "guest's end", client.post(page, {**data, "step": "post"}, follow=True)
    voice = asked.proposals.get(title="ベンチ")
    yield "voice", client.get(voice.get_absolute_url())
    page = f"/proposals/{voice.code}/comments/guest/"
    shown = client.get(page)
    yield "guest's comment", shown
    clock.shift(timedelta(seconds=20))
    data = {"body": "ひかげ", "consent": "on", "submit_key": str(uuid.uuid4())}
    data["opened"] = shown.context["form"].initial["opened"]
    yield "guest's empty comment", client.post(page, data | {"body": "", "consent": ""})
    yield "guest's comment at its end", client.post(page, data)
    yield "passphrase", client.get("/guest/")
    yield "wrong passphrase", client.post("/guest/", {"code": "C26-9999", "passphrase": "x"})


def as_resident(client: Client, asked: Any) -> Iterator[tuple[str, Any]]:
    page = "/consultations/parks/propose/"
    yield "form", client.get(page)
    yield "empty form", client.post(page, {"step": "preview"})
    yield "too long", client.post(page, typed(asked, body="あ" * 3000, title="あ" * 200, step="preview"))
    data = typed(asked)
    yield "preview", client.post(page, {**data, "step": "preview"})
    yield "end", client.post(page, {**data, "step": "post"}, follow=True)
    yield "form without consent", client.post(page, typed(asked, consent="", body="すわる", step="preview"))


def as_visitor(client: Client) -> Iterator[tuple[str, Any]]:
    for address in (
        "/",
        "/consultations/",
        "/consultations/?q=みつからない",
        "/consultations/parks/",
        "/consultations/soon/",
    ):
        yield address, client.get(address)
    yield (
        "list of voices",
        client.get("/consultations/parks/?q=ない", headers={"HX-Request": "true", "HX-Target": "proposals"}),
    )
    yield "terms", client.get("/terms/")
    yield "sign-in", client.get("/accounts/login/")
    yield "sign-in with nothing", client.post("/accounts/login/", {"email": ""})
    yield "sign-in with no address", client.post("/accounts/login/", {"email": "x"})
    yield "code", client.post("/accounts/login/", {"email": "resident@example.com"}, follow=True)
    yield "wrong code", client.post("/accounts/login/code/confirm/", {"code": "000000"}, follow=True)
    yield "no page", client.get("/nowhere/")


def answers(asked: Any, sign_in: Any, clock: Any, language: str) -> Iterator[tuple[str, Any]]:
    visitor, guest, resident = Client(), Client(), sign_in(UserFactory(nickname="みどり"))
    for client in (visitor, guest, resident):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    yield from as_visitor(visitor)
    yield from as_guest(guest, asked, clock)
    yield from as_resident(resident, asked)


def test_every_sentence_of_the_way_has_only_kanji_of_the_primary_school(
    asked: Any, sign_in: Any, frozen_clock: Any
) -> None:
    hard: dict[str, str] = {}
    seen = 0
    for _name, answer in answers(asked, sign_in, frozen_clock, KIDS):
        assert answer.status_code < 500
        hard |= beyond_primary_school(answer.text)
        seen += "<rt>" in answer.text
    assert seen > 20, "with the words for children, readings are on"
    assert not hard, "\n".join(f"{letters}: {line}" for line, letters in sorted(hard.items()))
