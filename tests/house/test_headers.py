"""Every answer, errors and files included, carries the headers that keep a page from being misused."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.safety.world import City, visit

pytestmark = pytest.mark.django_db
INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|\sstyle=|\son[a-z]+=|javascript:", re.I)


def addresses() -> list[str]:
    proposal = ProposalFactory(consultation=ConsultationFactory(slug="headers"))
    return [
        "/consultations/",
        "/consultations/headers/",
        "/consultations/headers/feed.atom",
        "/consultations/headers/qr.svg",
        proposal.get_absolute_url(),
        "/accounts/login/",
        "/admin/login/",
        "/nowhere/",
        "/healthz",
    ]


def test_policy_stands_on_every_answer() -> None:
    client = Client()
    for address in addresses():
        answer = client.get(address, follow=True)
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy, address
        assert "unsafe" not in policy, address
        assert answer.headers["X-Frame-Options"] == "DENY", address
        assert answer.headers["X-Content-Type-Options"] == "nosniff", address
        assert "camera=()" in answer.headers["Permissions-Policy"], address
        assert answer.headers["Referrer-Policy"], address


def test_pages_hold_nothing_that_the_policy_would_stop() -> None:
    client = Client()
    for address in addresses():
        page = client.get(address, follow=True)
        if page.headers["Content-Type"].startswith("text/html"):
            assert not INLINE.search(page.text), (address, INLINE.search(page.text))


def test_templates_hold_no_inline_script_or_style() -> None:
    for path in Path(settings.BASE_DIR / "templates").rglob("*.html"):
        found = INLINE.search(path.read_text(encoding="utf-8"))
        assert not found, (path, found)


def test_csrf_is_asked_of_every_form() -> None:
    proposal = ProposalFactory()
    client = Client(enforce_csrf_checks=True)
    for act in ("like", "comments", "report", "edit", "withdraw"):
        answer = client.post(f"/proposals/{proposal.code}/{act}/", {"wanted": "1"})
        assert answer.status_code == 403
        assert "もう一度" in answer.text or "開き直" in answer.text


def test_what_was_written_is_shown_when_the_token_is_wrong_and_nobody_elses_words_are() -> None:
    address, client = f"/proposals/{ProposalFactory().code}/comments/", Client(enforce_csrf_checks=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = "of somebody"
    sent = {"body": "消えない</textarea>文章", "password": "ひみつ"}
    ours = client.post(address, sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert ours.status_code == 403
    assert "消えない&lt;/textarea&gt;文章" in ours.text
    assert "ひみつ" not in ours.text
    for elsewhere in ({"Sec-Fetch-Site": "cross-site"}, {}):
        assert "消えない" not in client.post(address, sent, headers=elsewhere).text


def test_signed_in_pages_are_never_kept(sign_in) -> None:  # type: ignore[no-untyped-def]
    proposal = ProposalFactory()
    answer = sign_in(proposal.author).get("/consultations/")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Cookie" in answer.headers["Vary"]


def is_page(answer: Any) -> bool:
    """Whether an answer is a page with header and footer."""
    is_html = not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html")
    return is_html and "<html" in answer.text


def test_a_part_is_never_kept_and_a_page_says_that_there_is_one() -> None:
    """Of every address: as a page, as a part, and whole again after a step back in the script's own history."""
    city = City()
    city.grow(1)
    resident = Client()
    resident.force_login(city.resident, backend="apps.accounts.backends.PortalBackend")
    part_asked = {"HX-Request": "true"}
    back = {**part_asked, "HX-History-Restore-Request": "true", "HX-Target": "proposals"}
    parts = 0
    for name, address in city.addresses().items():
        for client in (Client(), resident):
            page, part = visit(client, address), visit(client, address, headers=part_asked)
            assert "HX-Request" in page.headers["Vary"], name
            assert "no-store" in part.headers["Cache-Control"], name
            if is_page(page) and not is_page(part):
                parts += 1
                assert is_page(visit(client, address, headers=back)), name
    assert parts >= 4
