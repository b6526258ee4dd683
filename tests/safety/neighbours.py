"""What the upper parts of the city hold: answers, vision, council and plans, one more of everything at each call."""

from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from apps.accounts.models import Department
from apps.analysis.models import ProposalTerm, Term
from apps.consultations.models import Consultation, Proposal
from apps.council import actions
from apps.council.models import Challenge, Match, Offer, Organization, Part, Participation, SheetKind, Stage
from apps.documents.actions import publish_version
from apps.meetings.actions import begin_correction, call_off_meeting
from apps.operations.models import Job
from apps.public_comments.actions import add_scan
from apps.surveys.actions import set_draw
from apps.vision.models import Field, Viewpoint
from tests.consultations.factories import AssignmentFactory, ReplyFactory, TopicFactory
from tests.council.factories import OrganizationFactory, ProjectFactory, ProjectUpdateFactory
from tests.documents.factories import (
    FIRST,
    SECOND,
    DocumentFactory,
    change_of,
    draft,
    explain,
    one_page_pdf,
    published,
    stage,
)
from tests.meetings import factories as meetings
from tests.participation import factories as participation
from tests.plans.factories import PlanFactory, published_sheet
from tests.public_comments.factories import add_paper, answered, close, entered, open_case, sent
from tests.surveys.factories import answered as responded
from tests.surveys.factories import draft_survey, open_survey, question
from tests.surveys.factories import published as published_result
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
        self._documents(voices)
        self._meetings()
        self._public_comments()
        self._surveys()
        self._participation(number)
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

    def _documents(self, voices: list[Proposal]) -> None:
        """Two published versions of a document with a file; voices and a topic moved one of its sections."""
        causes = [*voices, self.topic]
        self.document = DocumentFactory(department=self.department)
        old = published(self.document, FIRST)
        new = draft(self.document, SECOND, base=old, stage=stage("interim"))
        new.file.save("document.pdf", ContentFile(one_page_pdf()))
        explain(change_of(new, "s2"), "意見があったため。", causes)
        publish_version(version=new, by=None)
        self.draft_of_document = draft(self.document, FIRST, base=new, slug="draft")

    def _meetings(self) -> None:
        """A meeting with minutes in two editions, a paper, a change and pages talked about; a coming one."""
        body = meetings.organ(self.department)
        meeting = meetings.held(body)
        meetings.closed_item(meeting)
        meetings.add_paper(meeting)
        for kind, key in (
            ("document", self.document.slug),
            ("topic", self.topic.code),
            ("consultation", self.asked.slug),
        ):
            meetings.subject(meeting, kind, key, item=meeting.items.first())
        meetings.with_minutes(meeting)
        begin_correction(meeting=meeting, by=None)
        self.meeting = meeting
        off = meetings.announced(body)
        call_off_meeting(meeting=off, outcome="postponed", reason="大雪のため。", by=None)
        meetings.announced(body, days=30)

    def _public_comments(self) -> None:
        """An open case with a paper, an opinion from the web and one from paper."""
        self.case = open_case(self.department)
        self.case_paper = add_paper(self.case)
        for _number in range(2):
            self.opinion = sent(self.case, "水辺に木を植えてください。", "全体によいと思います。")
            add_scan(opinion=entered(self.case), file=ContentFile(one_page_pdf(), name="scan.pdf"), by=None)
        self.answered_case = close(open_case(self.department))
        entered(self.answered_case, received_on=self.answered_case.closes_on)
        answered(self.answered_case)

    def _surveys(self) -> None:
        """An open survey with questions on two pages, and an answer."""
        self.survey = draft_survey(self.department)
        for place in (1, 2):
            question(self.survey, page=place)
            question(self.survey, "matrix", page=place, rows=["広さ", "きれいさ"])
        set_draw(
            survey=self.survey, prize="商品券", winners=2, delete_on=self.survey.closes_on + timedelta(days=30), by=None
        )
        responded(open_survey(self.survey))
        self.counted_survey = draft_survey(self.department)
        question(self.counted_survey)
        question(self.counted_survey, "long")
        responded(open_survey(self.counted_survey))
        published_result(self.counted_survey)

    def _participation(self, number: int) -> None:
        """A published report of one year more, and a return that is open."""
        self.program = participation.program(self.department)
        report = participation.single_report(self.department, 2001 + number)
        participation.submitted(report)
        self.edition = participation.published(report.year)
        participation.act(participation.single_report(self.department, 2051 + number))

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
            "documents:document": [self.document.slug],
            "documents:compare": [self.document.slug, "v1", "v2"],
            "documents:cited": [self.topic.code],
            "documents:": [self.document.slug, "v2"],
            "participation:program": [self.program.slug],
            "participation:": [self.edition.year.year],
            "meetings:about": ["document", self.document.slug],
            "meetings:organ": [self.meeting.organ.slug],
            "meetings:paper": [self.meeting.organ.slug, self.meeting.number, 1],
            "meetings:m": [self.meeting.organ.slug, self.meeting.number],
            "public_comments:paper": [self.case.slug, self.case_paper.pk],
            "public_comments:own": [self.opinion.number],
            "public_comments:correct": [self.opinion.number],
            "public_comments:withdraw": [self.opinion.number],
            "public_comments:results": [self.answered_case.slug],
            "public_comments:": [self.case.slug],
            "surveys:results": [self.counted_survey.slug],
            "surveys:": [self.survey.slug],
            "plans:sheet": [year, self.plan_sheet.number],
            "plans:plan_years": [year, self.plan_sheet.number],
            "plans:cited": ["project", project],
            "plans:": [year],
            "consultations:topic": [self.topic.code],
            "analysis:similar": [self.asked.proposals.first().code],
            "analysis:viewpoint_word_by": [1, self.word.text],
            "analysis:viewpoint_word": [1, self.word.pk],
            "analysis:viewpoint": [1],
            "analysis:words_of_case": [self.answered_case.slug],
            "analysis:words_of_survey": [self.counted_survey.slug],
            "analysis:word_by": [self.asked.slug, self.word.text],
            "analysis:word": [self.asked.slug, self.word.pk],
            "portal:viewpoint_list": [1, "voices"],
            "portal:viewpoint": [1],
            "portal:field_list": [self.field.slug, "voices"],
            "portal:field": [self.field.slug],
            "portal:indicator": [self.indicator.slug],
            "operations:job": [self.job.pk],
        }
