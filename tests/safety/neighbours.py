"""What the upper parts of the city hold: answers, vision, council and plans, one more of everything at each call."""

from typing import Any

from django.utils import timezone

from apps.accounts.models import Department
from apps.analysis.models import ProposalTerm, Term
from apps.consultations.models import Consultation, Proposal
from apps.council import actions
from apps.council.models import Challenge, Match, Offer, Organization, Part, Participation, SheetKind, Stage
from apps.operations.models import Job
from apps.vision.models import Field, Viewpoint
from tests.consultations.factories import AssignmentFactory, ReplyFactory, TopicFactory
from tests.council.factories import OrganizationFactory, ProjectFactory, ProjectUpdateFactory
from tests.plans.factories import PlanFactory, published_sheet
from tests.vision.factories import (
    DigitalCaseFactory,
    FieldFactory,
    IndicatorFactory,
    PriorityProjectFactory,
    SurveyRankingFactory,
    ViewpointFactory,
)


class Neighbours:
    """Everything round the first consultation; the newest of each kind is the one whose pages are visited."""

    asked: Consultation
    department: Department
    resident: Any
    viewpoint: Viewpoint
    field: Field
    organization: Organization

    def begin_neighbours(self) -> None:
        """What there is one of, and everything else hangs on."""
        self.viewpoint = ViewpointFactory(number=1, slug="children")
        self.field = FieldFactory(slug="safety")
        self.asked.viewpoints.add(self.viewpoint)
        self.organization = OrganizationFactory(name="見本団体", slug="sample")

    def add_neighbours(self, number: int, voices: list[Proposal]) -> None:
        """One more of everything."""
        self.word = Term.objects.get_or_create(text="公園")[0]
        ProposalTerm.objects.bulk_create(ProposalTerm(term=self.word, proposal=voice, n=1) for voice in voices)
        self._answers(voices)
        self._vision(number)
        self._council(voices[0])
        self._plans()
        words = {"kind": "export", "key": f"city:{number}", "title": "書き出し", "url": "/"}
        self.job, _made = Job.objects.enqueue(about=self.asked, by=self.resident, **words)

    def _answers(self, voices: list[Proposal]) -> None:
        """A topic with its reply, a reply to a voice, and a reply that is due."""
        self.topic = TopicFactory(consultation=self.asked)
        self.topic.group(voices, by=None)
        for target in ({"topic": self.topic}, {"proposal": voices[0]}):
            ReplyFactory(department=self.department, **target).publish(by=None)
        AssignmentFactory(department=self.department, proposal=voices[1])

    def _vision(self, number: int) -> None:
        """What stands on the pages of a viewpoint and a field."""
        under: dict[str, Any] = {"viewpoints": [self.viewpoint], "fields": [self.field]}
        for make in (DigitalCaseFactory, PriorityProjectFactory, SurveyRankingFactory):
            make(**under)
        self.indicator = IndicatorFactory(**under, values={2023: "70.0", 2024: f"{70 + number % 9}.5"})

    def _council(self, voice: Proposal) -> None:
        """A project of a pair with a sheet, and a challenge that met its offer."""
        self.project = ProjectFactory.by(
            self.organization, stage=Stage.TRIAL, method="cooperation", method_reason="続けるため", domain="C",
            department=self.department,
        )  # fmt: skip
        partner = OrganizationFactory()
        Participation.objects.create(project=self.project, organization=partner, part=Part.PARTNER, note="機器の提供")
        self.project.viewpoints.add(self.viewpoint)
        self.project.fields.add(self.field)
        self.update = ProjectUpdateFactory(project=self.project)
        self.sheet = actions.open_sheet(project=self.project, kind=SheetKind.PLANNING, partner=partner, by=None)
        stated = {"state": "published", "written_by": self.resident}
        self.challenge = Challenge.objects.create(title="見守りの課題", body="足りません。", proposal=voice, **stated)
        self.offer = Offer.objects.create(title="機器", body="見守ります。", organization=self.organization, **stated)
        said = {"challenger_confirmed_at": timezone.now(), "offerer_confirmed_at": timezone.now()}
        self.match = Match.objects.create(challenge=self.challenge, offer=self.offer, **said)

    def _plans(self) -> None:
        """A published sheet."""
        self.plan_sheet = published_sheet(plan=PlanFactory(department=self.department))

    @property
    def neighbours_arguments(self) -> dict[str, list[Any]]:
        """What an address of an upper part is about, by the beginning of its name; the first that fits counts."""
        project, year = self.project.slug, self.plan_sheet.year
        return {
            "intake:": [self.asked.slug],
            "consultations:guest_comment": [self.asked.proposals.first().code, 1],
            "consultations:guest_": [self.asked.proposals.first().code],
            "council:logo": [self.organization.slug],
            "council:organization": [self.organization.slug],
            "council:challenge": [self.challenge.pk],
            "council:offer": [self.offer.pk],
            "council:match": [self.match.pk],
            "council:projects_of_proposal": [self.asked.proposals.first().code],
            "council:check": [project, self.sheet.pk],
            "council:update": [project, self.update.pk],
            "council:": [project],
            "plans:sheet": [year, self.plan_sheet.number],
            "plans:cited": ["project", project],
            "plans:": [year],
            "consultations:topic": [self.topic.code],
            "analysis:similar": [self.asked.proposals.first().code],
            "analysis:viewpoint_word_by": [1, self.word.text],
            "analysis:viewpoint_word": [1, self.word.pk],
            "analysis:viewpoint": [1],
            "analysis:word_by": [self.asked.slug, self.word.text],
            "analysis:word": [self.asked.slug, self.word.pk],
            "portal:viewpoint_list": [1, "voices"],
            "portal:viewpoint": [1],
            "portal:field_list": [self.field.slug, "voices"],
            "portal:field": [self.field.slug],
            "portal:indicator": [self.indicator.slug],
            "operations:job": [self.job.pk],
        }
