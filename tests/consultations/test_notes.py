"""内部メモ: staff of the consultation read and write them; they leave the admin site by no door."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.consultations.models import InternalNote
from apps.intake.services.exports import EXPORTS
from apps.operations.models import AuditEntry
from tests.accounts.factories import UserFactory, make_council_member, make_moderator, make_secretariat, make_staff
from tests.consultations.factories import CommentFactory, ProposalFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
NOTE = "所管課と相談すること"
ADD = "/admin/consultations/internalnote/add/"


def test_a_note_is_written_and_read_by_those_who_work_on_the_proposal(sign_in: SignIn) -> None:
    text = ProposalFactory()
    writer = make_staff(text.consultation.department)
    client = sign_in(writer)
    assert client.get(f"{ADD}?code={text.code}").status_code == 200
    client.post(ADD, {"code": text.code, "body": NOTE})
    note = InternalNote.objects.get()
    assert (note.proposal, note.written_by) == (text, writer)
    page = f"/admin/consultations/proposal/{text.pk}/change/"
    for person in (writer, make_moderator(), make_secretariat()):
        assert NOTE in sign_in(person).get(page).content.decode()
    foreign = sign_in(make_staff())
    assert NOTE not in foreign.get(page).content.decode()
    assert foreign.get(f"/admin/consultations/internalnote/{note.pk}/change/").status_code == 404
    refused = foreign.post(ADD, {"code": text.code, "body": NOTE})
    assert "担当するテーマに、この番号の意見はありません" in refused.content.decode()
    assert InternalNote.objects.count() == 1
    assert NOTE not in json.dumps([entry.facts for entry in AuditEntry.objects.all()], ensure_ascii=False)


def test_a_note_is_in_no_public_page_feed_search_or_export(sign_in: SignIn) -> None:
    text = CommentFactory(proposal=ProposalFactory(author=UserFactory())).proposal
    InternalNote.objects.create(proposal=text, body=NOTE)
    asked = text.consultation
    pages = ["/", "/consultations/", asked.get_absolute_url(), f"{asked.get_absolute_url()}?q={NOTE}",
             text.get_absolute_url(),
             f"{asked.get_absolute_url()}feed.atom", "/me/", "/me/data.json", "/sitemap.xml", "/policy/figures/",
             f"/search/?q={NOTE}"]  # fmt: skip
    people = [text.author, UserFactory(), make_council_member(), make_staff(asked.department), make_secretariat()]
    for browser in [Client(), *(sign_in(person) for person in people)]:
        for page in pages:
            html = browser.get(page).content.decode().replace(f'value="{NOTE}"', "")
            assert NOTE not in html.replace(f"「{NOTE}」", ""), page


def test_residents_have_no_notes(sign_in: SignIn) -> None:
    for page in (ADD, "/admin/consultations/internalnote/"):
        assert sign_in(UserFactory()).get(page).status_code == 403
        assert Client().get(page).status_code == 302


@pytest.mark.parametrize("kind", sorted(EXPORTS))
def test_a_note_is_in_no_export(kind: str) -> None:
    text = ProposalFactory(body="公園の意見")
    InternalNote.objects.create(proposal=text, body=NOTE)
    export = EXPORTS[kind]
    written = str([list(export.rows(text.consultation)), export.columns, export.about(text.consultation)])
    assert "公園の意見" in written
    assert NOTE not in written
    assert "メモ" not in written
