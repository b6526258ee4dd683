"""Files of voices: looked at first, each row once however often it comes, and out and in again to the same counts."""

import csv
import io
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from apps.consultations import actions
from apps.consultations.models import Batch, Consultation, Proposal, State
from apps.consultations.tasks import forget_import_files
from apps.intake import actions as intake
from apps.intake.services import exports
from apps.operations.models import AuditEntry, Job
from apps.operations.tasks import run_jobs
from tests.accounts.factories import UserFactory, make_moderator, make_secretariat, make_staff
from tests.consultations.factories import ConsultationFactory, ProposalFactory, QuestionFactory

SignIn = Callable[[Any], Client]
UPLOAD = "/admin/consultations/batch/import/"
EXPORT = "/admin/consultations/batch/export/"
LEGACY = "テーマ,設問,本文,匿名/name,イイネ数,日付\r\n"


def send(browser: Client, content: bytes, name: str = "意見.csv", slug: str = "koen", **other: Any) -> Batch:
    """Upload a file and have it checked."""
    data = {"channel": "paper", "likes_on": "2025-11-10", "submit_key": str(uuid.uuid4())} | other
    answer = browser.post(f"{UPLOAD}?consultation={slug}", data | {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    run_jobs()
    return Batch.objects.exclude(file_name="").latest("pk")


def bring_in(browser: Client, batch: Batch, **data: Any) -> str:
    """Press 取り込む; the page afterwards."""
    browser.post(batch.get_absolute_url(), data)
    run_jobs()
    return browser.get(batch.get_absolute_url()).content.decode()


def counts(asked: Consultation) -> Any:
    """What pages count by."""
    rows = Proposal.objects.public().in_consultation(asked)
    return (
        dict(rows.count_by_channel()),
        Counter(rows.values_list("question__number", flat=True)),
        Counter(rows.values_list("body", "title", "public_name", "like_total")),
        Counter(rows.values_list("published_at", flat=True)),
        Counter(rows.values_list("batch__event_name", "batch__held_on", "group_label", "age_band", "district")),
    )


def result(batch: Batch) -> tuple[int, int, int, int]:
    batch.refresh_from_db()
    return tuple(batch.result[key] for key in ("added", "updated", "unchanged", "bad"))


pytestmark = pytest.mark.django_db


def test_the_legacy_export_comes_in_as_it_is(browser: Client, asked: Consultation) -> None:
    text = LEGACY + (
        '公園のこれから,どんな公園があるとうれしいですか。,"木陰がほしい。\r\nベンチも。",匿名,１２,2025/9/30\r\n'
        '公園のこれから,1,"\'=水遊び",みどり,0,令和7年10月1日\r\n'
    )
    batch = send(browser, text.encode("cp932"), channel="legacy")
    assert result(batch) == (2, 0, 0, 0)
    assert Proposal.objects.count() == 0
    page = browser.get(batch.get_absolute_url()).content.decode()
    assert "木陰がほしい。" in page
    assert "追加 2件" in bring_in(browser, batch)
    first, second = Proposal.objects.order_by("pk")
    assert (first.body, first.shown_name, first.like_total) == ("木陰がほしい。\nベンチも。", "匿名", 12)
    assert first.imported_likes_on == date(2025, 11, 10)
    assert timezone.localdate(first.published_at) == date(2025, 9, 30)
    assert (second.body, second.shown_name, second.channel) == ("=水遊び", "みどり", "legacy")
    shown = Client().get(asked.get_absolute_url()).content.decode()
    assert "旧Liqlid 令和7年11月10日時点" in shown
    assert Proposal.objects.search("木陰").get() == first


def test_the_same_file_twice_adds_nothing_and_a_changed_row_is_changed(browser: Client, asked: Consultation) -> None:
    head = "番号,本文,イイネ数\n"
    bring_in(browser, send(browser, f"{head}A1,一つめ,3\nA2,二つめ,0\n".encode()))
    codes = dict(Proposal.objects.values_list("external_id", "code"))
    again = send(browser, f"{head}A1,一つめ,3\nA2,二つめ,0\n".encode("utf-8-sig"))
    assert result(again) == (0, 0, 2, 0)
    bring_in(browser, again)
    changed = send(browser, f"{head}A1,一つめ,5\nA2,二つめ（訂正）,0\nA3,三つめ,1\n".encode())
    assert result(changed) == (1, 2, 0, 0)
    assert "更新される意見" in bring_in(browser, changed), "it is asked for"
    assert Proposal.objects.count() == 2
    bring_in(browser, changed, update="take")
    assert Proposal.objects.count() == 3
    one, two = Proposal.objects.get(external_id="A1"), Proposal.objects.get(external_id="A2")
    assert (one.like_total, two.body) == (5, "二つめ（訂正）")
    assert codes == {"A1": one.code, "A2": two.code}
    assert Proposal.objects.search("訂正").get() == two


def test_an_import_that_brought_nothing_has_nothing_to_take_back(browser: Client, asked: Consultation) -> None:
    content = "番号,本文\nA1,木陰\n".encode()
    assert "この取り込みを取り消す" in bring_in(browser, send(browser, content))
    again = send(browser, content)
    assert result(again) == (0, 0, 1, 0)
    assert "この取り込みを取り消す" not in bring_in(browser, again)


def test_rows_without_a_number_are_known_again_by_what_they_say(browser: Client, asked: Consultation) -> None:
    content = "本文\n木陰\n木陰\nベンチ\n".encode()
    bring_in(browser, send(browser, content))
    assert Proposal.objects.count() == 3
    again = send(browser, content)
    assert result(again) == (0, 0, 3, 0)


BAD = (
    "番号,テーマ,設問番号,本文,表示名,収集経路,投稿日時,イイネ数,年代\n"
    "1,公園のこれから,1,よい,,紙,2025-11-01,0,\n"
    "2,道路,9,,a@b,郵便,明日,-1,宇宙人\n"
    "1,,1,重なる番号,,,,,\n"
    "3,,1,悪い\x1b文字,,,2999-01-01,,\n"
)


def test_each_bad_row_is_named_with_column_and_reason_and_nothing_comes_in(
    browser: Client, asked: Consultation
) -> None:
    batch = send(browser, BAD.encode())
    assert result(batch) == (1, 0, 0, 3)
    found = {(row, column) for row, column, _reason in batch.result["problems"]}
    wrong = {"テーマ", "設問番号", "表示名", "収集経路", "投稿日時", "イイネ数", "年代"}
    assert found == {(3, column) for column in wrong} | {(4, "番号"), (5, "本文"), (5, "投稿日時")}
    page = bring_in(browser, batch)
    assert "読めない行があるため、取り込んでいません。" in page
    assert "テーマが「公園のこれから」ではありません。" in page
    job, _is_new = intake.request_import(batch=batch, by=batch.entered_by, skip_bad=False)
    run_jobs()
    job.refresh_from_db()
    assert (job.state, job.error[:4]) == ("failed", "3行目「"), "whoever asks past the page"
    assert Proposal.objects.count() == 0


def test_on_request_the_good_rows_come_in_with_a_report_of_the_rest(browser: Client, asked: Consultation) -> None:
    batch = send(browser, BAD.encode())
    check = Job.objects.for_target(batch).latest("pk")
    report = browser.get(f"/jobs/{check.pk}/file/").getvalue().decode("utf-8-sig")
    assert report.splitlines()[0] == "種類,行,列,理由,今の内容,ファイルの内容"
    assert len(report.splitlines()) == 11
    page = bring_in(browser, batch, skip_bad="1")
    assert "追加 1件" in page
    assert "取り込めなかった行 3行" in page
    assert Proposal.objects.get().body == "よい"


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.csv", "空"),
        (b"a", "a.exe", "CSV か Excel"),
    ],
)
def test_a_file_that_is_none_gets_a_sentence_at_the_field(
    browser: Client, asked: Consultation, content: bytes, name: str, sentence: str
) -> None:
    data = {"channel": "paper", "submit_key": "0" * 32, "file": SimpleUploadedFile(name, content)}
    answer = browser.post(f"{UPLOAD}?consultation=koen", data)
    assert (answer.status_code, Batch.objects.count()) == (422, 0)
    assert sentence in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("設問,名前\n1,x".encode(), "「本文」の列がありません"),
        ("本文\n".encode(), "意見の行がありません"),
        (b"PK\x03\x04broken", "Excel ファイルとして読めませんでした"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    browser: Client, asked: Consultation, content: bytes, sentence: str
) -> None:
    batch = send(browser, content)
    page = browser.get(batch.get_absolute_url()).content.decode()
    assert sentence in page
    assert not batch.may_import


def test_what_residents_wrote_on_the_portal_is_never_changed_by_a_file(browser: Client, asked: Consultation) -> None:
    own = ProposalFactory(consultation=asked, body="わたしの言葉")
    same = send(browser, f"番号,本文,収集経路\n{own.code},わたしの言葉,Web\n".encode())
    assert result(same) == (0, 0, 1, 0)
    other = send(browser, f"番号,本文,収集経路\n{own.code},書き換えた言葉,Web\n".encode())
    assert result(other) == (0, 0, 0, 1)
    assert "ポータルで投稿された意見" in other.result["problems"][0][2]
    bring_in(browser, other, skip_bad="1")
    own.refresh_from_db()
    assert own.body == "わたしの言葉"


def test_a_hidden_text_is_not_revived_by_a_file(browser: Client, asked: Consultation) -> None:
    bring_in(browser, send(browser, "番号,本文\nA1,隠された\n".encode()))
    Proposal.objects.update(state=State.HIDDEN)
    again = send(browser, "番号,本文\nA1,隠されたが戻る\n".encode())
    assert result(again) == (0, 0, 1, 0)


def test_likes_need_their_day(browser: Client, asked: Consultation) -> None:
    batch = send(browser, "本文,イイネ数\nあ,3\n".encode(), likes_on="")
    assert "いつの時点" in batch.result["problems"][0][2]


# --- out and in again ---------------------------------------------------------------------------------------------------
@pytest.fixture
def full(browser: Client, asked: Consultation) -> Consultation:
    """Voices of every channel, with everything a row may hold."""
    QuestionFactory(consultation=asked, number=2, text="どんな遊びをしたいですか。")
    rows = "番号,設問番号,本文,見出し,収集経路,投稿日時,イイネ数,行事名,集めた日,グループ,タグ,年代,地域\n"
    rows += 'W1,1,"一行目\n\n三行目",題,ワークショップ,2025-11-01 10:00,2,公園の日,2025-11-01,テーブル1,遊び、緑,20代,北部\n'
    rows += 'P1,2,\'=1+1,,紙,2025-11-02,0,意見箱,2025-11-02,,,,\nL1,1,"引用""符,と",,旧Liqlid,2025-09-01,7,,,,,,\n'
    bring_in(browser, send(browser, rows.encode()))
    one = ProposalFactory(consultation=asked, body="'先頭の印", title="+見出し", public_name="-みどり", age_band="30s")
    ProposalFactory(consultation=asked, body="👨‍👩‍👧と𠮷野家 _x0041_")
    ProposalFactory(consultation=asked, body="隠れた言葉", state=State.HIDDEN)
    for _n in range(3):
        actions.set_like(user=UserFactory(), proposal=one, wanted=True)
    actions.set_tags(proposal=one, names=["緑"])
    return asked


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_out_and_in_again_gives_the_same_counts(
    browser: Client, sign_in: SignIn, full: Consultation, form: str
) -> None:
    content = exported(browser, f"exchange-{form}")
    unchanged = send(browser, content, name=f"out.{form}")
    assert result(unchanged) == (0, 0, 5, 0)
    copy = ConsultationFactory(slug="copy", title=full.title, department=full.department)
    QuestionFactory(consultation=copy, number=2, text="どんな遊びをしたいですか。")
    batch = send(browser, content, name=f"out.{form}", slug="copy")
    assert result(batch) == (5, 0, 0, 0), batch.result["problems"]
    bring_in(browser, batch)
    assert counts(copy)[:4] == counts(full)[:4]
    assert (
        Proposal.objects.in_consultation(copy).filter(batch__event_name="公園の日", group_label="テーブル1").count()
        == 1
    )
    assert Proposal.objects.in_consultation(copy).filter(body="隠れた言葉").count() == 0
    again = send(browser, content, name=f"out.{form}", slug="copy")
    assert result(again) == (0, 0, 5, 0), again.result["problems"]
    tags = {t for p in Proposal.objects.in_consultation(copy) for t in p.tags.names()}
    assert tags == set() or tags <= {"遊び", "緑"}


def exported(browser: Client, kind: str, slug: str = "koen") -> bytes:
    """The file of an export, sent at once or written by a job."""
    answer = browser.post(f"{EXPORT}?consultation={slug}", {"file": kind})
    if answer.status_code == 200:
        return b"".join(answer)
    run_jobs()
    job = Job.objects.latest("pk")
    assert job.state == "done", job.error
    return browser.get(f"/jobs/{job.pk}/file/").getvalue()


def test_the_public_file_holds_public_voices_and_no_attributes(browser: Client, full: Consultation) -> None:
    ProposalFactory(consultation=full, body="取り下げた", state=State.WITHDRAWN)
    content = b"".join(Client().get("/consultations/koen/proposals.csv"))
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == 6
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert Counter(row["収集経路"] for row in rows) == Counter({"Web": 2, "ワークショップ": 1, "紙": 1, "旧Liqlid": 1})
    assert {row["本文"] for row in rows} >= {"''先頭の印", "'=1+1", "一行目 三行目"}
    assert not {"年代", "地域", "関わり", "状態"} & set(rows[0])
    text = content.decode()
    assert "隠れた言葉" not in text
    assert "取り下げた" not in text
    assert "20代" not in text


def test_the_dictionary_of_the_public_file_names_each_of_its_columns(browser: Client, full: Consultation) -> None:
    page = Client().get(full.get_absolute_url()).content.decode()
    assert f"{full.get_absolute_url()}proposals-dictionary.csv" in page
    words = b"".join(Client().get(f"{full.get_absolute_url()}proposals-dictionary.csv")).decode("utf-8-sig")
    header, *rows = list(csv.reader(io.StringIO(words)))
    assert header == ["項目名", "項目名（英数字）", "型", "説明"]
    data = b"".join(Client().get(f"{full.get_absolute_url()}proposals.csv")).decode("utf-8-sig")
    assert [row[0] for row in rows if row[1]] == next(csv.reader(io.StringIO(data)))
    assert all(row[3] for row in rows)
    assert "「'」を1つ付けています" in "".join(row[3] for row in rows)
    draft = ConsultationFactory(draft=True)
    assert Client().get(f"{draft.get_absolute_url()}proposals-dictionary.csv").status_code == 404


def test_a_file_read_in_pieces_has_every_row_once(asked: Consultation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    made = [ProposalFactory(consultation=asked, body=f"声{n}").code for n in range(7)]
    ProposalFactory()
    text = b"".join(Client().get("/consultations/koen/proposals.csv")).decode("utf-8-sig")
    assert [row["番号"] for row in csv.DictReader(io.StringIO(text))] == made


def test_the_staff_file_holds_what_staff_may_see_and_no_address_or_author(browser: Client, full: Consultation) -> None:
    author = UserFactory(email="himitsu@example.com")
    held = ProposalFactory(consultation=full, body="確認待ち", state=State.HELD, author=author)
    ProposalFactory(consultation=full, body="取り下げた", state=State.WITHDRAWN)
    book = openpyxl.load_workbook(io.BytesIO(exported(browser, "staff-xlsx")))
    header, *rows = [[cell.value for cell in row] for row in book.worksheets[0]]
    by_code = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert len(rows) == 7
    assert by_code[held.code]["状態"] == "承認待ち"
    assert "30代" in {row["年代"] for row in by_code.values()}
    everything = str([[cell.value for row in sheet for cell in row] for sheet in book])
    assert "himitsu" not in everything
    assert author.handle not in everything
    assert "取り下げた" not in everything
    assert [sheet.title for sheet in book][1:] == ["コード表", "データ項目", "このファイルについて"]
    assert AuditEntry.objects.for_target(full).get().facts == {"kind": "staff", "form": "xlsx"}
    text = exported(browser, "staff-cp932").decode("cp932")
    assert "〓と〓野家" in text.replace("\u200d", "") or "〓" in text


def test_files_are_for_the_department_and_the_secretariat(
    sign_in: SignIn, browser: Client, asked: Consultation
) -> None:
    batch = send(browser, "本文\nあ\n".encode())
    pages = [f"{UPLOAD}?consultation=koen", f"{EXPORT}?consultation=koen", batch.get_absolute_url()]
    for person, status in ((make_secretariat(), 200), (make_staff(), 404), (make_moderator(), 403)):
        assert [sign_in(person).get(page).status_code for page in pages] == [status] * 3, person
    assert sign_in(make_staff()).post(batch.get_absolute_url()).status_code == 404
    assert sign_in(make_staff()).post(f"{EXPORT}?consultation=koen", {"file": "staff-csv"}).status_code == 404
    assert Client().get("/consultations/koen/proposals.csv").status_code == 200
    assert Client().get(f"/consultations/{ConsultationFactory(draft=True).slug}/proposals.csv").status_code == 404


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_sample_comes_in_as_it_is(browser: Client, asked: Consultation, form: str) -> None:
    answer = browser.get(f"/admin/consultations/batch/sample.{form}?consultation=koen")
    content = b"".join(answer) if answer.streaming else answer.content
    batch = send(browser, content, name=f"見本.{form}")
    assert result(batch) == (2, 0, 0, 0), batch.result["problems"]
    bring_in(browser, batch)
    assert dict(Proposal.objects.public().count_by_channel()) == {"ワークショップ": 2}


def test_the_uploaded_file_goes_after_the_import_and_after_two_weeks(browser: Client, asked: Consultation) -> None:
    batch = send(browser, "本文\nあ\n".encode())
    kept = send(browser, "本文\nい\n".encode())
    path = Path(batch.file.path)
    bring_in(browser, batch)
    assert not path.exists()
    Batch.objects.filter(pk=kept.pk).update(created_at=timezone.now() - timedelta(days=15))
    assert forget_import_files() == 1
    assert not Path(kept.file.path).exists()


def test_channels_sum_to_the_total_wherever_they_are_shown(browser: Client, full: Consultation) -> None:
    page = Client().get(full.get_absolute_url()).context
    total = Proposal.objects.public().in_consultation(full).count()
    assert sum(n for _label, n in page["channels"]) == total == 5
    card = Consultation.objects.for_cards().get(pk=full.pk)
    assert card.proposal_count == total
    filtered = [
        len(Client().get(full.get_absolute_url(), {"channel": channel}).context["page"].rows)
        for channel in ("web", "workshop", "paper", "desk", "legacy")
    ]
    assert sum(filtered) == total


def test_a_file_is_brought_in_once_when_the_button_is_pressed_twice(browser: Client, asked: Consultation) -> None:
    batch = send(browser, "本文\nあ\n".encode())
    for _press in range(2):
        browser.post(batch.get_absolute_url())
    run_jobs()
    browser.post(batch.get_absolute_url())
    run_jobs()
    assert Proposal.objects.count() == 1
    job = Job.objects.filter(kind="import-proposals").get()
    died = timezone.now() - timedelta(minutes=2)  # after the last row, before it could say so
    Job.objects.filter(pk=job.pk).update(state="running", heartbeat_at=died, tries=1)
    run_jobs()
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")
    intake.finish_import(batch=batch, counts={"added": 99}, by_id=None)
    batch.refresh_from_db()
    assert batch.result["imported"]["added"] == 1
    assert AuditEntry.objects.for_target(batch).filter(verb="import").count() == 1
