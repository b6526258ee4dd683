"""The public pages: every stage with its date, permanent anchors, two versions compared, the voices' way and back."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.consultations.models import State as VoiceState
from apps.core.fiscal import wareki
from apps.documents import actions
from apps.documents.generate import publish_loaded
from apps.documents.models import Change, Document, DocumentVersion, Section
from apps.portal.demo import load_fixture
from tests.consultations.factories import ProposalFactory, TopicFactory
from tests.documents.factories import SECOND, change_of, draft, explain, pair, published, stage

pytestmark = pytest.mark.django_db


def compared(old: DocumentVersion, new: DocumentVersion) -> str:
    return reverse("documents:compare", args=[new.document.slug, old.slug, new.slug])


def test_a_document_shows_every_stage_with_its_date_and_no_draft(client: Client) -> None:
    old, new = pair()
    hidden = draft(new.document, SECOND, slug="secret", stage=stage("final"), base=new)
    page = client.get(new.document.get_absolute_url()).text
    assert page.index(new.get_absolute_url()) < page.index(old.get_absolute_url())
    assert "素案" in page
    assert "令和8年6月1日" in page
    assert hidden.get_absolute_url() not in page
    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert client.get(compared(old, hidden)).status_code == 404
    assert new.document.title in client.get(reverse("documents:list")).text


def test_a_section_has_its_address_in_each_version(client: Client) -> None:
    old, new = pair()
    for version in (old, new):
        assert 'id="s2"' in client.get(version.get_absolute_url()).text
    assert change_of(new, "s2").section.get_absolute_url() == f"{new.get_absolute_url()}#s2"


def test_an_old_address_says_where_the_newer_version_is(client: Client) -> None:
    old, new = pair()
    page = client.get(old.get_absolute_url()).text
    assert "その後、新しい版が公表されています" in page
    assert f'href="{new.get_absolute_url()}#s2"' in page
    assert "その後、新しい版" not in client.get(new.get_absolute_url()).text


def test_changes_are_marked_with_elements_and_words(client: Client) -> None:
    old, new = pair()
    page = client.get(compared(old, new)).text
    assert "diff__added" in page
    assert '<span class="diff__word">追加</span>' in page
    assert '<span class="diff__word">削除</span>' in page
    side = client.get(compared(old, new), {"view": "side"}).text
    assert side.count("diff__column-title") >= 2
    assert "この版には、この節はありません。" in side
    assert client.get(compared(old, new), {"view": "nonsense"}).status_code == 200


def test_a_moved_section_shows_as_moved(client: Client) -> None:
    old, new = pair(
        after="# 川\n川を守ります。\n\n# はじめに\n市は、公園を大切にします。\n\n# 公園\n公園は朝に開きます。"
    )
    page = client.get(compared(old, new)).text
    assert "この節は、並ぶ場所が変わりました。文は変わっていません。" in page
    assert "移動 1節、変更なし 2節" in " ".join(page.split())


def test_the_older_version_comes_first(client: Client) -> None:
    old, new = pair()
    assert client.get(compared(new, old))["Location"] == compared(old, new)
    assert client.get(compared(new, new))["Location"] == new.get_absolute_url()


def test_each_change_says_why_or_that_nobody_said(client: Client) -> None:
    voice = ProposalFactory(body="夜も開いてほしい")
    old, new = pair(reasons={"s2": ("夜の意見があったため。", [voice])})
    page = client.get(compared(old, new)).text
    assert "夜の意見があったため。" in page
    assert reverse("portal:timeline", args=[voice.code]) in page
    assert "変更理由の記載なし" in page
    assert "夜の意見があったため。" in client.get(new.get_absolute_url()).text


def test_versions_apart_show_the_reasons_of_all_between(client: Client) -> None:
    old, new = pair(reasons={"s2": ("夜の意見があったため。", [])})
    last = draft(new.document, SECOND.replace("夜まで", "夜八時まで"), base=new, stage=stage("final"))
    explain(change_of(last, "s2"), "時刻を決めたため。")
    actions.publish_version(version=last, by=None)
    page = client.get(compared(old, last)).text
    assert page.index("夜の意見があったため。") < page.index("時刻を決めたため。")


def test_a_voice_and_its_topic_lead_to_what_they_moved(client: Client) -> None:
    voice, other = ProposalFactory(), ProposalFactory()
    topic = TopicFactory(consultation=voice.consultation)
    topic.group([voice], by=None)
    old, new = pair(reasons={"s2": ("意見があったため。", [topic])})
    target = f'href="{compared(old, new)}#s2"'
    assert target in client.get(reverse("portal:timeline", args=[voice.code])).text
    assert target not in client.get(reverse("portal:timeline", args=[other.code])).text
    cited = reverse("documents:cited", args=[topic.code])
    assert cited in client.get(topic.get_absolute_url()).text
    assert target in client.get(cited).text


def test_a_hidden_voice_is_named_nowhere(client: Client) -> None:
    voice = ProposalFactory(body="見えてはいけない声")
    old, new = pair(reasons={"s2": ("意見があったため。", [voice])})
    voice.move_to(VoiceState.HIDDEN)
    for address in (compared(old, new), new.get_absolute_url()):
        page = client.get(address).text
        assert voice.code not in page
        assert "見えてはいけない声" not in page


def test_a_reason_given_after_publication_says_its_day(client: Client, frozen_clock: Any) -> None:
    old, new = pair()
    frozen_clock.shift(86_400)
    explain(change_of(new, "s4"), "道の意見があったため。")
    assert f"公表のあと、{wareki(timezone.localdate())}" in " ".join(client.get(compared(old, new)).text.split())


def test_a_correction_is_linked_from_what_it_corrects(client: Client) -> None:
    version = published()
    correction = actions.correct_version(version=version, reason="川の名の誤り", by=None)  # type: ignore[arg-type]
    actions.publish_version(version=correction, by=None)
    page = client.get(version.get_absolute_url()).text
    assert "この版には訂正があります。訂正の理由：川の名の誤り" in page
    assert correction.get_absolute_url() in page


def test_the_file_is_sent_with_its_hash_on_the_page(client: Client) -> None:
    version = draft()
    version.file.save("any.pdf", ContentFile(b"%PDF-1.7"))
    version.file_hash = "ab" * 32
    version.save()
    file = reverse("documents:file", args=[version.document.slug, version.slug])
    assert client.get(file).status_code == 404
    actions.publish_version(version=version, by=None)
    answer = client.get(file)
    assert b"".join(answer.streaming_content) == b"%PDF-1.7"
    assert answer["Content-Type"] == "application/pdf"
    assert "ab" * 32 in client.get(version.get_absolute_url()).text
    assert client.get(reverse("documents:file", args=[published().document.slug, "v1"])).status_code == 404


def test_markdown_of_staff_is_sanitised(client: Client) -> None:
    version = published(text="# 一\n<script>alert(1)</script> [x](javascript:alert(1))\n\n# 二\n| 年 |\n| --- |\n| 5 |")
    page = client.get(version.get_absolute_url()).text
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "<table>" in page


def test_search_finds_documents_and_sections_of_the_newest_version(client: Client) -> None:
    old, new = pair(before="# 公園\n蛍の水辺を守ります。", after="# 公園\n蛍の水辺を育てます。")
    page = client.get(reverse("portal:search"), {"q": "蛍の水辺"}).text
    assert f"{new.get_absolute_url()}#s1" in page
    assert f"{old.get_absolute_url()}#s1" not in page
    draft(text="# 秘密\n梟の森の案です。")
    assert "梟の森の案" not in client.get(reverse("portal:search"), {"q": "梟の森"}).text
    assert new.document.get_absolute_url() in client.get(reverse("portal:search"), {"q": new.document.title}).text


def test_the_sitemap_and_the_footer_lead_there(client: Client) -> None:
    version = published()
    assert version.get_absolute_url() in client.get(reverse("portal:sitemap")).text
    assert f'href="{reverse("documents:list")}"' in client.get(reverse("portal:home")).text


def test_the_citys_vision_is_loaded_as_the_sources_show_it(client: Client) -> None:
    load_fixture("departments")
    load_fixture("documents")
    publish_loaded()
    document = Document.objects.get_by_natural_key("smart-city-vision")
    old, new = document.public_versions
    assert [version.stage.name for version in (old, new)] == ["素案", "中間とりまとめ"]
    assert (old.sections.count(), new.sections.count()) == (22, 36)
    text = "\n".join(Section.objects.filter(version=new).values_list("body", flat=True))
    assert "彩りのまち調布" in text
    fields = ["ゼロカーボン", "安全・安心", "新たな移動・交通", "産業・観光", "市民の参加機会"]
    assert (
        list(new.sections.in_order().filter(key__startswith="bunya-", level=3).values_list("heading", flat=True))
        == fields
    )
    assert all(new.sections.get(heading=heading).body for heading in fields)
    assert not Change.objects.exclude(reason="").exists()
    added = set(new.changes.filter(kind="added").values_list("to_section__key", flat=True))
    assert {"shiten", "bunya", "bunya-zero-carbon"} <= added
    assert "変更理由の記載なし" in client.get(compared(old, new)).text
