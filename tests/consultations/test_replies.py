"""市の考え方: whose draft, published once and for all in steps, and who hears of it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.consultations import actions
from apps.consultations.models import ActionRefused, Proposal, Reply, ReplyChange, ReplyStatus
from apps.operations.models import Notification
from tests.accounts.factories import DepartmentFactory, UserFactory, make_moderator, make_secretariat, make_staff
from tests.consultations.admin_pages import form_of
from tests.consultations.factories import (
    ConsultationFactory,
    ProposalFactory,
    ReplyFactory,
    ReplyStatusFactory,
    TopicFactory,
    reviewing,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
ADD = "/admin/consultations/reply/add/"


def change_page(reply: Reply) -> str:
    return reverse("admin:consultations_reply_change", args=[reply.pk])


def test_the_first_seven_words_are_there() -> None:
    names = list(ReplyStatus.objects.values_list("name", flat=True))
    assert names == ["受付", "検討中", "反映", "一部反映", "実施済", "対応困難", "参考"]
    assert set(ReplyStatus.objects.filter(is_answer=False).values_list("name", flat=True)) == {"受付", "検討中"}


@pytest.mark.parametrize("both", [True, False])
def test_a_reply_answers_exactly_one_thing(both: bool) -> None:
    topic = TopicFactory()
    target = {"topic": topic, "proposal": ProposalFactory(consultation=topic.consultation)} if both else {}
    with pytest.raises(IntegrityError, match="reply_one_target"), transaction.atomic():
        ReplyFactory(**target)


def test_a_department_has_one_reply_to_one_thing() -> None:
    first = ReplyFactory(topic=TopicFactory())
    with pytest.raises(IntegrityError, match="reply_topic_once"), transaction.atomic():
        ReplyFactory(topic=first.topic, department=first.department)


def test_nothing_of_a_draft_is_public(client: Client) -> None:
    voice = ProposalFactory()
    ReplyFactory(proposal=voice, draft_body="まだ秘密の考え")
    assert "まだ秘密の考え" not in client.get(voice.get_absolute_url()).text
    assert not Reply.objects.public().exists()
    assert not Reply.objects.search("秘密").exists()


def test_each_change_is_a_step_that_nobody_rewrites(client: Client) -> None:
    voice, by = ProposalFactory(), make_secretariat()
    reply = ReplyFactory(proposal=voice, draft_status=reviewing(), draft_body="担当課で検討しています。")
    reply.publish(by=by)
    reply.draft_status, reply.draft_body = ReplyStatusFactory(), "**来年度**に反映します。<script>alert(1)</script>"
    reply.publish(by=by)
    page = client.get(voice.get_absolute_url()).text
    assert "<strong>来年度</strong>" in page
    assert "<script>alert" not in page
    for words in ("担当課で検討しています。", "これまでの経過（2回）", "市の考え方：検討中", "市の考え方：反映"):
        assert words in page
    for sql in ("UPDATE consultations_replychange SET body = 'x'", "DELETE FROM consultations_replychange"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert ReplyChange.objects.count() == 2


def test_names_stand_as_they_were(client: Client) -> None:
    status = ReplyStatusFactory(code="odd", name="前の言葉")
    reply = ReplyFactory(proposal=ProposalFactory(), draft_status=status)
    reply.publish(by=make_secretariat())
    ReplyStatus.objects.filter(code="odd").update(name="新しい言葉")
    page = client.get(reply.proposal.get_absolute_url()).text
    assert "前の言葉" in page
    assert "新しい言葉" not in page.split("<main", 1)[1]


def test_publishing_the_same_again_or_nothing_is_refused() -> None:
    by = make_secretariat()
    reply = ReplyFactory(proposal=ProposalFactory())
    reply.publish(by=by)
    with pytest.raises(ActionRefused, match="同じです"):
        reply.publish(by=by)
    with pytest.raises(ActionRefused, match="両方が必要"):
        ReplyFactory(proposal=ProposalFactory(), draft_body=" ").publish(by=by)
    with pytest.raises(ActionRefused, match="公開されていない"):
        ReplyFactory(topic=TopicFactory(published_at=None)).publish(by=by)
    with pytest.raises(ActionRefused, match="公開されていない"):
        ReplyFactory(proposal=ProposalFactory(state="hidden")).publish(by=by)


def test_a_reply_goes_with_the_voice_that_was_hidden() -> None:
    reply = ReplyFactory(proposal=ProposalFactory())
    reply.publish(by=make_secretariat())
    assert Reply.objects.public().get() == reply
    Proposal.objects.update(state="hidden")
    assert not Reply.objects.public().exists()


def test_all_authors_of_a_topic_and_the_followers_are_told_once_per_change() -> None:
    topic, by = TopicFactory(), make_secretariat()
    busy, other, follower = UserFactory(), UserFactory(), UserFactory()
    voices = [ProposalFactory(consultation=topic.consultation, author=person) for person in (busy, busy, other)]
    paper = ProposalFactory(consultation=topic.consultation, author=None)
    topic.group([*voices, paper], by=by)
    for person in (busy, follower):
        actions.follow(user=person, consultation=topic.consultation, wanted=True)
    gone = UserFactory()
    topic.group([ProposalFactory(consultation=topic.consultation, author=gone)], by=by)
    gone.erase()
    reply = ReplyFactory(topic=topic)
    reply.publish(by=by)
    told = dict(Notification.objects.values_list("recipient_id", "title"))
    assert set(told) == {busy.pk, other.pk, follower.pk}
    assert Notification.objects.count() == 3
    assert told[busy.pk] == told[other.pk]
    assert told[busy.pk].startswith("あなたの意見を含む論点")
    assert told[follower.pk].startswith("フォロー中のテーマの論点")
    assert set(Notification.objects.values_list("address", flat=True)) == {
        f"{topic.get_absolute_url()}#reply-{reply.pk}"
    }
    reply.draft_body = "さらに進めます。"
    reply.publish(by=by)
    assert Notification.objects.count() == 6


def test_an_author_grouped_after_the_answer_hears_of_it() -> None:
    topic, by = TopicFactory(), make_secretariat()
    ReplyFactory(topic=topic).publish(by=by)
    assert not Notification.objects.exists()
    late = ProposalFactory(consultation=topic.consultation)
    topic.group([late], by=by)
    assert Notification.objects.get().recipient_id == late.author_id


def test_a_topics_reply_stands_on_each_of_its_voices(client: Client) -> None:
    topic, by = TopicFactory(title="休める場所"), make_secretariat()
    voices = ProposalFactory.create_batch(2, consultation=topic.consultation)
    topic.group(voices, by=by)
    ReplyFactory(topic=topic, draft_body="ベンチを十基おきます。").publish(by=by)
    for address in (voice.get_absolute_url() for voice in voices):
        page = client.get(address).text
        assert "ベンチを十基おきます。" in page
        assert "論点「休める場所」への市の考え方" in page
        assert "論点「休める場所」にまとめられました" in page
        assert topic.get_absolute_url() in page
    consultation_page = client.get(topic.consultation.get_absolute_url()).text
    assert "ベンチを十基おきます。" in consultation_page


def test_the_search_of_the_site_finds_topics_and_replies(client: Client) -> None:
    topic = TopicFactory(title="ひまわり広場のこれから")
    reply = ReplyFactory(topic=topic, draft_body="ひまわり広場を広げます。")
    draft = client.get("/search/", {"q": "ひまわり広場"}).text
    assert topic.get_absolute_url() in draft
    assert f"#reply-{reply.pk}" not in draft
    reply.publish(by=make_secretariat())
    assert f"#reply-{reply.pk}" in client.get("/search/", {"q": "ひまわり広場"}).text


def test_the_way_of_a_voice_is_in_order(client: Client) -> None:
    asked = ConsultationFactory(answered=True)
    voice = ProposalFactory(consultation=asked, published_at=asked.opens_at)
    ReplyFactory(proposal=voice).publish(by=make_secretariat())
    titles = [step.title for step in client.get(voice.get_absolute_url()).context["timeline"]]
    assert titles[0] == "投稿されました"
    assert titles[1] == "テーマ全体への市の回答が公開されました"
    assert titles[2].startswith("市の考え方：反映")


@pytest.mark.parametrize(
    ("channel", "title"),
    [
        ("web", "投稿されました"), ("paper", "紙で寄せられました"), ("desk", "窓口で寄せられました"),
        ("workshop", "ワークショップで寄せられました"), ("legacy", "旧Liqlidで寄せられました"),
    ],
)  # fmt: skip
def test_a_voice_from_paper_or_a_meeting_was_brought_in_not_posted(client: Client, channel: str, title: str) -> None:
    voice = ProposalFactory(channel=channel)
    assert client.get(voice.get_absolute_url()).context["timeline"][0].title == title


def test_the_way_leads_to_where_the_reply_stands(client: Client) -> None:
    reply = ReplyFactory(proposal=ProposalFactory())
    reply.publish(by=make_secretariat())
    page = client.get(f"{reply.proposal.get_absolute_url()}way/").text
    address = f"{reply.proposal.get_absolute_url()}#reply-{reply.pk}"
    assert f'href="{address}"' in page
    assert f'id="reply-{reply.pk}"' in client.get(address).text


def test_the_way_tells_nothing_of_drafts(client: Client) -> None:
    voice = ProposalFactory()
    draft = TopicFactory(consultation=voice.consultation, published_at=None, title="下書きの論点")
    draft.group([voice], by=make_secretariat())
    assert "下書きの論点" not in client.get(voice.get_absolute_url()).text


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ("", {"a", "b", "c"}),
        ("replied", {"a", "b"}),
        ("waiting", {"c"}),
        ("status-reflected", {"a", "b"}),
        ("status-reviewing", {"c"}),
        ("nonsense", {"a", "b", "c"}),
    ],
)
def test_voices_are_filtered_by_what_the_city_said(client: Client, chosen: str, found: set[str]) -> None:
    asked, by = ConsultationFactory(slug="filter"), make_secretariat()
    voices = {name: ProposalFactory(consultation=asked) for name in "abc"}
    topic = TopicFactory(consultation=asked)
    topic.group([voices["b"]], by=by)
    ReplyFactory(proposal=voices["a"]).publish(by=by)
    ReplyFactory(topic=topic).publish(by=by)
    ReplyFactory(proposal=voices["c"], draft_status=reviewing()).publish(by=by)
    rows = client.get("/consultations/filter/", {"reply": chosen}).context["page"].rows
    assert {name for name, voice in voices.items() if voice in rows} == found


def test_a_department_cannot_see_or_touch_anothers_draft(sign_in: SignIn) -> None:
    own, other = DepartmentFactory(), DepartmentFactory()
    asked = ConsultationFactory(department=own)
    theirs = ReplyFactory(proposal=ProposalFactory(consultation=asked), department=other, draft_body="よその下書き")
    browser = sign_in(make_staff(own))
    assert browser.get(change_page(theirs)).status_code == 404
    sent = {"draft_body": "書きかえ", "act": "publish"}
    assert browser.post(change_page(theirs), sent).status_code == 404
    assert (
        browser.post(reverse("admin:consultations_reply_delete", args=[theirs.pk]), {"post": "yes"}).status_code == 403
    )
    assert "よその下書き" not in browser.get(reverse("admin:consultations_reply_changelist"), {"q": "下書き"}).text
    theirs.refresh_from_db()
    assert (theirs.draft_body, theirs.is_published) == ("よその下書き", False)


def test_who_opens_a_reply(sign_in: SignIn) -> None:
    reply = ReplyFactory(proposal=ProposalFactory())
    people = {
        "own": make_staff(reply.department),
        "other": make_staff(),
        "moderator": make_moderator(),
        "secretariat": make_secretariat(),
        "resident": UserFactory(),
    }
    seen = {name: sign_in(person).get(change_page(reply)).status_code for name, person in people.items()}
    assert seen == {"own": 200, "other": 404, "moderator": 403, "secretariat": 200, "resident": 403}


def write(browser: Client, code: str, department: Any, **typed: Any) -> Any:
    address = f"{ADD}?code={code}&department={department.pk}"
    words = {"draft_status": str(ReplyStatusFactory().pk), "draft_body": "反映します。"}
    named = {"code": code, "department": str(department.pk)}
    return browser.post(address, form_of(browser, ADD) | named | words | typed, follow=True)


def test_staff_write_publish_and_correct_a_reply(sign_in: SignIn, client: Client) -> None:
    voice = ProposalFactory(body="木陰に<b>ベンチ</b>を\n置いてほしい")
    department = voice.consultation.department
    browser = sign_in(make_staff(department))
    words = "木陰に&lt;b&gt;ベンチ&lt;/b&gt;を<br>置いてほしい"
    assert words in browser.get(f"{ADD}?code={voice.code}").text, "who answers has the voice before the eyes"
    write(browser, voice.code.lower(), department)
    reply = Reply.objects.get()
    page = browser.get(change_page(reply)).text
    assert words in page
    assert "回答の経過" not in page, "no empty heading"
    assert (reply.target, reply.is_published) == (voice, False)
    done = browser.post(change_page(reply), form_of(browser, change_page(reply)) | {"act": "publish"}, follow=True)
    assert [str(one) for one in done.context["messages"]] == ["市の考え方を公開しました。"]
    assert "反映します。" in client.get(voice.get_absolute_url()).text
    assert f"{reply.changes.get()}".startswith("令和")
    assert f"{reply.changes.get()}" in browser.get(change_page(reply)).text
    corrected = {"draft_body": "来年度に反映します。", "act": "publish"}
    browser.post(change_page(reply), form_of(browser, change_page(reply)) | corrected)
    assert [change.body for change in reply.changes.all()] == ["反映します。", "来年度に反映します。"]
    again = browser.post(change_page(reply), form_of(browser, change_page(reply)) | {"act": "publish"}, follow=True)
    assert "公開中の内容と同じです" in str(again.context["adminform"].form.errors["draft_body"])
    assert (
        browser.post(reverse("admin:consultations_reply_delete", args=[reply.pk]), {"post": "yes"}).status_code == 403
    )


def test_a_second_reply_of_the_department_and_a_foreign_voice_are_said_at_the_field(sign_in: SignIn) -> None:
    voice, foreign = ProposalFactory(), ProposalFactory()
    department = voice.consultation.department
    browser = sign_in(make_staff(department))
    ReplyFactory(proposal=voice, department=department)
    assert "この課の回答がすでにあります" in write(browser, voice.code, department).text
    assert "あなたの課の担当ではない番号" in write(browser, foreign.code, department).text
    other = foreign.consultation.department
    assert write(browser, voice.code, other).context["adminform"].form.errors["department"]
    assert Reply.objects.count() == 1


def test_publishing_a_half_reply_is_said_at_the_field(sign_in: SignIn) -> None:
    draft = TopicFactory(published_at=None)
    answer = write(sign_in(make_secretariat()), draft.code, DepartmentFactory(), draft_body=" ", act="publish")
    errors = answer.context["adminform"].form.errors
    assert set(errors) == {"draft_body", "act"}
    assert not Reply.objects.exists()


@pytest.mark.parametrize("act", ["", "publish"])
def test_two_staff_on_one_draft_see_both_texts(sign_in: SignIn, act: str) -> None:
    reply = ReplyFactory(proposal=ProposalFactory(), draft_body="はじめの下書き")
    first, second = (sign_in(make_staff(reply.department)) for _n in range(2))
    opened = form_of(second, change_page(reply))
    first.post(change_page(reply), form_of(first, change_page(reply)) | {"draft_body": "先に保存した文"})
    late = second.post(change_page(reply), opened | {"draft_body": "あとから書いた文", "act": act})
    assert late.status_code == 409
    for words in ("先に保存した文", "あとから書いた文", "保存していません"):
        assert words in late.text
    reply.refresh_from_db()
    assert (reply.draft_body, reply.is_published) == ("先に保存した文", False)
    chosen = opened | {"version": str(reply.draft_version), "draft_body": "二つを合わせた文"}
    assert late.context["adminform"].form["version"].value() == str(reply.draft_version)
    assert second.post(change_page(reply), chosen).status_code == 302
    reply.refresh_from_db()
    assert reply.draft_body == "二つを合わせた文"


def test_a_form_without_its_version_overwrites_nothing(sign_in: SignIn) -> None:
    reply = ReplyFactory(proposal=ProposalFactory(), draft_body="下書き")
    browser = sign_in(make_staff(reply.department))
    sent = form_of(browser, change_page(reply)) | {"version": "", "draft_body": "書きかえ"}
    assert browser.post(change_page(reply), sent).status_code == 409


def test_a_stale_draft_is_refused_by_its_verb_too() -> None:
    reply, by = ReplyFactory(proposal=ProposalFactory()), make_secretariat()
    stale = Reply.objects.get(pk=reply.pk)
    reply.save_draft(by=by)
    with pytest.raises(ActionRefused, match="ほかの職員"):
        stale.save_draft(by=by)


def test_what_is_missing_answers_422(sign_in: SignIn) -> None:
    answer = write(sign_in(make_secretariat()), TopicFactory().code, DepartmentFactory(), draft_body=" ", act="publish")
    assert answer.status_code == 422


def test_a_preview_shows_markdown_and_keeps_nothing(sign_in: SignIn) -> None:
    reply = ReplyFactory(proposal=ProposalFactory(), draft_body="下書き")
    browser, address = sign_in(make_staff(reply.department)), reverse("admin:consultations_reply_preview")
    assert f'formaction="{address}"' in browser.get(change_page(reply)).text
    typed = {"draft_status": str(reviewing().pk), "draft_body": "**来年度**に行います。<script>alert(1)</script>"}
    page = browser.post(address, typed)
    assert "<strong>来年度</strong>に行います。" in page.text
    assert "検討中" in page.text
    assert "<script>alert" not in page.text
    reply.refresh_from_db()
    assert (reply.draft_body, ReplyChange.objects.count()) == ("下書き", 0)
    assert browser.post(address, {"draft_body": " "}).status_code == 422
    assert browser.get(address).status_code == 405
    assert sign_in(UserFactory()).post(address, typed).status_code in {302, 403}
    assert sign_in(make_moderator()).post(address, typed).status_code == 403
