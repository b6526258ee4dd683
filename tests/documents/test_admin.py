"""Staff at work: whose document, text to sections, reasons with voices, the preview with 公表, a correction."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.documents.models import Document, DocumentVersion
from apps.operations.models import AuditEntry
from tests.accounts.factories import DepartmentFactory, make_moderator, make_secretariat, make_staff
from tests.consultations.factories import ProposalFactory, TopicFactory
from tests.documents.factories import FIRST, SECOND, DocumentFactory, change_of, draft, pair, published, stage
from tests.documents.test_versions import BODY, docx

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


def at(row: Any, page: str = "change") -> str:
    return reverse(f"admin:documents_{row._meta.model_name}_{page}", args=[row.pk])


@pytest.fixture
def version() -> DocumentVersion:
    return draft(DocumentFactory(department=DepartmentFactory(name="公園課")))


@pytest.fixture
def writer(sign_in: SignIn, version: DocumentVersion) -> Client:
    """A browser of the document's department."""
    return sign_in(make_staff(version.document.department))


def test_a_department_makes_a_document_and_a_version(sign_in: SignIn) -> None:
    department = DepartmentFactory()
    client = sign_in(make_staff(department))
    facts = {"title": "水の計画", "slug": "mizu", "kind": "plan", "department": department.pk, "summary": ""}
    client.post(reverse("admin:documents_document_add"), facts)
    document = Document.objects.get(slug="mizu")
    pdf = SimpleUploadedFile("計画.pdf", b"%PDF-1.7 text", content_type="application/pdf")
    facts = {
        "document": document.pk, "stage": stage().pk, "slug": "soan", "dated_on": "R8.6.1", "as_of": "", "base": "",
        "source": "", "file": pdf,
    }  # fmt: skip
    client.post(reverse("admin:documents_documentversion_add"), facts)
    version = document.versions.get()
    assert version.label == "素案（令和8年6月1日）"
    assert len(version.file_hash) == 64
    assert at(version) in client.get(at(document)).text


def test_another_department_may_read_what_is_public_and_write_nothing(
    sign_in: SignIn, version: DocumentVersion
) -> None:
    for other in (sign_in(make_staff()), sign_in(make_moderator())):
        for page in ("change", "text", "preview", "correct"):
            assert other.get(at(version, page)).status_code in {302, 404}
        open_to_all = published()
        assert other.get(at(open_to_all)).status_code == 200
        assert "訂正版を作る" not in other.get(at(open_to_all)).text
        assert other.get(at(open_to_all, "correct")).status_code == 403
        facts = {"document": version.document.pk, "stage": stage().pk, "slug": "x", "dated_on": "2026-06-01"}
        assert other.post(reverse("admin:documents_documentversion_add"), facts).status_code in {403, 422}
    assert version.document.versions.count() == 1


def test_a_version_must_be_compared_within_its_document(writer: Client, version: DocumentVersion) -> None:
    facts = {"stage": stage().pk, "slug": "v1", "dated_on": "2026-06-01", "base": published().pk}
    assert writer.post(at(version), facts).status_code == 422


def test_text_is_looked_at_before_it_is_taken(writer: Client, version: DocumentVersion) -> None:
    page = writer.post(at(version, "text"), {"text": SECOND}).text
    assert "4節に分かれます" in page
    assert version.sections.count() == 3
    answer = writer.post(at(version, "text"), {"text": SECOND, "take": "1"}, follow=True)
    assert "本文を取り込みました" in answer.text
    assert version.sections.count() == 4
    assert "# 4 道" in writer.get(at(version, "text")).text


def test_text_is_taken_from_a_word_file(writer: Client, version: DocumentVersion) -> None:
    upload = SimpleUploadedFile("案.docx", docx(BODY).getvalue())
    page = writer.post(at(version, "text"), {"text": "", "file": upload}).text
    assert "目的" in page
    assert "公園を守る。" in page
    for name, data, words in [("案.pdf", b"%PDF-1.7", "貼り付けて"), ("案.docx", b"PK", "読めませんでした")]:
        answer = writer.post(at(version, "text"), {"text": "", "file": SimpleUploadedFile(name, data)})
        assert answer.status_code == 422
        assert words in answer.text
    assert writer.post(at(version, "text"), {"text": ""}).status_code == 422
    assert version.sections.count() == 3


def test_a_refused_text_comes_back_with_everything_typed(writer: Client, version: DocumentVersion) -> None:
    answer = writer.post(at(version, "text"), {"text": "前書き\n# 一\n文", "take": "1"})
    assert answer.status_code == 422
    assert "最初の見出しより前に文があります" in answer.text
    assert "前書き\n# 一" in answer.text


def test_a_section_is_put_right_and_deleted(writer: Client, version: DocumentVersion) -> None:
    section = version.sections.get(key="s2")
    words = {
        "key": "koen",
        "level": 2,
        "number": "2",
        "heading": "公園",
        "body": "書き直し",
        "order": 20,
        "seen": section.edition,
    }
    answer = writer.post(at(section), words, follow=True)
    assert answer.redirect_chain[-1][0] == at(version)
    assert version.sections.get(key="koen").body == "書き直し"
    again = writer.post(at(section), {**words, "body": "古い画面から"})
    assert again.status_code == 422
    assert "ほかの人がこの節を保存しました" in again.text
    writer.post(at(section, "delete"), {"post": "yes"})
    assert version.sections.count() == 2


def test_reasons_name_public_voices_and_topics(writer: Client, version: DocumentVersion) -> None:
    old = published(DocumentFactory(department=version.document.department), FIRST)
    new = draft(old.document, SECOND, base=old, stage=stage("interim"))
    voice = ProposalFactory()
    topic = TopicFactory(consultation=voice.consultation)
    change = change_of(new, "s2")
    said = {
        "kind": change.kind,
        "origin": "voices",
        "reason": "夜の意見があったため。",
        "codes": f"{voice.code}、{topic.code}",
    }
    writer.post(at(change), said)
    assert [cause.code for cause in change.causes.with_ends()] == [voice.code, topic.code]
    hidden = ProposalFactory(state="hidden")
    answer = writer.post(at(change), {**said, "codes": hidden.code})
    assert answer.status_code == 422
    assert "この番号はありません" in answer.text
    assert "夜の意見があったため。" in writer.get(at(new)).text


def test_publishing_asks_and_is_on_record(writer: Client, version: DocumentVersion) -> None:
    page = writer.get(at(version, "preview"))
    assert "公表すると、次の内容がこのまま公開され" in page.text
    seen = page.context["seen"]
    writer.post(at(version, "preview"), {"seen": "of another moment"})
    version.refresh_from_db()
    assert not version.is_published
    answer = writer.post(at(version, "preview"), {"seen": seen}, follow=True)
    assert "公表しました" in answer.text
    version.refresh_from_db()
    assert version.is_published
    entry = AuditEntry.objects.for_target(version).first()
    assert (entry.verb, entry.actor_role) == ("publish_version", "staff")  # type: ignore[union-attr]
    assert Client().get(version.get_absolute_url()).status_code == 200


def test_what_is_published_is_read_only(sign_in: SignIn) -> None:
    _old, new = pair()
    client = sign_in(make_secretariat())
    assert "訂正版を作る" in client.get(at(new)).text
    section = new.sections.first()
    assert section is not None
    assert client.post(at(new), {"slug": "other"}).status_code == 403
    assert client.post(at(section), {"heading": "別"}).status_code == 403
    assert client.get(at(new, "text"))["Location"] == at(new)
    assert client.get(at(section)).status_code == 200


def test_a_correction_needs_a_reason(sign_in: SignIn) -> None:
    version = published()
    client = sign_in(make_secretariat())
    assert client.post(at(version, "correct"), {"reason": " "}).status_code == 422
    answer = client.post(at(version, "correct"), {"reason": "川の名の誤り"}, follow=True)
    assert "訂正版の草案を作りました" in answer.text
    assert version.corrections.get().correction_reason == "川の名の誤り"


def test_a_preview_needs_a_text(writer: Client, version: DocumentVersion) -> None:
    empty = draft(version.document, "", slug="empty")
    assert "本文がありません" in writer.get(at(empty, "preview"), follow=True).text
