"""Whose words a page is about: a consultation or a viewpoint, and the choice that narrows them down."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from apps.analysis.models.snapshot import ATTRIBUTES
from apps.consultations.models import Consultation, Proposal
from apps.vision.models import Viewpoint


@dataclass(frozen=True)
class Choice:
    """What narrows a cloud down, and by what it measures words."""

    question: int | None = None
    since: date | None = None
    until: date | None = None
    channel: str = ""
    tag: Any = None
    state: str = ""
    reply: str = ""
    age_band: str = ""
    district: str = ""
    relation: str = ""
    measure: str = "uses"

    @property
    def attribute(self) -> str:
        """The attribute of persons that is asked for, if any: then only counts of five people or more are shown."""
        return next((name for name in ATTRIBUTES if getattr(self, name)), "")

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return any(getattr(self, field.name) for field in fields(self) if field.name != "measure")

    @property
    def query(self) -> dict[str, Any]:
        """As it stands in an address."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        plain = {name: getattr(value, "slug", value) for name, value in given.items() if value}
        return {name: value for name, value in plain.items() if (name, value) != ("measure", "uses")}

    def apply(self, proposals: Any) -> Any:
        """The proposals that are left."""
        rows = proposals.published_between(self.since, self.until).that_are(
            question__number=self.question,
            channel=self.channel,
            age_band=self.age_band,
            district=self.district,
            relation=self.relation,
        )
        if self.state:
            rows = rows.of_consultations(Consultation.objects.public().in_state(self.state).order_by().values("pk"))
        rows = rows.in_reply_state(self.reply)
        return rows.tagged(self.tag) if self.tag else rows


@dataclass(frozen=True)
class Scope:
    """A consultation or a viewpoint, with its public proposals and its addresses."""

    key: str
    title: str
    where: dict[str, Any]
    consultation: Consultation | None
    viewpoint: Viewpoint | None

    def proposals(self) -> Any:
        """Its public proposals."""
        rows = Proposal.objects.public()
        return rows.in_consultation(self.consultation) if self.consultation else rows.of_viewpoint(self.viewpoint)

    def others(self, choice: Choice) -> Any:
        """What distinctive words are measured against: the rest of it, or of the portal when nothing is narrowed."""
        if choice.narrows:
            return self.proposals().outside(choice.apply(self.proposals()))
        return Proposal.objects.public().outside(self.proposals())

    def address(self, page: str, **more: Any) -> str:
        """The address of one of its pages: cloud, word, svg …"""
        prefix = "viewpoint_" if self.viewpoint else ""
        return reverse(f"analysis:{prefix}{page}", kwargs={**self.where, **more})

    @property
    def cloud_url(self) -> str:
        """Its cloud without any choice."""
        return self.address("cloud")

    @property
    def status_url(self) -> str:
        """How far its reading is."""
        return self.address("status")

    @property
    def freeze_url(self) -> str:
        """Where staff keep a page as it is."""
        return self.address("freeze")

    @property
    def draw_url(self) -> str:
        """Where a page of a large set asks for its analysis."""
        return self.address("draw")

    @property
    def subject(self) -> Any:
        """The consultation or viewpoint itself."""
        return self.consultation or self.viewpoint

    @property
    def parent_url(self) -> str:
        """The page that it belongs to."""
        return self.consultation.get_absolute_url() if self.consultation else reverse("consultations:list")


def scope_of(*, slug: str = "", number: int = 0) -> Scope:
    """The consultation or viewpoint of an address, or 404."""
    if slug:
        asked = get_object_or_404(Consultation.objects.public(), slug=slug)
        return Scope(f"c{asked.pk}", asked.title, {"slug": slug}, asked, None)
    view = get_object_or_404(Viewpoint.objects.all(), number=number)
    return Scope(f"v{view.pk}", str(view), {"number": number}, None, view)
