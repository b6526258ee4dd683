"""A number belongs to its list; what a file would change is shown, asked for, and comes back when the file goes."""

import io
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.consultations import actions
from apps.consultations.models import Batch, Consultation, Proposal, ProposalRevision, State
from apps.intake import actions as intake
from apps.intake.services.batch_proposals import brought_in_by
from apps.operations.models import AuditEntry, Job
from apps.operations.tasks import run_jobs
from tests.accounts.factories import UserFactory, make_moderator, make_staff
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.consultations.moderation import reported
from tests.intake.test_import import bring_in, exported, result, send

pytestmark = pytest.mark.django_db
REASON = "取り込むファイルをまちがえたため"
A = ["公園に木陰を増やしてほしい", "駅前にベンチがほしい", "図書館の開館時間を延ばしてほしい"]
B = ["防災訓練を土曜日に開いてほしい", "学童の待機をなくしてほしい", "バスの本数を増やしてほしい"]


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def asked() -> Consultation:
    return ConsultationFactory(slug="koen", title="公園のこれから")


@pytest.fixture
def clerk(asked: Consultation) -> User:
    return make_staff(asked.department)


@pytest.fixture
def browser(sign_in: Callable[[Any], Client], clerk: User) -> Client:
    return sign_in(clerk)


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def serial(bodies: list[str], event: str) -> bytes:
    return workbook(["No.", "本文", "行事名"], *[[n, body, event] for n, body in enumerate(bodies, start=1)])


def bodies(asked: Consultation) -> list[str]:
    return sorted(Proposal.objects.public().in_consultation(asked).values_list("body", flat=True))


def take_back(browser: Client, batch: Batch) -> None:
    browser.post(f"/admin/consultations/batch/{batch.pk}/take-back/", {"reason": REASON})
    run_jobs()


def put_back(browser: Client, batch: Batch) -> None:
    browser.post(f"/admin/consultations/batch/{batch.pk}/take-back/", {"step": "put-back"})
    run_jobs()


def test_two_workshops_that_both_number_1_2_3_are_six_voices(browser: Client, asked: Consultation) -> None:
    bring_in(browser, send(browser, serial(A, "ワークショップA"), "serial_A.xlsx"))
    liked = Proposal.objects.get(body=A[0])
    actions.set_like(user=UserFactory(), proposal=liked, wanted=True)
    second = send(browser, serial(B, "ワークショップB"), "serial_B.xlsx")
    assert result(second) == (3, 0, 0, 0)
    bring_in(browser, second)
    assert bodies(asked) == sorted([*A, *B])
    liked.refresh_from_db()
    assert (liked.body, liked.like_count) == (A[0], 1)
    for content, name in ((serial(A, "ワークショップA"), "serial_A.xlsx"), (serial(B, "ワークショップB"), "x.xlsx")):
        assert result(send(browser, content, name)) == (0, 0, 3, 0), "the same list again, also under another name"


@pytest.mark.parametrize("numbers", ["番号,本文\n1,", "本文\n"])
def test_a_file_without_an_event_is_a_list_of_its_own(browser: Client, asked: Consultation, numbers: str) -> None:
    content = f"{numbers}木陰がほしい\n".encode()
    bring_in(browser, send(browser, content, "テーブル1.csv"))
    for name in ("テーブル1.csv", "テーブル1 (1).csv", "ﾃｰﾌﾞﾙ１.csv"):
        assert result(send(browser, content, name)) == (0, 0, 1, 0), name
    other = send(browser, content, "テーブル2.csv")
    assert result(other) == (1, 0, 0, 0)
    page = browser.get(other.get_absolute_url()).content.decode()
    assert f"同じ文の意見「{Proposal.objects.get().code}」がすでにあります。" in page
    assert "どうするか、選んでください" in bring_in(browser, other)
    assert bodies(asked) == ["木陰がほしい"]
    assert "取り込まなかった行 1行" in bring_in(browser, other, same="leave")
    again = send(browser, content, "テーブル2.csv")
    bring_in(browser, again, same="take")
    assert bodies(asked) == ["木陰がほしい", "木陰がほしい"], "an equal short text is another voice where staff say so"


def test_the_same_number_in_two_events_of_one_file_is_two_voices(browser: Client, asked: Consultation) -> None:
    rows = (
        "番号,本文,行事名,集めた日\n1,一つめ,第1回,2025-10-01\n1,二つめ,第2回,2025-10-08\n１,三つめ,第2回,2025-10-08\n"
    )
    batch = send(browser, rows.encode())
    assert result(batch) == (2, 0, 0, 1)
    assert "番号「１」が3行目にもあります。" in batch.result["problems"][0][2]


def test_the_same_texts_in_one_long_file_are_all_brought_in(
    browser: Client, asked: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.intake.services.row_reader.AT_ONCE", 2)
    rows = "番号,本文\n" + "".join(f"{n},木陰\n" for n in range(7))
    bring_in(browser, send(browser, rows.encode()))
    assert len(bodies(asked)) == 7


HEAD = "番号,本文,行事名,集めた日,表示名,イイネ数,イイネ時点\n"
FIRST = f"{HEAD}1,はじめの文,第1回,2025-10-01,みどり,3,2025-10-01\n2,そのまま,第1回,2025-10-01,,0,\n"
SECOND = f"{HEAD}1,直した文,第1回,2025-10-01,,5,2025-10-02\n2,そのまま,第1回,2025-10-01,,0,\n3,新しい文,第1回,2025-10-01,,0,\n"


def test_an_update_is_shown_before_and_after_and_asked_for(browser: Client, asked: Consultation) -> None:
    bring_in(browser, send(browser, FIRST.encode(), "a.csv"))
    actions.post_comment(
        proposal=Proposal.objects.get(body="はじめの文"),
        author=actions.AccountAuthor(UserFactory()),
        body="同感",
        submit_key=uuid.uuid4(),
    )
    batch = send(browser, SECOND.encode(), "b.csv")
    assert result(batch) == (1, 1, 1, 0)
    ((row, code, fields, likes, comments),) = batch.result["changes"]
    assert (row, code, likes, comments) == (2, Proposal.objects.get(body="はじめの文").code, 3, 1)
    assert fields == [
        ["本文", "はじめの文", "直した文"],
        ["表示名", "みどり", "匿名"],
        ["移行イイネ数", "3", "5"],
        ["イイネ時点", "2025-10-01", "2025-10-02"],
    ]
    page = browser.get(batch.get_absolute_url()).content.decode()
    assert "はじめの文" in page
    assert "直した文" in page
    job = Job.objects.for_target(batch).latest("pk")
    assert "更新される意見,2,本文" in browser.get(f"/jobs/{job.pk}/file/").getvalue().decode()
    assert "「更新される意見」をどうするか、選んでください。" in bring_in(browser, batch)
    assert bodies(asked) == sorted(["はじめの文", "そのまま"])
    bring_in(browser, batch, update="leave")
    assert bodies(asked) == sorted(["はじめの文", "そのまま", "新しい文"])
    batch.refresh_from_db()
    assert (batch.result["imported"]["left"], batch.result["imported"]["updated"]) == (1, 0)
    assert not {"voices", "changes"} & set(batch.result), "its words are kept until it is in, no longer"


def whole(voice: Proposal) -> Any:
    voice.refresh_from_db()
    return (
        voice.state, voice.body, voice.public_name, voice.imported_like_count, str(voice.imported_likes_on),
        voice.batch_id, sorted(voice.tags.names()), voice.search_text, voice.published_at,
    )  # fmt: skip


@pytest.mark.parametrize("moved", [False, True])
def test_taking_a_file_back_restores_what_it_changed_and_putting_it_back_changes_it_again(
    browser: Client, asked: Consultation, moved: bool
) -> None:
    bring_in(browser, send(browser, FIRST.encode(), "a.csv"))
    voice = Proposal.objects.get(body="はじめの文")
    actions.set_tags(proposal=voice, names=["緑"])
    before, content = whole(voice), SECOND
    if moved:  # by its code a row may name another event
        content = f"番号,本文,行事名,集めた日,タグ\n{voice.code},直した文,第2回,2025-10-08,遊び\n"
    batch = send(browser, content.encode(), "b.csv")
    bring_in(browser, batch, update="take")
    after = whole(voice)
    assert (after[1], after != before) == ("直した文", True)
    page = browser.get(f"/admin/consultations/batch/{batch.pk}/take-back/").content.decode()
    assert "1件は、公開のまま、更新する前の内容に戻ります" in page
    assert ("まとめて非公開にします" in page) is not moved, "only where a voice came in by this file"
    for _time in range(2):
        take_back(browser, batch)
        assert whole(voice) == before
        assert bodies(asked) == sorted(["はじめの文", "そのまま"])
        put_back(browser, batch)
        assert whole(voice) == after
    assert AuditEntry.objects.for_target(batch).filter(verb="take_back_batch").first().facts["voices"] == (
        1 if moved else 2
    )


def test_a_file_between_two_others_goes_without_touching_the_present_wording(
    browser: Client, asked: Consultation
) -> None:
    batches = []
    for text in ("一", "二", "三"):
        batch = send(browser, f"番号,本文\n1,{text}\n".encode())
        bring_in(browser, batch, update="take")
        batches.append(batch)
    voice = Proposal.objects.get()
    take_back(browser, batches[1])
    assert whole(voice)[1] == "三"
    take_back(browser, batches[2])
    assert whole(voice)[1] == "一"
    put_back(browser, batches[2])
    assert whole(voice)[1] == "三"
    put_back(browser, batches[1])
    assert whole(voice)[1] == "三"
    take_back(browser, batches[2])
    assert whole(voice)[1] == "二"
    take_back(browser, batches[0])
    assert whole(voice)[0] == State.WITHDRAWN, "the voice itself came in by the first"


def test_a_voice_restored_into_a_file_that_was_taken_back_is_not_public(browser: Client, asked: Consultation) -> None:
    first = send(browser, FIRST.encode(), "a.csv")
    bring_in(browser, first)
    voice = Proposal.objects.get(body="はじめの文")
    second = send(browser, f"番号,本文,行事名,集めた日\n{voice.code},はじめの文,第2回,2025-10-08\n".encode(), "b.csv")
    bring_in(browser, second, update="take")
    take_back(browser, first)
    assert bodies(asked) == ["はじめの文"], "it belongs to the second file now"
    take_back(browser, second)
    assert bodies(asked) == []
    put_back(browser, second)
    assert bodies(asked) == ["はじめの文"]


def test_a_number_made_from_the_text_is_not_shown(browser: Client, asked: Consultation) -> None:
    batch = send(browser, "番号,本文\n7,番号のある文\n,番号のない文\n".encode(), "a.csv")
    assert [(number, body) for _row, number, body, *_ in batch.result["voices"]] == [
        ("7", "番号のある文"),
        ("", "番号のない文"),
    ]


def test_an_update_that_is_not_the_one_that_was_shown_is_not_made(browser: Client, asked: Consultation) -> None:
    bring_in(browser, send(browser, FIRST.encode(), "a.csv"))
    shown = send(browser, SECOND.encode(), "b.csv")
    between = send(browser, FIRST.replace("はじめの文", "あいだの文").encode(), "c.csv")
    bring_in(browser, between, update="take")
    bring_in(browser, shown, update="take")
    assert bodies(asked) == sorted(["あいだの文", "そのまま", "新しい文"])


def test_a_column_that_the_file_does_not_have_is_not_changed(browser: Client, asked: Consultation) -> None:
    rows = "番号,本文,見出し,表示名,収集経路,グループ,年代,タグ,行事名,集めた日,イイネ数,イイネ時点\n"
    rows += "1,文,題,みどり,窓口,テーブル1,20代,緑,第1回,2025-10-01,4,2025-10-01\n"
    bring_in(browser, send(browser, rows.encode()))
    voice = Proposal.objects.get()
    assert result(send(browser, f"番号,本文\n{voice.code},文\n".encode())) == (0, 0, 1, 0)
    batch = send(browser, f"番号,本文\n{voice.code.lower().replace('-', 'ー')},直した文\n".encode())
    assert [line[0] for line in batch.result["changes"][0][2]] == ["本文"]
    bring_in(browser, batch, update="take")
    voice.refresh_from_db()
    kept = (voice.body, voice.title, voice.public_name, voice.channel, voice.group_label, voice.age_band)
    assert kept == ("直した文", "題", "みどり", "desk", "テーブル1", "20s")
    assert (voice.imported_like_count, voice.batch.event_name, list(voice.tags.names())) == (4, "第1回", ["緑"])


def test_former_wordings_of_a_file_are_redacted_and_erased_with_the_voice(browser: Client, asked: Consultation) -> None:
    bring_in(browser, send(browser, "番号,本文\n1,田中さんの庭\n".encode()))
    bring_in(browser, send(browser, "番号,本文\n1,となりの庭\n".encode()), update="take")
    waiting = send(browser, "番号,本文\n1,別の庭\n".encode())
    voice = Proposal.objects.get()
    actions.redact(case=reported(voice), by=make_moderator(), part="田中さん")
    assert "田中" not in str(list(ProposalRevision.objects.values()))
    waiting.refresh_from_db()
    assert (waiting.file.name, "となりの庭" in str(waiting.result)) == ("", False), "a waiting check goes too"


# --- 交換用: out and in again --------------------------------------------------------------------------------------------
def web(asked: Consultation, **other: Any) -> Proposal:
    return ProposalFactory(consultation=asked, public_name="みどり", title="+題", age_band="30s", **other)


def guest(asked: Consultation) -> Proposal:
    return ProposalFactory(consultation=asked, author=None)


def typed(asked: Consultation) -> Proposal:
    return intake.enter_batch(
        question=asked.questions.get(), channel="workshop", event_name="公園の日", held_on=timezone.localdate(),
        lines=[intake.Line(1, "付箋", "テーブル1")], by=make_staff(asked.department), submit_key=uuid.uuid4(),
    )[0].proposals.get()  # fmt: skip


def brought(asked: Consultation, row: str, browser: Client) -> Proposal:
    """A voice out of a file of its own; the number is another each time."""
    head = "番号,本文,収集経路,投稿日時,イイネ数,イイネ時点,行事名,集めた日,タグ,年代\n"
    batch = send(browser, f"{head}{uuid.uuid4()},{row}\n".encode(), f"{uuid.uuid4()}.csv")
    bring_in(browser, batch, same="take")
    return brought_in_by(batch).get()


KINDS: dict[str, Callable[[Consultation, Client], Proposal]] = {
    "web": lambda asked, browser: web(asked),
    "anonymous": lambda asked, browser: ProposalFactory(consultation=asked, body="'先頭の印"),
    "edited": lambda asked, browser: web(asked, edited_at=timezone.now()),
    "guest": lambda asked, browser: guest(asked),
    "typed": lambda asked, browser: typed(asked),
    "file": lambda asked, browser: brought(asked, "紙の声,紙,2025-11-02,0,,,,,", browser),
    "voted": lambda asked, browser: brought(asked, "シールの声,ワークショップ,,3,2025-11-01,第1回,2025-11-01,緑,20代", browser),
    "legacy": lambda asked, browser: brought(asked, "旧サイトの声,旧Liqlid,2025-09-01 10:30:15,7,2025-11-10,,,遊び、緑,", browser),
    "desk": lambda asked, browser: brought(asked, "＝窓口の声,窓口,,1,2025-11-10,,2025-11-01,,", browser),
}  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_out_and_in_unchanged_is_unchanged_for_every_kind_liked_and_commented(
    browser: Client, asked: Consultation, form: str
) -> None:
    made = {}
    for kind, make in KINDS.items():
        for liked in (False, True):
            for commented in (False, True):
                voice = make(asked, browser)
                if liked:
                    actions.set_like(user=UserFactory(), proposal=voice, wanted=True)
                if commented:
                    author = actions.AccountAuthor(UserFactory())
                    actions.post_comment(proposal=voice, author=author, body="同感", submit_key=uuid.uuid4())
                voice.refresh_from_db()
                made[kind, liked, commented] = voice
    likes = {key: (voice.like_count, voice.imported_like_count) for key, voice in made.items()}
    for _time in range(2):
        batch = send(browser, exported(browser, f"exchange-{form}"), f"out.{form}", likes_on="")
        assert result(batch) == (0, 0, len(made), 0), (batch.result["problems"], batch.result["changes"])
        assert "追加 0件、更新 0件" in bring_in(browser, batch)
    for key, voice in made.items():
        voice.refresh_from_db()
        assert (voice.like_count, voice.imported_like_count) == likes[key], key


def test_live_likes_in_an_exchange_file_are_never_added_and_corrected_ones_are(
    browser: Client, asked: Consultation
) -> None:
    voice = brought(asked, "シールの声,ワークショップ,,3,2025-11-01,第1回,2025-11-01,,", browser)
    actions.set_like(user=UserFactory(), proposal=voice, wanted=True)
    content = exported(browser, "exchange-csv").decode("utf-8-sig")
    assert ",1,3,2025-11-01," in content
    batch = send(browser, content.replace(",1,3,2025-11-01,", ",9,4,2025-11-01,").encode(), "out.csv")
    assert batch.result["changes"][0][2] == [["移行イイネ数", "3", "4"]]
    bring_in(browser, batch, update="take")
    voice.refresh_from_db()
    assert (voice.like_count, voice.imported_like_count, voice.like_total) == (1, 4, 5)


def test_likes_counted_on_paper_are_not_called_those_of_the_old_site(browser: Client, asked: Consultation) -> None:
    paper = brought(asked, "シールの声,ワークショップ,,3,2025-11-01,,,,", browser)
    legacy = brought(asked, "旧サイトの声,旧Liqlid,,7,2025-11-10,,,,", browser)
    shown = {voice: Client().get(voice.get_absolute_url()).content.decode() for voice in (paper, legacy)}
    assert "（令和7年11月1日時点）" in shown[paper]
    assert "旧Liqlid" not in shown[paper]
    assert "（旧Liqlid 令和7年11月10日時点）" in shown[legacy]
