"""Tags: one for each word however it is written, and an address that nobody typed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from apps.consultations.models import Consultation, Tag
from tests.accounts.factories import UserFactory, make_moderator
from tests.consultations.factories import ConsultationFactory, ProposalFactory

pytestmark = pytest.mark.django_db


def test_spellings_of_one_word_are_one_tag_and_signs_are_none() -> None:
    first = Tag.objects.named_or_new(["ＤＸ", "dx", "☆", "🎉"])
    assert [tag.name for tag in first] == ["ＤＸ"]
    voice = ProposalFactory()
    voice.tags.set(["Dx", "☆", "公園、遊び場", "髙尾"])
    voice.tags.add("高尾")
    assert {tag.key for tag in voice.tags.all()} == {"dx", "公園", "遊び場", "高尾"}


@pytest.mark.parametrize("fields", [{"name": "☆", "key": ""}, {"name": "公園", "key": "公園", "slug": ""}])
def test_no_tag_is_without_letters_or_address(fields: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.bulk_create([Tag(**{"slug": "1", **fields})])


def test_a_tag_stands_under_its_number_and_is_found_by_its_name(client: Client) -> None:
    tag = Tag.objects.create(name="子育て！教育", is_approved=True)
    voice = ProposalFactory()
    voice.tags.add(tag)
    assert tag.slug == str(tag.pk)
    assert voice.code in client.get(f"/tags/{tag.pk}/").content.decode()
    for older in ("子育て！教育", "子育て教育"):
        assert client.get(f"/tags/{older}/")["Location"] == f"/tags/{tag.pk}/"
    listed = client.get(voice.consultation.get_absolute_url(), {"tag": "子育て！教育"}).content.decode()
    assert voice.code in listed
    for nothing in ("☆", "いいえ", "0", "9" * 60):
        assert client.get(f"/tags/{nothing}/").status_code == 404


def test_approved_signs_break_no_page(client: Client) -> None:
    asked = ConsultationFactory()
    voice = ProposalFactory(consultation=asked)
    voice.tags.add("☆", "🎉", "Ａ☆")
    Tag.objects.all().approve(by=UserFactory())
    assert "#A☆" in client.get(asked.get_absolute_url()).content.decode()


def test_staff_part_tags_as_residents_do(sign_in: Callable[[Any], Client]) -> None:
    form_field = Consultation._meta.get_field("tags").formfield()
    assert form_field.clean("公園、遊び場 公園") == ["公園", "遊び場"]
    theme = ConsultationFactory()
    theme.tags.set(form_field.clean("公園、遊び場"))
    assert theme.tags.count() == 2
    browser = sign_in(make_moderator())
    refused = browser.post("/admin/consultations/tag/add/", {"name": "☆"})
    assert "文字か数字を含む" in refused.content.decode()
    Tag.objects.create(name="Ａ☆")
    assert "同じタグがあります" in browser.post("/admin/consultations/tag/add/", {"name": "ａ☆"}).content.decode()
