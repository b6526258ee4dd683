"""選定した声: chosen from public voices, with a number that never changes; taken off with a reason."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.consultations.models import ActionRefused, ChosenVoice, Proposal, State
from apps.operations.models import AuditEntry
from tests.accounts.factories import make_secretariat, make_staff
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.vision.factories import ViewpointFactory

pytestmark = pytest.mark.django_db
LIST = "admin:consultations_chosenvoice_changelist"
ADD = "admin:consultations_chosenvoice_add"


@time_machine.travel("2026-11-25T03:00:00+09:00", tick=False)
def test_choosing_freezes_the_likes_of_the_day() -> None:
    by, proposal = make_secretariat(), ProposalFactory(like_count=4)
    chosen = ChosenVoice.objects.choose(proposal=proposal, viewpoint=ViewpointFactory(), by=by)
    Proposal.objects.filter(pk=proposal.pk).update(like_count=9)
    chosen.refresh_from_db()
    assert (chosen.like_count, chosen.as_of, chosen.proposal.like_total) == (4, date(2026, 11, 25), 9)
    entry = AuditEntry.objects.for_target(chosen).get()
    assert (entry.verb, entry.actor_id, entry.facts["code"]) == ("choose_voice", by.pk, proposal.code)


def test_the_database_keeps_the_frozen_number() -> None:
    chosen = ChosenVoice.objects.choose(proposal=ProposalFactory(), viewpoint=ViewpointFactory(), by=make_secretariat())
    for column, value in (("like_count", 99), ("as_of", date(2020, 1, 1)), ("proposal", ProposalFactory())):
        with pytest.raises(IntegrityError), transaction.atomic():
            ChosenVoice.objects.filter(pk=chosen.pk).update(**{column: value})
    chosen.move(by=make_secretariat(), order=3)
    chosen.refresh_from_db()
    assert chosen.order == 3


@pytest.mark.parametrize("state", [State.HELD, State.HIDDEN, State.WITHDRAWN])
def test_only_public_voices_are_chosen(state: str) -> None:
    for proposal in (ProposalFactory(state=state), ProposalFactory(consultation=ConsultationFactory(draft=True))):
        with pytest.raises(ActionRefused):
            ChosenVoice.objects.choose(proposal=proposal, viewpoint=ViewpointFactory(), by=make_secretariat())


def test_a_voice_stands_under_a_viewpoint_once_but_may_stand_under_two() -> None:
    proposal, by = ProposalFactory(), make_secretariat()
    first, second = ViewpointFactory(), ViewpointFactory()
    ChosenVoice.objects.choose(proposal=proposal, viewpoint=first, by=by)
    ChosenVoice.objects.choose(proposal=proposal, viewpoint=second, by=by)
    with pytest.raises(ActionRefused):
        ChosenVoice.objects.choose(proposal=proposal, viewpoint=first, by=by)
    assert ChosenVoice.objects.public().count_by_viewpoint() == {first.pk: 1, second.pk: 1}


def test_taking_one_off_needs_a_reason_and_is_kept_in_the_trail() -> None:
    by = make_secretariat()
    chosen = ChosenVoice.objects.choose(proposal=ProposalFactory(like_count=4), viewpoint=ViewpointFactory(), by=by)
    with pytest.raises(ActionRefused):
        chosen.drop(by=by, reason="  ")
    assert ChosenVoice.objects.public().exists()
    chosen.drop(by=by, reason="別の声に替えるため")
    assert not ChosenVoice.objects.exists()
    entry = AuditEntry.objects.get(verb="drop_voice")
    assert (entry.reason, entry.facts["likes"]) == ("別の声に替えるため", 4)


@pytest.mark.usefixtures("first_day")
def test_the_eighteen_voices_of_the_document_are_chosen_as_printed() -> None:
    chosen = ChosenVoice.objects.public().for_cards().order_by("viewpoint__number", "order")
    assert chosen.count() == 18
    assert {str(c.as_of) for c in chosen} == {"2025-11-10"}
    assert {c.source.reference for c in chosen} == {"000"}
    assert all(c.like_count == c.proposal.imported_like_count for c in chosen)
    by_viewpoint = {number: [c.like_count for c in chosen if c.viewpoint.number == number] for number in (1, 2, 3, 4)}
    assert by_viewpoint == {1: [5, 2, 4, 6, 7, 3], 2: [], 3: [8, 3, 3, 3, 2, 2, 1], 4: [2, 7, 4, 3, 1]}


def test_the_secretariat_chooses_moves_and_drops_in_admin(sign_in: Callable[[Any], Client]) -> None:
    client, proposal, viewpoint = sign_in(make_secretariat()), ProposalFactory(), ViewpointFactory()
    typed = {"code": f" {proposal.code.lower()} ", "viewpoint": viewpoint.pk, "order": 10}
    assert client.post(reverse(ADD), typed).status_code == 302
    chosen = ChosenVoice.objects.get()
    again = client.post(reverse(ADD), typed)
    assert "この意見は、この視点ですでに選ばれています。" in again.content.decode()
    page = reverse("admin:consultations_chosenvoice_change", args=[chosen.pk])
    assert client.post(page, {"order": 5, "like_count": 99}).status_code == 302
    chosen.refresh_from_db()
    assert (chosen.order, chosen.like_count) == (5, 0)
    act = {"action": "drop", "_selected_action": [chosen.pk]}
    refused = client.post(reverse(LIST), act, follow=True)
    assert "選定を取り消すときは理由を書いてください。" in refused.content.decode()
    assert f'name="_selected_action" value="{chosen.pk}"' in refused.text, "what was chosen stays"
    assert ChosenVoice.objects.exists()
    client.post(reverse(LIST), act | {"reason": "差し替え"}, follow=True)
    assert not ChosenVoice.objects.exists()


@pytest.mark.parametrize("code", ["C99-9999", "", "\x00", "C25-0001'--"])
def test_a_number_that_is_none_is_said_at_the_field(sign_in: Callable[[Any], Client], code: str) -> None:
    client = sign_in(make_secretariat())
    answer = client.post(reverse(ADD), {"code": code, "viewpoint": ViewpointFactory().pk, "order": 10})
    assert answer.status_code == 422
    assert answer.context["adminform"].form.errors["code"]


def test_departments_read_and_do_not_choose(sign_in: Callable[[Any], Client]) -> None:
    chosen = ChosenVoice.objects.choose(proposal=ProposalFactory(), viewpoint=ViewpointFactory(), by=make_secretariat())
    client = sign_in(make_staff())
    assert client.get(reverse(LIST)).status_code == 200
    assert client.get(reverse(ADD)).status_code == 403
    client.post(reverse(LIST), {"action": "drop", "_selected_action": [chosen.pk], "reason": "x"}, follow=True)
    assert ChosenVoice.objects.exists()
