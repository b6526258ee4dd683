"""While an answer is sent nothing is held: no connection to the database, and files for everyone are made once."""

import ast
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from apps.consultations import actions
from apps.consultations.models import Proposal, State, Tag
from apps.consultations.tasks import delete_public_files
from apps.core import made_files
from apps.core.made_files import BeingMade, made_file
from apps.intake.services.exports import Export
from tests.accounts.factories import UserFactory, make_staff
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.races import in_parallel

SignIn = Callable[[Any], Client]


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.MADE_ROOT = tmp_path


def table(asked: Any) -> str:
    """The open data of a consultation."""
    answer = Client().get(f"/consultations/{asked.slug}/proposals.csv")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["/", "{}", "{}proposals.csv", "{}feed.atom", "{}qr.svg"])
def test_no_answer_holds_a_connection_while_it_is_sent(address: str) -> None:
    asked = ProposalFactory().consultation
    answer = Client().get(address.format(asked.get_absolute_url()))
    assert answer.status_code == 200
    assert connection.connection is None
    if answer.streaming:
        assert b"".join(answer.streaming_content)
        assert connection.connection is None


@pytest.mark.django_db(transaction=True)
def test_a_file_for_staff_is_whole_before_it_is_sent(sign_in: SignIn) -> None:
    voice = ProposalFactory()
    browser = sign_in(make_staff(voice.consultation.department))
    address = f"/admin/consultations/batch/export/?consultation={voice.consultation.slug}"
    answer = browser.post(address, {"file": "staff-csv"})
    assert connection.connection is None
    assert voice.code in b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert connection.connection is None


def test_nothing_of_ours_is_sent_while_it_is_still_asked_for() -> None:
    made = [
        (path.name, node.func.id)
        for path in (settings.BASE_DIR / "apps").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "StreamingHttpResponse"
    ]
    assert not made


@pytest.mark.django_db(transaction=True)
def test_eight_who_ask_at_once_get_one_file_that_was_made_once(monkeypatch: Any) -> None:
    asked = ProposalFactory().consultation
    made, rows, got = [], Export.rows, []

    def counted(export: Export, consultation: Any) -> Any:
        made.append(threading.get_ident())
        return rows(export, consultation)

    monkeypatch.setattr(Export, "rows", counted)
    in_parallel(lambda _number: got.append(table(asked)), 16)
    assert len(set(got)) == 1
    assert len(made) == 1


@pytest.mark.django_db
def test_the_file_says_what_the_data_say_now() -> None:
    voice = ProposalFactory(body="はじめの文")
    asked = voice.consultation
    assert "はじめの文" in table(asked)
    person = UserFactory()
    author = actions.AccountAuthor(person)
    actions.post_proposal(question=voice.question, author=author, body="あとの文", submit_key=uuid.uuid4())
    assert "あとの文" in table(asked)
    actions.edit_proposal(proposal=voice, by=voice.author, body="直した文", title="")
    assert "直した文" in table(asked)
    assert "はじめの文" not in table(asked)
    voice.locked().move_to(State.HIDDEN)
    assert "直した文" not in table(asked)
    later = Proposal.objects.get(body="あとの文")
    later.tags.add(Tag.objects.create(name="ひろば", is_approved=True))
    assert "ひろば" in table(asked)
    asked.title = "別の題"
    asked.save()
    assert "別の題" in table(asked)
    actions.set_like(user=UserFactory(), proposal=later, wanted=True)
    cache.clear()  # half a minute later
    assert f"{later.code}," in table(asked)
    assert ",1,0,0," in table(asked)
    (folder,) = settings.MADE_ROOT.glob("proposals/*")
    assert len(list(folder.iterdir())) == 2  # the file and its lock
    assert (delete_public_files(), len(list(folder.iterdir()))) == (1, 1)
    assert "別の題" in table(asked)


def test_a_file_that_cannot_be_made_leaves_nothing_and_is_tried_again(tmp_path: Path) -> None:
    def broken(file: IO[bytes]) -> None:
        file.write(b"half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        made_file("tables", "a", "1", broken)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["lock"]
    with made_file("tables", "a", "1", lambda file: file.write(b"whole")) as file:
        assert file.read() == b"whole"
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2


def test_who_waits_too_long_is_told_so(monkeypatch: Any) -> None:
    monkeypatch.setattr(made_files, "LONGEST", 0.2)
    begun, go_on = threading.Event(), threading.Event()

    def slow(file: IO[bytes]) -> None:
        begun.set()
        go_on.wait(10)

    other = threading.Thread(target=lambda: made_file("tables", "a", "1", slow).close())
    other.start()
    begun.wait(5)
    with pytest.raises(BeingMade):
        made_file("tables", "a", "1", slow)
    go_on.set()
    other.join()


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_a_file_holds_no_connection(monkeypatch: Any) -> None:
    monkeypatch.setattr(made_files, "LONGEST", 0.2)
    begun, go_on = threading.Event(), threading.Event()

    def slow(file: IO[bytes]) -> None:
        begun.set()
        go_on.wait(10)

    other = threading.Thread(target=lambda: made_file("tables", "a", "1", slow).close())
    other.start()
    begun.wait(5)
    assert not Proposal.objects.exists()
    assert connection.connection is not None
    with pytest.raises(BeingMade):
        made_file("tables", "a", "1", slow)
    assert connection.connection is None
    go_on.set()
    other.join()


@pytest.mark.django_db
def test_the_page_of_a_file_that_is_being_made_says_when_to_come_again(monkeypatch: Any) -> None:
    asked = ProposalFactory().consultation

    def busy(*_given: Any) -> None:
        raise BeingMade

    monkeypatch.setattr("apps.intake.views.made_file", busy)
    answer = Client().get(f"/consultations/{asked.slug}/proposals.csv")
    assert (answer.status_code, answer["Retry-After"]) == (503, "20")
    assert "ファイルを作っています" in answer.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "kind", "size", "status"),
    [
        ("visitor", "multipart/form-data; boundary=x", 3_000_000, 413),
        ("resident", "multipart/form-data; boundary=x", 3_000_000, 413),
        ("staff", "application/x-www-form-urlencoded", 3_000_000, 413),
        ("staff", "multipart/form-data; boundary=x", 3_000_000, 422),
        ("staff", "multipart/form-data; boundary=x", 70_000_000, 413),
    ],
)
def test_who_may_send_how_much(sign_in: SignIn, who: str, kind: str, size: int, status: int) -> None:
    staff = make_staff(ConsultationFactory(slug="koen").department)
    browser = {"visitor": Client(), "resident": sign_in(UserFactory()), "staff": sign_in(staff)}[who]
    address = "/admin/consultations/batch/import/?consultation=koen"
    if status == 422:
        answer = browser.post(address, {"file": SimpleUploadedFile("a.exe", b"x" * size)})
    else:
        answer = browser.generic("POST", address, b"x", kind, CONTENT_LENGTH=str(size))
    assert answer.status_code == status
    if status == 413:
        assert "大きすぎます" in answer.text
