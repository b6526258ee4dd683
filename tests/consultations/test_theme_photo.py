"""A consultation's own photo: who sets it, what is taken out of it, where it stands, and that it goes at once."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image

from apps.consultations.models import Consultation
from apps.operations.models import AuditEntry
from tests.accounts.factories import DepartmentFactory, make_secretariat, make_staff
from tests.consultations.admin_pages import change_page, save
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.consultations.photos import PLACE, photo

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
WORDS = {"photo_description": "川岸で鳥を見る親子", "photo_credit": "撮影 調布市（CC BY 4.0）"}
GREEN = (0, 128, 0)


@pytest.fixture(autouse=True)
def own_rooms(settings: Any, tmp_path: Path) -> None:
    """Empty rooms for uploads and made files."""
    settings.MEDIA_ROOT, settings.MADE_ROOT = tmp_path / "media", tmp_path / "made"


@pytest.fixture
def browser(sign_in: SignIn) -> Client:
    """The secretariat's browser."""
    return sign_in(make_secretariat())


def with_photo(browser: Client, **traits: Any) -> Consultation:
    asked = ConsultationFactory(**traits)
    answer = save(browser, asked, photo=photo(size=(2400, 1800)), **WORDS)
    assert answer.status_code == 200, answer.context["errors"]
    asked.refresh_from_db()
    return asked


def opened(answer: Any) -> Image.Image:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return Image.open(io.BytesIO(content))


def is_green(image: Image.Image, at: tuple[int, int]) -> bool:
    return all(abs(one - other) < 12 for one, other in zip(image.convert("RGB").getpixel(at), GREEN, strict=True))


def test_a_photo_stands_on_the_page_in_the_card_and_beside_the_words_of_what_is_shared(browser: Client) -> None:
    asked = with_photo(browser)
    page, cards = Client().get(asked.get_absolute_url()).text, Client().get("/consultations/").text
    shown = f'src="{asked.get_absolute_url()}photo.webp" alt='
    assert f'{shown}"{WORDS["photo_description"]}"' in page
    assert f'{shown}""' in cards, "beside its words"
    assert f"{WORDS['photo_credit']}<br>" in page
    small = opened(Client().get(f"{asked.get_absolute_url()}photo.webp"))
    assert (small.format, small.size) == ("WEBP", (960, 540))
    for shared in (asked, ProposalFactory(consultation=asked)):
        image = opened(Client().get(f"{shared.get_absolute_url()}og.png"))
        assert is_green(image, (1000, 315)), "beside the words"
        assert not is_green(image, (400, 315)), "behind them"


def test_it_is_made_smaller_without_a_word_of_where_it_was_taken_and_can_be_taken_along(browser: Client) -> None:
    asked = with_photo(browser, title="水辺のこれから")
    with asked.photo.open("rb") as stored:
        content = stored.read()
    assert PLACE.encode() not in content
    assert "自宅" not in asked.photo.name
    answer = Client().get(re.search(r'href="([^"]+)" download>', Client().get(asked.get_absolute_url()).text)[1])
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%E6%B0%B4%E8%BE%BA")
    whole = opened(answer)
    assert whole.size == (1920, 1440)
    assert not dict(whole.getexif())


def test_a_draft_shows_it_to_its_staff_only(browser: Client, sign_in: SignIn) -> None:
    draft = with_photo(browser, draft=True)
    for last in ("photo.webp", "photo/"):
        assert Client().get(f"{draft.get_absolute_url()}{last}").status_code == 404
        assert sign_in(make_staff(DepartmentFactory())).get(f"{draft.get_absolute_url()}{last}").status_code == 404
        assert opened(browser.get(f"{draft.get_absolute_url()}{last}")).width > 900


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"photo": photo(), **WORDS, "photo_description": " "}, "写真・絵の説明を書いてください。"),
        ({"photo": photo(), **WORDS, "photo_credit": ""}, "提供者と利用条件を書いてください。"),
        (WORDS, "写真・絵のファイルを選んでください。"),
        ({"photo": photo(), **WORDS, "remove_photo": "on"}, "新しいファイルを選ぶか、"),
    ],
    ids=["no description", "no credit", "no file", "both"],
)
def test_half_a_photo_is_refused_at_its_field(browser: Client, typed: dict[str, Any], sentence: str) -> None:
    asked = ConsultationFactory()
    if "photo" in typed:
        typed["photo"].seek(0)
    refused = save(browser, asked, **typed)
    assert (refused.status_code, sentence in refused.text) == (422, True)
    asked.refresh_from_db()
    assert asked.own_photo is None


def test_what_is_no_picture_is_refused_whatever_its_name(browser: Client) -> None:
    paper = photo("photo.jpg")
    paper.file = io.BytesIO(b"%PDF-1.7 plan")
    refused = save(browser, ConsultationFactory(), photo=paper, **WORDS)
    assert "PNG・JPEG・WebPの画像を添付してください。" in refused.text


def test_the_chosen_file_stays_through_an_error_of_another_field(browser: Client) -> None:
    asked = ConsultationFactory()
    refused = save(browser, asked, photo=photo(), title="", **WORDS)
    assert (refused.status_code, "選んだファイル：自宅.jpg" in refused.text) == (422, True)
    assert 'src="/consultations/' not in refused.text, "nothing is stored yet"
    ((name, token),) = re.findall(r'name="([^"]+--kept)" value="([^"]+)"', refused.text)
    save(browser, asked, **{name: token}, **WORDS)
    asked.refresh_from_db()
    assert is_green(opened(Client().get(f"{asked.get_absolute_url()}photo.webp")), (480, 270))


def test_another_one_takes_its_place_and_without_one_the_drawing_is_back(browser: Client) -> None:
    asked = with_photo(browser, drawing="farm")
    shared = f"{asked.get_absolute_url()}og.png"
    first, before = Client().get(f"{asked.get_absolute_url()}photo.webp"), opened(Client().get(shared)).tobytes()
    save(browser, asked, photo=photo(colour="blue"))
    answer = Client(headers={"If-None-Match": first.headers["ETag"]}).get(f"{asked.get_absolute_url()}photo.webp")
    assert answer.status_code == 200
    assert not is_green(opened(answer), (480, 270))
    save(browser, asked, remove_photo="on")
    asked.refresh_from_db()
    assert (asked.photo.name, asked.photo_description, asked.photo_credit) == ("", "", "")
    for last in ("photo.webp", "photo/"):
        assert Client().get(f"{asked.get_absolute_url()}{last}").status_code == 404
    page = Client().get(asked.get_absolute_url()).text
    assert "/static/img/drawings/farm." in page
    assert "photo" not in page
    assert opened(Client().get(shared)).tobytes() != before
    assert AuditEntry.objects.filter(verb="change_theme_photo").count() == 3


def test_saving_something_else_leaves_it_as_it_is(browser: Client) -> None:
    asked = with_photo(browser)
    before = asked.photo.name
    save(browser, asked, period_note="秋のあいだ")
    asked.refresh_from_db()
    assert (asked.photo.name, asked.period_note) == (before, "秋のあいだ")
    assert AuditEntry.objects.filter(verb="change_theme_photo").count() == 1
    assert f'src="{asked.get_absolute_url()}photo.webp"' in browser.get(change_page(asked)).text


def test_a_lost_file_breaks_no_page(browser: Client) -> None:
    """After a restore without files."""
    asked = with_photo(browser)
    asked.own_photo.file.unlink()
    assert Client().get(asked.get_absolute_url()).status_code == 200
    assert Client().get(f"{asked.get_absolute_url()}og.png").status_code == 200
    assert Client().get(f"{asked.get_absolute_url()}photo.webp").status_code == 404


def test_the_database_takes_no_photo_without_words() -> None:
    asked = ConsultationFactory()
    with pytest.raises(IntegrityError, match="consultation_photo_whole"), transaction.atomic():
        Consultation.objects.filter(pk=asked.pk).update(photo="consultations/photos/a.jpg")
