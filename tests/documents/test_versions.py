"""Writing, explaining, publishing and correcting versions: keys live on, what is public never changes."""

import io
import zipfile
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from apps.consultations.models import State as VoiceState
from apps.documents import actions
from apps.documents.models import ActionRefused, Change, ChangeCause, DocumentVersion, Section
from apps.documents.services.docx_reader import read_docx
from apps.documents.services.version_comparison import compare_versions
from apps.documents.text_splitter import split_sections
from apps.operations.models import AuditEntry
from tests.consultations.factories import ProposalFactory, TopicFactory
from tests.documents.factories import SECOND, DocumentFactory, change_of, draft, explain, pair, published, stage

pytestmark = pytest.mark.django_db


def kinds(version: DocumentVersion) -> dict[str, tuple[str, bool]]:
    return {change.key: (change.kind, change.is_moved) for change in version.changes.for_pages()}


def test_a_section_keeps_its_key_through_the_versions() -> None:
    old, new = pair()
    assert list(old.sections.in_order().values_list("key", "heading")) == [
        ("s1", "はじめに"),
        ("s2", "公園"),
        ("s3", "川"),
    ]
    assert list(new.sections.in_order().values_list("key", "heading")) == [
        ("s1", "はじめに"), ("s3", "川"), ("s2", "公園"), ("s4", "道"),
    ]  # fmt: skip


def test_the_list_of_changes_says_what_became_of_each_section() -> None:
    _old, new = pair()
    found = kinds(new)
    assert found["s4"] == ("added", False)
    assert "s1" not in found
    assert sorted(kind for key, (kind, _moved) in found.items() if key in {"s2", "s3"}) in (
        ["edited"],
        ["edited", "moved"],
    )
    moved = [key for key, (_kind, is_moved) in found.items() if is_moved]
    assert len(moved) == 1


def test_a_moved_section_is_neither_removed_nor_new() -> None:
    _old, new = pair(
        after="# 1 川\n川を守ります。\n\n# 2 はじめに\n市は、公園を大切にします。\n\n# 3 公園\n公園は朝に開きます。"
    )
    assert kinds(new) == {"s3": ("moved", True)}


def test_a_section_with_another_heading_is_known_by_its_words() -> None:
    _old, new = pair(
        after="# はじめに\n市は、公園を大切にします。\n\n# 公園の時間\n公園は朝に開きます。\n\n# 川\n川を守ります。"
    )
    assert kinds(new) == {"s2": ("edited", False)}


def test_a_removed_section_stands_after_what_stood_before_it() -> None:
    old, new = pair(after="# はじめに\n市は、公園を大切にします。\n\n# 川\n川を守ります。")
    assert [(pair.key, pair.kind) for pair in compare_versions(old, new).pairs] == [
        ("s1", "same"), ("s2", "removed"), ("s3", "same"),
    ]  # fmt: skip


def test_reasons_outlive_another_writing_of_the_draft() -> None:
    version = draft(old := published().document, SECOND, base=old.versions.get(), stage=stage("interim"))
    explain(change_of(version, "s2"), "夜にも開いてほしいという意見があったため。")
    actions.take_text(version=version, drafts=split_sections(SECOND.replace("夜まで", "夜八時まで")), by=None)
    assert change_of(version, "s2").reason == "夜にも開いてほしいという意見があったため。"


@pytest.mark.parametrize("table", ["documentversion", "section", "change"])
@pytest.mark.parametrize("verb", ["DELETE FROM documents_{0}", "UPDATE documents_{0} SET id = id"])
def test_what_is_published_is_refused_by_the_database(table: str, verb: str) -> None:
    _old, new = pair(reasons={key: ("理由", []) for key in ("s2", "s4")})
    Change.objects.filter(version=new, reason="").update(reason="理由")  # allowed once
    with pytest.raises(DatabaseError, match="published"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(table))


def test_nothing_is_added_to_a_published_version() -> None:
    version = published()
    with pytest.raises(DatabaseError, match="published"), transaction.atomic():
        Section.objects.create(version=version, key="x", heading="後から", order=99)
    for act in (
        lambda: actions.take_text(version=version, drafts=split_sections("# 一\n文"), by=None),
        lambda: actions.publish_version(version=version, by=None),
        lambda: actions.remove_section(section=version.sections.first(), by=None),  # type: ignore[arg-type]
    ):
        with pytest.raises(ActionRefused, match="訂正版"):
            act()


def test_a_missing_reason_is_given_later_once_and_voices_are_added() -> None:
    _old, new = pair()
    voice, other = ProposalFactory(), ProposalFactory()
    change = change_of(new, "s4")
    explain(change, "道の意見があったため。", [voice])
    change.refresh_from_db()
    assert change.explained_at is not None
    assert change.explained_at >= new.published_at
    explain(change, "道の意見があったため。", [voice, other], origin=change.origin)
    with pytest.raises(ActionRefused, match="理由は変えられません"):
        explain(change, "別の理由", [voice, other], origin=change.origin)
    with pytest.raises(ActionRefused, match="外せません"):
        explain(change, "道の意見があったため。", [other], origin=change.origin)


def test_only_edited_and_wording_are_chosen_between() -> None:
    version = draft(old := published().document, SECOND, base=old.versions.get(), stage=stage("interim"))
    edited = next(change for change in version.changes.for_pages() if change.kind == "edited")
    explain(edited, "字句を整えました。", kind="wording")
    actions.publish_version(version=version, by=None)
    assert change_of(version, edited.key).kind == "wording"
    assert (
        next(p for p in compare_versions(old.versions.get(slug="v1"), version).pairs if p.key == edited.key).kind
        == "wording"
    )
    with pytest.raises(ActionRefused, match="修正と字句だけ"):
        explain(change_of(version, "s4"), "", kind="removed")


def test_publishing_says_what_is_missing() -> None:
    with pytest.raises(ActionRefused) as refused:
        actions.publish_version(version=draft(text=""), by=None)
    assert ["本文がありません" in words for words in refused.value.missing] == [True]
    with pytest.raises(ActionRefused) as refused:
        actions.publish_version(version=draft(published().document), by=None)
    assert "比べる前の版が選ばれていません" in refused.value.missing[0]


def test_publishing_refuses_what_the_preview_did_not_show() -> None:
    version = draft()
    with pytest.raises(ActionRefused, match="確認のあとで内容が変わりました"):
        actions.publish_version(version=version, by=None, seen="something else")
    assert not DocumentVersion.objects.published().exists()


def test_publishing_is_on_record_and_keeps_the_departments_name() -> None:
    version = published()
    assert "publish_version" in [entry.verb for entry in AuditEntry.objects.for_target(version)]
    department = version.document.department
    before, department.name = department.name, "名前の変わった課"
    department.save()
    assert DocumentVersion.objects.in_order().get(pk=version.pk).department_shown == before


def test_a_correction_is_a_version_of_its_own() -> None:
    version = published()
    with pytest.raises(ActionRefused, match="理由を書いて"):
        actions.correct_version(version=version, reason=" ", by=None)  # type: ignore[arg-type]
    draft = actions.correct_version(version=version, reason="川の名前の誤り", by=None)  # type: ignore[arg-type]
    assert [section.body for section in draft.sections.in_order()] == [s.body for s in version.sections.in_order()]
    with pytest.raises(ActionRefused, match="すでに作られて"):
        actions.correct_version(version=version, reason="もう一度", by=None)  # type: ignore[arg-type]
    actions.publish_version(version=draft, by=None)
    assert list(DocumentVersion.objects.current()) == [draft]
    assert DocumentVersion.objects.public().count() == 2


def test_a_later_wording_of_a_section_is_not_overwritten(django_user_model: Any) -> None:
    version = draft()
    section = version.sections.get(key="s2")
    words = {"heading": "公園", "body": "一人目の文"}
    actions.reword_section(section=section, edition=section.edition, values=words, by=None)  # type: ignore[arg-type]
    with pytest.raises(ActionRefused, match="ほかの人"):
        actions.reword_section(
            section=section,
            edition=section.edition,
            values={"body": "二人目"},
            by=None,  # type: ignore[arg-type]
        )
    assert version.sections.get(key="s2").body == "一人目の文"


def test_causes_are_named_while_the_voice_is_public() -> None:
    voice = ProposalFactory(body="夜も開いてほしい")
    topic = TopicFactory(consultation=voice.consultation)
    _old, new = pair(reasons={"s2": ("夜の意見があったため。", [voice, topic])})
    assert [cause.code for cause in change_of(new, "s2").public_causes] == [voice.code, topic.code]
    voice.move_to(VoiceState.HIDDEN)
    assert [cause.code for cause in change_of(new, "s2").public_causes] == [topic.code]
    assert ChangeCause.objects.count() == 2


def test_a_voice_in_a_topic_moved_what_the_topic_moved() -> None:
    voice = ProposalFactory()
    topic = TopicFactory(consultation=voice.consultation)
    topic.group([voice], by=None)
    _old, new = pair(reasons={"s2": ("意見があったため。", [topic])})
    assert list(Change.objects.public().moved_by_proposal(voice)) == [change_of(new, "s2")]
    assert not Change.objects.public().moved_by_proposal(ProposalFactory()).exists()


def test_limits_are_said_in_words() -> None:
    version = draft(DocumentFactory(), "")
    many = "\n".join(f"# 節{n}\n文" for n in range(301))
    for text, words in [
        (many, "節が多すぎます"),
        ("", "見つかりません"),
        ("前書き\n# 一\n文", "最初の見出しより前"),
        ("# 一\n" + "あ" * 20_001, "長すぎる節"),
    ]:
        with pytest.raises(ActionRefused, match=words):
            actions.take_text(version=version, drafts=split_sections(text), by=None)
    assert not version.sections.exists()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STYLES = f'<w:styles {W}><w:style w:styleId="a1"><w:name w:val="heading 1"/></w:style></w:styles>'
BODY = (
    '<w:p><w:pPr><w:pStyle w:val="a1"/></w:pPr><w:r><w:t>第1章 目的</w:t></w:r></w:p>'
    "<w:p><w:r><w:t>公園を</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>隠れた名前</w:t></w:r><w:r><w:t>守る。</w:t></w:r></w:p>"
    "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>一つ</w:t></w:r></w:p>"
    "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>年</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>5</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    "<w:p><w:r><w:drawing/></w:r></w:p>"
)


def docx(body: str, *, prolog: str = "", encoding: str = "utf-8") -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        text = f"{prolog}<w:document {W}><w:body>{body}</w:body></w:document>"
        archive.writestr("word/document.xml", text.encode(encoding))
        archive.writestr("word/styles.xml", STYLES)
    file.seek(0)
    return file


def test_a_docx_is_read_as_it_is_seen() -> None:
    text = read_docx(docx(BODY))
    assert text.split("\n\n")[:3] == ["# 第1章 目的", "公園を守る。", "- 一つ"]
    assert "| 年 |\n| --- |\n| 5 |" in text
    assert "図があります" in text
    assert "隠れた名前" not in text


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (io.BytesIO(b"no zip"), "読めませんでした"),
        (docx("<w:p><w:ins><w:r><w:t>案</w:t></w:r></w:ins></w:p>"), "変更履歴"),
        (docx("", prolog='<!DOCTYPE a [<!ENTITY b "c">]>'), "普通のWord"),
        (docx("", prolog='<!DOCTYPE a [<!ENTITY b "c">]>', encoding="utf-16"), "普通のWord"),
        (docx("<w:p/>" * 2_000_000), "大きすぎる"),
        (docx("<w:p>"), "読めませんでした"),
    ],
)
def test_a_file_that_is_no_plain_docx_is_refused(file: io.BytesIO, words: str) -> None:
    with pytest.raises(ActionRefused, match=words):
        read_docx(file)
