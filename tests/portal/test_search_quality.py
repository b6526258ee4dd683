"""Searches as people type them find what they should: kana and kanji, other spellings, near words, phrases."""

import pytest
from django.test import Client

from tests.consultations.factories import ProposalFactory
from tests.portal.search_quality import load, score

pytestmark = pytest.mark.django_db


def test_searches_find_what_a_reader_expects(client: Client) -> None:
    codes = load()
    for half in ("seen", "unseen"):
        precision, recall, wrong = score(client, codes, half)
        assert precision >= 0.95, wrong
        assert recall["spelling"] >= 0.9, wrong
        assert recall["meaning"] >= 0.85, wrong
        assert recall["phrase"] >= 0.9, wrong


def test_a_word_of_a_phrase_is_never_dropped_in_silence(client: Client) -> None:
    load()
    html = client.get("/search/", {"q": "いじめの相談"}).content.decode()
    assert "「いじめ」「相談」で探しました。" in html
    assert "すべてを含むものはありませんでした。" in html
    assert "<mark>いじめ</mark>" in html
    assert "<mark>相談</mark>" in html


def test_a_word_that_nothing_holds_is_named_and_the_others_are_shown(client: Client) -> None:
    ProposalFactory(body="木陰のベンチ")
    html = client.get("/search/", {"q": "木陰 宇宙港"}).content.decode()
    assert "「宇宙港」は見つかりませんでした。" in html
    assert "<mark>木陰</mark>" in html
    nothing = client.get("/search/", {"q": "宇宙港"}).content.decode()
    assert "見つかりませんでした。" in nothing
    assert "「宇宙港」は" not in nothing
