"""The hour of closing stands wherever its day stands: on pages, cards, the poster, in feeds, mails and the admin site."""

import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils.html import strip_tags
from pypdf import PdfReader

from apps.consultations import actions
from apps.consultations.models import Consultation
from apps.consultations.tasks import tell_followers
from apps.operations.models import Notification
from tests.accounts.factories import UserFactory, make_secretariat
from tests.consultations.factories import ConsultationFactory, ProposalFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
DAY = re.compile(r"12月23日|December 23, 2026")
WITH_HOUR = re.compile(r"(?:12月23日（水）|December 23, 2026) 17:00")


@pytest.fixture
def asked() -> Iterator[Consultation]:
    """A consultation that closes on 23 December 2026 at 17:00 in Chofu, on a day long before."""
    with time_machine.travel("2026-11-25 09:00 +0900", tick=False):
        opens, closes = datetime(2026, 11, 1, 0, 0, tzinfo=UTC), datetime(2026, 12, 23, 8, 0, tzinfo=UTC)
        yield ConsultationFactory(opens_at=opens, closes_at=closes, slug="closing", title="締切の時刻")


def require_hour(text: str, *, least: int = 1) -> None:
    days, with_hour = DAY.findall(text), WITH_HOUR.findall(text)
    assert len(days) == len(with_hour) >= least, [text[m.start() - 40 : m.end() + 20] for m in DAY.finditer(text)]


def pages(asked: Consultation) -> list[str]:
    home, voice = asked.get_absolute_url(), ProposalFactory(consultation=asked)
    return [home, "/consultations/", "/", f"{home}feed.atom", f"{home}propose/", voice.get_absolute_url(),
            "/search/?q=締切の時刻", "/me/", "/admin/consultations/consultation/"]  # fmt: skip


@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_page_names_the_day_without_the_hour(asked: Consultation, sign_in: SignIn, language: str) -> None:
    client = sign_in(make_secretariat())
    actions.follow(user=UserFactory(), consultation=asked, wanted=True)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for number, page in enumerate(pages(asked)):
        answer = client.get(page)
        assert answer.status_code == 200, page
        text = re.sub(r"\s+", " ", strip_tags(answer.content.decode()))
        require_hour(text, least=1 if number < 4 or page.startswith("/admin") else 0)


def test_the_period_of_a_closed_one_and_of_a_single_question_too(asked: Consultation) -> None:
    asked.questions.update(closes_at=datetime(2026, 12, 23, 8, 0, tzinfo=UTC))
    with time_machine.travel("2027-01-05 09:00 +0900", tick=False):
        text = re.sub(r"\s+", " ", strip_tags(Client().get(asked.get_absolute_url()).text))
    require_hour(text, least=3)


def test_the_poster_and_the_letter_to_followers(asked: Consultation) -> None:
    poster = Client().get(f"{asked.get_absolute_url()}poster.pdf")
    text = "".join(part.extract_text() for part in PdfReader(io.BytesIO(poster.content)).pages)
    assert "令和8年12月23日（水）17:00まで" in re.sub(r"\s+", "", text)
    assert "まで" in text, "the word is not torn apart at the end of the line"
    actions.follow(user=UserFactory(), consultation=asked, wanted=True)
    with time_machine.travel("2026-12-21 09:00 +0900", tick=False):
        tell_followers()
    require_hour(Notification.objects.get().title)


def test_closing_at_midnight_is_the_whole_day_before(asked: Consultation) -> None:
    Consultation.objects.update(closes_at=datetime(2026, 12, 23, 15, 0, tzinfo=UTC))
    text = strip_tags(Client().get(asked.get_absolute_url()).text)
    assert "12月23日（水）まで" in text
    assert "12月24日" not in text


def test_no_template_or_module_writes_the_end_of_a_period_by_itself() -> None:
    places = [*Path(settings.BASE_DIR, "templates").rglob("*.*"), *Path(settings.BASE_DIR, "apps").rglob("*.py")]
    places.remove(Path(settings.BASE_DIR, "apps/core/date_formats.py"))
    alone = re.compile(
        r"(closes_at|last_moment)[\w.()]*\s*(\|\s*(last_day|wareki|jdatetime|date)|:%)|wareki\([^)]*closes_at|wareki\([^)]*last_day"
    )
    found = [str(place) for place in places if alone.search(place.read_text(encoding="utf-8", errors="ignore"))]
    assert found == []
