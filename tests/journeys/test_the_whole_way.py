"""The one idea: a voice is followed to the reply, the project, the plan line and that year's grade, and back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.consultations.models import ChosenVoice, Proposal, ResultReport, State
from apps.plans.models import SheetLink
from tests.accounts.factories import make_secretariat
from tests.consultations.factories import ConsultationFactory, ProposalFactory, TopicFactory
from tests.council.factories import OrganizationFactory, ProjectFactory
from tests.plans.factories import SheetFactory, bring_to, published_sheet
from tests.vision.factories import ViewpointFactory

pytestmark = pytest.mark.django_db


def test_from_the_voice_to_the_grade_and_back() -> None:
    voice = ProposalFactory(title="木陰のベンチ")
    topic = TopicFactory(consultation=voice.consultation, title="休める場所")
    topic.group([voice], by=make_secretariat())
    project = ProjectFactory.by(OrganizationFactory(), title="まちなかベンチ", topic=topic)
    sheet = published_sheet("B", plan__title="休める場所を増やす")
    line = sheet.lines.results()[0]
    SheetLink.objects.create(sheet=sheet, line=line, project=project)

    page = Client().get(voice.get_absolute_url()).text
    way = f"{voice.get_absolute_url()}way/"
    assert f'data-hx-get="{way}"' in page, "the page of the voice loads the rest of its way in place"
    assert f'<a href="{way}">' in page, "and leads there without JavaScript"
    whole, part = Client().get(way).text, Client().get(way, headers={"HX-Request": "true"}).text
    assert "休める場所" in whole
    for words in ("まちなかベンチ", "休める場所を増やす", line.text, '<span class="grade">B</span>'):
        assert words in whole
        assert words in part
    assert "<html" not in part

    assert project.get_absolute_url() in Client().get(sheet.get_absolute_url()).text
    assert topic.get_absolute_url() in Client().get(project.get_absolute_url()).text
    assert voice.get_absolute_url() in Client().get(topic.get_absolute_url()).text


def test_what_is_not_public_is_on_no_way() -> None:
    voice, quiet = ProposalFactory(), ProposalFactory()
    ProjectFactory.by(OrganizationFactory(), title="まだ言えない取組", proposal=voice, published_at=None)
    SheetLink.objects.create(sheet=bring_to(SheetFactory(plan__title="書きかけのプラン"), "first"), proposal=voice)
    whole = Client().get(f"{voice.get_absolute_url()}way/").text
    assert "まだ言えない取組" not in whole
    assert "書きかけのプラン" not in whole
    assert "まだ登録されていません" in whole
    type(quiet).objects.filter(pk=quiet.pk).update(state=State.HIDDEN)
    assert Client().get(f"{quiet.get_absolute_url()}way/").status_code == 404


@pytest.mark.usefixtures("without_page_cache")
def test_the_way_costs_the_same_for_one_and_for_many() -> None:
    voice, counts = ProposalFactory(), []
    for n in (1, 6):
        for _each in range(n):
            project = ProjectFactory.by(OrganizationFactory(), proposal=voice)
            SheetLink.objects.create(sheet=published_sheet(), project=project)
        with CaptureQueriesContext(connection) as asked:
            Client().get(f"{voice.get_absolute_url()}way/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_plans_of_a_voice_are_the_same_on_its_way_and_in_their_list() -> None:
    voice = ProposalFactory()
    topic = TopicFactory(consultation=voice.consultation)
    topic.group([voice], by=make_secretariat())
    project = ProjectFactory.by(OrganizationFactory(), title="まちなかベンチ", topic=topic)
    ends = [{"proposal": voice}, {"topic": topic}, {"consultation": voice.consultation}, {"project": project}]
    for end in ends:
        SheetLink.objects.create(sheet=published_sheet(), **end)
    way = Client().get(f"{voice.get_absolute_url()}way/").text
    expected = [
        ("proposal", voice.code, 4),
        ("topic", topic.code, 3),
        ("consultation", voice.consultation.slug, 1),
        ("project", project.slug, 1),
    ]
    for kind, key, count in expected:
        page = Client().get(f"/plans/cited/{kind}/{key}/").text
        sheets = [link.sheet for link in SheetLink.objects.all() if link.sheet.get_absolute_url() in page]
        assert len(sheets) == count, kind
        assert all(sheet.get_absolute_url() in way for sheet in sheets)
    assert "を通じたつながりです" in Client().get(f"/plans/cited/proposal/{voice.code}/").text


def test_a_way_tells_what_was_there_before_from_what_followed() -> None:
    voice = ProposalFactory()
    given = timezone.localdate(voice.published_at)
    old = ProjectFactory.by(
        OrganizationFactory(), title="前からの見守り", proposal=voice, starts_on=given - timedelta(days=400)
    )
    new = ProjectFactory.by(
        OrganizationFactory(), title="新しい見守り", proposal=voice, starts_on=given + timedelta(days=20)
    )
    early, late = published_sheet(year=given.year - 3), published_sheet(year=given.year + 1)
    for sheet in (early, late):
        SheetLink.objects.create(sheet=sheet, proposal=voice)
    page = Client().get(f"{voice.get_absolute_url()}way/").text
    later, earlier = page.index("その後の文書・取組・評価"), page.index("前からの取組と評価")
    assert later < page.index(new.title) < page.index(late.get_absolute_url()) < earlier
    assert earlier < page.index(old.title) < page.index(early.get_absolute_url())


def test_a_voice_quoted_on_a_viewpoint_or_in_a_report_says_so() -> None:
    by = make_secretariat()
    voice = ProposalFactory(consultation=ConsultationFactory(closed=True))
    chosen = ChosenVoice.objects.choose(proposal=voice, viewpoint=ViewpointFactory(), by=by)
    report = ResultReport.objects.publish(consultation=voice.consultation, by=by)
    for address in (voice.get_absolute_url(), f"{voice.get_absolute_url()}way/"):
        page = Client().get(address).text
        assert f'<a href="{chosen.viewpoint.get_absolute_url()}">' in page
        assert f'<a href="{report.get_absolute_url()}">' in page


def test_a_sheet_lists_the_voices_behind_its_lines() -> None:
    own, grouped, answered, hidden, other = (ProposalFactory(body=f"声{n}") for n in range(5))
    topic = TopicFactory(consultation=grouped.consultation)
    topic.group([grouped], by=make_secretariat())
    project = ProjectFactory.by(OrganizationFactory(), proposal=answered)
    sheet = published_sheet()
    for end in ({"proposal": own}, {"topic": topic}, {"project": project}, {"proposal": hidden}):
        SheetLink.objects.create(sheet=sheet, line=sheet.lines.results()[0], **end)
    Proposal.objects.filter(pk=hidden.pk).update(state=State.HIDDEN)
    for address in (sheet.get_absolute_url(), f"{sheet.get_absolute_url()}voices/"):
        page = Client().get(address).text
        assert all(voice.code in page for voice in (own, grouped, answered))
        assert hidden.code not in page
        assert other.code not in page
    assert "につながる市民の声（3件）" in Client().get(sheet.get_absolute_url()).text
