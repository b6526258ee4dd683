"""The admin site of consultations: whose, by which verbs, and what is refused."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from apps.accounts.models import Role, User
from apps.consultations.models import Consultation, ProposalRevision, ScheduleChange, Tag
from apps.core import uploads
from tests.accounts.factories import DepartmentFactory, UserFactory, make_moderator, make_secretariat, make_staff
from tests.consultations.admin_pages import attach, change_page, form_of, save
from tests.consultations.factories import ConsultationFactory, ProposalFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


@pytest.fixture
def browser(sign_in: SignIn) -> Client:
    """The secretariat's browser."""
    return sign_in(make_secretariat())


def test_department_staff_work_on_their_own_only(sign_in: SignIn) -> None:
    own, other = DepartmentFactory(), DepartmentFactory()
    mine = ConsultationFactory(department=own, draft=True)
    theirs = ConsultationFactory(department=other, draft=True, title="ほかの課の下書き")
    client = sign_in(make_staff(own))
    assert client.get(change_page(mine)).status_code == 200
    assert client.get(change_page(theirs)).status_code == 404
    listed = client.get(reverse("admin:consultations_consultation_changelist"))
    assert "ほかの課の下書き" not in listed.content.decode()
    assert list(listed.context["cl"].result_list) == [mine]
    offered = client.get(change_page(mine)).context["adminform"].form.fields["department"].queryset
    assert list(offered) == [own]


def test_moderators_and_residents_have_no_consultations_there(sign_in: SignIn) -> None:
    page = change_page(ConsultationFactory())
    assert sign_in(make_moderator()).get(page).status_code == 403
    assert sign_in(UserFactory()).get(page).status_code == 403


def test_a_new_consultation_with_its_question_is_made_and_published(browser: Client) -> None:
    address = reverse("admin:consultations_consultation_add")
    opens, closes = timezone.localtime() + timedelta(days=1), timezone.localtime() + timedelta(days=20)
    typed = {
        "title": "新しいテーマ", "slug": "new-theme", "summary": "概要", "department": str(DepartmentFactory().pk),
        "opens_at_0": f"{opens:%Y-%m-%d}", "opens_at_1": "09:00", "closes_at_0": f"{closes:%Y-%m-%d}",
        "closes_at_1": "17:00", "reply_due_on": f"{closes + timedelta(days=30):%Y-%m-%d}",
        "questions-TOTAL_FORMS": "1", "questions-0-number": "1", "questions-0-text": "どう思いますか。",
        "act": "publish",
    }  # fmt: skip
    answer = browser.post(address, form_of(browser, address) | typed, follow=True)
    made = Consultation.objects.filter(slug="new-theme").first()
    assert made is not None, answer.context["errors"]
    assert (made.state, made.questions.count()) == ("upcoming", 1)
    assert [str(one) for one in answer.context["messages"]] == ["「新しいテーマ」を公開しました。"]


def test_publishing_without_a_promised_day_saves_nothing_and_says_so_at_the_field(browser: Client) -> None:
    draft = ConsultationFactory(draft=True, title="前の題名")
    answer = save(browser, draft, title="新しい題名", reply_due_on="", act="publish")
    assert answer.context["adminform"].form.errors["reply_due_on"] == ["公開するには回答予定日が必要です。"]
    draft.refresh_from_db()
    assert (draft.title, draft.state) == ("前の題名", "draft")


def test_only_acts_that_fit_the_state_are_offered(browser: Client) -> None:
    draft, asked = ConsultationFactory(draft=True), ConsultationFactory()
    offered = [
        [value for value, _ in browser.get(change_page(one)).context["adminform"].form.fields["act"].choices]
        for one in (draft, asked)
    ]
    assert offered == [["", "publish"], ["", "close", "answer", "result"]]


def test_the_list_names_the_last_day_as_residents_read_it(browser: Client) -> None:
    opens, closes = (datetime(year, 1, 25, tzinfo=timezone.get_current_timezone()) for year in (2026, 2027))
    ConsultationFactory(opens_at=opens, closes_at=closes, reply_due_on=date(2027, 2, 24))
    listed = browser.get(reverse("admin:consultations_consultation_changelist")).text
    assert "令和9年1月24日（日）" in listed
    assert "令和9年2月24日（水）" in listed
    assert "令和9年1月25日" not in listed


def test_publishing_without_a_question_is_refused_in_words(browser: Client) -> None:
    draft = ConsultationFactory(draft=True, question=None)
    answer = save(browser, draft, act="publish")
    assert "公開するには問いが一つ以上必要です。" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_promised_date_moves_only_with_its_reason(browser: Client) -> None:
    asked = ConsultationFactory()
    old = asked.closes_at
    new_day = {"closes_at_0": f"{timezone.localtime(old) + timedelta(days=7):%Y-%m-%d}"}
    refused = save(browser, asked, **new_day)
    assert "日程を変えるときは理由を書いてください。" in refused.content.decode()
    asked.refresh_from_db()
    assert asked.closes_at == old
    assert not ScheduleChange.objects.exists()
    save(browser, asked, **new_day, reason="より多くの方の声を聞くため")
    asked.refresh_from_db()
    change = ScheduleChange.objects.get()
    assert timezone.localdate(asked.closes_at) == timezone.localdate(old) + timedelta(days=7)
    assert (change.what, change.reason) == ("closes_at", "より多くの方の声を聞くため")


def test_saving_without_a_change_moves_nothing(browser: Client) -> None:
    asked = ConsultationFactory()
    old = (asked.opens_at, asked.slug)
    save(browser, asked, period_note="秋のあいだ", slug="other", opens_at_0="2020-01-01", opens_at_1="00:00")
    asked.refresh_from_db()
    assert (asked.opens_at, asked.slug, asked.period_note) == (*old, "秋のあいだ")
    assert not ScheduleChange.objects.exists()


def test_closing_early_needs_a_reason_and_an_answer_needs_the_closing(browser: Client) -> None:
    asked = ConsultationFactory()
    early = save(browser, asked, act="answer", answer_text="ありがとうございました。")
    assert "回答は受付終了の後に公開できます。" in early.content.decode()
    assert "日程を変えるときは理由を書いてください。" in save(browser, asked, act="close").content.decode()
    save(browser, asked, act="close", reason="会場の都合のため")
    asked.refresh_from_db()
    assert asked.state == "counting"
    save(browser, asked, act="answer", answer_text="計画に生かします。")
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("answered", "計画に生かします。")


def test_an_announced_consultation_cannot_be_deleted(browser: Client) -> None:
    pages = {c: reverse("admin:consultations_consultation_delete", args=[c.pk])
             for c in (ConsultationFactory(), ConsultationFactory(draft=True))}  # fmt: skip
    answers = [browser.post(page, {"post": "yes"}).status_code for page in pages.values()]
    assert answers == [403, 302]


@pytest.mark.parametrize("state", ["draft", "upcoming", "open", "counting", "answered"])
def test_the_list_is_filtered_by_state(browser: Client, state: str) -> None:
    traits = {"draft": {"draft": True}, "upcoming": {"upcoming": True}, "open": {}, "counting": {"closed": True},
              "answered": {"answered": True}}  # fmt: skip
    made = {name: ConsultationFactory(**trait) for name, trait in traits.items()}
    listed = browser.get(reverse("admin:consultations_consultation_changelist"), {"state": state})
    assert list(listed.context["cl"].result_list) == [made[state]]


def picture_with_place() -> SimpleUploadedFile:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "green").save(out, "JPEG", exif=exif, comment=b"secret")
    return SimpleUploadedFile("家.jpg", out.getvalue(), "image/jpeg")


def test_an_attached_picture_loses_its_metadata(browser: Client, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    asked = ConsultationFactory()
    attach(browser, asked, picture_with_place(), "figure")
    stored = asked.attachments.get().file
    data = stored.open("rb").read()
    assert b"taken at home" not in data
    assert b"secret" not in data
    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.size, dict(picture.getexif())) == ((40, 20), {})
    assert "家" not in stored.name
    public = Client().get(asked.attachments.get().get_absolute_url())
    assert public.status_code == 200
    for handle in public._resource_closers:
        handle()
    asked.attachments.get().file.close()
    stored.close()


def test_a_document_that_is_no_pdf_is_refused(browser: Client, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    asked = ConsultationFactory()
    fake = SimpleUploadedFile("資料.pdf", b"<html><script>", "application/pdf")
    assert "PDFファイルではありません" in attach(browser, asked, fake, "document").content.decode()
    assert "画像として開けません" in attach(
        browser, asked, SimpleUploadedFile("図.png", b"%PDF-1.7", "image/png"), "figure"
    ).content.decode()  # fmt: skip
    assert not asked.attachments.exists()
    assert not list(tmp_path.rglob("*.*"))


def test_a_file_that_is_too_big_is_refused(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PDF_MAX", uploads.MEGABYTE)
    big = SimpleUploadedFile("資料.pdf", b"%PDF-" + b"0" * uploads.MEGABYTE, "application/pdf")
    asked = ConsultationFactory()
    assert "1MB以内にしてください" in attach(browser, asked, big, "document").content.decode()


def test_staff_let_unusable_characters_be_taken_out_with_one_press(browser: Client) -> None:
    asked = ConsultationFactory(title="公園", draft=True)
    typed = {**form_of(browser, change_page(asked)), "title": "公\uffff園の\x0bこれから", "summary": "一\r\n" * 200}
    refused = browser.post(change_page(asked), typed)
    assert "「公」と「園の" in refused.content.decode()
    assert 'name="take_out" value="id_title"' in refused.content.decode()
    mended = browser.post(change_page(asked), {**typed, "take_out": "id_title"})
    assert "使えない文字を1つ取り除きました" in mended.content.decode()
    asked.refresh_from_db()
    assert asked.title == "公園"
    browser.post(change_page(asked), {**typed, "title": "公園の\x0bこれから", "summary": "二\r\n" * 200})
    asked.refresh_from_db()
    assert asked.title == "公園の これから"
    assert asked.summary == "\n".join(["二"] * 200), "a line end is one character"


def test_a_list_of_staff_finds_every_spelling(browser: Client) -> None:
    ConsultationFactory(title="髙橋さんの〜コーヒー")
    for typed in ("高橋", "髙橋", "～こ‐ひ‐", "コーヒー"):
        listed = browser.get(reverse("admin:consultations_consultation_changelist"), {"q": typed}).content.decode()
        assert "髙橋さんの" in listed, typed


def test_moderators_approve_a_waiting_tag(sign_in: SignIn) -> None:
    tag = Tag.objects.create(name="公園")
    data = {"action": "approve", "_selected_action": [str(tag.pk)]}
    page = reverse("admin:consultations_tag_changelist")
    sign_in(make_staff()).post(page, data)
    assert not Tag.objects.public().exists()
    sign_in(make_moderator()).post(page, data)
    assert list(Tag.objects.public()) == [tag]


def test_voices_are_read_only_without_their_authors(sign_in: SignIn) -> None:
    author: User = UserFactory(nickname="さくら町のひと")
    voice = ProposalFactory(author=author)
    ProposalRevision.objects.create(proposal=voice, body="はじめの言い方")
    for person in (make_secretariat(), make_moderator(), make_staff(voice.consultation.department)):
        client = sign_in(person)
        page = reverse("admin:consultations_proposal_change", args=[voice.pk])
        text = client.get(page).content.decode()
        assert ("はじめの言い方" in text) is person.has_role(Role.SECRETARIAT, Role.MODERATOR)
        assert "さくら町のひと" not in text
        assert str(author.email) not in text
        assert client.post(page, {"body": "書きかえ"}).status_code == 403
        assert client.get(reverse("admin:consultations_proposal_changelist"), {"q": "木陰"}).status_code == 200


def test_reports_are_for_moderators(sign_in: SignIn) -> None:
    page = reverse("admin:consultations_abusereport_changelist")
    assert sign_in(make_moderator()).get(page).status_code == 200
    assert sign_in(make_staff()).get(page).status_code == 403
