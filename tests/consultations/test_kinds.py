"""Kinds of voices by rules: their measured precision, the column and the filter of staff, the column of the export."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.consultations.models.voice_kind import VoiceKind
from apps.consultations.screening.kinds import PRECISION, kinds_of
from apps.intake.services.exports import STAFF, Export
from tests.accounts.factories import make_secretariat
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.consultations.kinds import measured


@pytest.mark.parametrize("half", ["seen", "unseen"])
def test_most_sentences_are_told_right(half: str) -> None:
    for kind, (precision, recall) in measured(half).items():
        assert precision >= 0.85, kind
        assert recall >= 0.85, kind


def test_the_precision_that_is_said_is_the_measured_one() -> None:
    assert {kind: int(100 * precision) for kind, (precision, _recall) in measured("unseen").items()} == PRECISION
    assert VoiceKind.REQUEST.with_precision == "要望（適合率88％）"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("夜道が暗くてこわいです。街灯を増やしてください。", ["trouble", "request"]),
        ("木を切らないでください。", ["oppose"]),
        ("値上げには賛成できません。", ["oppose"]),
        ("どこに言えばよいか分かりません。", ["trouble"]),
        ("やさしい案内があるとよいです。", ["request"]),
        ("多摩川を毎朝歩いています。", []),
    ],
)
def test_kinds_are_told_by_sentence(text: str, kinds: list[str]) -> None:
    assert kinds_of(text) == kinds


@pytest.mark.django_db
def test_staff_see_the_kinds_and_filter_by_them(sign_in: Callable[[Any], Client]) -> None:
    asked = ConsultationFactory()
    wish = ProposalFactory(consultation=asked, body="街灯を増やしてください。")
    thanks = ProposalFactory(consultation=asked, body="花壇がきれいです。ありがとうございます。")
    browser = sign_in(make_secretariat())
    page = browser.get("/admin/consultations/proposal/").text
    assert 'class="field-kinds_shown">要望</td>' in page
    assert "感謝（適合率100％）" in page
    found = browser.get("/admin/consultations/proposal/?kind=thanks").text
    assert thanks.code in found
    assert wish.code not in found
    column = [part.column.key for part in STAFF].index("kinds")
    assert [row[column] for row in Export("staff", "職員用", STAFF, public_only=False).rows(asked)] == ["要望", "感謝"]
