"""Every model of the admin site × every role: who may view, add, change and delete is said here; nothing else holds.

The table follows the roles of the product: departments work on their own consultations, topics, replies and sheets;
moderators on what waits for a decision; the secretariat on everything that is the whole city's.
"""

from typing import Any

import pytest
from django.contrib import admin
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from apps.accounts.models import User
from apps.consultations.models import InternalNote, Reply
from tests.accounts import factories as people
from tests.consultations.factories import ConsultationFactory, ProposalFactory, ReplyFactory, TopicFactory

pytestmark = pytest.mark.django_db
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
    "analysis.dictionaryversion": ("v", "v", "v"),
    "analysis.stopword": ("v", "v", "vacd"),
    "analysis.synonym": ("v", "v", "vacd"),
    "analysis.userword": ("v", "v", "vacd"),
    "consultations.abusereport": ("", "v", "v"),
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
    "operations.auditentry": SECRETARIAT,
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
