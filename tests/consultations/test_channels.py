"""Channels sum to the total on every page that shows them, whatever else is in the consultation."""

import io
import re
from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from apps.analysis.tasks import read_proposals
from apps.consultations.models import Batch, Channel, Proposal, ResultReport
from apps.intake import actions as intake
from apps.intake.services.exports import EXPORTS
from tests.accounts.factories import make_secretariat
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.vision.factories import ViewpointFactory

pytestmark = pytest.mark.django_db
PUBLIC = {"web": 4, "workshop": 3, "paper": 2, "desk": 1, "post": 2, "fax": 1, "email": 3, "phone": 1, "legacy": 5}
TOTAL = sum(PUBLIC.values())


def fill(asked: Any) -> None:
    """Public voices of every channel; beside them each kind of voice that counts nowhere."""
    for channel, number in PUBLIC.items():
        for _n in range(number):
            ProposalFactory(consultation=asked, channel=channel, published_at=asked.opens_at, body="木陰がほしい")
    for state in ("held", "hidden", "withdrawn"):
        ProposalFactory(consultation=asked, channel="paper", state=state, body="木陰がほしい")
    batch = Batch.objects.create(consultation=asked, channel="desk", event_name="箱", held_on=timezone.localdate())
    ProposalFactory(consultation=asked, channel="desk", batch=batch, author=None)
    intake.withdraw_batch(batch=batch, reason="別のテーマの紙", by=make_secretariat())
    ProposalFactory(channel="paper")  # of another consultation


def page(address: str, **asked: Any) -> str:
    answer = Client().get(address, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def as_shown(words: str) -> dict[str, int]:
    """Each channel and its number, as they stand on a page."""
    labels = "|".join(re.escape(str(channel.label)) for channel in Channel)
    return {label: int(n) for label, n in re.findall(rf"({labels})(?:</th>\s*<td[^>]*>|\s)(\d+)", words)}


def expected() -> dict[str, int]:
    return {str(Channel(channel).label): n for channel, n in PUBLIC.items()}


def test_on_the_page_of_a_consultation_and_on_its_cards() -> None:
    asked: Any = ConsultationFactory(slug="koen")
    fill(asked)
    detail = page(asked.get_absolute_url())
    shown = as_shown(detail.partition("寄せられた意見</dt>")[2].partition("</dd>")[0])
    assert (shown, sum(shown.values())) == (expected(), TOTAL)
    assert f"意見 {TOTAL}件" in page("/consultations/")
    assert f"みんなの意見を読む（{TOTAL}件）" in page("/")
    listed = [Proposal.objects.public().in_consultation(asked).filter(channel=c).count() for c in PUBLIC]
    assert listed == list(PUBLIC.values())
    table = b"".join(Client().get(f"{asked.get_absolute_url()}proposals.csv")).decode("utf-8-sig")
    assert len(table.splitlines()) == TOTAL + 1


def test_in_a_result_report() -> None:
    asked: Any = ConsultationFactory(slug="closed", closed=True)
    fill(asked)
    ResultReport.objects.publish(consultation=asked, by=make_secretariat())
    report = page("/consultations/closed/result/")
    shown = as_shown(report.partition("<caption>収集経路")[2].partition("</table>")[0])
    assert (shown, sum(shown.values())) == (expected(), TOTAL)
    assert f"<dt>意見</dt><dd>{TOTAL}件" in report
    paper = PdfReader(io.BytesIO(Client().get("/consultations/closed/result.pdf").content))
    words = re.sub(r"\s", "", "".join(sheet.extract_text() for sheet in paper.pages))
    table = words.partition("収集経路件数")[2]
    labels = "|".join(re.escape(label) for label in expected())
    printed = {label: int(n) for label, n in re.findall(rf"({labels})(\d+)", table)}
    assert printed == expected(), words
    assert f"意見{TOTAL}件" in words


def test_in_the_words_of_a_consultation_and_of_a_viewpoint() -> None:
    asked: Any = ConsultationFactory(slug="koen")
    asked.viewpoints.add(ViewpointFactory(number=1))
    fill(asked)
    read_proposals()
    for address in ("/analysis/koen.json", "/analysis/viewpoints/1.json"):
        whole, *parts = [users_of("木陰", address, channel=channel) for channel in ("", *PUBLIC)]
        assert (parts, whole) == (list(PUBLIC.values()), TOTAL), address
    assert f"意見 {TOTAL}件" in page("/vision/1/")


def users_of(word: str, address: str, **asked: str) -> int:
    """How many voices use a word."""
    return {found["word"]: found["proposals"] for found in Client().get(address, asked).json()["words"]}.get(word, 0)


def test_in_the_file_for_everyone_and_in_those_of_the_staff() -> None:
    asked: Any = ConsultationFactory(slug="koen")
    fill(asked)
    for kind in ("public", "exchange"):
        export = EXPORTS[kind]
        column = [part.title for part in export.columns].index("収集経路")
        found = Counter(row[column] for row in export.rows(asked))
        assert found == expected(), kind
