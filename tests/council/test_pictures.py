"""Members hand in pictures and logos: drawn anew, described, public only once the secretariat has looked."""

import io
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from apps.council.models import Organization, OrganizationRevision, Project, ProjectPicture, ProjectRevision
from tests.accounts.factories import make_council_member, make_secretariat
from tests.council.factories import OrganizationFactory, ProjectFactory
from tests.council.test_editing import typed

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
PAGE = "/council/projects/own/"
ASKED = f"{PAGE}pictures/"
LOGO = "/council/organizations/own/logo/"


@pytest.fixture(autouse=True)
def own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def own() -> Project:
    """A public project of 試験大学."""
    return ProjectFactory.by(OrganizationFactory(slug="own", name="試験大学"), slug="own")


@pytest.fixture
def member(own: Project) -> Any:
    """Somebody who speaks for 試験大学."""
    return make_council_member("試験大学")


def photo(name: str = "自宅.jpg") -> SimpleUploadedFile:
    """A small picture that says where it was taken."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "自宅の住所"
    Image.new("RGB", (20, 10), "red").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue())


def film() -> SimpleUploadedFile:
    """A WebP that says of itself to be higher than any WebP may be."""
    out = io.BytesIO()
    Image.new("RGB", (20, 10)).save(out, "WEBP", save_all=True, append_images=[Image.new("RGB", (20, 10), "red")])
    data = bytearray(out.getvalue())
    data[27:30] = (19_999).to_bytes(3, "little")
    return SimpleUploadedFile("a.webp", bytes(data))


def sent(**changed: Any) -> dict[str, Any]:
    """What a person sends beside the file."""
    return {"submit_key": str(uuid.uuid4()), "base": "0", **changed}


def bytes_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_picture_waits_with_its_wording_and_is_public_afterwards(own: Project, member: Any, sign_in: SignIn) -> None:
    browser = sign_in(member)
    words = sent(description="赤い四角")
    for _press in range(2):
        answer = browser.post(ASKED, {**words, "file": photo()})
        assert answer.headers["Location"] == f"{PAGE}history/2/"
    picture = ProjectPicture.objects.get()
    assert not dict(Image.open(io.BytesIO(bytes_of(browser.get(picture.get_absolute_url())))).getexif())
    assert "自宅" not in picture.file.name
    assert Client().get(picture.get_absolute_url()).status_code == 404
    assert "赤い四角" not in Client().get(PAGE).text

    staff = sign_in(make_secretariat())
    shown = staff.get(f"{PAGE}history/2/").text
    assert f'src="{picture.get_absolute_url()}" alt="赤い四角"' in shown
    staff.post(f"{PAGE}history/2/", {"decision": "publish"})
    assert 'alt="赤い四角"' in Client().get(PAGE).text
    assert bytes_of(Client().get(picture.get_absolute_url()))


def test_a_picture_needs_words_and_must_be_one(own: Project, member: Any, sign_in: SignIn) -> None:
    browser = sign_in(member)
    broken = SimpleUploadedFile("a.png", b"<svg onload=alert(1)>")
    for fields, sentence in (
        ({"file": photo()}, "画像の説明を書いてください。"),
        ({"description": "赤い四角"}, "追加する画像を選んでください。"),
        ({"file": broken, "description": "赤い四角"}, "画像として開けません"),
        ({"file": film(), "description": "赤い四角"}, "画像として開けません"),
    ):
        answer = browser.post(ASKED, sent(**fields))
        assert answer.status_code == 422
        assert sentence in answer.text
    assert not ProjectPicture.objects.exists()
    assert not ProjectRevision.objects.exists()


def test_other_words_keep_the_picture_and_a_picture_can_go(own: Project, member: Any, sign_in: SignIn) -> None:
    browser, staff = sign_in(member), sign_in(make_secretariat())
    browser.post(ASKED, sent(description="赤い四角", file=photo()))
    browser.post(f"{PAGE}edit/", typed(base="2"))
    staff.post(f"{PAGE}history/3/", {"decision": "publish"})
    public = Client().get(PAGE).text
    assert "新しい題名" in public
    assert 'alt="赤い四角"' in public

    browser.post(ASKED, sent(base="3"))  # nothing ticked: none stays
    assert 'alt="赤い四角"' in Client().get(PAGE).text
    staff.post(f"{PAGE}history/4/", {"decision": "publish"})
    assert 'alt="赤い四角"' not in Client().get(PAGE).text
    assert Client().get(ProjectPicture.objects.get().get_absolute_url()).status_code == 404
    assert "新しい題名" in Client().get(PAGE).text


def test_the_preview_of_other_words_shows_what_waits(own: Project, member: Any, sign_in: SignIn) -> None:
    browser = sign_in(member)
    browser.post(ASKED, sent(description="赤い四角", file=photo()))
    seen = browser.post(f"{PAGE}edit/", typed(base="2", step="preview")).text
    assert f'src="{ProjectPicture.objects.get().get_absolute_url()}" alt="赤い四角"' in seen
    page = "/council/organizations/own/"
    browser.post(f"{LOGO}edit/", sent(file=photo()))
    words = {"body": "試験の紹介文", "contact": "", "website": "", "step": "preview", **sent(base="2")}
    assert f'src="{page}history/2/logo/"' in browser.post(f"{page}edit/", words).text


def test_a_logo_waits_too_and_can_be_taken_down(own: Project, member: Any, sign_in: SignIn) -> None:
    browser, staff, page = sign_in(member), sign_in(make_secretariat()), "/council/organizations/own/"
    assert browser.post(f"{LOGO}edit/", sent()).status_code == 422
    assert browser.post(f"{LOGO}edit/", sent(file=photo())).headers["Location"] == f"{page}history/2/"
    assert Client().get(LOGO).status_code == 404
    assert bytes_of(staff.get(f"{page}history/2/logo/"))
    staff.post(f"{page}history/2/", {"decision": "publish"})
    assert not dict(Image.open(io.BytesIO(bytes_of(Client().get(LOGO)))).getexif())
    assert 'alt="試験大学のロゴ"' in Client().get(page).text

    browser.post(f"{LOGO}edit/", sent(base="2", remove="on"))
    staff.post(f"{page}history/3/", {"decision": "publish"})
    assert not Organization.objects.get().logo
    assert Client().get(LOGO).status_code == 404


def test_no_picture_and_no_logo_for_anothers_page(own: Project, sign_in: SignIn) -> None:
    OrganizationFactory(name="別の団体")
    browser = sign_in(make_council_member("別の団体"))
    for address in (ASKED, f"{LOGO}edit/"):
        answer = browser.post(address, sent(file=photo(), description="赤い四角"))
        assert answer.status_code == 403
        assert "ご自分の団体" in answer.text
    assert not ProjectRevision.objects.exists()
    assert not OrganizationRevision.objects.exists()
