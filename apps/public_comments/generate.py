"""Make cases for demonstrations, tests and load through the verbs that residents and staff use."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from apps.accounts.models import Department
from apps.documents.models import DocumentVersion, Section
from apps.public_comments import actions
from apps.public_comments.actions import PartText, SenderFacts
from apps.public_comments.models import (
    Case,
    Channel,
    CityView,
    Eligibility,
    Opinion,
    OpinionPart,
    OpinionPoint,
    Sender,
    ViewKind,
)

DAYS, STILL_OPEN = 45, 15  # a sample case is open so long, and moved along when fewer days are left
SENT, DUE, KEPT = 31, 60, 365  # days: ago the answered sample closed; from the close to the result; to the deletion
OPENED_BY_NOBODY = "!"  # a hash that no words have
AT_ONCE = 1000  # rows in one statement
PLACES = ("水辺の休み場", "自転車置き場", "図書室", "相談の窓口", "公園の日陰", "子どもの遊び場", "街灯", "集会施設")
CHANNELS = (Channel.WEB, Channel.POST, Channel.FAX, Channel.COUNTER, Channel.MAIL)


def open_sample(*, slug: str, title: str, summary: str, version: DocumentVersion, department: Department) -> Case:
    """Return a case that is open from today on."""
    today = timezone.localdate()
    closes = today + timedelta(days=DAYS - 1)
    case = Case.objects.create(
        slug=slug, title=title, summary=summary, version=version, department=department, opens_on=today, closes_on=closes,
        send_to="（見本）実際の提出先ではありません。", places="（見本）実際の場所ではありません。",
        result_due_on=closes + timedelta(days=DUE), delete_senders_on=closes + timedelta(days=KEPT),
    )  # fmt: skip
    case.eligible.set(Eligibility.objects.all())
    actions.announce_case(case=case, by=None)
    return case


def send_samples(case: Case, bodies: Sequence[tuple[str, str]]) -> list[Opinion]:
    """Send these opinions, (key of a section or empty, words), by each channel in turn. Return them."""
    sections = {section.key: section for section in case.version.sections.all()}
    resident = Eligibility.objects.get_by_natural_key("resident")
    sent = []
    for number, (key, body) in enumerate(bodies, start=1):
        channel = CHANNELS[(number - 1) % len(CHANNELS)]
        said: dict[str, Any] = {
            "case": case, "parts": [PartText(sections.get(key), body)], "eligibility": resident, "submit_key": uuid.uuid4(),
            "sender": SenderFacts(f"見本 {number}", "見本の住所"),
        }  # fmt: skip
        if channel == Channel.WEB:
            sent.append(actions.send_opinion(**said, ip=f"sample-{number}").opinion)
        else:
            sent.append(
                actions.enter_opinion(**said, channel=channel, received_on=timezone.localdate(), by=None).opinion
            )
    return sent


def answer_sample(
    case: Case, opinions: Sequence[Opinion], views: Sequence[tuple[str, str, str, Section | None, Sequence[int]]]
) -> None:
    """Close a case and publish its result.

    views: (意見の概要, code of the kind, 市の考え方, changed section, places of the opinions in the list) of each.
    """
    closes = timezone.localdate() - timedelta(days=SENT)
    moved = {"opens_on": closes - timedelta(days=DAYS - 1), "closes_on": closes}
    Case.objects.filter(pk=case.pk).update(**moved, result_due_on=closes + timedelta(days=SENT))
    Opinion.objects.filter(case=case).update(received_on=closes, created_at=F("created_at") - timedelta(days=SENT))
    case.refresh_from_db()
    for summary, kind, text, changed, places in views:
        answered = [Opinion.objects.for_pages().get(pk=opinions[place].pk).current_parts[0] for place in places]
        view = CityView(
            case=case, summary=summary, kind=ViewKind.objects.get_by_natural_key(kind), text=text, changed_section=changed,
            section=answered[0].section,
        )  # fmt: skip
        actions.write_view(view=view, edition=0, by=None)
        for part in answered:
            actions.cut_point(part=part, quote=part.body, view=view, by=None)
    actions.hand_in_result(case=case, by=None)
    actions.publish_result(case=case, by=None)


def fill_closed(case: Case, *, opinions: int, views: int) -> None:
    """Close a case and store so many letters, each with one point, in so many views: for load, in bulk and not by the verbs."""
    closes = timezone.localdate() - timedelta(days=1)
    Case.objects.filter(pk=case.pk).update(opens_on=closes - timedelta(days=DAYS - 1), closes_on=closes)
    case.refresh_from_db()
    sections = [None, *case.version.sections.in_order()]
    kind = ViewKind.objects.get_by_natural_key("reference")
    groups = CityView.objects.bulk_create(
        CityView(
            case=case, number=number, section=sections[number % len(sections)], kind=kind,
            summary=f"（見本）{PLACES[number % len(PLACES)]}を増やし、だれでも使えるようにしてほしい。その{number}",
            text="（見本）いただいた意見は、計画を進めるときの参考にします。" * (1 + number % 6),
        )
        for number in range(1, views + 1)
    )  # fmt: skip
    resident = Eligibility.objects.get_by_natural_key("resident")
    letters = Opinion.objects.bulk_create(
        [
            Opinion(
                case=case, number=f"{number:08d}", channel=CHANNELS[number % len(CHANNELS)], eligibility=resident,
                received_on=closes, passphrase=OPENED_BY_NOBODY,
            )
            for number in range(1, opinions + 1)
        ],
        batch_size=AT_ONCE,
    )  # fmt: skip
    rows = []
    for number, letter in enumerate(letters):
        place, section = PLACES[number % len(PLACES)], sections[number % len(sections)]
        part = OpinionPart(
            opinion=letter,
            section=section,
            body=f"（見本）{place}がもっと近くにあると助かります。{number}番目の意見です。",
        )
        part.note_words()
        rows.append(part)
    parts = OpinionPart.objects.bulk_create(rows, batch_size=AT_ONCE)
    Sender.objects.bulk_create(
        (Sender(opinion=letter, name=f"見本 {letter.number}", address="見本の住所") for letter in letters),
        batch_size=AT_ONCE,
    )
    OpinionPoint.objects.bulk_create(
        (OpinionPoint(part=part, quote=part.body, view=groups[at % len(groups)]) for at, part in enumerate(parts)),
        batch_size=AT_ONCE,
    )


def keep_open(slug: str) -> None:
    """Move the period of a sample along with the calendar, so that one can always send an opinion."""
    today = timezone.localdate()
    closes = today + timedelta(days=DAYS - 1)
    Case.objects.filter(slug=slug, answered_at=None, closes_on__lt=today + timedelta(days=STILL_OPEN)).update(
        opens_on=today,
        closes_on=closes,
        result_due_on=closes + timedelta(days=DUE),
        delete_senders_on=closes + timedelta(days=KEPT),
    )
