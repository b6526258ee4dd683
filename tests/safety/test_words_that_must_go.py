"""Words that must go, go: a word is planted in every column that leads to a text, the text is struck, erased, hidden, taken
back or left behind, and then everything that the portal keeps is searched. Nothing here knows where copies are.

What stays is named in STAYS, with the sentence of the page プライバシー that says so.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings as portal
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Invitation, Restriction
from apps.analysis.models import Snapshot
from apps.analysis.tasks import read_proposals
from apps.consultations import actions
from apps.consultations.models import Batch, InternalNote, ModerationCase, Proposal, ResultReport
from apps.consultations.tasks import erase_withdrawn
from apps.core.textfields import TypedField
from apps.council.models import Challenge
from apps.operations.models import Job, Outbox
from apps.operations.tasks import deliver_mail, forget_dead_mail
from tests.accounts.factories import UserFactory, make_moderator, make_secretariat, make_superuser
from tests.consultations.factories import ConsultationFactory, ProposalFactory, ReplyFactory, TopicFactory
from tests.consultations.moderation import ArticleFactory, comment_on, erased, propose
from tests.council.factories import ProjectFactory
from tests.house.test_copies import MACHINE, OTHER_COLUMNS, OWN_TEXTS, typed_columns
from tests.safety.dump import everything, in_cache, places_of
from tests.safety.test_get_is_safe import crawl
from tests.safety.world import visit

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
WORD = "ゾワヌキ"
SENTENCE = f"{WORD}花子さんの電話番号が知りたい"
NAME, OLD, MAIL = "ブヌケモ", "ラヘヌポ", "gone.person@example.net"
CITYS = "市の回答、論点、協議会の取組など、市や団体の文：市の文書の決まりによる期間"
A_DAY = "集計やログインの回数の一時的な写し：1日"
A_YEAR = "その後、本文、見出し、表示名、編集する前の文、年代などの属性と、だれの投稿だったかを消します"


class Voice:
    """A proposal of somebody, with everything that others did about it, by the doors that people use."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.theme = ConsultationFactory(slug="words", closed=False)
        self.author = UserFactory(nickname=NAME, email=MAIL)
        self.staff, self.moderator, self.reader = make_secretariat(), make_moderator(), UserFactory(nickname="読む人")
        said = {"title": f"{WORD}のこと", "tags": [f"{WORD}会"], "age_band": "40s", "anonymous": False}
        self.text = propose(self.theme, self.author, f"{SENTENCE}。公園のベンチも。", **said)
        self.text = actions.edit_proposal(
            proposal=self.text, by=self.author, title=self.text.title, body=f"{self.text.body} 追記しました。"
        )
        self.text.revisions.update(title=OLD)
        other = ProposalFactory(consultation=self.theme, author=self.reader, body="公園の水辺にベンチがほしい")
        actions.set_like(user=self.reader, proposal=self.text, wanted=True)
        self.comment = comment_on(other, self.author, f"{SENTENCE}。コメントでした。")
        actions.report(text=self.text, by=self.reader, reason="personal", words="名前")
        actions.request_takedown(
            text=self.text, wish="delete", reason="番号", email="applicant@example.com", submit_key=uuid4()
        )
        InternalNote.objects.create(proposal=self.text, body="メモ")
        ReplyFactory(proposal=self.text).publish(by=None)
        topic = TopicFactory(consultation=self.theme)
        topic.group([self.text, other], by=None)
        ReplyFactory(topic=topic).publish(by=None)
        Challenge.objects.create(title="課題", body="足りません", proposal=self.text)
        ProjectFactory(proposal=self.text)
        self.case = ModerationCase.objects.for_target(self.text).get()
        self._files()
        read_proposals()

    def _files(self) -> None:
        """What a file of staff held, and an export."""
        job, _new = Job.objects.enqueue(
            kind="export-proposals", key="x", title="書き出し", about=self.theme, url="/", by=self.staff
        )
        job.begin()
        job.attach("voices.csv", ContentFile(SENTENCE.encode()))
        batch = Batch.objects.create(
            consultation=self.theme, source="file", channel="web", file_name="voices.csv",
            file=ContentFile(SENTENCE.encode(), "voices.csv"), result={"rows": 1, "voices": [[2, "", SENTENCE]]},
        )  # fmt: skip
        Proposal.objects.filter(pk=self.text.pk).update(batch=batch)
        self.text.refresh_from_db()

    def quoted_everywhere(self) -> "Voice":
        """Whoever could write about it has quoted it, and what came of that is frozen."""
        planted = plant(self.text)
        assert len(planted) > 15, planted
        for reply in self.text.replies.all():
            ResultReport.objects.create(
                consultation=self.theme, edition=1, as_of=timezone.now(), figures={"topics": [{"body": reply.body}]}
            )
        return self

    def frozen(self, client: Client) -> list[str]:
        """Every page of words, kept as it is; the addresses."""
        queries = {"compare": "a-channel=web"}
        for kind in Snapshot.Kind.values:
            client.post(f"/analysis/words/freeze/?{queries.get(kind, '')}", {"kind": kind, "title": kind})
        self.clock.shift(timedelta(minutes=1))
        return [kept.get_absolute_url() for kept in Snapshot.objects.all()]


def plant(text: Proposal) -> list[str]:
    """Put the sentence into every typed column of every row that leads to a text, past triggers; which columns."""
    planted = []
    waiting: list[Any] = [Proposal.objects.filter(pk=text.pk)]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    while waiting:
        rows = waiting.pop()
        for relation in rows.model._meta.related_objects:
            model: Any = relation.related_model
            found = model._base_manager.filter(**{f"{relation.field.name}__in": list(rows)})
            if model._meta.label in {"consultations.Comment", *MACHINE} or not found.exists():
                continue
            planted += _plant(model, found)
            if model._meta.label not in OWN_TEXTS:
                waiting.append(found)
    return planted


def _plant(model: Any, rows: Any) -> list[str]:
    table, done = model._meta.db_table, []
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        for name in typed_columns(model):
            field = model._meta.get_field(name)
            room = getattr(field, "max_length", None) or 1000
            is_words = type(field) in {models.CharField, models.TextField} or isinstance(field, TypedField)
            if is_words and not field.unique and room > len(SENTENCE) and str(field) not in OTHER_COLUMNS:
                keys = list(rows.values_list("pk", flat=True))
                with suppress(IntegrityError), transaction.atomic():  # a column that is not filled in this state
                    cursor.execute(f'UPDATE "{table}" SET "{name}" = %s WHERE id = ANY(%s)', [SENTENCE, keys])
                    done.append(f"{table}.{name}")
        cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
    return done


@pytest.fixture
def now() -> Iterator[Any]:
    """The clock moves only where a test moves it."""
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def voice(now: Any, settings: Any, tmp_path: Path) -> Voice:
    """What was said, with files of its own."""
    settings.MEDIA_ROOT = tmp_path
    return Voice(now)


def sweep() -> None:
    """What the portal does by itself within a minute."""
    read_proposals()
    deliver_mail()


def left_of(word: str, stays: dict[str, str] | None = None) -> list[str]:
    """Where a word still stands, but for what stays and is named on the page プライバシー."""
    privacy = next(
        row["fields"]["body"]
        for row in json.loads((portal.BASE_DIR / "fixtures/site_pages.json").read_text(encoding="utf-8"))
        if row["fields"]["slug"] == "privacy"
    )
    for sentence in (stays or {}).values():
        assert sentence in privacy.replace("**", "").replace("\n  保管する期間", ""), sentence
    for key, seconds in in_cache(word).items():
        assert 0 < seconds <= 24 * 3600, key
    return [place for place in places_of(word, everything()) if not place.startswith(tuple(stays or {"-": ""}))]


def test_a_struck_part_is_nowhere_any_more(voice: Voice, sign_in: SignIn) -> None:
    voice.quoted_everywhere()
    voice.frozen(sign_in(voice.staff))
    assert len(left_of(WORD)) > 25, "the search finds what was planted"
    actions.redact(case=voice.case, by=voice.moderator, part=f"{WORD}花子")
    actions.redact(case=voice.case, by=voice.moderator, part=WORD)
    case = actions.open_case(text=voice.comment, by=voice.moderator)
    actions.redact(case=case, by=voice.moderator, part=WORD)
    sweep()
    assert left_of(WORD) == []


def test_an_erased_text_is_nowhere_any_more(voice: Voice, sign_in: SignIn) -> None:
    voice.quoted_everywhere()
    voice.frozen(sign_in(voice.staff))
    erased(voice.case, voice.moderator)
    erased(actions.open_case(text=voice.comment, by=voice.moderator), voice.moderator)
    sweep()
    assert left_of(WORD) == []


@pytest.mark.parametrize("verb", ["hide", "withdraw", "leave"])
def test_what_is_hidden_or_taken_back_is_on_no_page_of_anybody_else(voice: Voice, sign_in: SignIn, verb: str) -> None:
    kept, reader = voice.frozen(sign_in(voice.staff)), sign_in(voice.reader)
    pages = ["/", "/me/notifications/", "/me/data.json", voice.text.get_absolute_url(), "/consultations/words/",
             "/consultations/words/feed.atom", "/consultations/words/proposals.csv", f"/search/?q={WORD}",
             "/analysis/words/", "/analysis/words.json", f"/analysis/words/words/{WORD}/", *kept]  # fmt: skip
    before = [page for page in pages if said_on(reader, page)]
    assert {"/me/notifications/", kept[0], "/analysis/words.json"} <= set(before)
    if verb == "hide":
        for case in (voice.case, actions.open_case(text=voice.comment, by=voice.moderator)):
            actions.decide(case=case, act=actions.HIDE, by=voice.moderator, article=ArticleFactory())
    elif verb == "withdraw":
        actions.withdraw_proposal(proposal=voice.text, by=voice.author)
        actions.withdraw_comment(comment=voice.comment, by=voice.author)
    else:
        sign_in(voice.author).post("/me/delete/", {"texts": "withdraw"})
    at_once = [page for page in pages if said_on(reader, page)]
    assert at_once == [f"/search/?q={WORD}", f"/analysis/words/words/{WORD}/"], "which repeat what was asked for"
    sweep()
    found: list[str] = []
    crawl(reader, pages, lambda page: found.append(page.address) if WORD in said(reader, page.address) else None)
    assert [page for page in found if WORD not in page and "%E3%82%BE" not in page] == []


def said(browser: Client, page: str) -> str:
    """What a page says."""
    answer = visit(browser, page)
    return (answer.read if answer.streaming else answer.content).decode("utf-8", "replace")


def said_on(browser: Client, page: str) -> bool:
    """Whether the word stands on it, as it is or escaped."""
    text = said(browser, page)
    return WORD in text or json.dumps(WORD)[1:-1] in text


@pytest.mark.parametrize("texts", ["keep", "withdraw"])
def test_who_leaves_leaves_no_name_and_no_address(voice: Voice, sign_in: SignIn, now: Any, texts: str) -> None:
    here, elsewhere, door = sign_in(voice.author), sign_in(voice.author), Client()
    elsewhere.get("/me/")
    door.post("/accounts/login/", {"email": MAIL})
    hidden = propose(voice.theme, voice.author, f"{OLD}を非表示に", public_name=NAME)
    case = actions.open_case(text=hidden, by=voice.moderator)
    decision = actions.decide(case=case, act=actions.HIDE, by=voice.moderator, article=ArticleFactory())
    actions.appeal(decision=decision, by=voice.author, words=f"{NAME}より")
    Restriction.objects.create(user=voice.author, kind="limited", reason="理由", article=2, appeal=NAME)
    Outbox.objects.create(key="dead", to=MAIL, subject=NAME, body=NAME, dead=True, tries=8, last_error=MAIL)
    Invitation(email=MAIL, role="moderator").issue(by=voice.staff)
    Outbox.objects.exclude(key="dead").delete()
    assert "session" in places_of(MAIL, everything())
    here.post("/me/delete/", {"texts": texts})
    sweep()
    assert left_of(NAME) == []
    assert left_of(MAIL) == []
    assert [place for place in left_of(OLD) if not place.startswith("consultations_proposal.")] == []
    now.shift(timedelta(days=366))
    erase_withdrawn()
    sweep()
    assert left_of(OLD, {"consultations_auditentry": A_YEAR}) == []
    hidden.refresh_from_db()
    assert (hidden.author_id, hidden.age_band) == (None, "")


def test_a_year_after_it_was_taken_back_nothing_is_left_but_what_the_city_said(
    voice: Voice, sign_in: SignIn, now: Any
) -> None:
    voice.quoted_everywhere()
    voice.frozen(sign_in(voice.staff))
    actions.withdraw_proposal(proposal=voice.text, by=voice.author)
    actions.withdraw_comment(comment=voice.comment, by=voice.author)
    sweep()
    now.shift(timedelta(days=366))
    erase_withdrawn()
    Batch.objects.forget_files()
    Job.objects.all().update(finished_at=timezone.now() - timedelta(days=30))
    Job.objects.forget_files()
    sweep()
    citys = ("reply", "replychange", "topic", "resultreport")
    stays = {f"consultations_{name}.": CITYS for name in citys} | {"council_": CITYS}
    assert left_of(WORD, stays) == []


def test_the_log_of_the_admin_site_names_rows_by_number(voice: Voice, sign_in: SignIn) -> None:
    browser = sign_in(make_superuser())
    browser.post("/admin/accounts/invitation/add/", {"email": "invited@example.net", "role": "moderator"})
    assert Invitation.objects.filter(email="invited@example.net").exists()
    tag = f"/admin/consultations/tag/{voice.text.tags.get().pk}"
    browser.post(
        "/admin/consultations/tag/",
        {"action": "delete_selected", "_selected_action": tag.split("/")[-1], "post": "yes"},
    )
    logged = {place: text for place, text in everything().items() if place.startswith("django_admin_log")}
    assert logged["django_admin_log.object_repr"]
    assert places_of("@", logged) == []
    assert places_of(WORD, logged) == []


def test_mail_that_was_given_up_is_emptied_after_a_month(now: Any) -> None:
    Outbox.objects.create(key="dead", to=MAIL, subject="件名", body=WORD, dead=True, tries=8, last_error=MAIL)
    now.shift(timedelta(days=31))
    assert forget_dead_mail() == 1
    assert left_of(WORD) == left_of(MAIL) == []
    assert not Outbox.objects.dead_letters().exists(), "nobody is there to send it to"


def test_the_address_of_an_invitation_that_nobody_took_goes_after_a_month(now: Any) -> None:
    Invitation(email=MAIL, role="moderator").issue(by=make_secretariat())
    now.shift(timedelta(days=30))
    assert Invitation.objects.forget_unused_emails() == 0
    now.shift(timedelta(days=8))
    assert Invitation.objects.forget_unused_emails() == 1
    assert left_of(MAIL) == []
