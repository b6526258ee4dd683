"""The five stations of 声のゆくえ: what a list shows of a voice is what the page of its way says."""

import random
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.consultations.models import Consultation, Proposal, Reply, Topic
from apps.consultations.services.stations import Kind, Reached, State, build_stations, stations_of, with_stations
from apps.council.models import Project
from apps.plans.models import PlanSheet, SheetLink
from tests.accounts.factories import make_secretariat
from tests.consultations.factories import ConsultationFactory, ProposalFactory, ReplyFactory, TopicFactory
from tests.council.factories import ProjectFactory
from tests.plans.factories import SheetFactory, bring_to, published_sheet

pytestmark = pytest.mark.django_db


def states(row: Any) -> str:
    """One letter a station: d(one), n(ext), l(ater)."""
    found = with_stations(type(row).objects.all()).select_related("consultation").get(pk=row.pk)
    return "".join(station.state.value[0] for station in stations_of(found))


def reply_to(**target: Any) -> Reply:
    reply = ReplyFactory(**target)
    reply.publish(by=make_secretariat())
    return reply


def test_a_new_voice_waits_for_the_reply() -> None:
    assert states(ProposalFactory()) == "dnlll"


def test_the_first_that_is_missing_is_next() -> None:
    stations = build_stations({Kind.VOICE: build_reached(), Kind.PROJECT: build_reached()})
    assert [station.state for station in stations] == [State.DONE, State.NEXT, State.DONE, State.LATER, State.LATER]


def build_reached() -> Reached:
    return Reached()


def test_a_reply_to_the_voice_its_topic_or_the_whole_theme_counts() -> None:
    voice, grouped = ProposalFactory(), ProposalFactory()
    answered = ProposalFactory(consultation=ConsultationFactory(answered=True))
    topic = TopicFactory(consultation=grouped.consultation)
    topic.group([grouped], by=make_secretariat())
    reply_to(proposal=voice)
    reply_to(topic=topic)
    assert {states(row) for row in (voice, grouped, topic, answered)} == {"ddnll"}


def test_what_is_not_public_counts_for_nothing() -> None:
    voice = ProposalFactory()
    ReplyFactory(proposal=voice)
    ProjectFactory(proposal=voice, published_at=None)
    SheetLink.objects.create(sheet=bring_to(SheetFactory(), "first"), proposal=voice)
    hidden = ProjectFactory(published_at=None)
    Project.objects.filter(pk=hidden.pk).update(proposal=voice)
    SheetLink.objects.create(sheet=published_sheet(), project=hidden)
    assert states(voice) == "dnlll"


def test_the_whole_way_with_its_grade() -> None:
    voice = ProposalFactory()
    reply_to(proposal=voice)
    SheetLink.objects.create(sheet=published_sheet("B"), project=ProjectFactory(proposal=voice))
    found = with_stations(Proposal.objects.all()).select_related("consultation").get()
    assert [station.state for station in stations_of(found)] == [State.DONE] * 5
    assert stations_of(found)[-1].detail == "B"
    for path in (voice.get_absolute_url(), voice.consultation.get_absolute_url(), f"/proposals/{voice.code}/way/"):
        assert "stations__item--done" in Client().get(path).text


def test_a_list_says_the_same_as_the_pages_of_the_ways(django_assert_num_queries: Any) -> None:
    chance = random.Random(12)
    themes = [ConsultationFactory() for _n in range(3)]
    voices = [ProposalFactory(consultation=chance.choice(themes)) for _n in range(15)]
    topics = [TopicFactory(consultation=theme) for theme in themes for _n in range(2)]
    for topic in topics:
        own = [voice for voice in voices if voice.consultation_id == topic.consultation_id]
        topic.group(chance.sample(own, min(2, len(own))), by=make_secretariat())
    Topic.objects.filter(pk__in=[topic.pk for topic in topics[::2]]).update(published_at=timezone.now())
    ends = [("proposal", voices), ("topic", topics), ("consultation", themes[:1])]
    projects = []
    for n in range(6):
        column, rows = ends[n % 2]
        public = timezone.now() if n % 3 else None
        projects.append(ProjectFactory(**{column: chance.choice(rows)}, published_at=public))
    sheets = [published_sheet(), published_sheet("B"), bring_to(SheetFactory(), "first")]
    for column, rows in (*ends, ("project", projects)):
        for sheet in sheets:
            SheetLink.objects.get_or_create(sheet=sheet, **{column: chance.choice(rows)})
    with django_assert_num_queries(1):
        found = list(with_stations(Proposal.objects.select_related("consultation")))
    assert len({(row.has_project, row.plan_grade) for row in found}) > 2
    for row in found:
        assert row.has_project == Project.objects.public().answering(row).exists()
        assert (row.plan_grade is not None) == SheetLink.objects.leading_to(row).exists()
        assert row.has_reply == Reply.objects.public().for_proposal(row).exists()
    for row in with_stations(Topic.objects.select_related("consultation")):
        assert row.has_project == Project.objects.public().answering_topic(row).exists()
        assert (row.plan_grade is not None) == SheetLink.objects.leading_to(row).exists()


def test_a_withdrawn_sheet_takes_its_station_back() -> None:
    voice, sheet = ProposalFactory(), published_sheet()
    link = SheetLink.objects.create(sheet=sheet, proposal=voice)
    assert states(voice) == "dnldd"
    link.delete()
    assert states(voice) == "dnlll"
    assert PlanSheet.objects.count() == 1
    assert Consultation.objects.count() == 1
