"""Cases and opinions for tests, made through the verbs."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from apps.accounts.models import Department
from apps.documents.models import DocumentVersion, Section
from apps.public_comments import actions
from apps.public_comments.actions import PartText, SenderFacts
from apps.public_comments.models import Case, CasePaper, CityView, Eligibility, Opinion, ViewKind
from tests.accounts.factories import DepartmentFactory
from tests.documents.factories import DocumentFactory, one_page_pdf, published

NAME, ADDRESS = "調布見本", "調布市見本町1-2-3"
counter = iter(range(1, 10**6))


def draft_case(department: Department | None = None, version: DocumentVersion | None = None, **fields: Any) -> Case:
    """A case that is being prepared, of thirty days from today on, with all that its announcement needs."""
    today = timezone.localdate()
    department = department or (version.document.department if version else DepartmentFactory())
    opens = fields.pop("opens_on", today)
    facts: dict[str, Any] = {
        "title": "水と緑の計画（素案）", "slug": f"case-{next(counter)}", "department": department,
        "version": version or published(DocumentFactory(department=department)), "summary": "水辺のこれからを決めます。",
        "opens_on": opens, "closes_on": opens + timedelta(days=29), "send_to": "〒182-0000 見本課", "places": "市役所3階",
    }  # fmt: skip
    facts |= {"result_due_on": opens + timedelta(days=90), "delete_senders_on": opens + timedelta(days=365)}
    case = Case.objects.create(**facts | fields)
    case.eligible.set(Eligibility.objects.all())
    return case


def open_case(department: Department | None = None, **fields: Any) -> Case:
    """A case that takes opinions from today on."""
    case = draft_case(department, **fields)
    actions.announce_case(case=case, by=None)
    return case


def add_paper(case: Case) -> CasePaper:
    """A related paper of a case."""
    paper = CasePaper(case=case, title="別紙")
    paper.file.save("paper.pdf", ContentFile(one_page_pdf()))
    return paper


def close(case: Case, day: date | None = None) -> Case:
    """Move the period of a case into the past, so that it closed yesterday or on this day."""
    closes = day or timezone.localdate() - timedelta(days=1)
    Case.objects.filter(pk=case.pk).update(opens_on=closes - timedelta(days=29), closes_on=closes)
    case.refresh_from_db()
    return case


def kind(code: str = "resident") -> Eligibility:
    """A category of senders."""
    return Eligibility.objects.get(code=code)


def sender(name: str = NAME, **fields: str) -> SenderFacts:
    """What was said of a sender."""
    return SenderFacts(**{"name": name, "address": ADDRESS, **fields})


def sent(case: Case, *bodies: str, section: Section | None = None, **fields: Any) -> Opinion:
    """An opinion that was sent on the web."""
    return sent_with_words(case, *bodies, section=section, **fields)[0]


def sent_with_words(case: Case, *bodies: str, section: Section | None = None, **fields: Any) -> tuple[Opinion, str]:
    """An opinion that was sent on the web, and its passphrase."""
    facts: dict[str, Any] = {"sender": sender(), "eligibility": kind(), "ip": f"10.0.0.{next(counter)}", **fields}
    opinion = actions.send_opinion(
        case=case, parts=parts(bodies or ("木を植えてください。",), section), submit_key=uuid.uuid4(), **facts
    )
    return opinion.opinion, opinion.passphrase


def entered(case: Case, *bodies: str, channel: str = "post", **fields: Any) -> Opinion:
    """An opinion that staff typed in."""
    facts: dict[str, Any] = {
        "sender": sender(),
        "eligibility": kind(),
        "received_on": case.opens_on,
        "by": None,
        **fields,
    }
    entry = actions.enter_opinion(
        case=case, parts=parts(bodies or ("川を守ってください。",)), channel=channel, submit_key=uuid.uuid4(), **facts
    )
    return entry.opinion


def parts(bodies: Sequence[str], section: Section | None = None) -> list[PartText]:
    """Parts about one section, or the whole."""
    return [PartText(section, body) for body in bodies]


def viewed(case: Case, *, kind: str | None = "reference", text: str = "市の答えです。", **fields: Any) -> CityView:
    """A city view of a case, without points."""
    chosen = ViewKind.objects.get(code=kind) if kind else None
    view = CityView(case=case, kind=chosen, text=text, **{"summary": "木を植えてほしい。", **fields})
    return actions.write_view(view=view, edition=0, by=None)


def answered(case: Case, *, publish: bool = True, **fields: Any) -> Any:
    """The published result of a closed case in which one view answers every opinion; without `publish` the work for it."""
    view = viewed(case, **fields)
    for opinion in case.opinions.accepted().order_by("pk"):
        for part in opinion.parts.current().filter(points=None):
            actions.cut_point(part=part, quote=part.body, view=view, by=None)
    if not publish:
        return None
    actions.hand_in_result(case=case, by=None)
    return actions.publish_result(case=case, by=None)
