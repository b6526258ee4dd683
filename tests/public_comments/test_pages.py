"""A resident at the pages: reads the case, writes to two sections, keeps the receipt, finds, corrects and withdraws."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.honeypot import stamp
from apps.public_comments.forms import WebOpinionForm
from apps.public_comments.models import Case, Opinion, Sender
from tests.accounts.factories import UserFactory
from tests.public_comments.factories import (
    ADDRESS,
    NAME,
    add_paper,
    close,
    draft_case,
    entered,
    kind,
    open_case,
    sent,
    sent_with_words,
)
from tests.safety.world import visit

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
BODY = "川べりに木を植えてください。"


@pytest.fixture
def case() -> Case:
    return open_case()


@pytest.fixture
def typed(frozen_clock: Any) -> dict[str, Any]:
    """What somebody typed who took ten seconds for it."""
    opened = stamp()
    frozen_clock.shift(10)
    return {
        "submit_key": uuid.uuid4(), "opened": opened, "parts": 2, "section_0": "s2", "body_0": BODY, "section_1": "",
        "body_1": "全体によいと思います。", "is_group": "", "eligibility": kind().pk, "name": NAME, "address": ADDRESS,
        "contact": "", "detail": "", "representative": "", "consent": "on", "leave_empty": "",
    }  # fmt: skip


def at(case: Case) -> str:
    return f"{case.get_absolute_url()}submit/"


def send(case: Case, typed: dict[str, Any], step: str = "send", client: Client | None = None, **other: Any) -> Any:
    return (client or Client()).post(at(case), {**typed, "step": step, **other})


def test_an_opinion_to_two_sections_is_looked_at_and_sent(case: Case, typed: dict[str, Any]) -> None:
    preview = send(case, typed, "preview").text
    assert "まだ提出されていません" in preview
    assert "2 公園" in preview
    assert not Opinion.objects.exists()
    done = send(case, typed)
    opinion = Opinion.objects.get()
    assert opinion.number_shown in done.text
    assert "合言葉" in done.text
    assert [part.body for part in opinion.parts.all()] == [BODY, "全体によいと思います。"]
    assert (opinion.sender.name, opinion.channel, opinion.author) == (NAME, "web", None)
    again = send(case, typed).text
    assert "もう一度は表示できません" in again
    assert Opinion.objects.count() == 1


def test_another_section_is_added_without_script(case: Case, typed: dict[str, Any]) -> None:
    page = send(case, typed, "add")
    assert page.status_code == 200
    assert 'name="body_2"' in page.text
    assert BODY in page.text
    assert "エラー" not in page.text
    assert send(case, typed, "add", parts=20).text.count('name="body_') == 20
    begun = Client().get(f"{at(case)}?section=s3").text
    assert '<option value="s3" selected>' in begun


def test_what_is_wrong_comes_back_with_everything_typed(case: Case, typed: dict[str, Any]) -> None:
    for other, words in [
        ({"body_0": "", "body_1": ""}, "意見を書いてください"),
        ({"name": ""}, "氏名、または法人"),
        ({"address": ""}, "住所、または所在地"),
        ({"eligibility": kind("worker").pk}, "勤務先の名称と所在地"),
        ({"is_group": "group"}, "代表者の氏名を書いて"),
        ({"consent": ""}, "確かめて"),
        ({"section_0": "nowhere"}, "選択"),
        ({"leave_empty": "x"}, "見えない欄"),
        ({"body_0": "あ" * 4001}, "4000文字以内"),
        ({"eligibility": 999}, "選択"),
    ]:
        answer = send(case, typed, "preview", **other)
        assert answer.status_code == 422, other
        assert words in answer.text, other
        assert "全体によいと思います。" in answer.text or "body_1" in other
    assert not Opinion.objects.exists()


def test_a_group_and_a_worker_say_more(case: Case, typed: dict[str, Any]) -> None:
    send(case, typed, is_group="group", representative="見本代表", eligibility=kind("office").pk, detail="見本商店")
    opinion = Opinion.objects.get()
    assert opinion.is_group
    assert (opinion.sender.representative, opinion.sender.detail) == ("見本代表", "見本商店")


def test_a_case_offers_only_whom_it_asks(case: Case, typed: dict[str, Any]) -> None:
    case.eligible.set([kind("resident")])
    assert "利害関係" not in Client().get(at(case)).text
    assert send(case, typed, eligibility=kind("student").pk).status_code == 422


def test_a_program_is_too_fast(case: Case, typed: dict[str, Any]) -> None:
    assert send(case, typed | {"opened": stamp()}).status_code == 422


def test_after_the_close_a_sentence_and_what_was_typed(case: Case, typed: dict[str, Any]) -> None:
    close(case)
    answer = send(case, typed)
    assert answer.status_code == 403
    assert "に終わりました" in answer.text
    assert BODY in answer.text
    assert Client().get(at(case)).status_code == 403
    assert not Opinion.objects.exists()


def test_the_account_is_joined_only_with_a_tick(case: Case, typed: dict[str, Any], sign_in: SignIn) -> None:
    person = UserFactory()
    client = sign_in(person)
    send(case, typed, client=client)
    assert Opinion.objects.get().author is None
    send(case, typed | {"submit_key": uuid.uuid4()}, client=client, wants_news="on")
    assert Opinion.objects.by_author(person).count() == 1
    assert "wants_news" not in Client().get(at(case)).text


def test_nothing_of_an_opinion_is_public(case: Case) -> None:
    sent(case, BODY)
    entered(case, "郵便で来た文")
    for address in ("/", "/public-comments/", case.get_absolute_url(), f"/search/?q={BODY}", "/documents/"):
        page = Client().get(address).text
        for words in ("郵便で来た文", NAME, ADDRESS):
            assert words not in page, (address, words)
        assert BODY not in page.replace(f'value="{BODY}"', "") or "/search/" in address


def opened(case: Case) -> tuple[Client, Opinion]:
    opinion, words = sent_with_words(case, BODY)
    client = Client()
    answer = client.post(
        "/public-comments/receipt/", {"number": opinion.number_shown, "passphrase": words}, follow=True
    )
    assert answer.status_code == 200
    assert BODY in answer.text
    return client, opinion


def test_it_is_found_again_by_number_and_passphrase_only(case: Case, frozen_clock: Any) -> None:
    client, opinion = opened(case)
    own = opinion.get_absolute_url()
    assert Client().get(own).status_code == 302
    assert Client().get(own)["Location"].startswith("/public-comments/receipt/?number=")
    wrong = Client().post("/public-comments/receipt/", {"number": opinion.number, "passphrase": "ちがう"})
    assert (wrong.status_code, BODY in wrong.text) == (422, False)
    for _ in range(5):
        last = Client().post("/public-comments/receipt/", {"number": opinion.number, "passphrase": "ちがう"})
    assert last.status_code == 429
    frozen_clock.shift(timedelta(hours=1))
    assert client.get(own).status_code == 302


def test_it_is_corrected_within_the_period(case: Case, typed: dict[str, Any]) -> None:
    client, opinion = opened(case)
    page = client.get(f"{opinion.get_absolute_url()}correct/").text
    assert BODY in page
    assert NAME in page
    more = client.post(f"{opinion.get_absolute_url()}correct/", {**typed, "step": "add"})
    assert 'name="body_2"' in more.text
    said = {**typed, "parts": 1, "body_0": "直した文", "step": "save"}
    assert client.post(f"{opinion.get_absolute_url()}correct/", {**said, "name": ""}).status_code == 422
    answer = client.post(f"{opinion.get_absolute_url()}correct/", said, follow=True)
    assert "直した文" in answer.text
    assert BODY not in answer.text
    close(case)
    assert "もう直すことはできません" in client.get(opinion.get_absolute_url()).text
    assert client.post(f"{opinion.get_absolute_url()}correct/", said).status_code == 403


def test_it_is_withdrawn_within_the_period(case: Case) -> None:
    client, opinion = opened(case)
    assert BODY in client.get(f"{opinion.get_absolute_url()}withdraw/").text
    answer = client.post(f"{opinion.get_absolute_url()}withdraw/", follow=True)
    assert "取り下げられました" in answer.text
    assert BODY not in answer.text
    assert not Sender.objects.exists()
    other, late = opened(case)
    close(case)
    assert "終わりました" in other.post(f"{late.get_absolute_url()}withdraw/", follow=True).text
    assert Sender.objects.exists()


def test_papers_are_as_public_as_their_case(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    for case, status in ((open_case(), 200), (draft_case(), 404)):
        assert visit(Client(), add_paper(case).get_absolute_url()).status_code == status


def test_a_draft_is_seen_by_nobody_but_who_runs_it(sign_in: SignIn) -> None:
    case = draft_case()
    assert Client().get(case.get_absolute_url()).status_code == 404
    assert Client().get(at(case)).status_code == 404
    assert case.title not in Client().get("/public-comments/").text


def test_who_asked_to_be_told_gets_it_with_the_own_data_and_leaves_without_a_trace(case: Case, sign_in: SignIn) -> None:
    person = UserFactory()
    opinion = sent(case, BODY, author=person)
    client = sign_in(person)
    data = client.get("/me/data.json").json()["パブリック・コメント（結果のお知らせを希望したもの）"]
    assert [(row["受付番号"], row["意見"][0]["本文"], row["氏名"]) for row in data] == [
        (opinion.number_shown, BODY, NAME)
    ]
    client.post("/me/delete/", {"texts": "keep"})
    opinion.refresh_from_db()
    assert opinion.author is None
    assert opinion.is_accepted


def test_what_has_to_be_written_says_so_and_errors_are_listed_as_the_fields_stand(case: Case, client: Client) -> None:
    address = reverse("public_comments:submit", args=[case.slug])
    assert WebOpinionForm(case=case).fields["body_0"].required
    assert not WebOpinionForm(initial={"parts": 2}, case=case).fields["body_0"].required, (
        "one of several may be left empty"
    )
    html = client.post(address, {"step": "preview", "parts": "1"}).content.decode()
    summary = html[html.index("error-summary__title") :]
    assert summary.index("意見を書いてください。") < summary.index("氏名、または法人・団体の名称を書いてください。")
