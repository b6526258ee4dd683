"""The one idea: a voice is followed to the reply, the project, the plan line and that year's grade, and back."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.consultations.models import State
from apps.plans.models import SheetLink
from tests.accounts.factories import make_secretariat
from tests.consultations.factories import ProposalFactory, TopicFactory
from tests.council.factories import OrganizationFactory, ProjectFactory
from tests.plans.factories import SheetFactory, bring_to, published_sheet

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
    assert f'hx-get="{way}"' in page, "the page of the voice loads the rest of its way in place"
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
