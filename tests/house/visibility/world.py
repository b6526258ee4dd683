"""People of every role, and a row of every kind in every state, around one department, one organization and one author."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from apps.accounts.models import Department, Posting
from apps.analysis.models import Snapshot
from apps.consultations.models import ChosenVoice, InternalNote, ModerationCase, State, Tag
from apps.core.submission import new_content_key
from apps.council.models import (
    CallState,
    Challenge,
    CheckAnswer,
    CheckNote,
    CheckSheet,
    CheckSide,
    Offer,
    Organization,
    Part,
    Participation,
    ProjectPicture,
)
from apps.documents.models import ChangeCause
from apps.operations.models import Job
from apps.plans import actions
from apps.plans.models import Metric, MetricValue, Report
from tests.accounts.factories import (
    DepartmentFactory,
    UserFactory,
    make_council_member,
    make_moderator,
    make_secretariat,
    make_staff,
    make_superuser,
)
from tests.consultations.factories import (
    AssignmentFactory,
    CommentFactory,
    ConsultationFactory,
    ProposalFactory,
    ReplyFactory,
    ReplyStatusFactory,
    TopicFactory,
)
from tests.council.factories import OrganizationFactory, ProjectFactory, ProjectUpdateFactory
from tests.documents.factories import SECOND, DocumentFactory
from tests.documents.factories import draft as draft_version
from tests.documents.factories import pair as version_pair
from tests.documents.factories import published as published_version
from tests.house.visibility import council, duties, meetings, participation, public_comments, surveys
from tests.operations.factories import NotificationFactory
from tests.plans.factories import PlanFactory, SheetFactory, bring_to, published_sheet, write
from tests.vision.factories import (
    DigitalCaseFactory,
    IndicatorFactory,
    PriorityProjectFactory,
    SourceDocumentFactory,
    SurveyRankingFactory,
    ViewpointFactory,
)

Rows = Iterator[tuple[str, Any]]
DAY = timedelta(days=1)


class World:
    """Whom the tables name, and what they speak of."""

    def __init__(self) -> None:
        self.department, self.elsewhere = DepartmentFactory(), DepartmentFactory()
        self.organization: Organization = OrganizationFactory(name="本会")
        self.other_organization: Organization = OrganizationFactory(name="別の会")
        self.hidden_organization: Organization = OrganizationFactory(name="準備中の会", is_public=False)
        member = make_council_member(self.organization.name)
        Posting.objects.create(user=member, role="council", organization=self.hidden_organization.name)
        self.author = UserFactory(nickname="書いた人")
        self.people: dict[str, Any] = {
            "visitor": AnonymousUser(),
            "resident": UserFactory(),
            "author": self.author,
            "own": make_staff(self.department),
            "own-without-factor": without_factor(make_staff(self.department)),
            "formerly-own": until_yesterday(make_staff(self.department)),
            "own-switched-off": switched_off(make_staff(self.department)),
            "other": speaking_for(self.organization, make_staff(self.elsewhere)),
            "member": member,
            "formerly-member": until_yesterday(make_council_member(self.organization.name)),
            "other-member": noted_with(self.department, make_council_member(self.other_organization.name)),
            "moderator": noted_with(self.department, make_moderator()),
            "secretariat": make_secretariat(),
            "secretariat-without-factor": without_factor(make_secretariat()),
            "administrator": make_superuser(),
            "administrator-without-factor": without_factor(make_superuser()),
            "administrator-switched-off": switched_off(make_superuser()),
        }
        self.asked_elsewhere: dict[tuple[str, str], Any] = {}
        now = timezone.now()
        self.moments = {"published": now - DAY, "scheduled": now + DAY, "draft": None}
        self.themes = {name: self.theme(moment) for name, moment in self.moments.items()}
        self.rows: dict[str, dict[str, Any]] = {label: dict(make(self)) for label, make in MAKERS.items()}

    def theme(self, moment: Any) -> Any:
        return ConsultationFactory(department=self.department, published_at=moment)

    def voice(self, state: str = State.PUBLISHED, theme: str = "published", **fields: Any) -> Any:
        """A voice of the author in a theme of the own department."""
        return ProposalFactory(consultation=self.themes[theme], author=self.author, state=state, **fields)

    def somebodys(self, state: str = State.PUBLISHED, theme: str = "published") -> Any:
        """The same of a person whom no table names."""
        return ProposalFactory(consultation=self.themes[theme], state=state)

    def project(self, moment: str = "published", part: str = Part.LEAD, **fields: Any) -> Any:
        made = ProjectFactory(published_at=self.moments[moment], **fields)
        Participation.objects.create(project=made, organization=self.organization, part=part)
        return made


def without_factor(user: Any) -> Any:
    user.second_factor_shown = False
    return user


def noted_with(department: Department, user: Any) -> Any:
    """A department in the posting of somebody who does not work for it by that."""
    user.postings.update(department=department)
    return user


def speaking_for(organization: Organization, user: Any) -> Any:
    """The same with an organization."""
    user.postings.update(organization=organization.name)
    return user


def switched_off(user: Any) -> Any:
    """A person whose account was switched off while the posting goes on."""
    user.is_active = False
    return user


def until_yesterday(user: Any) -> Any:
    today = timezone.localdate()
    user.postings.update(starts_on=today - 9 * DAY, ends_on=today - DAY)
    return user


def consultations(world: World) -> Rows:
    yield from world.themes.items()


def proposals(world: World) -> Rows:
    for state in State:
        yield state.value, world.voice(state)
    for theme in ("draft", "scheduled"):
        yield f"published in a {theme} theme", world.voice(theme=theme)
    assigned = world.voice(State.HELD)
    AssignmentFactory(proposal=assigned, department=world.elsewhere)
    yield "held, assigned to another department", assigned


def comments(world: World) -> Rows:
    for state in State:
        yield state.value, CommentFactory(proposal=world.somebodys(), author=world.author, state=state)
    yield "published on a held voice", CommentFactory(proposal=world.somebodys(State.HELD), author=world.author)
    yield "published in a draft theme", CommentFactory(proposal=world.somebodys(theme="draft"), author=world.author)
    own = world.voice(State.HELD)
    yield "held on the author's own held voice", CommentFactory(proposal=own, author=world.author, state=State.HELD)


def topic(world: World, moment: str = "published", theme: str = "published") -> Any:
    return TopicFactory(consultation=world.themes[theme], published_at=world.moments[moment])


def topics(world: World) -> Rows:
    for name in world.moments:
        yield name, topic(world, name)
    assigned = topic(world, "draft")
    AssignmentFactory(topic=assigned, department=world.elsewhere)
    yield "draft, assigned to another department", assigned
    for theme in ("draft", "scheduled"):
        yield f"published in a {theme} theme", topic(world, theme=theme)


def replies(world: World) -> Rows:
    def reply(published: bool, **target: Any) -> Any:
        shown = {"published_at": timezone.now(), "status": ReplyStatusFactory(), "body": "反映します。"}
        return ReplyFactory(department=world.department, **target, **(shown if published else {}))

    yield "published", reply(True, proposal=world.voice())
    yield "draft", reply(False, proposal=world.voice())
    yield "published to a held voice", reply(True, proposal=world.voice(State.HELD))
    yield "published to a hidden voice", reply(True, proposal=world.voice(State.HIDDEN))
    yield "published in a draft theme", reply(True, proposal=world.voice(theme="draft"))
    yield "published to a topic", reply(True, topic=topic(world))
    yield "draft to a topic", reply(False, topic=topic(world))
    yield "published to a draft topic", reply(True, topic=topic(world, "draft"))
    yield "published to a topic in a draft theme", reply(True, topic=topic(world, theme="draft"))


def chosen_voices(world: World) -> Rows:
    viewpoint = ViewpointFactory()
    for state in (State.PUBLISHED, State.HIDDEN, State.WITHDRAWN):
        made = ChosenVoice(viewpoint=viewpoint, proposal=world.voice(state), like_count=1, as_of=timezone.localdate())
        made.save()
        yield f"of a {state.value} voice", made


def cases(world: World) -> Rows:
    trigger = ModerationCase._meta.get_field("trigger").choices[0][0]
    for state in (State.PUBLISHED, State.HELD):
        yield (
            f"about a {state.value} voice",
            ModerationCase.objects.create(proposal=world.voice(state), trigger=trigger),
        )
    comment = CommentFactory(proposal=world.somebodys())
    yield "about a comment", ModerationCase.objects.create(comment=comment, trigger=trigger)


def notes(world: World) -> Rows:
    yield "on a voice", InternalNote.objects.create(proposal=world.voice(), body="要確認")
    assigned = world.voice()
    AssignmentFactory(proposal=assigned, department=world.elsewhere)
    yield "on a voice assigned to another department", InternalNote.objects.create(proposal=assigned, body="要確認")


def projects(world: World) -> Rows:
    for name in world.moments:
        yield name, world.project(name)
    yield "draft with the organization as partner", world.project("draft", Part.PARTNER)
    yield "draft that the organization only supports", world.project("draft", Part.SUPPORT)
    yield "draft of the own department", ProjectFactory(published_at=None, department=world.department)


def pictures(world: World) -> Rows:
    project = world.project()
    for name, shown in (("shown", True), ("waiting", False)):
        yield name, ProjectPicture.objects.create(project=project, file="x.png", description="木", is_public=shown)
    elsewhere = ProjectFactory.by(world.other_organization)
    world.asked_elsewhere["council.ProjectPicture", "shown on another project"] = project
    yield "shown on another project", ProjectPicture.objects.create(project=elsewhere, file="y.png", description="木")


def updates(world: World) -> Rows:
    for name, moment in world.moments.items():
        yield name, ProjectUpdateFactory(project=world.project(), published_at=moment)
    yield "published on a draft project", ProjectUpdateFactory(project=world.project("draft"))


def challenge(state: str, department: Department | None = None, **fields: Any) -> Any:
    title = {"title": "落ち葉", "body": "活用したい", "submit_key": new_content_key()}
    return Challenge.objects.create(state=state, department=department, **title, **fields)


def challenges(world: World) -> Rows:
    for state in CallState:
        yield f"{state.value} of the department", challenge(state, world.department)
    mine = {"written_by": world.author}
    yield "waiting of a resident", challenge(CallState.WAITING, proposal=world.voice(), **mine)
    yield "published of a resident", challenge(CallState.PUBLISHED, proposal=world.voice(), **mine)
    hidden = world.voice(State.HIDDEN)
    yield "published of a resident, of a hidden voice", challenge(CallState.PUBLISHED, proposal=hidden, **mine)
    yield "waiting that the author wrote for a department", challenge(CallState.WAITING, world.department, **mine)


def offer(state: str, organization: Organization) -> Any:
    title = {"title": "堆肥づくり", "body": "教えます", "submit_key": new_content_key()}
    return Offer.objects.create(state=state, organization=organization, **title)


def offers(world: World) -> Rows:
    for state in CallState:
        yield state.value, offer(state, world.organization)
    hidden = offer(CallState.PUBLISHED, world.hidden_organization)
    yield "published of an organization not shown yet", hidden
    yield from council.offers_to_challenges(world)


def check_sheet(world: World, published: bool = False, project: str = "published", **sides: Any) -> Any:
    sides = {"department": world.department, "organization_b": world.organization} | sides
    moment = timezone.now() if published else None
    return CheckSheet.objects.create(project=world.project(project), kind="planning", published_at=moment, **sides)


def check_sheets(world: World) -> Rows:
    yield "open", check_sheet(world)
    yield "published", check_sheet(world, published=True)
    yield "published of a draft project", check_sheet(world, published=True, project="draft")
    pair = {"department": None, "organization_a": world.organization, "organization_b": world.other_organization}
    yield "open between two organizations", check_sheet(world, **pair)


def written_by_a(world: World, write_down: Callable[[CheckSide], Any]) -> Rows:
    """What side A wrote, before and after each side has submitted and the results are public."""
    for name, submitted, published, project in (
        ("nobody has submitted", "", False, "published"),
        ("only A has submitted", "A", False, "published"),
        ("both have submitted", "AB", False, "published"),
        ("published", "AB", True, "published"),
        ("published of a draft project", "AB", True, "draft"),
        ("published though B is still to answer", "A", True, "published"),
        ("published, of another sheet", "AB", True, "published"),
    ):
        sheet, now = check_sheet(world, published, project), timezone.now()
        sides = {
            side: CheckSide.objects.create(sheet=sheet, side=side, submitted_at=now if side in submitted else None)
            for side in "AB"
        }
        yield f"of side A, {name}", write_down(sides["A"])
    for label in ("council.CheckAnswer", "council.CheckNote"):
        another = check_sheet(world, published=True)
        world.asked_elsewhere[label, "of side A, published, of another sheet"] = another


def answers(world: World) -> Rows:
    yield from written_by_a(world, lambda side: CheckAnswer.objects.create(side=side, item="1", value="yes"))


def check_notes(world: World) -> Rows:
    yield from written_by_a(world, lambda side: CheckNote.objects.create(side=side, text="話したい"))


def snapshots(world: World) -> Rows:
    def frozen(**where: Any) -> Any:
        return Snapshot.objects.create(kind="cloud", title="固定版", **where)

    yield "of a published theme", frozen(consultation=world.themes["published"])
    yield "of a draft theme", frozen(consultation=world.themes["draft"])
    yield "of a viewpoint", frozen(viewpoint=ViewpointFactory())


def sheet(world: World, state: str) -> Any:
    """A sheet of the own department that was brought to this state by its verbs."""
    return bring_to(SheetFactory(plan=PlanFactory(department=world.department)), state)


def documents(world: World) -> Rows:
    yield "with a published version", published_version().document
    yield "with a draft of the own department", draft_version(DocumentFactory(department=world.department)).document
    yield "with a draft of another department", draft_version(DocumentFactory(department=world.elsewhere)).document


def document_versions(world: World) -> Rows:
    yield "draft of the own department", draft_version(DocumentFactory(department=world.department))
    yield "draft of another department", draft_version(DocumentFactory(department=world.elsewhere))
    yield "published", published_version()
    yield "published, with a later one", version_pair()[0]


def document_sections(world: World) -> Rows:
    yield "of a draft of the own department", draft_with_base(world).sections.first()
    yield "of a published version", published_version().sections.first()
    yield "of a former version", version_pair()[0].sections.first()


def document_changes(world: World) -> Rows:
    yield "of a draft", draft_with_base(world).changes.first()
    yield "of a published version", version_pair()[1].changes.first()


def draft_with_base(world: World) -> Any:
    """A draft that is compared with a published version."""
    former = published_version(DocumentFactory(department=world.department))
    return draft_version(former.document, SECOND, base=former, slug="draft")


def change_causes(world: World) -> Rows:
    def cause(change: Any, **end: Any) -> Any:
        return ChangeCause.objects.create(change=change, **end)

    yield "a published voice, of a draft", cause(draft_with_base(world).changes.first(), proposal=ProposalFactory())
    change = version_pair()[1].changes.first()
    yield "a published voice", cause(change, proposal=ProposalFactory())
    yield "a hidden voice", cause(change, proposal=ProposalFactory(state=State.HIDDEN))
    yield "a published topic", cause(change, topic=TopicFactory())
    yield "a draft topic", cause(change, topic=TopicFactory(published_at=None))


def plan_sheets(world: World) -> Rows:
    for state in ("plan", "first", "second", "summary", "confirmed", "published"):
        yield state, sheet(world, state)
    corrected = published_sheet()
    bring_to(actions.correct_sheet(sheet=corrected, by=None, reason="誤りを正すため"), "published")
    yield "published, corrected by a later edition", corrected
    first = sheet(world, "published")
    following = bring_to(SheetFactory(plan=first.plan, year=first.year + 1), "published")
    bring_to(actions.correct_sheet(sheet=following, by=None, reason="誤りを正すため"), "published")
    yield "published, the next year's sheet was corrected", first


def sheet_lines(world: World) -> Rows:
    draft = sheet(world, "plan")
    yield "of a sheet in plan", write(draft, "yearly", "ベンチの設置")[0]
    yield "of a confirmed sheet", sheet(world, "confirmed").lines.first()
    yield "of a published sheet", sheet(world, "published").lines.first()
    corrected = published_sheet()
    line = corrected.lines.first()
    bring_to(actions.correct_sheet(sheet=corrected, by=None, reason="誤りを正すため"), "published")
    yield "of a corrected edition", line


def metric_values(world: World) -> Rows:
    plan = PlanFactory()
    series = Metric.objects.create(slug="benches", title="ベンチの数", unit="基", plan=plan)
    yield "of no sheet", MetricValue.objects.create(metric=series, year=2022, value=1)
    draft = SheetFactory(plan=plan, year=2023)
    yield "of a sheet in plan", MetricValue.objects.create(metric=series, year=2023, value=2, sheet=draft)
    later = SheetFactory(plan=plan, year=2024)
    value = MetricValue.objects.create(metric=series, year=2024, value=3, sheet=later)
    bring_to(later, "published")
    yield "of a published sheet", value


def reports(world: World) -> Rows:
    for edition, (name, moment) in enumerate((("published", timezone.now()), ("made", None)), start=1):
        yield name, Report.objects.create(year=2024, edition=edition, content={}, published_at=moment)


def jobs(world: World) -> Rows:
    for name, by in (("asked for by the author", world.author.pk), ("asked for by nobody", None)):
        yield name, Job.objects.create(kind="export-proposals", key=name, title="書き出し", requested_by_id=by)


def shown(factory: Any) -> Callable[[World], Rows]:
    def make(world: World) -> Rows:
        yield "shown", factory()
        yield "not shown yet", factory(is_public=False)

    return make


ROWS_ELSEWHERE = [part.MAKERS for part in (council, duties, meetings, participation, public_comments, surveys)]
MAKERS: dict[str, Callable[[World], Rows]] = {
    "vision.SourceDocument": lambda world: iter([("a document", SourceDocumentFactory())]),
    "vision.Indicator": shown(IndicatorFactory),
    "vision.DigitalCase": shown(DigitalCaseFactory),
    "vision.PriorityProject": shown(PriorityProjectFactory),
    "vision.SurveyRanking": shown(SurveyRankingFactory),
    "consultations.Tag": lambda world: iter(
        [
            ("approved", Tag.objects.create(name="公園", slug="park", is_approved=True)),
            ("waiting", Tag.objects.create(name="砂場", slug="sand")),
        ]
    ),
    "consultations.Consultation": consultations,
    "consultations.Proposal": proposals,
    "consultations.Comment": comments,
    "consultations.Topic": topics,
    "consultations.Reply": replies,
    "consultations.ChosenVoice": chosen_voices,
    "consultations.ModerationCase": cases,
    "consultations.InternalNote": notes,
    "council.Organization": lambda world: iter(
        [("shown", world.other_organization), ("not shown yet", world.hidden_organization)]
    ),
    "council.Project": projects,
    "council.ProjectPicture": pictures,
    "council.ProjectUpdate": updates,
    "council.Challenge": challenges,
    "council.Offer": offers,
    "council.CheckSheet": check_sheets,
    "council.CheckAnswer": answers,
    "council.CheckNote": check_notes,
    "analysis.Snapshot": snapshots,
    "documents.Document": documents,
    "documents.DocumentVersion": document_versions,
    "documents.Section": document_sections,
    "documents.Change": document_changes,
    "documents.ChangeCause": change_causes,
    **{label: make for rows in ROWS_ELSEWHERE for label, make in rows.items()},
    "plans.PlanSheet": plan_sheets,
    "plans.SheetLine": sheet_lines,
    "plans.MetricValue": metric_values,
    "plans.Report": reports,
    "operations.Job": jobs,
    "operations.Notification": lambda world: iter(
        [("to the author", NotificationFactory(recipient_id=world.author.pk))]
    ),
}
