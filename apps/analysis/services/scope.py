"""Scope (consultation or viewpoint) and filter of the pages about words."""

from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from typing import cast

from django.shortcuts import get_object_or_404
from django.urls import reverse

from apps.analysis.models import ThemeStopWord
from apps.analysis.models.snapshot import ATTRIBUTES
from apps.consultations.models import Consultation, Proposal, Tag
from apps.consultations.models.proposal_queryset import ProposalQuerySet
from apps.vision.models import Viewpoint

HOW = ("once", "measure")  # how it is counted, not what


@dataclass(frozen=True)
class WordFilter:
    """The filter of a page, and the measure of its words (a key of `word_cloud.MEASURES`)."""

    question: int | None = None
    since: date | None = None
    until: date | None = None
    channel: str = ""
    tag: Tag | None = None
    state: str = ""
    reply: str = ""
    age_band: str = ""
    district: str = ""
    relation: str = ""
    once: bool = False  # of nearly the same texts only the first is counted
    measure: str = "uses"

    @property
    def attribute(self) -> str:
        """Return the attribute of authors in the filter, if any: then only counts of FEWEST people or more are shown."""
        return next((name for name in ATTRIBUTES if getattr(self, name)), "")

    @property
    def narrows(self) -> bool:
        """Return True if it filters anything."""
        return any(getattr(self, field.name) for field in fields(self) if field.name not in HOW)

    @property
    def query(self) -> dict[str, object]:
        """Return the query-string parameters, without defaults."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        plain = {
            name: "1" if value is True else getattr(value, "slug", value) for name, value in given.items() if value
        }
        return {name: value for name, value in plain.items() if (name, value) != ("measure", "uses")}

    def apply(self, proposals: ProposalQuerySet) -> ProposalQuerySet:
        """Return the proposals that match."""
        columns = {
            "question__number": self.question,
            "channel": self.channel,
            "age_band": self.age_band,
            "district": self.district,
            "relation": self.relation,
        }
        rows = proposals.published_between(self.since, self.until)
        rows = rows.filter(**{name: value for name, value in columns.items() if value})
        if self.state:
            consultations = Consultation.objects.public().in_state(self.state)
            rows = rows.filter(consultation__in=consultations.order_by().values("pk"))
        rows = rows.in_reply_state(self.reply)
        rows = rows.tagged(self.tag) if self.tag else rows
        return rows.each_once() if self.once else rows


def without(proposals: ProposalQuerySet, others: ProposalQuerySet) -> ProposalQuerySet:
    """Return the proposals that are not among the others."""
    return proposals.exclude(pk__in=others.order_by().values("pk"))


@dataclass(frozen=True)
class Scope:
    """A consultation or a viewpoint, with its public proposals and URLs. `where` holds the URL's keyword arguments."""

    key: str
    title: str
    where: dict[str, str | int]
    consultation: Consultation | None
    viewpoint: Viewpoint | None

    def proposals(self) -> ProposalQuerySet:
        """Return its public proposals."""
        rows = Proposal.objects.public()
        if self.consultation:
            return rows.in_consultation(self.consultation)
        return rows.filter(consultation__viewpoints=self.viewpoint)

    @cached_property
    def left_out(self) -> frozenset[str]:
        """Return the stop words of its theme."""
        return ThemeStopWord.objects.of_theme(self.consultation)

    def others(self, word_filter: WordFilter) -> ProposalQuerySet:
        """Return what distinctive words are compared with: the rest of the scope, or of the portal without a filter."""
        if word_filter.narrows:
            return without(self.proposals(), replace(word_filter, once=False).apply(self.proposals()))
        return without(Proposal.objects.public(), self.proposals())

    def url(self, page: str, **more: str | int) -> str:
        """Return the URL of one of its pages: cloud, word, svg …"""
        prefix = "viewpoint_" if self.viewpoint else ""
        return reverse(f"analysis:{prefix}{page}", kwargs={**self.where, **more})

    @property
    def cloud_url(self) -> str:
        """Return the URL of its cloud without a filter."""
        return self.url("cloud")

    @property
    def image_url(self) -> str:
        """Return the URL of its cloud as an image, without a filter."""
        return self.url("png")

    @property
    def status_url(self) -> str:
        """Return the URL of its reading progress."""
        return self.url("status")

    @property
    def freeze_url(self) -> str:
        """Return the URL at which staff freeze a snapshot."""
        return self.url("freeze")

    @property
    def draw_url(self) -> str:
        """Return the URL at which a large analysis is requested."""
        return self.url("draw")

    @property
    def subject(self) -> Consultation | Viewpoint:
        """Return the consultation or viewpoint."""
        return self.consultation or cast("Viewpoint", self.viewpoint)

    @property
    def parent_url(self) -> str:
        """Return the URL of the page above."""
        return self.consultation.get_absolute_url() if self.consultation else reverse("consultations:list")


def scope_of(*, slug: str = "", number: int = 0) -> Scope:
    """Return the public consultation or the viewpoint of a URL; raises Http404."""
    if slug:
        consultation = get_object_or_404(Consultation.objects.public(), slug=slug)
        return Scope(f"c{consultation.pk}", consultation.title, {"slug": slug}, consultation, None)
    viewpoint = get_object_or_404(Viewpoint.objects.all(), number=number)
    return Scope(f"v{viewpoint.pk}", str(viewpoint), {"number": number}, None, viewpoint)
