"""Every model of the admin site × every role: who may view, add, change and delete is said here; nothing else holds.

The table follows the roles of the product: departments work on their own consultations, topics, replies and sheets;
moderators on what waits for a decision; the secretariat on everything that is the whole city's.
"""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from apps.accounts.models import User
from apps.consultations.models import InternalNote, Reply
from tests.accounts import factories as people
from tests.consultations.factories import ConsultationFactory, ProposalFactory, ReplyFactory, TopicFactory
from tests.council.factories import OrganizationFactory, ProjectFactory, ProjectUpdateFactory
from tests.safety.world import City

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> City:
    """Some of everything, in every state."""
    made = City()
    made.grow(2)
    return made


# view, add, change, delete by their first letters: 所管課, モデレーター, 事務局. A system administrator has the rights of
# the secretariat, for nobody rewrites records; residents and council members have none.
ALL_READ = ("v", "v", "vac")
NO_MODERATOR = ("vac", "", "vac")
SECRETARIAT = ("", "", "v")
TABLE: dict[str, tuple[str, str, str]] = {
    "accounts.department": ("", "", "vac"),
    "accounts.invitation": ("", "", "va"),
    "accounts.posting": SECRETARIAT,
    "accounts.restriction": ("", "va", "va"),
    "accounts.user": ("", "v", "vc"),
    "analysis.codingrule": ("vacd", "", "vacd"),
    "analysis.dictionaryversion": ("v", "v", "v"),
    "analysis.stopword": ("v", "v", "vacd"),
    "analysis.themestopword": ("v", "v", "vacd"),
    "analysis.synonym": ("v", "v", "vacd"),
    "analysis.userword": ("v", "v", "vacd"),
    "consultations.abusereport": ("", "v", "v"),
    "consultations.approver": ("", "", "vacd"),
    "consultations.assignment": ("vacd", "", "vacd"),
    "consultations.batch": ("va", "", "va"),
    "consultations.chosenvoice": ALL_READ,
    "consultations.comment": ("v", "v", "v"),
    "consultations.consultation": NO_MODERATOR,
    "consultations.internalnote": ("va", "va", "va"),
    "consultations.moderationcase": ("v", "v", "v"),
    "consultations.moderationrule": ("", "vac", "vac"),
    "consultations.policyarticle": ("", "vac", "vac"),
    "consultations.proposal": ("v", "v", "v"),
    "consultations.reply": NO_MODERATOR,
    "consultations.replystatus": ALL_READ,
    "consultations.tag": ("v", "vad", "vad"),
    "consultations.topic": NO_MODERATOR,
    "council.checksheet": ("v", "v", "v"),
    "council.organization": ALL_READ,
    "council.organizationkind": ALL_READ,
    "council.project": ("v", "v", "vc"),
    "council.projectupdate": ("v", "v", "v"),
    "documents.change": ("vc", "v", "vc"),
    "documents.document": ("vac", "v", "vac"),
    "documents.documentversion": ("vac", "v", "vac"),
    "documents.section": ("vc", "v", "vc"),
    "documents.stage": ALL_READ,
    "operations.auditentry": SECRETARIAT,
    "operations.contact": ("", "", "vc"),
    "operations.furiganaword": ("", "", "vacd"),
    "operations.job": SECRETARIAT,
    "operations.outbox": SECRETARIAT,
    "operations.sitepage": ("", "", "vc"),
    "plans.grade": ALL_READ,
    "plans.measure": ALL_READ,
    "plans.metric": ALL_READ,
    "plans.plan": ALL_READ,
    "plans.plansheet": ("v", "v", "v"),
    "plans.policy": ALL_READ,
    "plans.progressmark": ALL_READ,
    "plans.report": ("", "", "va"),
    "plans.stagedeadline": ALL_READ,
    "meetings.dayrule": ALL_READ,
    "meetings.meeting": ("vac", "v", "vac"),
    "meetings.minutes": ("vac", "v", "vac"),
    "meetings.organ": ("vac", "v", "vac"),
    "participation.participationprogram": ("vac", "", "vac"),
    "participation.participationreport": ("vc", "", "vc"),
    "participation.participationyear": ("", "", "vac"),
    "participation.procedurekind": ALL_READ,
    "public_comments.case": ("vac", "v", "vac"),
    "public_comments.cityview": ("vac", "", "vac"),
    "public_comments.eligibility": ALL_READ,
    "public_comments.opinion": ("v", "", "v"),
    "public_comments.viewkind": ALL_READ,
    "surveys.survey": NO_MODERATOR,
    "surveys.surveyquestion": ("vacd", "", "vacd"),
    "vision.digitalcase": ALL_READ,
    "vision.field": ALL_READ,
    "vision.indicator": ALL_READ,
    "vision.priorityproject": ALL_READ,
    "vision.sourcedocument": ALL_READ,
    "vision.surveyranking": ALL_READ,
    "vision.viewpoint": ALL_READ,
    "vision.visiontext": ALL_READ,
}
SITE: dict[str, Any] = {model._meta.label_lower: desk for model, desk in admin.site._registry.items()}


@pytest.fixture
def persons() -> dict[str, Any]:
    return {
        "staff": people.make_staff(),
        "moderator": people.make_moderator(),
        "secretariat": people.make_secretariat(),
        "superuser": people.make_superuser(),
        "resident": people.UserFactory(),
        "council": people.make_council_member(),
    }


def request_of(person: Any) -> HttpRequest:
    request = RequestFactory().get("/admin/")
    request.user = User.objects.with_postings().get(pk=person.pk)
    return request


def test_rights_are_those_of_the_table(persons: dict[str, Any]) -> None:
    assert set(SITE) == set(TABLE), "a model of the admin site without a decision, or the other way round"
    found, said = {}, {}
    for role, person in persons.items():
        request = request_of(person)
        for label, desk in SITE.items():
            rights = desk.get_model_perms(request)
            staff, moderator, secretariat = TABLE[label]
            by_role = {"staff": staff, "moderator": moderator, "secretariat": secretariat, "superuser": secretariat}
            found[role, label] = "".join(verb[0] for verb in ("view", "add", "change", "delete") if rights[verb])
            said[role, label] = by_role.get(role, "")
    assert {at: (found[at], said[at]) for at in found if found[at] != said[at]} == {}


@pytest.mark.parametrize("role", ["staff", "moderator", "secretariat"])
def test_pages_open_to_whom_the_table_says(role: str, persons: dict[str, Any], sign_in: Any) -> None:
    """Lists and empty forms, as a browser gets them."""
    browser, number, wrong = sign_in(persons[role]), ["staff", "moderator", "secretariat"].index(role), []
    for label, rights in TABLE.items():
        base = f"admin:{label.replace('.', '_')}"
        listed = browser.get(reverse(f"{base}_changelist")).status_code
        added = browser.get(reverse(f"{base}_add")).status_code
        if (listed == 200) != ("v" in rights[number]) or ("a" not in rights[number] and added != 403) or added >= 500:
            wrong.append((label, listed, added))
    assert wrong == []


def test_a_department_neither_sees_nor_touches_drafts_of_another(sign_in: Any) -> None:
    own, other = people.DepartmentFactory(), people.DepartmentFactory()
    browser: Client = sign_in(people.make_staff(own))
    asked = ConsultationFactory(department=other, published_at=None, title="よその課の下書きのテーマ")
    voice = ProposalFactory(consultation=ConsultationFactory(department=other))
    topic = TopicFactory(consultation=voice.consultation, title="よその課の論点")
    reply = ReplyFactory(proposal=voice, department=other, draft_body="よその課の下書きの文")
    mine = ReplyFactory(proposal=voice, department=own, draft_body="うちの課の下書きの文")
    for thing in (asked, topic, reply):
        base = f"admin:consultations_{thing._meta.model_name}"
        for page in ("change", "delete", "history"):
            address = reverse(f"{base}_{page}", args=[thing.pk])
            for answer in (browser.get(address), browser.post(address, {"post": "yes", "draft_body": "書きかえ"})):
                assert answer.status_code in ({403, 404} if page == "delete" else {404}), address
                assert "よその課" not in answer.text
        assert "よその課" not in browser.get(reverse(f"{base}_changelist")).text
    for thing, words in ((asked, "title"), (topic, "title"), (reply, "draft_body")):
        kept = getattr(thing, words)
        thing.refresh_from_db()
        assert getattr(thing, words) == kept
    assert browser.get(reverse("admin:consultations_reply_change", args=[mine.pk])).status_code == 200
    assert Reply.objects.count() == 2
    assert not InternalNote.objects.exists()


def test_no_list_of_the_admin_site_shows_what_its_reader_may_not_see(city: City) -> None:
    """Where a model says who may see its rows, its desk shows no others; nor does 「サイト上で表示」 tell an address."""
    hidden = OrganizationFactory(is_public=False)
    ProjectUpdateFactory(project=ProjectFactory.by(hidden, published_at=None), published_at=None)
    for person in (people.make_staff(), people.make_moderator(), people.make_secretariat()):
        request = request_of(person)
        for label, desk in SITE.items():
            rows = desk.model._default_manager.all()
            if desk.has_view_permission(request) and hasattr(rows, "visible_to"):
                shown = set(desk.get_queryset(request).values_list("pk", flat=True))
                assert shown <= set(rows.visible_to(request.user).values_list("pk", flat=True)), label


def test_waiting_news_and_projects_are_the_secretariats(city: City, sign_in: Any) -> None:
    project = ProjectFactory(published_at=None, slug="secret-name", title="まだ公開していない取組")
    news = ProjectUpdateFactory(published_at=None, title="まだ公開していない報告")
    for person, status in (
        (people.make_staff(), 404),
        (people.make_moderator(), 404),
        (people.make_secretariat(), 302),
    ):
        browser, may = sign_in(person), status == 302
        for thing in (project, news):
            kind = ContentType.objects.get_for_model(thing)
            answer = browser.get(f"/admin/r/{kind.pk}/{thing.pk}/")
            assert answer.status_code == status
            assert ("secret-name" in answer.headers.get("Location", "")) is (may and thing is project)
            listed = browser.get(reverse(f"admin:council_{thing._meta.model_name}_changelist"))
            assert ("まだ公開していない" in listed.text) is may
    draft = ConsultationFactory(draft=True, slug="secret-theme")
    kind = ContentType.objects.get_for_model(draft)
    assert sign_in(people.make_staff()).get(f"/admin/r/{kind.pk}/{draft.pk}/").status_code == 404
    assert (
        sign_in(people.make_staff(draft.department)).get(f"/admin/r/{kind.pk}/{draft.pk}/").url
        == "/consultations/secret-theme/"
    )
