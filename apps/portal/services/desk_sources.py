"""The kinds of work that wait for a person, each with its rows and the narrowed list that shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Restriction, User
from apps.accounts.rules import is_secretariat
from apps.consultations.models import Assignment, Consultation, ModerationCase, Proposal, Reply
from apps.core.due_days import Due
from apps.core.types import StrOrPromise
from apps.council.models import (
    Agreement,
    Challenge,
    Match,
    Offer,
    OrganizationRevision,
    ProjectRevision,
    ProjectUpdate,
)
from apps.meetings.models import Meeting
from apps.operations.models import Outbox
from apps.participation.models import ParticipationReport
from apps.plans.models import PlanSheet, State
from apps.public_comments.models import Case, CityView
from apps.surveys.models import Survey

CASES_LATE = timedelta(days=3)  # the filter of the queue that the link names


class Place(Enum):
    """The parts of the page, most urgent first. The first three are the values of Due."""

    LATE = Due.LATE.value
    TODAY = Due.TODAY.value
    WEEK = Due.WEEK.value
    SOME_TIME = "some_time"
    OTHERS = "others"


@dataclass(frozen=True)
class Source:
    """A kind of work: words, rows, and the list of exactly these rows.

    day: the lookup path of the due day, which decides the place, and `parameter` narrows the list by it; place: where
    it stands whatever the day.
    """

    words: StrOrPromise
    rows: QuerySet[Any]
    url: str
    day: str = ""
    parameter: str = "due"
    place: Place | None = None

    def url_of(self, due: Due) -> str:
        """Return the URL of the list, narrowed to this due."""
        return f"{self.url}{'&' if '?' in self.url else '?'}{self.parameter}={due.value}"


def sources_for(user: User) -> list[Source]:
    """Return the kinds of work of the person's roles."""
    sources = [*_moderation(user), *_site(user)]
    if user.has_perm("consultations.answer"):
        own = user.department_ids()
        sources += [
            *_approvals(user), *_assignments(user, own), *_themes(user, own), *_procedures(user, own), *_meetings(user),
            *_sheets(user, own), *_returns(user, own),
        ]  # fmt: skip
    return [*sources, *_council(user)]


def _list(name: str, query: str = "") -> str:
    url = reverse(f"admin:{name}_changelist")
    return f"{url}?{query}" if query else url


def _assignments(user: User, own: set[int]) -> Iterator[Source]:
    name, rows = "consultations_assignment", Assignment.objects.manageable_by(user)
    others = rows.of_others(user)
    yield Source(
        _("回答の割り当て"), rows.of_departments(own).to_answer(), _list(name, "open=to_answer&whose=own"), day="due_on"
    )
    yield Source(
        _("差し戻された割り当て"), others.unanswered().sent_back(), _list(name, "open=sent_back&whose=others"),
        place=Place.TODAY,
    )  # fmt: skip
    yield Source(
        _("ほかの課の回答（割り当て）"), others.to_answer(), _list(name, "open=to_answer&whose=others"), day="due_on",
        place=Place.OTHERS,
    )  # fmt: skip


def _approvals(user: User) -> Iterator[Source]:
    name, replies = "consultations_reply", Reply.objects.manageable_by(user)
    for chosen, words, place in (
        ("late", _("3日より前からの決裁（あなたの番）"), Place.LATE),
        ("mine", _("決裁（あなたの番）"), Place.TODAY),
        ("returned", _("差し戻された下書き"), Place.TODAY),
        ("approved", _("決裁が終わり、公開を待つ回答"), Place.TODAY),
        ("asked", _("決裁待ちの回答"), Place.OTHERS),
    ):
        rows = replies.in_approval(chosen, user)
        yield Source(words, rows, _list(name, f"approval={chosen}"), place=place)


def _themes(user: User, own: set[int]) -> Iterator[Source]:
    name, themes = "consultations_consultation", Consultation.objects.manageable_by(user)
    voices = Proposal.objects.in_state("published").waiting_in(own).in_answer_state("none", user)
    yield Source(
        _("市の回答を待つテーマ"), themes.unanswered(), _list(name, "state=unanswered"), day="reply_due_on",
        parameter="promise",
    )  # fmt: skip
    yield Source(
        _("受付が終わるテーマ"), themes.public().open(), _list(name, "state=open"), day="closes_at__date",
        parameter="closing",
    )  # fmt: skip
    yield Source(
        _("回答も下書きもない，うちの課のテーマの意見"), voices,
        _list("consultations_proposal", "whose=waiting&state=published&answer=none"), place=Place.SOME_TIME,
    )  # fmt: skip


def _procedures(user: User, own: set[int]) -> Iterator[Source]:
    cases, surveys = Case.objects.manageable_by(user), Survey.objects.manageable_by(user)
    # Every city employee reads all public comments: the list of the own ones is narrowed, the secretariat runs all.
    whose = "" if is_secretariat(user) else "whose=own&"
    in_list = "public_comments_case"
    yield Source(
        _("募集が終わるパブリック・コメント"), cases.taking_opinions(), _list(in_list, f"{whose}state=open"),
        day="closes_on", parameter="closing",
    )  # fmt: skip
    yield Source(
        _("結果を公表するパブリック・コメント"), cases.awaiting_result(), _list(in_list, f"{whose}state=closed"),
        day="result_due_on",
    )  # fmt: skip
    yield Source(
        _("公表を待つパブリック・コメントの結果"), cases.handed_in(), _list(in_list, f"{whose}state=handed-in"),
        place=Place.SOME_TIME,
    )  # fmt: skip
    yield Source(
        _("うちの課が書く市の考え方（パブリック・コメント）"), CityView.objects.waiting_for(own).with_own_due(own),
        _list("public_comments_cityview", "waits=own"), day="own_due_on",
    )  # fmt: skip
    yield Source(
        _("回答が終わるアンケート"), surveys.taking_answers(), _list("surveys_survey", "state=open"), day="closes_on",
        parameter="closing",
    )  # fmt: skip
    yield Source(
        _("結果を公表していないアンケート"), surveys.awaiting_result(), _list("surveys_survey", "state=closed"),
        place=Place.SOME_TIME,
    )  # fmt: skip


def _meetings(user: User) -> Iterator[Source]:
    yield Source(
        _("公表していない会議録"), Meeting.objects.manageable_by(user).without_minutes().with_minutes_due(),
        _list("meetings_meeting", "minutes=waiting"), day="minutes_due_day",
    )  # fmt: skip


def _sheets(user: User, own: set[int]) -> Iterator[Source]:
    name, sheets = "plans_plansheet", PlanSheet.objects.whereabouts("open").with_due()
    submitted, returned = (
        PlanSheet.objects.whereabouts("submitted"),
        PlanSheet.objects.whereabouts("returned").with_due(),
    )
    yield Source(
        _("うちの課が記入するPDCAシート"), sheets.of_departments(own), _list(name, "state=open&whose=own"), day="due_on"
    )
    yield Source(
        _("差し戻されたPDCAシート"), returned.of_departments(own), _list(name, "state=returned&whose=own"),
        place=Place.TODAY,
    )  # fmt: skip
    if not is_secretariat(user):
        yield Source(
            _("提出して確認を待つPDCAシート"), submitted.of_departments(own), _list(name, "state=submitted&whose=own"),
            place=Place.OTHERS,
        )  # fmt: skip
    if is_secretariat(user):
        yield Source(
            _("提出されたPDCAシートの確認"), submitted, _list(name, "state=submitted"), place=Place.TODAY,
        )  # fmt: skip
        yield Source(
            _("差し戻して待つほかの課のPDCAシート"), returned.of_other_departments(own),
            _list(name, "state=returned&whose=others"), day="due_on", place=Place.OTHERS,
        )  # fmt: skip
        yield Source(
            _("ほかの課が記入するPDCAシート"), sheets.of_other_departments(own), _list(name, "state=open&whose=others"),
            day="due_on", place=Place.OTHERS,
        )  # fmt: skip
        yield Source(
            _("確定して公表を待つPDCAシート"), PlanSheet.objects.filter(state=State.CONFIRMED),
            _list(name, "state=confirmed"), place=Place.SOME_TIME,
        )  # fmt: skip


def _returns(user: User, own: set[int]) -> Iterator[Source]:
    name, returns = "participation_participationreport", ParticipationReport.objects
    yield Source(
        _("市民参加・協働の調査票"), returns.not_handed_in().filter(department__in=own), _list(name, "open=yes&whose=own"),
        day="year__due_on",
    )  # fmt: skip
    if is_secretariat(user):
        yield Source(
            _("ほかの課の調査票"), returns.not_handed_in().exclude(department__in=own),
            _list(name, "open=yes&whose=others"), day="year__due_on", place=Place.OTHERS,
        )  # fmt: skip
        submitted = ParticipationReport.State.SUBMITTED
        yield Source(
            _("確認を待つ調査票"), returns.filter(state=submitted), _list(name, f"state__exact={submitted.value}"),
            place=Place.SOME_TIME,
        )  # fmt: skip


def _moderation(user: User) -> Iterator[Source]:
    if not user.has_perm("consultations.view_moderationcase"):
        return
    queue, waiting = _list("consultations_moderationcase"), ModerationCase.objects.visible_to(user).waiting()
    if not user.has_perm("consultations.moderate"):
        yield Source(_("モデレーターの判断を待つ，うちのテーマの案件"), waiting, queue, place=Place.OTHERS)
        return
    yield Source(
        _("3日より前からの案件（承認待ち・通報）"), waiting.older_than(CASES_LATE), f"{queue}?age=3", place=Place.LATE
    )
    yield Source(_("判断を待つ案件（承認待ち・通報）"), waiting, queue, place=Place.TODAY)
    yield Source(
        _("利用の制限への異議の申立て"), Restriction.objects.appealed(), _list("accounts_restriction", "state=appealed"),
        place=Place.TODAY,
    )  # fmt: skip


def _site(user: User) -> Iterator[Source]:
    if is_secretariat(user):
        dead = Outbox.objects.dead_letters()
        yield Source(_("送信を断念したメール"), dead, _list("operations_outbox", "state=dead"), place=Place.TODAY)


def _council(user: User) -> Iterator[Source]:
    page = reverse("council:workspace")
    if user.has_perm("council.workspace"):
        matches = Match.objects.waiting_for(user)
        yield Source(_("確認を待つマッチング"), matches, f"{page}#matches-title", place=Place.SOME_TIME)
        to_sign, half_signed = Agreement.objects.waiting_for(user), Agreement.objects.waiting_for_others(user)
        yield Source(_("署名を待つ協定書"), to_sign, f"{page}#agreements-title", place=Place.SOME_TIME)
        yield Source(
            _("ほかの団体・課の署名を待つ協定書"), half_signed, f"{page}#half-signed-title", place=Place.OTHERS
        )
    if user.has_perm("council.publish"):
        for words, rows in (
            (_("確認を待つ取組の変更"), ProjectRevision.objects.waiting()),
            (_("確認を待つ団体ページの変更"), OrganizationRevision.objects.waiting()),
            (_("確認を待つ課題"), Challenge.objects.waiting()),
            (_("確認を待つ提案"), Offer.objects.waiting()),
            (_("公開を待つ活動報告"), ProjectUpdate.objects.waiting()),
        ):
            yield Source(words, rows, f"{page}#waiting-title", place=Place.SOME_TIME)
