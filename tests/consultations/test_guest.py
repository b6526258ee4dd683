"""Without an account: a passphrase shown once, likes one a browser and counted apart, no riddle for anybody."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Restriction
from apps.consultations import actions
from apps.consultations.models import Consultation, GuestKey, GuestLike, Like, Proposal, State
from apps.consultations.passphrase import WORDS, new_passphrase, normalised
from apps.core.honeypot import stamp
from tests.accounts.factories import UserFactory
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.consultations.moderation import RuleFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


@pytest.fixture
def asked() -> Consultation:
    return ConsultationFactory(slug="open", allows_guests=True, holds_guests=False)


@pytest.fixture
def clock(frozen_clock: Any) -> Any:
    return frozen_clock


def address(asked: Consultation) -> str:
    return f"/consultations/{asked.slug}/propose/guest/"


def typed(client: Client, asked: Consultation, clock: Any, **other: Any) -> dict[str, Any]:
    """The form as a person fills it, ten seconds after it was shown."""
    form = client.get(address(asked)).context["form"]
    clock.shift(timedelta(seconds=10))
    return {
        "question": asked.questions.first().pk,
        "body": "ベンチを増やしてほしい",
        "nickname": "",
        "consent": "on",
        "opened": form.initial["opened"],
        "submit_key": str(uuid.uuid4()),
        "step": "post",
    } | other


def post(client: Client, asked: Consultation, clock: Any, **other: Any) -> tuple[str, str]:
    """Post; the number and the passphrase as they stand on the page."""
    answer = client.post(address(asked), typed(client, asked, clock, **other))
    assert answer.status_code == 200, answer.content.decode()
    page = answer.content.decode()
    words = re.search(r'passphrase__words">([^<]+)<', page)
    assert words
    return answer.context["proposal"].code, words[1]


def open_it(client: Client, code: str, words: str) -> Any:
    return client.post("/guest/", {"code": code, "passphrase": words})


def test_a_guest_posts_and_comes_back_with_the_passphrase(clock: Any, asked: Consultation) -> None:
    code, words = post(Client(), asked, clock, nickname="みどり")
    voice = Proposal.objects.get()
    assert (voice.code, voice.author, voice.shown_name, voice.is_public) == (code, None, "みどり", True)
    page = Client().get(voice.get_absolute_url()).content.decode()
    assert "ベンチを増やしてほしい" in page
    assert words not in page
    other_browser = Client()
    assert (
        open_it(other_browser, code.lower(), words.replace("・", "　")).headers["Location"].endswith(f"{code}/guest/")
    )
    assert "公開されています" in other_browser.get(f"/proposals/{code}/guest/").content.decode()
    other_browser.post(f"/proposals/{code}/guest/edit/", {"body": "ベンチと日陰を", "title": ""})
    voice.refresh_from_db()
    assert voice.body == "ベンチと日陰を"
    clock.shift(timedelta(minutes=31))
    assert other_browser.post(f"/proposals/{code}/guest/edit/", {"body": "遅い", "title": ""}).status_code == 422
    other_browser.post(f"/proposals/{code}/guest/withdraw/")
    assert Client().get(voice.get_absolute_url()).status_code == 410


def test_the_passphrase_is_shown_once_and_kept_as_a_hash_only(clock: Any, asked: Consultation) -> None:
    client = Client()
    data = typed(client, asked, clock)
    first = client.post(address(asked), data).content.decode()
    words = re.search(r'passphrase__words">([^<]+)<', first)
    assert words
    again = client.post(address(asked), data).content.decode()
    assert words[1] not in again
    assert "もう一度は表示できません" in again
    key = GuestKey.objects.get()
    assert normalised(words[1]) not in key.passphrase
    assert key.passphrase.startswith(("pbkdf2_", "argon2"))
    assert all(words[1] not in str(value) for value in client.session.values())
    assert Proposal.objects.count() == 1


def test_wrong_passphrases_are_limited(clock: Any, asked: Consultation) -> None:
    code, words = post(Client(), asked, clock)
    for _try in range(5):
        answer = open_it(Client(), code, "さくら・もみじ・とけい・りす")
        assert (answer.status_code, "番号か合言葉が違います" in answer.content.decode()) == (422, True)
    assert open_it(Client(), code, words).status_code == 429
    cache.clear()  # a quarter of an hour by Valkey's own clock
    assert open_it(Client(), code, words).status_code == 302
    assert open_it(Client(), "C26-9999", words).status_code == 422


def test_a_strangers_wrong_passphrases_do_not_shut_the_owner_out(
    clock: Any, asked: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither elsewhere, nor in the browser that wrote it, whatever happens in the same network or in all together."""
    monkeypatch.setattr(actions.guest, "TRIES_A_DAY", 7)
    wrong, own = "さくら・もみじ・とけい・りす", Client()
    code, words = post(own, asked, clock)
    stranger, elsewhere, another = (Client(REMOTE_ADDR=f"198.51.100.{n}") for n in (1, 2, 3))
    for _try in range(8):
        open_it(stranger, code, wrong)
    assert open_it(stranger, code, words).status_code == 429
    assert open_it(elsewhere, code, words).status_code == 302
    same_network = Client()
    for _try in range(8):
        open_it(same_network, code, wrong)
    assert open_it(same_network, code, words).status_code == 429
    assert open_it(another, code, words).status_code == 429, "all networks together have a bound"
    assert open_it(own, code, words).status_code == 302


def test_a_guest_whose_new_wording_waits_is_told_so(clock: Any, asked: Consultation) -> None:
    own = Client()
    code, _words = post(own, asked, clock)
    open_it(own, code, _words)
    RuleFactory(words="宣伝", holds=True)
    page = own.post(f"/proposals/{code}/guest/edit/", {"body": "宣伝です", "title": ""}, follow=True).text
    assert Proposal.objects.get(code=code).state == State.HELD
    assert "市が内容を確認してから公開します" in page
    assert "編集済み」と表示されます" not in page


def test_guessing_at_many_numbers_from_one_network_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions.guest, "TRIES_AN_ADDRESS", 2)
    answers = [open_it(Client(), f"C26-999{n}", "さくら・もみじ・とけい・りす").status_code for n in range(3)]
    assert answers == [422, 422, 429]


def test_a_right_passphrase_is_never_one_too_many(
    clock: Any, asked: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions.guest, "TRIES_A_PROPOSAL", 1)
    code, words = post(Client(), asked, clock)
    assert [open_it(Client(), code, words).status_code for _time in range(3)] == [302] * 3


def test_nobody_opens_a_proposal_without_its_passphrase(clock: Any, asked: Consultation, sign_in: SignIn) -> None:
    code, words = post(Client(), asked, clock)
    mine, other = Client(), post(Client(), asked, clock)[0]
    open_it(mine, code, words)
    for page in ("", "edit/", "withdraw/"):
        assert Client().get(f"/proposals/{code}/guest/{page}").headers["Location"] == f"/guest/?code={code}"
        assert mine.get(f"/proposals/{other}/guest/{page}").status_code == 302
        assert mine.get(f"/proposals/{code}/guest/{page}").status_code == 200
    assert sign_in(UserFactory()).post(f"/proposals/{code}/guest/attach/").headers["Location"].startswith("/guest/")
    clock.shift(timedelta(hours=1))
    assert mine.get(f"/proposals/{code}/guest/").status_code == 302
    assert Proposal.objects.exclude(author=None).count() == 0


def test_a_proposal_goes_into_an_account_and_the_passphrase_ends(
    clock: Any, asked: Consultation, sign_in: SignIn
) -> None:
    code, words = post(Client(), asked, clock)
    person = UserFactory()
    browser = sign_in(person)
    open_it(browser, code, words)
    browser.post(f"/proposals/{code}/guest/attach/")
    voice = Proposal.objects.get()
    assert (voice.author, voice.shown_name) == (person, "匿名")
    assert code in browser.get("/me/list/proposals/").content.decode()
    assert open_it(Client(), code, words).status_code == 422
    assert browser.get(f"/proposals/{code}/edit/").status_code == 200


def test_words_that_are_let_go_take_their_key_along(clock: Any, asked: Consultation) -> None:
    code, words = post(Client(), asked, clock)
    assert Proposal.objects.filter(code=code).erase() == 1
    assert GuestKey.objects.count() == 0
    assert open_it(Client(), code, words).status_code == 422


def test_guests_wait_for_approval_where_the_consultation_says_so(clock: Any) -> None:
    held = ConsultationFactory(slug="held", allows_guests=True, holds_guests=True)
    code, words = post(Client(), held, clock)
    voice = Proposal.objects.get()
    assert (voice.state, voice.cases.count()) == (State.HELD, 1)
    assert Client().get(f"/proposals/{code}/").status_code == 404
    browser = Client()
    open_it(browser, code, words)
    assert "市が内容を確認しています" in browser.get(f"/proposals/{code}/guest/").content.decode()


def test_where_guests_are_not_asked_there_is_no_door(clock: Any) -> None:
    closed = ConsultationFactory(slug="members")
    assert Client().get(address(closed)).status_code == 404
    assert Client().post(address(closed), {"body": "x"}).status_code == 404
    assert "登録せずに" not in Client().get(closed.get_absolute_url()).content.decode()
    voice = ProposalFactory(consultation=closed)
    assert Client().post(f"/proposals/{voice.code}/like/", {"wanted": "1"}).headers["Location"].startswith("/accounts/")
    assert GuestLike.objects.count() == 0


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"leave_empty": "http://spam"}, "空にしました"),
        ({"opened": ""}, "画面を開いてから時間がたちました"),
        ({"opened": "forged"}, "画面を開いてから時間がたちました"),
        ({"nickname": "a@b.jp"}, "「@」は使えません"),
        ({"nickname": "調布市役所"}, "市や職員と間違われる名前"),
        ({"nickname": "ﾓﾃﾞﾚｰﾀｰ"}, "市や職員と間違われる名前"),
        ({"consent": ""}, "同意が必要"),
        ({"body": ""}, "意見を書いてください"),
    ],
)
def test_what_a_machine_or_a_slip_sends_comes_back_filled(
    clock: Any, asked: Consultation, other: dict[str, Any], sentence: str
) -> None:
    client = Client()
    answer = client.post(address(asked), typed(client, asked, clock, **({"body": "消えない文"} | other)))
    page = answer.content.decode()
    assert (answer.status_code, sentence in page, Proposal.objects.count()) == (422, True, 0)
    assert "消えない文" in page or not other.get("body", "x")


def test_the_clock_of_the_form(clock: Any, asked: Consultation) -> None:
    client = Client()
    data = typed(client, asked, clock)
    clock.shift(timedelta(seconds=-8))
    assert "早すぎました" in client.post(address(asked), data).content.decode()
    clock.shift(timedelta(seconds=-60))  # a moment that is yet to come
    assert client.post(address(asked), data).status_code == 422
    clock.shift(timedelta(days=2))
    late = client.post(address(asked), data)
    assert late.status_code == 422
    fresh = re.search(r'name="opened" value="([^"]+)"', late.content.decode())
    assert fresh
    clock.shift(timedelta(seconds=5))
    assert client.post(address(asked), data | {"opened": fresh[1]}).status_code == 200
    assert Proposal.objects.count() == 1


def test_too_many_from_one_browser_and_from_one_network(clock: Any, asked: Consultation) -> None:
    client = Client()
    for _n in range(5):
        post(client, asked, clock)
    answer = client.post(address(asked), typed(client, asked, clock))
    assert (answer.status_code, "1時間ほど" in answer.content.decode()) == (422, True)
    for _n in range(25):
        Client().post(address(asked), typed(client, asked, clock))
    assert Proposal.objects.count() == 29  # thirty tries an hour from one network, one of them was refused
    cache.clear()  # an hour by Valkey's own clock
    post(client, asked, clock)


def test_outside_the_period_the_typed_text_is_given_back(clock: Any, asked: Consultation) -> None:
    client = Client()
    data = typed(client, asked, clock, body="間に合わなかった文", title="見出し", tags="公園", nickname="川べり")
    clock.move_to(asked.closes_at + timedelta(seconds=1))
    data["opened"] = stamp()
    clock.shift(timedelta(seconds=10))
    answer = client.post(address(asked), data)
    assert (answer.status_code, Proposal.objects.count()) in {(422, 0), (403, 0)}
    for words in ("間に合わなかった文", "見出し", "公園", "川べり"):
        assert words in answer.text
    preview = client.post(address(asked), data | {"step": "preview"})
    assert preview.status_code == 403
    assert "公開されます" not in preview.text


def like(client: Client, voice: Proposal, wanted: str = "1", page_key: str = "") -> Any:
    key = page_key or str(uuid.uuid4())
    return client.post(f"/proposals/{voice.code}/like/", {"wanted": wanted, "page_key": key})


def test_a_guests_like_is_one_a_browser_shown_and_exported_apart(asked: Consultation) -> None:
    voice, other = ProposalFactory(consultation=asked), ProposalFactory(consultation=asked)
    actions.set_like(user=UserFactory(), proposal=voice, wanted=True)
    browsers = [Client(), Client(), Client()]
    for browser in browsers:
        for _press in range(2):
            assert like(browser, voice).status_code == 302
    voice.refresh_from_db()
    assert (voice.like_count, voice.like_total, voice.guest_like_count) == (1, 1, 3)
    page = browsers[0].get(voice.get_absolute_url()).content.decode()
    assert "＋ゲスト 3" in page
    assert "イイネ！しました" in page
    assert "イイネ！しました" not in Client().get(other.get_absolute_url()).content.decode()
    like(browsers[0], voice, "0")
    voice.refresh_from_db()
    assert voice.guest_like_count == 2
    text = b"".join(Client().get("/consultations/open/proposals.csv")).decode("utf-8-sig")
    header, *rows = [line.split(",") for line in text.splitlines()]
    row = dict(zip(header, next(row for row in rows if row[0] == voice.code), strict=True))
    assert (row["イイネ数"], row["ゲストのイイネ数"]) == ("1", "2")
    assert Proposal.recount() == 0


def test_a_guests_like_counts_on_the_spot_and_is_said(asked: Consultation) -> None:
    voice, browser = ProposalFactory(consultation=asked), Client()
    like(Client(), voice)
    part = browser.post(
        f"/proposals/{voice.code}/like/", {"wanted": "1", "page_key": "x"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert ("＋ゲスト 2" in part, "（あなたを含む）" in part) == (True, True)
    assert 'data-announce="イイネ！しました。ゲストのイイネ！は2件です。"' in part
    assert "（あなたを含む）" in browser.get(voice.get_absolute_url()).content.decode()
    assert "（あなたを含む）" not in Client().get(voice.get_absolute_url()).content.decode()
    plain = browser.post(f"/proposals/{voice.code}/like/", {"wanted": "0"}, follow=True).content.decode()
    assert ("イイネ！を取り消しました。" in plain, "（あなたを含む）" in plain) == (True, False)


def test_who_signs_in_and_likes_again_is_counted_once(asked: Consultation) -> None:
    voice, browser, other = ProposalFactory(consultation=asked), Client(), Client()
    like(browser, voice)
    like(other, voice)
    browser.force_login(UserFactory(), backend="apps.accounts.backends.PortalBackend")
    like(browser, voice)
    voice.refresh_from_db()
    assert (voice.like_count, voice.guest_like_count) == (1, 1), "the other browser's stays"
    assert Proposal.recount() == 0


def test_guests_likes_do_not_sort(asked: Consultation) -> None:
    first, second = ProposalFactory(consultation=asked), ProposalFactory(consultation=asked)
    actions.set_like(user=UserFactory(), proposal=first, wanted=True)
    for _n in range(3):
        like(Client(), second)
    rows = Client().get(asked.get_absolute_url(), {"sort": "liked"}).context["page"].rows
    assert [row.pk for row in rows] == [first.pk, second.pk]


def test_two_presses_before_the_first_answer_count_once(asked: Consultation) -> None:
    voice = ProposalFactory(consultation=asked)
    for _press in range(2):  # each without the cookie that the first answer would bring
        Client().post(f"/proposals/{voice.code}/like/", {"wanted": "1", "page_key": "of this page"})
    voice.refresh_from_db()
    assert voice.guest_like_count == 1


def test_without_a_script_only_the_press_that_is_answered_counts(asked: Consultation) -> None:
    voice, browser = ProposalFactory(consultation=asked), Client()
    url = f"/proposals/{voice.code}/like/"
    dropped, answer = Client().post(url, {"wanted": "1"}), browser.post(url, {"wanted": "1"})
    assert (dropped.status_code, answer.status_code) == (307, 307)
    assert GuestLike.objects.count() == 0
    browser.post(answer.headers["Location"], {"wanted": "1"})
    Client().post(f"{url}?again=1", {"wanted": "1"})  # a browser that takes no cookies at all
    assert GuestLike.objects.count() == 2


def test_a_class_with_the_same_tablets_is_counted_one_by_one(asked: Consultation) -> None:
    voice = ProposalFactory(consultation=asked)
    for pupil in range(5):
        Client().post(f"/proposals/{voice.code}/like/", {"wanted": "1", "page_key": str(pupil)})
    voice.refresh_from_db()
    assert voice.guest_like_count == 5


def test_two_voices_liked_before_the_first_answer_are_of_one_guest(asked: Consultation) -> None:
    voices = [ProposalFactory(consultation=asked), ProposalFactory(consultation=asked)]
    for voice in voices:
        Client().post(f"/proposals/{voice.code}/like/", {"wanted": "1", "page_key": "one page"})
    assert len(set(GuestLike.objects.values_list("handle", flat=True))) == 1


def test_a_refused_like_says_why_with_and_without_scripts(asked: Consultation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions.likes, "LIKES_AN_ADDRESS", 0)
    voice = ProposalFactory(consultation=asked)
    assert "1時間ほど" in Client().post(f"/proposals/{voice.code}/like/", {"wanted": "1"}, follow=True).content.decode()
    scripted = {"wanted": "1", "page_key": "x"}
    answer = Client().post(f"/proposals/{voice.code}/like/", scripted, headers={"HX-Request": "true"})
    assert (answer.status_code, "1時間ほど" in answer.content.decode()) == (403, True)


def test_a_forged_cookie_is_no_cookie(asked: Consultation) -> None:
    voice = ProposalFactory(consultation=asked)
    browser = Client()
    browser.cookies["guest"] = "forged:signature"
    assert browser.get(voice.get_absolute_url()).status_code == 200
    assert like(browser, voice, page_key="x").status_code == 302
    assert browser.cookies["guest"]["httponly"]
    browser.cookies["guest"] = "another:signature"
    like(browser, voice, page_key="x")
    assert GuestLike.objects.count() == 1


def test_the_database_refuses_a_second_like_of_a_browser(asked: Consultation) -> None:
    voice = ProposalFactory(consultation=asked)
    GuestLike.objects.create(proposal=voice, handle="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        GuestLike.objects.create(proposal=voice, handle="a")


def test_recounting_mends_guests_likes(asked: Consultation) -> None:
    voice = ProposalFactory(consultation=asked)
    GuestLike.objects.create(proposal=voice, handle="a")
    assert Proposal.recount() == 1
    voice.refresh_from_db()
    assert voice.guest_like_count == 1


def test_a_restricted_browser_writes_and_likes_nothing(clock: Any, asked: Consultation) -> None:
    client = Client()
    post(client, asked, clock)
    handle = GuestKey.objects.get().handle
    reason = "宣伝をくり返したため"
    Restriction.objects.create(guest=handle, kind="limited", reason=reason, article=3, starts_at=timezone.now())
    answer = client.post(address(asked), typed(client, asked, clock))
    assert (answer.status_code, reason in answer.content.decode()) == (422, True)
    assert like(client, Proposal.objects.get()).status_code == 403
    assert (Proposal.objects.count(), GuestLike.objects.count()) == (1, 0)


def test_signed_in_people_use_their_account(clock: Any, asked: Consultation, sign_in: SignIn) -> None:
    browser = sign_in(UserFactory())
    assert browser.get(address(asked)).headers["Location"] == "/consultations/open/propose/"
    like(browser, ProposalFactory(consultation=asked))
    assert (Like.objects.count(), GuestLike.objects.count()) == (1, 0)


def test_passphrases_are_four_easy_words() -> None:
    assert len(set(WORDS)) == len(WORDS) > 200
    words = new_passphrase()
    assert len(words.split("・")) == 4
    assert normalised(" サクラ、もみじ ") == normalised("さくら・もみじ")
    assert len({new_passphrase() for _n in range(200)}) == 200


def test_a_guest_is_asked_about_what_looks_like_personal_data(asked: Consultation, clock: Any) -> None:
    RuleFactory(name="個人情報らしい文字列", kind="personal", words="", holds=False)
    client = Client()
    for body, hint in (("連絡は090-1234-5678へ", True), ("ベンチを増やしてほしい", False)):
        shown = client.post(address(asked), typed(client, asked, clock, body=body, step="preview")).text
        assert ("個人情報が書かれていませんか" in shown) is hint
