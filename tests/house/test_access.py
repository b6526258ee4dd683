"""Every address × every role has a decision here; an address that nobody decided on fails."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from apps.accounts.models import Department
from apps.core.safe_redirect import takes_get
from apps.operations.models import SitePage
from tests.accounts import factories as people
from tests.accounts.factories import show_second_factor
from tests.consultations.factories import CommentFactory, ConsultationFactory, ProposalFactory, TopicFactory
from tests.council.factories import OrganizationFactory, ProjectFactory
from tests.vision.factories import FieldFactory, IndicatorFactory, ViewpointFactory

pytestmark = pytest.mark.django_db
CITY = ["staff", "secretariat", "moderator", "superuser"]  # without the second factor each of them is a resident
AGAIN = "/accounts/second-factor/again/?next="
ROLES = ["visitor", "resident", "council", "staff", "secretariat", "moderator", "superuser"]

# What a GET answers: to a visitor, to everybody who is signed in, and to roles with an answer of their own.
# 302 for a visitor leads to the sign-in.
EVERYONE = (200, 200)
SIGNED_IN = (302, 200)
OWN_ONLY = (302, 404)
POST_ONLY = (405, 405)
BACK_TO_THE_PAGE = (302, 302)
SIGNED_IN_POST_ONLY = (302, 405)
GETS: dict[str, tuple[Any, ...]] = {
    **{f"analysis:{name}": EVERYONE for name in ("cloud", "csv", "compare", "groups", "network", "weeks")},
    **{f"analysis:{name}": EVERYONE for name in ("viewpoint_compare", "viewpoint_groups", "viewpoint_network")},
    **{f"analysis:{name}": EVERYONE for name in ("viewpoint_weeks", "json", "png", "similar", "svg")},
    **{f"analysis:{name}": EVERYONE for name in ("viewpoint_cloud", "viewpoint_csv", "viewpoint_json")},
    **{f"analysis:{name}": EVERYONE for name in ("viewpoint_png", "viewpoint_svg", "viewpoint_word_by_letters")},
    "analysis:word_by_letters": EVERYONE,
    "analysis:draw": POST_ONLY,
    "analysis:drawing": (404, 404),
    "analysis:freeze": POST_ONLY,
    "analysis:viewpoint_draw": POST_ONLY,
    "analysis:viewpoint_freeze": POST_ONLY,
    "analysis:snapshot": (404, 404),
    "analysis:topic_candidates": (302, 403, {"secretariat": 200, "superuser": 200}),
    "analysis:status": BACK_TO_THE_PAGE,
    "analysis:viewpoint_status": BACK_TO_THE_PAGE,
    "analysis:words_of_case": (404, 404),
    "analysis:words_of_survey": (404, 404),
    "analysis:viewpoint_word": (404, 404),
    "analysis:word": (404, 404),
    "healthz": EVERYONE,
    "operations:metrics": (404, 404),  # a token, not a person
    "readyz": EVERYONE,
    "set_language": BACK_TO_THE_PAGE,
    "operations:job": OWN_ONLY,
    "operations:job_file": OWN_ONLY,
    "operations:job_cancel": SIGNED_IN_POST_ONLY,
    "portal:home": EVERYONE,
    "portal:search": EVERYONE,
    **{
        f"portal:{name}": EVERYONE for name in ("terms", "privacy", "contact", "contact_form", "contact_done", "policy")
    },
    "portal:robots": EVERYONE,
    "portal:manifest": EVERYONE,
    "portal:offline": EVERYONE,
    "portal:pictures": EVERYONE,
    "portal:drawing_png": EVERYONE,
    "portal:sitemap": EVERYONE,
    "portal:vision": EVERYONE,
    "portal:viewpoint": EVERYONE,
    "portal:viewpoint_list": EVERYONE,
    "portal:field": EVERYONE,
    "portal:field_list": EVERYONE,
    "portal:indicators": EVERYONE,
    "portal:indicator": EVERYONE,
    "portal:indicator_csv": EVERYONE,
    **dict.fromkeys(["portal:me", "portal:profile", "portal:data", "portal:delete"], SIGNED_IN),
    "portal:goodbye": EVERYONE,
    "portal:notifications": SIGNED_IN,
    "portal:notifications_read": POST_ONLY,
    "portal:own_list": SIGNED_IN,
    "portal:stop_digest": (400, 400),
    "portal:due_days": (404, 404),
    **dict.fromkeys(["portal:calendars", "portal:duties", "portal:staff_guide"], (302, 404, dict.fromkeys(CITY, 200))),
    **dict.fromkeys(["portal:renew_calendar", "portal:take_back_duties"], POST_ONLY),
    **{f"consultations:{name}": EVERYONE for name in ("list", "consultation", "feed", "calendar", "qr", "poster")},
    **{f"consultations:{name}": EVERYONE for name in ("consultation_image", "proposal_image", "topic", "answers")},
    **{f"consultations:{name}": EVERYONE for name in ("answers_csv", "answer_table", "answer_table_csv")},
    **{f"consultations:{name}": EVERYONE for name in ("answer_table_xlsx", "answer_table_pdf", "guest", "proposal")},
    **{f"consultations:{name}": EVERYONE for name in ("takedown", "takedown_done", "policy_figures")},
    "consultations:policy_figures_csv": EVERYONE,
    "intake:proposals_csv": EVERYONE,
    "intake:proposals_dictionary": EVERYONE,
    "consultations:attachment": (404, 404),
    "consultations:photo": (404, 404),
    "consultations:photo_file": (404, 404),
    "consultations:tag": (404, 404),
    "consultations:result": (404, 404),
    "consultations:result_pdf": (404, 404),
    "consultations:propose": SIGNED_IN,
    "consultations:propose_guest": (404, 404),
    "consultations:guest_proposal": BACK_TO_THE_PAGE,
    "consultations:guest_mail": POST_ONLY,
    "consultations:guest_edit": BACK_TO_THE_PAGE,
    "consultations:guest_withdraw": BACK_TO_THE_PAGE,
    "consultations:guest_withdraw_undo": BACK_TO_THE_PAGE,
    "consultations:guest_appeal": BACK_TO_THE_PAGE,
    "consultations:guest_restriction": BACK_TO_THE_PAGE,
    "consultations:guest_attach": SIGNED_IN_POST_ONLY,
    "consultations:comment_guest": (404, 404),
    "consultations:comment_reply_guest": (404, 404),
    "consultations:guest_comment": BACK_TO_THE_PAGE,
    "consultations:guest_comment_mail": POST_ONLY,
    "consultations:guest_comment_withdraw": BACK_TO_THE_PAGE,
    "consultations:guest_comment_withdraw_undo": BACK_TO_THE_PAGE,
    "consultations:guest_comment_appeal": BACK_TO_THE_PAGE,
    "consultations:guest_comment_restriction": BACK_TO_THE_PAGE,
    "consultations:guest_comment_attach": SIGNED_IN_POST_ONLY,
    "consultations:similar": SIGNED_IN_POST_ONLY,
    "consultations:follow": SIGNED_IN_POST_ONLY,
    "consultations:proposal_edit": OWN_ONLY,
    "consultations:proposal_withdraw": OWN_ONLY,
    "consultations:proposal_withdraw_undo": OWN_ONLY,
    "consultations:proposal_like": POST_ONLY,
    "consultations:proposal_report": SIGNED_IN,
    "consultations:comment_create": SIGNED_IN_POST_ONLY,
    "consultations:comment_reply": SIGNED_IN,
    "consultations:comment_withdraw": OWN_ONLY,
    "consultations:comment_withdraw_undo": OWN_ONLY,
    "consultations:comment_report": SIGNED_IN,
    "consultations:proposal_appeal": OWN_ONLY,
    "consultations:comment_own": OWN_ONLY,
    "consultations:comment_appeal": OWN_ONLY,
    "documents:list": EVERYONE,
    "documents:cited": EVERYONE,
    "documents:document": (404, 404),
    "documents:version": (404, 404),
    "documents:file": (404, 404),
    "documents:compare": (404, 404),
    **{f"meetings:{name}": EVERYONE for name in ("list", "organs", "calendar", "feed")},
    "meetings:confirm": EVERYONE,
    "meetings:confirm_draft": BACK_TO_THE_PAGE,
    "meetings:about": (404, 404),
    **{f"meetings:{name}": (404, 404) for name in ("organ", "organ_ics", "meeting", "meeting_ics", "minutes", "paper")},
    "participation:list": EVERYONE,
    "participation:programs": EVERYONE,
    **dict.fromkeys((f"participation:{name}" for name in ("program", "year", "csv", "xlsx", "pdf")), (404, 404)),
    "public_comments:list": EVERYONE,
    "public_comments:feed": EVERYONE,
    "public_comments:receipt": EVERYONE,
    "public_comments:own": BACK_TO_THE_PAGE,
    "public_comments:correct": BACK_TO_THE_PAGE,
    "public_comments:withdraw": BACK_TO_THE_PAGE,
    **{f"public_comments:{name}": (404, 404) for name in ("case", "submit", "calendar", "notice", "paper")},
    **{f"public_comments:{name}": (404, 404) for name in ("results", "results_csv", "results_xlsx", "results_pdf")},
    "surveys:list": EVERYONE,
    **{
        f"surveys:{name}": (404, 404)
        for name in ("survey", "answer", "trial", "thanks", "draw", "draw_done", "draw_left")
    },
    **{f"surveys:results{ending}": (404, 404) for ending in ("", "_csv", "_pdf", "_xlsx")},
    "plans:list": EVERYONE,
    "plans:cited": (404, 404),
    "plans:year": (404, 404),
    "plans:proposals": (404, 404),
    "plans:sheet": (404, 404),
    "plans:plan_years": (404, 404),
    "plans:sheet_image": (404, 404),
    "plans:report": (404, 404),
    "plans:report_pdf": (404, 404),
    "plans:report_xlsx": (404, 404),
    "plans:report_csv": (404, 404),
    "plans:report_dictionary": (404, 404),
}
# Admin: who gets to its first page, with a second factor. Each model's rights are proved beside that model's admin.
ADMIN_OPENS_FOR = {"staff", "secretariat", "moderator", "superuser"}
# allauth's own pages are proved in tests/accounts.
ELSEWHERE = ("admin", "accounts", "account_", "mfa_", "socialaccount_", "google_", "line_", "usersessions_")


@pytest.fixture
def browsers(sign_in: Callable[[Any], Client]) -> dict[str, Client]:
    """One browser for each role."""
    made = {
        "resident": people.UserFactory(),
        "council": people.make_council_member(),
        "staff": people.make_staff(Department.objects.create(code="other", name="別の課")),
        "secretariat": people.make_secretariat(),
        "moderator": people.make_moderator(),
        "superuser": people.make_superuser(),
    }
    return {"visitor": Client(), **{role: sign_in(person) for role, person in made.items()}}


def without_factor(person: Any, *, shown: float | None = None) -> Client:
    """A browser in which the person is signed in and has never shown the second factor, or so many seconds ago."""
    browser = Client()
    browser.force_login(person, backend="apps.accounts.backends.PortalBackend")
    if shown is not None:
        show_second_factor(browser, person, ago=shown)
    return browser


def names(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    """Every named address of the site, with its namespace."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield prefix + pattern.name


def test_every_address_has_a_decision() -> None:
    ours = {name for name in names(get_resolver().url_patterns) if not name.startswith(ELSEWHERE)}
    assert ours - set(GETS) == set()
    assert set(GETS) - ours == set()


SPECIAL: dict[str, list[Any]] = {
    **{name: [91] for name in GETS if name.startswith("analysis:viewpoint_")},
    "analysis:drawing": [1],
    "analysis:snapshot": [1],
    "analysis:viewpoint_word": [91, 1],
    "analysis:viewpoint_word_by_letters": [91, "公園"],
    "analysis:word": ["access", 1],
    "analysis:word_by_letters": ["access", "公園"],
    "consultations:tag": ["nothing"],
    "council:tagged": ["nothing"],
    "consultations:attachment": ["access", 1],
    "consultations:topic": ["T25-0001"],
    "operations:job": [1],
    "operations:job_file": [1],
    "operations:job_cancel": [1],
    "documents:cited": ["T25-0001"],
    "documents:document": ["nothing"],
    "documents:version": ["nothing", "v1"],
    "documents:file": ["nothing", "v1"],
    "documents:compare": ["nothing", "v1", "v2"],
    **{f"meetings:{name}": ["nothing"] for name in ("organ", "organ_ics")},
    **{f"meetings:{name}": ["nothing", 1] for name in ("meeting", "meeting_ics", "minutes")},
    **{"meetings:about": ["document", "nothing"], "meetings:paper": ["nothing", 1, 1]},
    "participation:program": ["nothing"],
    **{f"participation:{name}": [2023] for name in ("year", "csv", "xlsx", "pdf")},
    **{
        f"public_comments:{name}": ["nothing"]
        for name in ("case", "submit", "calendar", "notice", "results", "results_csv", "results_xlsx", "results_pdf")
    },
    "public_comments:paper": ["nothing", 1],
    **{f"analysis:words_of_{name}": ["nothing"] for name in ("case", "survey")},
    "public_comments:own": ["00000000"],
    **{name: ["nothing"] for name in GETS if name.startswith("surveys:") and name != "surveys:list"},
    "public_comments:correct": ["00000000"],
    "public_comments:withdraw": ["00000000"],
    "plans:cited": ["proposal", "C00-0000"],
    "plans:year": [2023],
    "plans:proposals": [2023, 1],
    "plans:sheet": [2023, 1],
    "plans:plan_years": [2023, 1],
    "plans:sheet_image": [2023, 1],
    "plans:report": [2023],
    "plans:report_pdf": [2023],
    "plans:report_xlsx": [2023],
    "plans:report_csv": [2023],
    "plans:report_dictionary": [2023],
    "portal:drawing_png": ["park"],
    "portal:own_list": ["proposals"],
    "portal:viewpoint": [1],
    "portal:viewpoint_list": [1, "voices"],
    "portal:field": ["access"],
    "portal:field_list": ["access", "voices"],
    "portal:indicator": ["access"],
    "portal:indicator_csv": ["access"],
    "portal:stop_digest": ["no-token"],
    "portal:renew_calendar": ["no-department"],
    "portal:take_back_duties": [1],
    "portal:due_days": ["no-key"],
}

# The council: everybody who is signed in is refused with a sentence, but for these roles.
COUNCIL_WORK = (302, 403, {"council": 200, "secretariat": 200, "superuser": 200})
COUNCIL_DESK = (302, 200, {"resident": 403})
COUNCIL_EDIT = (302, 403, {"secretariat": 200, "superuser": 200})  # the council member here is of another organization
COUNCIL_EDIT_NOTHING = (302, 403, {"secretariat": 404, "superuser": 404})
GETS |= {
    "council:council": EVERYONE,
    "council:organization": EVERYONE,
    "council:logo": (404, 404),
    "council:challenges": EVERYONE,
    "council:tagged": (404, 404),
    "council:challenge": (404, 404),
    "council:challenge_new": SIGNED_IN,
    "council:challenge_end": SIGNED_IN_POST_ONLY,
    "council:offers": EVERYONE,
    "council:offer": (404, 404),
    "council:offer_new": COUNCIL_WORK,
    "council:offer_end": SIGNED_IN_POST_ONLY,
    "council:matches": EVERYONE,
    "council:match": (404, 404),
    "council:match_new": SIGNED_IN_POST_ONLY,
    "council:match_confirm": SIGNED_IN_POST_ONLY,
    "council:challenge_answer": (302, 404),
    "council:match_decline": (302, 404),
    "council:match_undecline": SIGNED_IN_POST_ONLY,
    "council:match_messages": (302, 404),
    "council:collaboration": EVERYONE,
    "council:agreement": COUNCIL_EDIT,
    "council:agreement_edit": COUNCIL_EDIT,
    "council:agreement_pdf": COUNCIL_EDIT,
    "council:agreement_text": (404, 404),
    "council:agreement_file": COUNCIL_EDIT_NOTHING,
    "council:checks": EVERYONE,
    "council:check": (404, 404),
    "council:check_open": COUNCIL_EDIT,
    "council:check_answer": OWN_ONLY,
    "council:check_agree": SIGNED_IN_POST_ONLY,
    "council:check_again": SIGNED_IN_POST_ONLY,
    "council:workspace": COUNCIL_DESK,
    "council:lessons": COUNCIL_WORK,
    "council:organization_edit": COUNCIL_EDIT,
    "council:logo_edit": COUNCIL_EDIT,
    "council:revision_logo": COUNCIL_EDIT_NOTHING,
    "council:organization_history": COUNCIL_EDIT,
    "council:organization_revision": COUNCIL_EDIT_NOTHING,
    "council:project_new": COUNCIL_WORK,
    "council:project_edit": COUNCIL_EDIT,
    "council:project_pictures": COUNCIL_EDIT,
    "council:project_history": COUNCIL_EDIT,
    "council:project_revision": COUNCIL_EDIT_NOTHING,
    "council:update_new": COUNCIL_EDIT,
    "council:update_edit": COUNCIL_EDIT_NOTHING,
    "council:update_publish": SIGNED_IN_POST_ONLY,
    "council:projects": EVERYONE,
    "council:projects_csv": EVERYONE,
    **{f"council:{name}_csv": EVERYONE for name in ("organizations", "challenges", "offers", "matches")},
    "portal:timeline": EVERYONE,
    "council:projects_xlsx": EVERYONE,
    "council:project": EVERYONE,
    "council:project_sheet": EVERYONE,
    "council:picture": (404, 404),
}
PARTS = "picture organization_revision revision_logo project_revision update_edit update_publish check"
PARTS += " check_answer check_agree check_again"
CALLS = "challenge challenge_end challenge_answer offer offer_end match match_confirm match_decline match_undecline"
SPECIAL |= {
    **{f"council:{name}": ["access", 1] for name in PARTS.split()},
    **{f"council:{name}": [1] for name in [*CALLS.split(), "match_messages"]},
    "council:agreement_file": ["access", 1, 1],
}


def address_of(name: str, comment: Any) -> str:
    """The address of a name, with things that exist."""
    proposal = comment.proposal
    for arguments in ([], [proposal.consultation.slug], [proposal.code], [proposal.code, comment.pk]):
        fits = [proposal.code] if name == "analysis:similar" else SPECIAL.get(name, arguments)
        try:
            address = reverse(name, args=fits)
        except Exception:
            continue
        if arguments != [proposal.consultation.slug] or not address.startswith("/proposals/"):
            return address
    raise AssertionError(name)


@pytest.fixture
def things() -> Any:
    """One of everything that has a page; the comment leads to the consultation and the proposal."""
    comment = CommentFactory(proposal=ProposalFactory(consultation=ConsultationFactory(slug="access")))
    ProjectFactory.by(OrganizationFactory(slug="access"), slug="access")
    ViewpointFactory(number=1)
    FieldFactory(slug="access")
    IndicatorFactory(slug="access", values={2024: "72.2"})
    TopicFactory(code="T25-0001", consultation=comment.proposal.consultation)
    ViewpointFactory(number=91)
    for slug in ("terms", "privacy", "contact", "policy"):
        SitePage.objects.create(slug=slug, title=slug, body="本文")
    return comment


def test_every_address_answers_each_role_as_decided(things: Any, browsers: dict[str, Client]) -> None:
    """One pass over all addresses: reading changes nothing, so no address needs people and things of its own."""
    wrong = []
    for name in sorted(GETS):
        address = address_of(name, things)
        visitor, signed_in, *exceptions = GETS[name]
        for role in ROLES:
            expected = visitor if role == "visitor" else dict(*exceptions).get(role, signed_in)
            answer = browsers[role].get(address)
            leads_in = expected != 302 or GETS[name] == BACK_TO_THE_PAGE
            if answer.status_code != expected:
                wrong.append((name, role, address, answer.status_code))
            elif not leads_in and not answer.headers["Location"].startswith("/accounts/login/"):
                wrong.append((name, role, address, answer.headers["Location"]))
    assert not wrong


@pytest.mark.parametrize("shown", [None, 31 * 60, 9 * 3600], ids=["never", "desk left", "yesterday"])
def test_staff_without_second_factor_are_residents_at_every_address(things: Any, shown: float | None) -> None:
    """What refuses a resident leads them to the second factor, and back."""
    made = {"staff": people.make_staff(), "secretariat": people.make_secretariat()}
    made |= {"moderator": people.make_moderator(), "superuser": people.make_superuser()}
    assert set(made) == set(CITY)
    wrong = []
    for role, person in made.items():
        browser = without_factor(person, shown=shown)
        for name in sorted(GETS):
            address, (_visitor, signed_in, *exceptions) = address_of(name, things), GETS[name]
            expected = dict(*exceptions).get("resident", signed_in)
            answer = browser.get(address)
            found = (answer.status_code, answer.headers.get("Location", ""))
            if expected in {403, 404, 410}:
                good = found == (302, f"{AGAIN}{quote(address)}")
            else:
                good = found[0] == expected and not found[1].startswith(AGAIN)
            if not good:
                wrong.append((name, role, *found))
    assert not wrong


def test_what_only_a_button_may_ask_is_known_as_such_and_no_sign_in_leads_there(
    things: Any, browsers: dict[str, Client]
) -> None:
    for name in GETS:
        address = address_of(name, things)
        only_buttons = browsers["superuser"].get(address).status_code == 405
        assert takes_get(address) is not only_buttons, name
        if only_buttons:
            for method in ("get", "post"):
                answer = getattr(browsers["visitor"], method)(address)
                if answer.status_code == 302 and "?next=" in answer.headers["Location"]:
                    page = parse_qs(urlsplit(answer.headers["Location"]).query)["next"][0]
                    assert browsers["superuser"].get(page).status_code != 405, (name, method, page)


def test_drafts_are_seen_by_their_own_department_and_the_secretariat_only(
    browsers: dict[str, Client], sign_in: Callable[[Any], Client]
) -> None:
    draft = ConsultationFactory(slug="draft", draft=True)
    own = sign_in(people.make_staff(draft.department))
    expected = dict.fromkeys(ROLES, 404) | {"secretariat": 200, "superuser": 200}
    assert {role: browsers[role].get("/consultations/draft/").status_code for role in ROLES} == expected
    assert own.get("/consultations/draft/").status_code == 200


def test_admin_opens_for_staff_only(browsers: dict[str, Client]) -> None:
    for role in ROLES:
        status = browsers[role].get(reverse("admin:index")).status_code
        assert (status == 200) is (role in ADMIN_OPENS_FOR), (role, status)


def test_no_admin_address_opens_for_a_resident(browsers: dict[str, Client]) -> None:
    for model, model_admin in admin.site._registry.items():
        for pattern in model_admin.get_urls():
            if pattern.name and pattern.name.endswith(("_changelist", "_add")):
                for role in ("visitor", "resident", "council"):
                    status = browsers[role].get(reverse(f"admin:{pattern.name}")).status_code
                    assert status in {302, 403}, (role, model, status)
