"""Members write, the secretariat publishes: nobody touches another's page, nothing is public before, all is kept."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.consultations.models import ActionRefused
from apps.council import actions
from apps.council.models import (
    Offer,
    OrganizationRevision,
    Part,
    Participation,
    Project,
    ProjectRevision,
    ProjectUpdate,
    RevisionState,
    Stage,
)  # fmt: skip
from apps.council.models.revision_content import (
    ORDER,
    ORGANIZATION_FIELDS,
    apply_to_organization,
    of_organization,
    of_project,
)
from apps.operations.models import AuditEntry, Notification
from tests.accounts.factories import UserFactory, make_council_member, make_secretariat, make_staff
from tests.council.factories import OrganizationFactory, ProjectFactory, ProjectUpdateFactory
from tests.vision.factories import ViewpointFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


@pytest.fixture
def own() -> Project:
    """A public project of 試験大学."""
    organization = OrganizationFactory(slug="own", name="試験大学")
    return ProjectFactory.by(
        organization, slug="own", title="はじめの題名", summary="はじめの概要。", stage=Stage.TRIAL
    )


@pytest.fixture
def member(own: Project) -> Any:
    """Somebody who speaks for 試験大学."""
    return make_council_member("試験大学")


def typed(viewpoint: Any = None, **changed: Any) -> dict[str, Any]:
    """What a person types into the form of a project."""
    viewpoint = viewpoint or ViewpointFactory()
    return {
        "title": "新しい題名", "summary": "はじめの概要。もっと分かりやすくしました。",
        "viewpoint": viewpoint.slug, "stage": "trial",
        "submit_key": str(uuid.uuid4()), "base": "0", "step": "save", **changed,
    }  # fmt: skip


def test_a_member_edits_the_own_project_and_the_secretariat_publishes(
    own: Project, member: Any, sign_in: SignIn
) -> None:
    browser, words = sign_in(member), typed()
    preview = browser.post("/council/projects/own/edit/", {**words, "step": "preview"})
    assert "もっと分かりやすくしました。" in preview.text
    assert not ProjectRevision.objects.exists()
    answer = browser.post("/council/projects/own/edit/", words)
    assert answer.headers["Location"] == "/council/projects/own/history/2/"
    public = Client().get("/council/projects/own/").text
    assert "新しい題名" not in public
    assert "はじめの題名" in public

    staff = sign_in(make_secretariat())
    shown = staff.get("/council/projects/own/history/2/").text
    assert "<ins>" in shown
    assert "新しい題名" in staff.get("/council/projects/own/history/2/").text
    staff.post("/council/projects/own/history/2/", {"decision": "publish"})
    assert "新しい題名" in Client().get("/council/projects/own/").text
    first, second = ProjectRevision.objects.order_by("number")
    assert (first.content["title"], second.content["title"]) == ("はじめの題名", "新しい題名")
    assert Notification.objects.filter(recipient_id=member.pk, kind="revision").count() == 1


def test_a_member_is_refused_anothers_project_and_page(member: Any, sign_in: SignIn) -> None:
    other = OrganizationFactory(slug="other")
    ProjectFactory.by(other, slug="other")
    hidden = ProjectFactory.by(other, slug="hidden", published_at=None)
    browser = sign_in(member)
    for address in ("organizations/other/edit/", "organizations/other/history/", "projects/other/edit/",
                    "projects/other/history/", "projects/other/updates/new/"):  # fmt: skip
        for answer in (browser.get(f"/council/{address}"), browser.post(f"/council/{address}", typed())):
            assert answer.status_code in {403, 405}, address
            if answer.status_code == 403:
                assert "ご自分の団体" in answer.text
    assert browser.get(hidden.get_absolute_url()).status_code == 404
    assert browser.post("/council/projects/hidden/edit/", typed()).status_code == 404
    assert not ProjectRevision.objects.exists()


def test_the_verbs_themselves_refuse_another(own: Project) -> None:
    stranger, organization = make_council_member("別の団体"), own.organizations.get()
    words: dict[str, Any] = {"by": stranger, "content": {}, "note": "", "submit_key": uuid.uuid4()}
    for act in (
        lambda: actions.hand_in_project(project=own, base=0, **words),
        lambda: actions.hand_in_organization(organization=organization, base=0, **words),
        lambda: actions.start_project(organization=organization, slug="stolen", **words),
        lambda: actions.write_update(project=own, by=stranger, title="題", body="文", happened_on=timezone.localdate()),
    ):
        with pytest.raises(ActionRefused, match="ご自分の団体"):
            act()
    assert not ProjectRevision.objects.exists()


def test_a_supporting_organization_does_not_edit(own: Project, sign_in: SignIn) -> None:
    helper = OrganizationFactory(name="協力団体")
    Participation.objects.create(project=own, organization=helper, part=Part.SUPPORT)
    assert sign_in(make_council_member("協力団体")).get("/council/projects/own/edit/").status_code == 403


def test_rights_end_with_the_posting(own: Project, member: Any, sign_in: SignIn) -> None:
    browser = sign_in(member)
    assert browser.get("/council/projects/own/edit/").status_code == 200
    member.postings.update(ends_on="2020-01-01", starts_on="2019-01-01")
    assert browser.get("/council/projects/own/edit/").status_code == 403
    assert browser.get("/council/desk/").status_code == 403


def test_only_the_secretariat_decides(own: Project, member: Any, sign_in: SignIn) -> None:
    browser = sign_in(member)
    browser.post("/council/projects/own/edit/", typed())
    answer = browser.post("/council/projects/own/history/2/", {"decision": "publish"})
    assert answer.status_code == 403
    assert sign_in(make_staff()).post("/council/projects/own/history/2/", {"decision": "publish"}).status_code == 403
    assert "新しい題名" not in Client().get("/council/projects/own/").text


def test_returning_needs_a_reason_and_tells_the_author(own: Project, member: Any, sign_in: SignIn) -> None:
    sign_in(member).post("/council/projects/own/edit/", typed())
    staff = sign_in(make_secretariat())
    answer = staff.post("/council/projects/own/history/2/", {"decision": "return", "note": ""})
    assert answer.status_code == 422
    assert "理由を書いてください" in answer.text
    staff.post("/council/projects/own/history/2/", {"decision": "return", "note": "年度を書いてください"})
    assert ProjectRevision.objects.get(number=2).state == RevisionState.RETURNED
    assert "年度を書いてください" in sign_in(member).get("/council/projects/own/history/").text
    assert Notification.objects.filter(recipient_id=member.pk).exists()
    again = staff.post("/council/projects/own/history/2/", {"decision": "publish"})
    assert again.status_code == 422


def test_closing_needs_result_and_lesson_and_both_become_public(own: Project, member: Any, sign_in: SignIn) -> None:
    browser, viewpoint = sign_in(member), ViewpointFactory()
    answer = browser.post("/council/projects/own/edit/", typed(viewpoint, stage="closed", result="100人が使いました。"))
    assert answer.status_code == 422
    assert "「結果」と「次への生かし方」を書いてください" in answer.text
    assert "100人が使いました。" in answer.text
    words = typed(
        viewpoint, stage="closed", result="100人が使いました。", lesson="次は夜間も試します。", stage_since="2026-03-31"
    )
    handed_in = browser.post("/council/projects/own/edit/", words, follow=True).context["changes"]
    assert [str(change["label"]) for change in handed_in][-4:] == [
        "段階", "この段階になった日", "結果", "次への生かし方"
    ]  # fmt: skip
    assert handed_in[-3]["pieces"] == [("new", "令和8年3月31日（火）")]
    sign_in(make_secretariat()).post("/council/projects/own/history/2/", {"decision": "publish"})
    public = Client().get("/council/projects/own/").text
    for sentence in ("100人が使いました。", "次は夜間も試します。", "実証 → 終了", "令和8年3月31日"):
        assert sentence in public


def test_a_stage_begins_on_a_day_of_its_own_which_may_be_corrected(own: Project, member: Any, sign_in: SignIn) -> None:
    Project.objects.filter(pk=own.pk).update(stage_since="2024-04-01")
    browser, viewpoint = sign_in(member), ViewpointFactory()

    def bring(day: str) -> Project:
        browser.post("/council/projects/own/edit/", typed(viewpoint, stage="running", stage_since=day, base=base()))
        sign_in(make_secretariat()).post(f"/council/projects/own/history/{base()}/", {"decision": "publish"})
        return Project.objects.get(pk=own.pk)

    def base() -> int:
        return max(own.revisions.values_list("number", flat=True), default=0)

    assert bring("2024-04-01").stage_since == timezone.localdate()  # the day of the stage before was left standing
    assert str(bring("2026-10-01").stage_since) == "2026-10-01"
    assert [str(change) for change in own.stage_changes.all()] == ["2026-10-01 実証 → 実装"]


def test_a_closed_project_may_be_opened_again_without_its_result(own: Project, member: Any, sign_in: SignIn) -> None:
    Project.objects.filter(pk=own.pk).update(stage=Stage.CLOSED, result="結果", lesson="教訓")
    sign_in(member).post("/council/projects/own/edit/", typed())
    sign_in(make_secretariat()).post("/council/projects/own/history/2/", {"decision": "publish"})
    own.refresh_from_db()
    assert (own.stage, own.result) == (Stage.TRIAL, "")


def test_a_new_project_is_public_after_the_secretariat_only(member: Any, sign_in: SignIn) -> None:
    browser = sign_in(member)
    words = typed(organization="own", slug="brand-new", tags="見守り、AI", links="紹介 https://example.jp/")
    assert "新しい題名" in browser.post("/council/projects/new/", {**words, "step": "preview"}).text
    for _press in range(2):
        assert browser.post("/council/projects/new/", words).status_code in {302, 422}
    made = Project.objects.get(slug="brand-new")
    assert Client().get(made.get_absolute_url()).status_code == 404
    assert browser.get(made.get_absolute_url()).status_code == 200
    secretariat = sign_in(make_secretariat())
    listed = {"action": "publish", "_selected_action": [made.pk]}
    refused = secretariat.post("/admin/council/project/", listed, follow=True).text
    assert "提出された内容の確認がまだです" in refused
    assert Client().get(made.get_absolute_url()).status_code == 404
    secretariat.post("/council/projects/brand-new/history/1/", {"decision": "publish"})
    public = Client().get(made.get_absolute_url()).text
    assert "https://example.jp/" in public
    assert "試験大学" in public
    assert "見守り" not in public  # a tag new to the city waits for staff
    assert made.revisions.count() == 1


def test_a_new_project_form_offers_lessons_of_the_same_method(member: Any, sign_in: SignIn) -> None:
    closed = {"stage": Stage.CLOSED, "result": "結果", "method_reason": "理由"}
    ProjectFactory(method="cohost", lesson="案内を早く始める。", **closed)
    ProjectFactory(method="commission", lesson="別の手法の教訓。", **closed)
    ProjectFactory(method="cohost", lesson="未公開の教訓。", published_at=None, **closed)
    page = sign_in(member).get("/council/projects/new/?method=cohost").text
    assert "案内を早く始める。" in page
    assert "別の手法の教訓。" not in page
    assert "未公開の教訓。" not in page
    assert "案内を早く始める。" in sign_in(member).get("/council/lessons/?method=cohost").text


def test_domain_e_explains_that_it_lies_outside_and_stops(member: Any, sign_in: SignIn) -> None:
    answer = sign_in(member).post("/council/projects/new/", typed(organization="own", slug="e", domain="E"))
    assert answer.status_code == 422
    assert "協働の対象ではありません" in answer.text
    assert not Project.objects.filter(slug="e").exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": "あ" * 121}, "120文字以内"),
        ({"title": "👨‍👩‍👧‍👦" * 90}, "多すぎて"),
        ({"summary": "\x1b"}, "使えない文字"),
        ({"starts_on": "2026-04-01", "ends_on": "2026-03-01"}, "終了日は開始日以後"),
        ({"latitude": "35.6"}, "両方入れるか"),
        ({"latitude": "nan", "longitude": "1e999"}, "数値"),
        ({"method": "cohost"}, "理由を書いてください"),
        ({"links": "アドレスなし"}, "1行目"),
        ({"links": "悪い javascript:alert(1)"}, "1行目"),
        ({"tags": "あ" * 21}, "タグは一つ20文字まで"),
        ({"stage": "nothing"}, "選択"),
        ({"base": "9999999999999"}, "2147483647"),
        ({"submit_key": "x"}, "開き直して"),
    ],
)
def test_bad_words_come_back_with_a_sentence(
    member: Any, sign_in: SignIn, changed: dict[str, str], sentence: str
) -> None:
    answer = sign_in(member).post("/council/projects/own/edit/", typed(**changed))
    assert answer.status_code == 422, answer.text
    assert sentence in answer.text
    assert not ProjectRevision.objects.exists()


def test_two_people_do_not_overwrite_each_other(own: Project, member: Any, sign_in: SignIn) -> None:
    colleague = sign_in(make_council_member("試験大学"))
    viewpoint = ViewpointFactory()
    sign_in(member).post("/council/projects/own/edit/", typed(viewpoint))
    answer = colleague.post("/council/projects/own/edit/", typed(viewpoint, title="同僚の題名"))
    assert answer.status_code == 409
    assert "ほかの人が変更を提出しました" in answer.text
    assert '<del><span class="visually-hidden">（削除）</span>新しい題名</del>' in answer.text
    assert "同僚の題名" in answer.text
    assert answer.text.index("ほかの人が変更を提出しました") < answer.text.index("先に提出された内容との違い"), (
        "why, then what"
    )
    assert answer.text.count('class="error-summary"') == 1
    sent = {field.name: field.value() for field in answer.context["form"] if field.value() is not None}
    assert sent["base"] == 2
    colleague.post("/council/projects/own/edit/", {**sent, "step": "save"})
    assert [r.state for r in ProjectRevision.objects.order_by("number")] == ["published", "replaced", "waiting"]


def test_a_second_press_hands_in_once(own: Project, member: Any, sign_in: SignIn) -> None:
    browser, words = sign_in(member), typed()
    for _press in range(2):
        assert browser.post("/council/projects/own/edit/", words).status_code == 302
    assert ProjectRevision.objects.waiting().count() == 1
    assert ProjectRevision.objects.count() == 2


def test_going_back_and_writing_something_else_is_not_taken_for_a_repeat(
    own: Project, member: Any, sign_in: SignIn
) -> None:
    browser, words = sign_in(member), typed()
    browser.post("/council/projects/own/edit/", words)
    again = browser.post("/council/projects/own/edit/", {**words, "title": "さらに新しい題名"})
    assert again.status_code == 409
    assert "あなたは別の内容を提出しています" in again.text
    assert "さらに新しい題名" in again.text


def test_a_new_project_pressed_twice_is_one_and_leads_to_itself(own: Project, member: Any, sign_in: SignIn) -> None:
    browser, words = sign_in(member), typed(organization="own", slug="fresh")
    places = {browser.post("/council/projects/new/", words).headers["Location"] for _press in range(2)}
    assert places == {"/council/projects/fresh/history/1/"}
    other = browser.post("/council/projects/new/", {**words, "title": "別の取組"})
    assert other.status_code == 422
    assert "このアドレス名は使われています" in other.text
    assert "別の取組" in other.text


def test_news_pressed_twice_is_one(own: Project, member: Any, sign_in: SignIn) -> None:
    browser = sign_in(member)
    news = {"title": "説明会", "body": "開きました。", "happened_on": "2025-11-01", "step": "save",
            "submit_key": str(uuid.uuid4())}  # fmt: skip
    for words in (news, news, {**news, "body": "別の日にも開きました。"}):
        assert browser.post("/council/projects/own/updates/new/", words).status_code == 302
    assert ProjectUpdate.objects.count() == 2


def test_a_member_edits_the_own_page(own: Project, member: Any, sign_in: SignIn) -> None:
    words = {"body": "研究をまちで試します。", "contact": "", "website": "example.ac.jp", "base": "0",
             "submit_key": str(uuid.uuid4())}  # fmt: skip
    browser = sign_in(member)
    assert (
        "研究をまちで試します。" in browser.post("/council/organizations/own/edit/", {**words, "step": "preview"}).text
    )
    browser.post("/council/organizations/own/edit/", {**words, "step": "save"})
    assert "研究を" not in Client().get("/council/organizations/own/").text
    sign_in(make_secretariat()).post("/council/organizations/own/history/2/", {"decision": "publish"})
    public = Client().get("/council/organizations/own/").text
    assert "研究をまちで試します。" in public
    assert "https://example.ac.jp" in public
    assert OrganizationRevision.objects.count() == 2


def test_news_is_public_after_the_secretariat_and_stays(own: Project, member: Any, sign_in: SignIn) -> None:
    browser, staff = sign_in(member), sign_in(make_secretariat())
    news = {"title": "説明会", "body": "開きました。", "happened_on": "2026-05-01", "step": "save"}
    browser.post("/council/projects/own/updates/new/", news)
    update = ProjectUpdate.objects.get()
    assert "説明会" not in Client().get("/council/projects/own/").text
    assert "説明会" in browser.get("/council/desk/").text
    browser.post(f"/council/projects/own/updates/{update.pk}/", {**news, "title": "直した見出し"})
    assert "直した見出し" in staff.get("/council/desk/").text
    publish = f"/council/projects/own/updates/{update.pk}/publish/"
    assert browser.post(publish).status_code == 403
    staff.post(publish)
    assert "直した見出し" in Client().get("/council/projects/own/").text
    assert browser.post(f"/council/projects/own/updates/{update.pk}/", news).status_code == 404
    assert Notification.objects.filter(recipient_id=member.pk, kind="update").exists()


def test_a_child_of_another_project_is_not_reached_through_the_own_one(
    own: Project, member: Any, sign_in: SignIn
) -> None:
    other = ProjectUpdateFactory(published_at=None)
    assert sign_in(member).get(f"/council/projects/own/updates/{other.pk}/").status_code == 404


def test_reading_writes_nothing_and_each_act_is_recorded(own: Project, member: Any, sign_in: SignIn) -> None:
    browser = sign_in(member)
    for address in ("desk/", "projects/own/edit/", "projects/new/", "projects/own/history/", "organizations/own/edit/"):
        assert browser.get(f"/council/{address}").status_code == 200
    assert not AuditEntry.objects.filter(target_label__startswith="council").exists()
    browser.post("/council/projects/own/edit/", typed())
    entry = AuditEntry.objects.get(verb="hand_in_revision")
    assert (entry.actor_id, entry.actor_role) == (member.pk, "council")
    assert "新しい題名" not in str(entry.facts)


def test_residents_have_no_desk_and_staff_register_no_project(sign_in: SignIn) -> None:
    assert sign_in(UserFactory()).get("/council/desk/").status_code == 403
    staff = sign_in(make_staff())
    assert staff.get("/council/desk/").status_code == 200
    assert staff.get("/council/projects/new/").status_code == 403


def test_what_a_member_wrote_is_in_the_own_file_and_stays_when_the_person_leaves(
    own: Project, member: Any, sign_in: SignIn
) -> None:
    member.nickname = "退会する担当者"
    member.save()
    browser = sign_in(member)
    browser.post("/council/projects/own/edit/", typed())
    browser.post("/council/projects/own/updates/new/", {
        "title": "説明会のお知らせ", "body": "説明会を開きます。", "happened_on": "2026-04-01", "step": "save",
    })  # fmt: skip
    browser.post("/council/offers/new/", {
        "organization": "own", "title": "見守りの機器", "body": "センサーで見守ります。", "submit_key": str(uuid.uuid4()),
    })  # fmt: skip
    found = browser.get("/me/data.json").json()
    assert [row["見出し"] for row in found["活動報告"]] == ["説明会のお知らせ"]
    assert [row["題名"] for row in found["提案（技術・ノウハウ）"]] == ["見守りの機器"]
    assert found["提出した変更"][0]["内容"]["title"] == "新しい題名"

    browser.post("/me/delete/", {"texts": "withdraw"})
    assert ProjectUpdate.objects.get().title == "説明会のお知らせ"
    assert Offer.objects.get().organization.slug == "own"
    history = sign_in(make_secretariat()).get("/council/projects/own/history/2/").text
    assert "新しい題名" in history
    assert "退会する担当者" not in history


def test_yesterdays_wording_can_be_read_edited_and_published(own: Project, member: Any, sign_in: SignIn) -> None:
    """A wording that was handed in before a part of the form existed says nothing of it: that part stays as it is."""
    Project.objects.filter(pk=own.pk).update(place="調布駅前", result="途中の結果")
    browser, staff = sign_in(member), sign_in(make_secretariat())
    browser.post("/council/projects/own/edit/", typed())
    waiting = ProjectRevision.objects.waiting().get()
    old = {"title": waiting.content["title"], "summary": "古い案の概要。", "subtitle": "なくなった欄", "method": "gone"}
    ProjectRevision.objects.filter(pk=waiting.pk).update(content=old)
    page = waiting.get_absolute_url()
    assert "古い案の概要。" in staff.get(page).text
    assert 'value="調布駅前"' in browser.get("/council/projects/own/edit/").text
    ProjectRevision.objects.filter(pk=waiting.pk).update(content=old | {"method": ""})
    assert staff.post(page, {"decision": "publish"}).status_code == 302
    own.refresh_from_db()
    assert (own.summary, own.place, own.result, own.stage) == ("古い案の概要。", "調布駅前", "途中の結果", Stage.TRIAL)
    assert staff.get(page).status_code == 200
    for name in ("body", "logo"):
        wording = {key: "" for key in ORGANIZATION_FIELDS if key != name} | {"gone": "なくなった欄"}
        apply_to_organization(own.participations.get().organization, wording)


def test_every_part_of_a_wording_has_its_place_in_the_comparison(own: Project) -> None:
    organization = own.participations.get().organization
    assert set(ORDER) == set(of_project(own)) | set(of_organization(organization))
