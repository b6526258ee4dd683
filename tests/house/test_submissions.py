"""Every form that makes something: sent twice it is one, with other words it is another, and none is lost."""

import inspect
import pkgutil
import uuid
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import import_module
from io import BytesIO
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from apps.consultations.actions import AccountAuthor, GuestAuthor
from apps.consultations.models import Channel
from apps.core.submission import ContentKey, SubmitKeyField, content_key
from apps.council.actions import Outdated
from apps.council.models import Match
from apps.council.models.revision_content import of_project
from apps.intake.actions import Line
from apps.operations.models import Contact
from tests.accounts.factories import UserFactory, make_council_member, make_secretariat, make_staff
from tests.consultations.factories import CommentFactory, ConsultationFactory, ProposalFactory, QuestionFactory
from tests.council.factories import OrganizationFactory, ProjectFactory, published_challenge, published_offer
from tests.public_comments.factories import close, kind, open_case, parts, sender
from tests.races import in_parallel
from tests.surveys.factories import open_survey

pytestmark = pytest.mark.django_db
# Who sends, and from where: no part of what is sent. Everything else is.
NOT_CONTENT = {"submit_key", "author", "by", "base", "update", "ip"}


@dataclass
class Door:
    """An action, what it is called with, and for each part of the content another value."""

    given: dict[str, Any]
    other: dict[str, Any]
    same: Callable[[dict[str, Any]], dict[str, Any]] = field(default=lambda given: given)


def named() -> Any:
    """Somebody who may choose between the own nickname and 匿名."""
    return UserFactory(nickname=f"名{uuid.uuid4().hex[:8]}")


def proposal(guest: bool = False) -> Door:
    asked = ConsultationFactory(allows_guests=guest)
    given: dict[str, Any] = {"question": asked.questions.get(), "body": "一つ目の考え"}
    given["author"] = GuestAuthor("a", ip="::1", consent_version="1") if guest else AccountAuthor(named())
    other = {
        "question": QuestionFactory(consultation=asked), "body": "二つ目の考え", "title": "見出し", "tags": ["公園"],
        "age_band": "30s", "district": "north", "relation": "lives", "public_name": "別の名",
    }  # fmt: skip
    return Door(given, other)


def comment(guest: bool = False) -> Door:
    asked = ConsultationFactory(allows_guests=guest, allows_guest_comments=guest)
    voice = ProposalFactory(consultation=asked)
    author = GuestAuthor("a", ip="::1", consent_version="1") if guest else AccountAuthor(named())
    return Door(
        {"proposal": voice, "author": author, "body": "賛成です"},
        {
            "proposal": ProposalFactory(consultation=asked),
            "body": "反対です",
            "public_name": "名",
            "parent": CommentFactory(proposal=voice),
        },
    )


def takedown() -> Door:
    given = {"text": ProposalFactory(), "wish": "delete", "reason": "わたしの名前です"}
    return Door(
        given, {"text": ProposalFactory(), "wish": "correct", "reason": "電話番号です", "email": "a@example.jp"}
    )


def sticky_notes() -> Door:
    asked = ConsultationFactory()
    return Door(
        {"question": asked.questions.get(), "channel": "workshop", "event_name": "会", "held_on": date(2025, 11, 1),
         "lines": [Line(1, "付箋", "A")], "by": make_staff(asked.department)},
        {"question": QuestionFactory(consultation=asked), "channel": Channel.PAPER, "event_name": "別の会",
         "held_on": date(2025, 11, 2), "lines": [Line(1, "付箋", "B")]},
    )  # fmt: skip


def file() -> Door:
    asked = ConsultationFactory()
    return Door(
        {"consultation": asked, "file": SimpleUploadedFile("a.csv", b"x"), "channel": "paper", "likes_on": None,
         "by": make_staff(asked.department)},
        {"consultation": ConsultationFactory(), "file": SimpleUploadedFile("a.csv", b"y"), "channel": "desk",
         "likes_on": date(2025, 11, 2), "use_names": True},
        same=lambda given: given | {"file": SimpleUploadedFile("a.csv", b"x")},
    )  # fmt: skip


def organization_page() -> Door:
    own = OrganizationFactory()
    given = {"organization": own, "by": make_council_member(own.name), "content": {"body": "甲"}, "note": "", "base": 0}
    return Door(given, {"content": {"body": "乙"}, "note": "直し"})


def logo() -> Door:
    given = organization_page().given | {"file": ContentFile(b"x", "x.png")}
    return Door({key: value for key, value in given.items() if key != "content"},
                {"file": ContentFile(b"y", "x.png"), "note": "直し"})  # fmt: skip


def project_page() -> Door:
    leader = OrganizationFactory()
    own = ProjectFactory.by(leader)
    content = of_project(own)
    given = {"project": own, "by": make_council_member(leader.name), "content": content, "note": "", "base": 0}
    return Door(given, {"content": content | {"title": "乙"}, "note": "直し"})


def pictures() -> Door:
    given = project_page().given | {"keep": [], "file": ContentFile(b"x", "x.png"), "description": "公園"}
    del given["content"]
    return Door(given, {"keep": [1], "file": ContentFile(b"y", "x.png"), "description": "駅", "note": "直し"})


def new_project() -> Door:
    own, content = OrganizationFactory(), of_project(ProjectFactory())
    given = {"organization": own, "by": make_council_member(own.name), "slug": "new", "content": content, "note": ""}
    return Door(given, {"slug": "newer"})


def news() -> Door:
    leader = OrganizationFactory()
    own = ProjectFactory.by(leader)
    given = {"project": own, "by": make_council_member(leader.name), "title": "題", "body": "文"}
    given["happened_on"] = date(2025, 11, 1)
    return Door(given, {"title": "別", "body": "別", "happened_on": date(2025, 11, 2)})


def challenge() -> Door:
    staff = make_staff()
    department = staff.postings.get().department
    return Door({"by": staff, "department": department, "title": "題", "body": "文"}, {"title": "別", "body": "別"})


def offer() -> Door:
    own = OrganizationFactory()
    given = {"by": make_council_member(own.name), "organization": own, "title": "題", "body": "文"}
    return Door(given, {"title": "別", "body": "別", "closes_on": timezone.localdate() + timedelta(days=9)})


def answer() -> Door:
    door = offer()
    return Door(door.given | {"challenge": published_challenge()}, door.other | {"challenge": published_challenge()})


def message() -> Door:
    matched = [Match.objects.create(challenge=published_challenge(), offer=published_offer()) for _n in range(2)]
    given = {"match": matched[0], "by": make_secretariat(), "body": "一通目"}
    return Door(given, {"match": matched[1], "body": "二通目"})


def inquiry() -> Door:
    Contact.objects.update_or_create(pk=1, defaults={"email": "city@example.jp"})
    return Door(
        {"words": "聞きたいこと", "ip": "::1"}, {"words": "ほかのこと", "about": "C26-0001", "email": "a@example.jp"}
    )


def opinion() -> Door:
    case = open_case()
    said: dict[str, Any] = {"parts": parts(["一つ目の意見"]), "sender": sender(), "eligibility": kind()}
    other = {
        "parts": parts(["一つ目の意見", "二つ目"]), "sender": sender("見本花子"), "eligibility": kind("worker"), "is_group": True,
        "case": open_case(),
    }  # fmt: skip
    return Door({"case": case, "ip": "::1", **said}, other)


def letter() -> Door:
    door = opinion()
    del door.given["ip"]
    today = timezone.localdate()
    for case in (door.given["case"], door.other["case"]):
        close(case)
    days = {"received_on": today - timedelta(days=1), "channel": "post", "by": None}
    return Door(door.given | days, door.other | {"received_on": today - timedelta(days=2), "channel": "fax"})


class Anybody:
    """Somebody new at each press: a second answer of one person would be refused, whatever its key."""

    def key(self, _survey: Any) -> str:
        return uuid.uuid4().hex

    def hold(self) -> None:
        pass


def response() -> Door:
    given = {"survey": open_survey(), "answers": {"1": {"chosen": [1]}}, "by": Anybody()}
    return Door(given, {"survey": open_survey(), "answers": {"1": {"chosen": [2]}}})


def sheet() -> Door:
    survey = open_survey()
    given = {
        "survey": survey,
        "answers": {"1": {"chosen": [1]}},
        "void_reason": "",
        "by": make_staff(survey.department),
    }
    return Door(given, {"survey": open_survey(), "answers": {"1": {"chosen": [2]}}, "void_reason": "blank"})


DOORS: dict[str, Callable[[], Door]] = {
    "post_proposal": proposal, "post_proposal of a guest": lambda: proposal(guest=True), "post_comment": comment,
    "post_comment of a guest": lambda: comment(guest=True),
    "enter_batch": sticky_notes, "upload": file, "hand_in_organization": organization_page, "hand_in_logo": logo,
    "hand_in_project": project_page, "hand_in_pictures": pictures, "start_project": new_project,
    "state_challenge": challenge, "make_offer": offer, "answer_challenge": answer,
    "send_message": message, "write_update": news, "request_takedown": takedown,
    "send_inquiry": inquiry, "send_opinion": opinion, "enter_opinion": letter, "send_response": response, "enter_sheet": sheet,
}  # fmt: skip
ASKED_AGAIN = {"hand_in_organization", "hand_in_logo", "hand_in_project", "hand_in_pictures"}
# A project keeps its address, so another wording under the same one is refused and comes back with the form.
COMES_BACK = {("start_project", name) for name in ("content", "note", "match", "organization")}


def actions_with_a_key() -> dict[str, Any]:
    """Every action that takes a submit key, in whatever app."""
    found = {}
    for app in apps.get_app_configs():
        try:
            package = import_module(f"{app.name}.actions") if app.name.startswith("apps.") else None
        except ModuleNotFoundError:
            continue
        if package is None:
            continue
        inside = [f"{package.__name__}.{part.name}" for part in pkgutil.iter_modules(getattr(package, "__path__", []))]
        for module in map(import_module, [package.__name__, *inside]):
            for name, act in inspect.getmembers(module, inspect.isfunction):
                is_own = act.__module__.startswith(package.__name__) and not name.startswith("_")
                if is_own and "submit_key" in inspect.signature(act).parameters:
                    found[name] = act
    return found


def made_by(act: Any, **given: Any) -> Any:
    """The row that the action gives back."""
    answer = act(**given)
    return answer[0] if isinstance(answer, tuple) else answer


@pytest.fixture(autouse=True)
def own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_every_action_with_a_submit_key_is_tried_here() -> None:
    assert set(actions_with_a_key()) == {name.split()[0] for name in DOORS}


@pytest.mark.parametrize("name", DOORS)
def test_every_part_of_what_was_sent_has_another_value_here(name: str) -> None:
    door, signature = DOORS[name](), inspect.signature(actions_with_a_key()[name.split()[0]])
    asked = {key for key, part in signature.parameters.items() if part.kind is part.KEYWORD_ONLY} - NOT_CONTENT
    fixed = {"organization", "project", "match", "department", "proposal"} if name not in {"post_comment"} else set()
    missing = {part for part in asked - set(door.other) - fixed if (name, part) not in COMES_BACK}
    assert not missing


@pytest.mark.parametrize("name", DOORS)
def test_the_same_content_twice_is_one_row(name: str) -> None:
    door, key, act = DOORS[name](), uuid.uuid4(), actions_with_a_key()[name.split()[0]]
    first = made_by(act, **door.given, submit_key=key)
    assert made_by(act, **door.same(door.given), submit_key=key) == first


@pytest.mark.django_db(transaction=True)
def test_the_same_content_several_times_at_once_is_one_row() -> None:
    for name, door in DOORS.items():
        assert len(made_at_once(actions_with_a_key()[name.split()[0]], door().given)) == 1, name


def made_at_once(act: Any, given: dict[str, Any], *, presses: int = 4) -> set[Any]:
    """The rows of one form that is sent several times at the same moment."""
    key, made = uuid.uuid4(), set[Any]()
    sent = [
        {part: deepcopy(value) if isinstance(value, File) else value for part, value in given.items()}
        for _press in range(presses)
    ]
    in_parallel(lambda n: made.add(made_by(act, **sent[n], submit_key=key)), presses, presses)
    return made


@pytest.mark.parametrize("name", DOORS)
def test_other_content_under_the_same_key_is_another_row_or_comes_back(name: str) -> None:
    act = actions_with_a_key()[name.split()[0]]
    for part in DOORS[name]().other:
        cache.clear()
        with transaction.atomic():
            door, key = DOORS[name](), uuid.uuid4()
            first = made_by(act, **door.given, submit_key=key)
            changed = {**door.same(door.given), part: door.other[part]}
            second, is_refused = row_or_what_came_first(act, **changed, submit_key=key)
            assert (second == first) is is_refused is (name in ASKED_AGAIN), part
            transaction.set_rollback(True)


def row_or_what_came_first(act: Any, **given: Any) -> tuple[Any, bool]:
    """The row; where the words build on an earlier wording and are refused, the wording that is shown beside them."""
    try:
        return made_by(act, **given), False
    except Outdated as refused:
        return refused.newest, True


def test_no_column_takes_a_key_as_the_browser_sent_it() -> None:
    columns = [
        (model, column)
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if column.name == "submit_key"
    ]
    assert len(columns) >= 8
    for model, column in columns:
        assert isinstance(column, SubmitKeyField), model
        with pytest.raises(TypeError, match="content_key"):
            column.pre_save(model(submit_key=uuid.uuid4()), add=True)


def test_a_content_has_one_key_whatever_the_order_and_another_for_every_change() -> None:
    form = uuid.uuid4()
    assert content_key(form, a="1", b="2") == content_key(form, b="2", a="1")
    assert isinstance(content_key(form), ContentKey)
    keys = {content_key(form, a="12", b=""), content_key(form, a="1", b="2"), content_key(form, a="", b="12"),
            content_key(form, a=["1", "2"]), content_key(form, a=None), content_key(uuid.uuid4(), a="12", b="")}  # fmt: skip
    assert len(keys) == 6
    with pytest.raises(TypeError):
        content_key(form, a=BytesIO())
