"""A small city for the tests that visit every page: as many rows of everything as they ask for, and one of each role."""

import uuid
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from apps.accounts.models import Department, Invitation, Role
from apps.accounts.sign_in import user_for_email
from apps.consultations import actions
from apps.consultations.emails import weekly_digest
from apps.consultations.models import (
    AbuseReport,
    Attachment,
    BackgroundLink,
    Comment,
    Consultation,
    GlossaryTerm,
    Proposal,
    Tag,
)
from apps.operations.models import AuditEntry, Contact, SitePage
from tests.accounts import factories as people
from tests.consultations.factories import CommentFactory, ConsultationFactory, ProposalFactory, QuestionFactory
from tests.consultations.photos import photo
from tests.operations.factories import NotificationFactory, OutboxFactory
from tests.safety.neighbours import Neighbours


class City(Neighbours):
    """The rows, the people, and the address of every page about them."""

    asked: Consultation
    own: Proposal
    comment: Comment
    tag: Tag

    def __init__(self) -> None:
        self.rows = 0
        for slug in ("terms", "privacy", "contact", "policy"):
            SitePage.objects.create(slug=slug, title=slug, body="本文")
        Contact.objects.update(email="sanka@city.example.jp")
        self.department = Department.objects.create(code="parks", name="公園課")
        self.asked = ConsultationFactory(slug="city", department=self.department)
        self.tag = Tag.objects.create(name="水辺", is_approved=True)
        self.asked.tags.add(self.tag)
        self.begin_neighbours()
        self.resident = people.UserFactory(nickname="川べり", consent_version="1", consented_at=timezone.now())
        self.people = {
            "resident": self.resident,
            "council": people.make_council_member(),
            "staff": people.make_staff(self.department),
            "secretariat": people.make_secretariat(),
            "moderator": people.make_moderator(),
            "superuser": people.make_superuser(),
        }
        for person in self.people.values():
            user_for_email(str(person.email))  # as after a first sign-in

    def grow(self, rows: int) -> None:
        """Add until there are this many of everything."""
        while self.rows < rows:
            self.rows += 1
            self._add(self.rows)

    def _add(self, number: int) -> None:
        """One more of everything."""
        asked, person = self.asked, self.resident
        self.own = ProposalFactory(consultation=asked, author=person, body=f"公園の水辺にベンチがほしい {number}")
        other = ProposalFactory(consultation=asked, body=f"公園の水辺を歩きたい {number}")
        for voice in (self.own, other):
            voice.tags.add(self.tag, Tag.objects.get_or_create(name=f"声{number}", defaults={"is_approved": True})[0])
        self.comment = CommentFactory(proposal=self.own, author=person)
        CommentFactory(proposal=self.own, parent=self.comment)
        CommentFactory(proposal=self._first, author=person)
        CommentFactory(proposal=self._first, parent=self._first.comments.first())
        self.own.revisions.create(body="はじめの文")
        actions.set_like(user=person, proposal=other, wanted=True)
        self._consultations(number)
        self._background(number)
        self._records(number, other)
        self.add_neighbours(number, [self.own, other])

    @property
    def _first(self) -> Proposal:
        return Proposal.objects.order_by("pk").first()

    def _consultations(self, number: int) -> None:
        """In every state, followed by the resident."""
        for state in ({}, {"upcoming": True}, {"closed": True}, {"answered": True}, {"draft": True}):
            made = ConsultationFactory(department=self.department, **state)
            made.tags.add(self.tag)
        actions.follow(user=self.resident, consultation=made, wanted=True)

    def _background(self, number: int) -> None:
        """What belongs to the consultation that everything is about."""
        asked, today = self.asked, timezone.localdate()
        QuestionFactory(consultation=asked, number=number + 1, text=f"問い {number}")
        attachment = Attachment(
            consultation=asked, kind="figure", title=f"図{number}", description="図", dated_on=today
        )
        attachment.file.save("figure.png", ContentFile(b"a picture"))
        self.attachment = attachment
        asked.photo_description, asked.photo_credit = "公園の木", "調布市"
        asked.photo.save("photo.jpg", photo())
        BackgroundLink.objects.create(consultation=asked, title=f"資料{number}", url="https://example.com/")
        GlossaryTerm.objects.create(consultation=asked, term=f"ことば{number}", explanation="説明")
        asked.reschedule(by=None, reason="より多くの声を聞くため", closes_at=asked.closes_at + timedelta(hours=1))

    def _records(self, number: int, other: Proposal) -> None:
        """What the portal noted besides."""
        NotificationFactory(recipient_id=self.resident.pk, address=self.own.get_absolute_url())
        OutboxFactory()
        AuditEntry.record("publish", self.asked, by=self.people["secretariat"])
        AbuseReport.objects.submit(by=self.resident, reason="other", text="通報", proposal=other)
        AbuseReport.objects.submit(by=self.resident, reason="other", text="通報", comment=self.comment)
        Tag.objects.create(name=f"新しい{number}")
        people.make_staff(people.DepartmentFactory())
        Invitation.objects.create(
            email=f"new{number}@example.com", role=Role.MODERATOR, token_digest=uuid.uuid4().hex,
            invited_by=self.people["secretariat"],
        )  # fmt: skip

    # --- addresses ------------------------------------------------------------------------------------------------
    def addresses(self) -> dict[str, str]:
        """Every page that a GET may ask for, by the name of its address; admin's own pages included."""
        found: dict[str, str] = {}
        for name in names(get_resolver().url_patterns):
            for variant, address in self.addresses_of(name):
                found[f"{name}{variant}"] = address
        return found

    def addresses_of(self, name: str) -> list[tuple[str, str]]:
        """The addresses that one name stands for, each with what tells it from the others."""
        if name in self._several:
            several = self._several[name]
            return [(f" {words[-1]}" if several[1:] else "", reverse(name, args=words)) for words in several]
        for arguments in self._arguments(name):
            try:
                return [("", reverse(name, args=arguments))]
            except NoReverseMatch:
                continue
        return []

    @property
    def _several(self) -> dict[str, list[list[Any]]]:
        stop = weekly_digest.stop_url(self.resident).rstrip("/").rpartition("/")[2]
        return {
            "consultations:attachment": [[self.asked.slug, self.attachment.pk]],
            "consultations:tag": [[self.tag.slug]],
            "portal:drawing_png": [["park"]],
            "portal:own_list": [[key] for key in ("proposals", "comments", "likes", "follows")],
            "portal:stop_digest": [[stop]],
            "accounts:invitation": [["no-such-token"]],
        }

    def _arguments(self, name: str) -> list[list[Any]]:
        """What an address may be about, the likeliest first."""
        if name.startswith("admin:"):
            return [[], *([row] for row in self._rows_of(name))]
        for beginning, arguments in self.neighbours_arguments.items():
            if name.startswith(beginning):
                return [[], arguments, arguments[:1]]
        voice = [[self.own.code], [self.own.code, self.comment.pk]]
        return [[], *voice] if name.startswith(VOICES) else [[], [self.asked.slug], *voice]

    def _rows_of(self, name: str) -> list[Any]:
        """The newest row of an admin page's model."""
        model = MODELS.get(name.split(":")[1].rpartition("_")[0])
        newest = model._default_manager.order_by("-pk").first() if model else None
        return [newest.pk] if newest else []


VOICES = ("consultations:proposal", "consultations:comment")
MODELS = {f"{model._meta.app_label}_{model._meta.model_name}": model for model in apps.get_models()}


def visit(client: Client, address: str, **query: Any) -> Any:
    """The whole answer to a GET, with files read to their end and closed."""
    answer = client.get(address, **query)
    if answer.streaming:
        answer.read = b"".join(answer.streaming_content)
    return answer


def names(patterns: list[Any], prefix: str = "") -> list[str]:
    """Every named address of the site, with its namespace."""
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += names(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        elif isinstance(pattern, URLPattern) and pattern.name:
            found.append(prefix + pattern.name)
    return list(dict.fromkeys(found))
