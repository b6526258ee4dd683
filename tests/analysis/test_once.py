"""The switch that counts nearly the same texts once, in cloud and table."""

from collections.abc import Callable

import pytest
from django.test import Client

from apps.consultations.models import Proposal
from tests.analysis.looking import URL, counts, main_of, page
from tests.consultations.test_copies_of_texts import COPIES

pytestmark = pytest.mark.django_db
Voices = Callable[..., list[Proposal]]


def test_the_table_says_how_many_are_nearly_the_same_and_counts_them_once(client: Client, voices: Voices) -> None:
    voices(*COPIES, "踏切に日よけがほしい")
    html = main_of(page(client))
    assert "ほぼ同じ文 3件（1種類）。" in html
    assert f'<a href="{URL}?once=1">1回だけ数える</a>' in html
    assert counts(client)["踏切"][1] == 4
    assert counts(client, "?once=1")["踏切"][1] == 2
    once = main_of(page(client, f"{URL}?once=1"))
    assert "ほぼ同じ文を1回だけ数えています。" in once
    assert f'<a href="{URL}">1件ずつ数える</a>' in once


def test_without_copies_nothing_is_said(client: Client, voices: Voices) -> None:
    voices(COPIES[0], "踏切に日よけがほしい")
    assert "ほぼ同じ文 " not in main_of(page(client))


def test_counting_once_compares_with_the_rest_of_the_portal(client: Client, voices: Voices) -> None:
    voices(*COPIES)
    assert client.get("/analysis/words.json?once=1&measure=distinct").status_code == 200
    assert counts(client, "?once=1&measure=distinct") == {}, "the copies are no group to compare with"
