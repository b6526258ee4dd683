"""Voice, project and indicator to plan line, and back: only what everyone may see, on both ends."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.consultations.models import State
from apps.plans import actions
from apps.plans.models import PlanSheet, SheetLink
from tests.accounts.factories import make_secretariat, make_staff
from tests.consultations.factories import ProposalFactory, TopicFactory
from tests.council.factories import ProjectFactory
from tests.plans.factories import SheetFactory, bring_to, published_sheet

pytestmark = pytest.mark.django_db


def link_page(sheet: Any) -> str:
    return reverse("admin:plans_plansheet_link", args=[sheet.pk])


def test_from_a_voice_to_the_plan_and_back(sign_in: Callable[[Any], Client]) -> None:
    sheet, voice = published_sheet(), ProposalFactory(title="木陰がほしい")
    line = sheet.lines.results()[0]
    writer = sign_in(make_staff(sheet.plan.plan_departments.get().department))
    data = {"line": line.pk, "kind": "proposal", "key": voice.code.lower()}
    assert writer.post(link_page(sheet), data).status_code == 302, "also after publishing"
    assert writer.post(link_page(sheet), data).status_code == 422, "once"
    page = Client().get(sheet.get_absolute_url()).text
    assert voice.code in page
    way = f"/plans/cited/proposal/{voice.code}/"
    assert f"{sheet.get_absolute_url()}#line-{line.pk}" in Client().get(way).text
    assert "<html" not in Client().get(way, headers={"HX-Request": "true"}).text
    consultation = {"line": "", "kind": "consultation", "key": voice.consultation.slug}
    writer.post(link_page(sheet), consultation)
    back = Client().get(f"/plans/cited/consultation/{voice.consultation.slug}/").text
    assert sheet.title in back
    writer.post(link_page(sheet), {"remove": SheetLink.objects.first().pk})
    assert SheetLink.objects.count() == 1


@pytest.mark.parametrize("state", [State.HIDDEN, State.HELD, State.WITHDRAWN])
def test_a_voice_that_is_not_public_is_named_nowhere(sign_in: Callable[[Any], Client], state: State) -> None:
    sheet, voice = published_sheet(), ProposalFactory(title="見えない題名", body="見えない本文")
    SheetLink.objects.create(sheet=sheet, proposal=voice)
    type(voice).objects.filter(pk=voice.pk).update(state=state)
    for page in (Client().get(sheet.get_absolute_url()).text,
                 sign_in(make_secretariat()).get(reverse("admin:plans_plansheet_change", args=[sheet.pk])).text):  # fmt: skip
        assert "見えない" not in page
        assert voice.code not in page
    assert Client().get(f"/plans/cited/proposal/{voice.code}/").status_code == 404
    refused = sign_in(make_secretariat()).post(link_page(sheet), {"kind": "proposal", "key": voice.code})
    assert refused.status_code == 422


def test_the_way_back_shows_published_sheets_only() -> None:
    draft, voice = bring_to(SheetFactory(plan__title="まだ言えないプラン"), "first"), ProposalFactory()
    SheetLink.objects.create(sheet=draft, proposal=voice)
    page = Client().get(f"/plans/cited/proposal/{voice.code}/").text
    assert "まだ言えないプラン" not in page
    assert "つながりが登録された行革プランは、まだありません。" in page


@pytest.mark.parametrize("address", ["nothing/x", "proposal/%00", "project/x", "indicator/x", "proposal/" + "x" * 200])
def test_the_way_back_from_nothing_is_404(address: str) -> None:
    assert Client().get(f"/plans/cited/{address}/").status_code == 404


def test_a_topic_leads_to_its_plan_and_a_withdrawn_one_nowhere() -> None:
    sheet, topic = published_sheet(), TopicFactory()
    SheetLink.objects.create(sheet=sheet, topic=topic)
    assert topic.title in Client().get(sheet.get_absolute_url()).text
    assert sheet.title in Client().get(f"/plans/cited/topic/{topic.code}/").text
    type(topic).objects.filter(pk=topic.pk).update(published_at=None)
    assert topic.title not in Client().get(sheet.get_absolute_url()).text
    assert Client().get(f"/plans/cited/topic/{topic.code}/").status_code == 404


def test_a_link_has_one_other_end() -> None:
    sheet, voice = published_sheet(), ProposalFactory()
    for ends in ({}, {"proposal": voice, "consultation": voice.consultation}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SheetLink.objects.create(sheet=sheet, **ends)


def test_lines_of_another_sheet_are_not_linked(sign_in: Callable[[Any], Client]) -> None:
    sheet, other, voice = published_sheet(), published_sheet(), ProposalFactory()
    data = {"line": other.lines.all()[0].pk, "kind": "proposal", "key": voice.code}
    assert sign_in(make_secretariat()).post(link_page(sheet), data).status_code == 422
    assert not SheetLink.objects.exists()


def test_links_go_over_to_the_edition_that_corrects_a_sheet() -> None:
    voice, project, topic = ProposalFactory(), ProjectFactory(), TopicFactory()
    sheet = published_sheet()
    first, second = sheet.lines.in_block("do_first")[0], sheet.lines.in_block("do_second")[0]
    for line, end in ((first, {"proposal": voice}), (second, {"project": project}), (None, {"topic": topic})):
        SheetLink.objects.create(sheet=sheet, line=line, **end)
    new = actions.correct_sheet(sheet=sheet, by=None, reason="人数の誤り")
    changed, gone = new.lines.in_block("do_first")[0], new.lines.in_block("do_second")
    changed.text = "木陰のあるベンチを３か所に設置しました。"
    changed.save()
    gone.delete()
    assert SheetLink.objects.waiting_for(new).count() == 3
    actions.confirm_sheet(sheet=new, by=None)
    actions.publish_sheet(sheet=PlanSheet.objects.get(pk=new.pk), by=None)
    links = {link.target: link.line for link in SheetLink.objects.filter(sheet=new)}
    assert links == {voice: changed, project: None, topic: None}
    assert not SheetLink.objects.filter(sheet=sheet).exists()
    page = Client().get(f"/plans/cited/proposal/{voice.code}/").text
    assert f"{sheet.get_absolute_url()}#line-{changed.pk}" in page
    assert f'<span class="grade">{new.grade.code}</span>' in Client().get(f"{voice.get_absolute_url()}way/").text
