"""協働事業チェックシート: blind until both have submitted, by whatever door; then compared, kept and published together."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from apps.accounts.models import Posting, Role, User
from apps.consultations.models import ActionRefused
from apps.council import actions
from apps.council.models import (
    CheckAnswer,
    CheckNote,
    CheckSheet,
    CheckSide,
    Part,
    Participation,
    Project,
    SheetKind,
    Stage,
)  # fmt: skip
from apps.council.models.check_items import PLANNING, REVIEW
from apps.operations.models import AuditEntry, Notification
from tests.accounts.factories import (
    DepartmentFactory,
    UserFactory,
    make_council_member,
    make_secretariat,
    make_staff,
    make_superuser,
)  # fmt: skip
from tests.council.factories import OrganizationFactory, ProjectFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
SECRET = "ひみつの議題"
YES = {item.key: "yes" for item in PLANNING if not item.choices and not item.only_if} | {"4": "a", "6": "open"}
FIXED = YES | {"6": "fixed", "6-1": "yes", "6-2": "no", "6-3": "yes"}


@pytest.fixture
def project() -> Project:
    """One that a company carries out with a department of the city."""
    project = ProjectFactory.by(
        OrganizationFactory(name="試験株式会社"), slug="pair", stage=Stage.TRIAL, method="cooperation", method_reason="理由",
        domain="C", department=DepartmentFactory(name="試験推進課"),
    )  # fmt: skip
    return Project.objects.for_page().get(pk=project.pk)


@pytest.fixture
def sheet(project: Project) -> CheckSheet:
    """A sheet that has begun."""
    return actions.open_sheet(
        project=project, kind=SheetKind.PLANNING, partner=project.leaders[0].organization, by=None
    )


@pytest.fixture
def a(project: Project) -> User:
    """Staff of the department: side A."""
    return make_staff(project.department)


@pytest.fixture
def b(project: Project) -> User:
    """Somebody of the company: side B."""
    return make_council_member("試験株式会社")


def fields(answers: dict[str, str], step: str = "submit", note: str = "") -> dict[str, str]:
    """What a browser sends."""
    return {**{f"item_{key}": value for key, value in answers.items()}, "note": note, "step": step}


def address(sheet: CheckSheet, *more: str) -> str:
    return sheet.get_absolute_url() + "".join(f"{part}/" for part in more)


def answer(sign_in: SignIn, person: User, sheet: CheckSheet, answers: dict[str, str], **more: str) -> Any:
    return sign_in(person).post(address(sheet, "answer"), fields(answers, **more))


def test_the_sheet_holds_exactly_the_items_of_the_rulebook(sheet: CheckSheet, a: User, sign_in: SignIn) -> None:
    page = sign_in(a).get(address(sheet, "answer")).text
    assert [item.number for item in PLANNING if item.number] == [str(n) for n in range(1, 11)]
    for words in (
        "1. 事業の目的を明確にして、共有しましたか。", "2. 事業の目標を明確にして、共有しましたか。",
        "3. なぜ協働で行うのか、理由は明確ですか。",
        "4. 協働が開始された段階は次のうちどれですか。", "ア 予算案作成前の企画段階から",
        "イ 予算決定後の企画段階から", "ウ 実施する段階から",
        "5. 協働する相手を選ぶプロセスは明確かつ透明でしたか。", "6. 相手が発案当初から決まっている場合",
        "幅広い視野で検討しましたか。",
        "選定基準は明確でしたか", "プロセスは透明でしたか", "7. 事業の実施にふさわしい協働の手法が検討されていますか。",
        "8. 対等な関係を築くため、話し合いの場がもてましたか。", "9. 事業計画・収支計画をともに作りましたか。",
        "10. 事業において、お互いの特性を活かせる役割担当をしましたか。",
    ):  # fmt: skip
        assert words in page
    assert page.count('name="item_') == 11 * 2 + 3 + 2  # eleven times はい/いいえ, one choice of three, item 6 itself
    assert len(REVIEW) == 4 + 5 + 1 + 4


def test_item_six_has_its_parts_only_when_the_partner_was_fixed(sheet: CheckSheet, a: User, sign_in: SignIn) -> None:
    refused = answer(sign_in, a, sheet, YES | {"6": "fixed"})
    assert refused.status_code == 422
    assert refused.text.count("答えを選んでください。") == 2 * 3
    assert answer(sign_in, a, sheet, FIXED | {"6": "open"}).status_code == 302
    assert not CheckAnswer.objects.filter(item__startswith="6-").exists()


def test_item_four_is_one_choice_of_three(sheet: CheckSheet, a: User, sign_in: SignIn) -> None:
    assert answer(sign_in, a, sheet, YES | {"4": "yes"}).status_code == 422
    assert answer(sign_in, a, sheet, YES | {"4": ""}).status_code == 422
    assert answer(sign_in, a, sheet, YES | {"4": "u"}).status_code == 302


def every_address(sheet: CheckSheet) -> Iterator[str]:
    """Every address of the site that can be made from what is known of the sheet, the admin's included."""
    slug, pk = sheet.project.slug, sheet.pk
    known: list[list[Any]] = [[], [slug], [pk], [slug, pk], [str(pk)], ["council", "checksheet"], [1]]
    for name in _names(get_resolver().url_patterns):
        for arguments in known:
            try:
                yield reverse(name, args=arguments)
            except NoReverseMatch:
                continue


def _names(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield prefix + pattern.name


def body_of(reply: Any) -> str:
    """Everything of an answer, headers included."""
    content = b"".join(reply.streaming_content) if reply.streaming else reply.content
    return f"{reply.headers}{content.decode('utf-8', 'replace')}"


ONLY_NO = dict.fromkeys(YES, "no") | {"4": "u", "6": "open"}


@pytest.mark.parametrize(("who", "step"), [("b", "submit"), ("superuser", "save")])
def test_nobody_reads_a_before_both_have_submitted_by_any_address(
    sheet: CheckSheet, a: User, b: User, sign_in: SignIn, who: str, step: str
) -> None:
    """A answers いいえ to everything and writes a note; B, and the superuser, look for it at every address there is."""
    assert answer(sign_in, a, sheet, ONLY_NO, step=step, note=SECRET).status_code == 302
    browser, seen = sign_in({"b": b, "superuser": make_superuser()}[who]), 0
    for place in sorted(set(every_address(sheet))):
        if place.startswith(("/accounts/logout", "/accounts/google", "/accounts/line")):
            continue  # these end the visit, or need a provider that is not set up
        reply = browser.get(place)
        assert reply.status_code < 500 or place == "/readyz", place
        assert SECRET not in body_of(reply), place
        seen += 1
    assert seen > 150


@pytest.mark.parametrize("who", ["b", "superuser", "secretariat", "colleague", "visitor"])
def test_no_act_on_the_sheet_shows_what_a_answered(
    sheet: CheckSheet, a: User, b: User, sign_in: SignIn, who: str
) -> None:
    answer(sign_in, a, sheet, ONLY_NO, note=SECRET)
    people = {"b": b, "superuser": make_superuser(), "secretariat": make_secretariat(), "colleague": make_staff()}
    browser = Client() if who == "visitor" else sign_in(people[who])
    for more in ((), ("answer",), ("agree",), ("again",)):
        for reply in (
            browser.get(address(sheet, *more), follow=True),
            browser.post(address(sheet, *more), {"step": "submit"}, follow=True),
        ):
            body = body_of(reply)
            assert SECRET not in body
            assert "<td>" not in body
            assert "checked" not in body


def test_before_both_have_submitted_the_question_itself_yields_nothing(
    sheet: CheckSheet, a: User, b: User, sign_in: SignIn
) -> None:
    answer(sign_in, a, sheet, YES, note=SECRET)
    for rows in (CheckAnswer.objects.all(), CheckNote.objects.all()):
        assert rows.visible_to(sheet, "A").exists()
        for side in ("B", "", "superuser"):
            assert not rows.visible_to(sheet, side).exists()
        assert not rows.public(sheet).exists()
    CheckSheet.objects.filter(pk=sheet.pk).update(published_at="2020-01-01T00:00Z")  # even a wrong date opens nothing
    assert not CheckAnswer.objects.public(CheckSheet.objects.get(pk=sheet.pk)).exists()
    assert SECRET not in Client().get(address(sheet)).text


def test_answers_are_in_no_admin_and_no_record(sheet: CheckSheet, a: User, b: User, sign_in: SignIn) -> None:
    answer(sign_in, a, sheet, YES, note=SECRET)
    answer(sign_in, b, sheet, YES | {"1": "no"}, note="別のひみつ")
    registered = {model._meta.label for model in admin.site._registry}
    assert not {"council.CheckAnswer", "council.CheckNote", "council.CheckSide"} & registered
    everything = str(list(AuditEntry.objects.values())) + str(list(Notification.objects.values()))
    assert "ひみつ" not in everything
    assert {tuple(sorted(e.facts)) for e in AuditEntry.objects.filter(verb="submit_check_side")} == {("side",)}
    overview = sign_in(make_superuser()).get(reverse("admin:council_checksheet_changelist")).text
    assert "提出済" in overview
    assert "A（市の担当課・代表団体）" in overview
    for model in ("checkanswer", "checknote"):
        rows = list(apps.get_model("council", model).objects.all())
        assert [str(row) for row in rows] == [str(row.pk) for row in rows]


def test_a_superuser_stands_on_no_side(sheet: CheckSheet, sign_in: SignIn) -> None:
    assert sign_in(make_superuser()).get(address(sheet, "answer")).status_code == 403
    assert answer(sign_in, make_secretariat(), sheet, YES).status_code == 403
    assert not CheckAnswer.objects.exists()


def test_who_stands_on_both_sides_answers_for_neither(sheet: CheckSheet, a: User, sign_in: SignIn) -> None:
    answer(sign_in, make_staff(sheet.department), sheet, YES, note=SECRET)
    Posting.objects.create(user=a, role=Role.COUNCIL, organization="試験株式会社")
    reply = sign_in(a).get(address(sheet, "answer"))
    assert reply.status_code == 403
    assert "一方の担当者だけ" in reply.text
    assert SECRET not in sign_in(a).get(address(sheet)).text


def test_when_both_have_submitted_differences_are_marked_and_counted(
    sheet: CheckSheet, a: User, b: User, sign_in: SignIn
) -> None:
    answer(sign_in, a, sheet, YES, note="費用の分担")
    answer(sign_in, b, sheet, FIXED | {"1": "no"})
    for person in (a, b):
        page = sign_in(person).get(address(sheet)).text
        assert "答えが分かれた項目（2件）" in page  # 1 and 6; the parts of 6, which A was not asked, follow from it
        assert page.count("is-different") == 2
        assert "6. 相手が発案当初から決まっている場合（A 当てはまらない・B 当てはまる（決まっていた））" in page
        assert "費用の分担" in page
    assert not CheckAnswer.objects.visible_to(sheet, "").exists()
    assert Client().get(address(sheet)).status_code == 404
    assert "費用の分担" not in sign_in(make_secretariat()).get(address(sheet)).text
    assert Notification.objects.filter(kind="check", recipient_id=b.pk).count() == 2 - 1  # opened before b existed


def test_parts_of_item_six_are_discussed_where_both_sides_were_asked(
    sheet: CheckSheet, a: User, b: User, sign_in: SignIn
) -> None:
    answer(sign_in, a, sheet, FIXED)
    answer(sign_in, b, sheet, FIXED | {"6-2": "yes"})
    page = sign_in(a).get(address(sheet)).text
    assert "答えが分かれた項目（1件）" in page
    assert "6. 相手が発案当初から決まっている場合：選定基準は明確でしたか（A いいえ・B はい）" in page


def test_submitted_is_submitted(sheet: CheckSheet, a: User, sign_in: SignIn) -> None:
    answer(sign_in, a, sheet, YES)
    assert answer(sign_in, a, sheet, YES | {"1": "no"}).headers["Location"] == address(sheet)
    with pytest.raises(ActionRefused, match="提出した後は変更できません"):
        CheckSide.objects.get(side="A").write(answers=YES, note="", by=a, submit=True)
    assert CheckAnswer.objects.get(item="1").value == "yes"


def test_kept_answers_come_back_to_their_own_side_only(sheet: CheckSheet, a: User, b: User, sign_in: SignIn) -> None:
    answer(sign_in, a, sheet, {"1": "no"}, step="save", note=SECRET)
    own = sign_in(a).get(address(sheet, "answer")).text
    assert SECRET in own
    assert own.count("checked") == 1
    assert sign_in(b).get(address(sheet, "answer")).text.count("checked") == 0


def test_results_are_public_when_both_agree(sheet: CheckSheet, a: User, b: User, sign_in: SignIn) -> None:
    early = sign_in(a).post(address(sheet, "agree"), follow=True)
    assert "双方が提出した後です" in early.text
    answer(sign_in, a, sheet, YES, note="費用の分担")
    answer(sign_in, b, sheet, YES)
    sign_in(a).post(address(sheet, "agree"))
    assert Client().get(address(sheet)).status_code == 404
    sign_in(b).post(address(sheet, "agree"))
    public = Client().get(address(sheet)).text
    assert "費用の分担" in public
    assert "すべての項目で、双方の答えが同じでした。" in public
    assert address(sheet) in Client().get("/council/projects/pair/checks/").text


def test_a_side_agrees_for_itself_only(sheet: CheckSheet, a: User, b: User, sign_in: SignIn) -> None:
    answer(sign_in, a, sheet, YES)
    answer(sign_in, b, sheet, YES)
    for person in (a, a, make_superuser(), make_secretariat()):
        sign_in(person).post(address(sheet, "agree"))
    assert not CheckSheet.objects.get().is_public
    with pytest.raises(IntegrityError, match="agrees_after_submitting"), transaction.atomic():
        CheckSide.objects.update(submitted_at=None)


def test_a_second_round_keeps_the_first(sheet: CheckSheet, a: User, b: User, sign_in: SignIn) -> None:
    early = sign_in(a).post(address(sheet, "again"), follow=True)
    assert "双方が提出した後に始められます" in early.text
    answer(sign_in, a, sheet, YES)
    answer(sign_in, b, sheet, YES | {"1": "no"})
    for _press in range(2):
        sign_in(b).post(address(sheet, "again"))
    second = CheckSheet.objects.get(round=2)
    assert (second.department, second.organization_b) == (sheet.department, sheet.organization_b)
    answer(sign_in, a, second, YES, note=SECRET)
    assert SECRET not in sign_in(b).get(address(second)).text
    assert "答えが分かれた項目（1件）" in sign_in(b).get(address(sheet)).text


def test_in_domain_a_the_leading_organization_is_side_a(project: Project, sign_in: SignIn) -> None:
    Project.objects.update(domain="A")
    partner = OrganizationFactory(name="相手の団体", slug="partner")
    Participation.objects.create(project=project, organization=partner, part=Part.PARTNER)
    leader = make_council_member("試験株式会社")
    browser = sign_in(leader)
    same = browser.post("/council/projects/pair/checks/new/",
                        {"kind": "planning", "partner": project.leaders[0].organization.slug})  # fmt: skip
    assert same.status_code == 422
    browser.post("/council/projects/pair/checks/new/", {"kind": "planning", "partner": "partner"})
    sheet = CheckSheet.objects.get()
    assert (sheet.name_a, sheet.department) == ("試験株式会社", None)
    assert answer(sign_in, leader, sheet, YES).status_code == 302
    assert CheckSide.objects.get(side="A").submitted_at


def test_the_review_belongs_to_a_project_that_has_begun(project: Project, a: User, b: User, sign_in: SignIn) -> None:
    partner = project.leaders[0].organization
    Project.objects.update(stage=Stage.IDEA)
    early = sign_in(a).post("/council/projects/pair/checks/new/", {"kind": "review", "partner": partner.slug})
    assert early.status_code == 422
    assert "実証・実装の段階になってから" in early.text
    Project.objects.update(stage=Stage.TRIAL)
    sign_in(a).post("/council/projects/pair/checks/new/", {"kind": "review", "partner": partner.slug})
    sheet = CheckSheet.objects.get()
    page = sign_in(b).get(address(sheet, "answer")).text
    for words in ("事業の評価", "目的共有の原則", "対等の原則", "相互理解・補完性の原則", "公開・透明性の原則", "自主性の尊重",
                  "協働の手法は適切であったか", "市民満足度の向上",
                  "市民目線の行政", "市民自治の推進", "地域内連携の向上"):  # fmt: skip
        assert words in page
    everything = {item.key: "yes" for item in REVIEW}
    answer(sign_in, a, sheet, everything, note=SECRET)
    assert SECRET not in sign_in(b).get(address(sheet)).text
    answer(sign_in, b, sheet, everything | {"p2": "no"})
    assert "協働の評価：基本原則を尊重して実施できたか：対等の原則" in sign_in(a).get(address(sheet)).text


def test_only_who_works_on_a_project_begins_a_sheet(project: Project, sign_in: SignIn) -> None:
    for person in (UserFactory(), make_council_member("別の団体"), make_staff()):
        assert sign_in(person).get("/council/projects/pair/checks/new/").status_code == 403
    other = OrganizationFactory(slug="stranger")
    reply = sign_in(make_secretariat()).post(
        "/council/projects/pair/checks/new/", {"kind": "planning", "partner": other.slug}
    )
    assert reply.status_code == 422
    assert "実施団体から選んで" in reply.text


def test_a_pair_has_one_sheet_of_each_kind_and_round(project: Project, a: User, sign_in: SignIn) -> None:
    partner = project.leaders[0].organization
    for _press in range(2):
        sign_in(a).post("/council/projects/pair/checks/new/", {"kind": "planning", "partner": partner.slug})
    assert CheckSheet.objects.count() == 1
    with pytest.raises(IntegrityError, match="check_sheet_one_a"), transaction.atomic():
        CheckSheet.objects.create(project=project, kind="planning", organization_b=partner)
    with pytest.raises(IntegrityError, match="check_sheet_two_sides"), transaction.atomic():
        CheckSheet.objects.create(project=project, kind="planning", organization_a=partner, organization_b=partner)


@pytest.mark.django_db(transaction=True)
def test_sides_that_hand_in_at_the_same_moment_are_both_told(sheet: CheckSheet, a: User, b: User) -> None:
    def hand_in(person: User, side: str) -> None:
        mine = CheckSheet.objects.get(pk=sheet.pk).side(side)
        actions.answer_sheet(check_side=mine, by=person, answers=YES, note="", submit=True)

    def other() -> None:
        try:
            hand_in(b, "B")
        finally:
            connection.close()

    theirs = threading.Thread(target=other)
    with transaction.atomic():
        hand_in(a, "A")
        theirs.start()
        while theirs.is_alive() and not someone_waits():
            theirs.join(0.02)
    theirs.join()
    assert CheckSheet.objects.get(pk=sheet.pk).is_complete
    told = Notification.objects.filter(kind="check", key=f"{sheet.pk}:complete").values_list("recipient_id", flat=True)
    assert set(told) == {a.pk, b.pk}


def someone_waits() -> bool:
    """Whether another connection to this database waits for a lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees the first answer again and again
        cursor.execute(waiting)
        return bool(cursor.fetchone()[0])
