"""Texts go out compressed, for whoever takes them so; files as they are."""

import gzip
from typing import Any

import pytest
from django.test import Client

from tests.accounts.factories import UserFactory
from tests.consultations.factories import ConsultationFactory

pytestmark = pytest.mark.django_db
PACKED = {"accept-encoding": "gzip"}


def test_a_page_of_somebody_signed_in_is_compressed(sign_in: Any) -> None:
    reader, page = sign_in(UserFactory(nickname="ゆうひ")), ConsultationFactory().get_absolute_url()
    plain, packed = reader.get(page), reader.get(page, headers=PACKED)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert (
        "ゆうひ" in gzip.decompress(packed.content).decode() or "マイページ" in gzip.decompress(packed.content).decode()
    )
    assert len(packed.content) * 3 < len(plain.content)
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_lengths_of_the_same_page_differ(sign_in: Any) -> None:
    reader, page = sign_in(UserFactory()), ConsultationFactory().get_absolute_url()
    assert len({len(reader.get(page, headers=PACKED).content) for _again in range(12)}) > 1


@pytest.mark.parametrize("path", ["og.png", "qr.svg", "proposals.csv"])
def test_files_come_as_they_are_or_whole(path: str) -> None:
    answer = Client().get(f"{ConsultationFactory().get_absolute_url()}{path}", headers=PACKED)
    is_packed = answer.headers.get("Content-Encoding") == "gzip"
    assert (answer.status_code, is_packed) == (200, path == "qr.svg")
