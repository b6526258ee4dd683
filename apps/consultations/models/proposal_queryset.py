"""QuerySet of proposals: who sees which, lists and their filters, answers, the guest's key, erasure."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Value, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone

from apps.accounts.models import Role, User
from apps.consultations.models.base import ERASED, State
from apps.consultations.models.channel import Channel
from apps.consultations.models.codes import place_of_day
from apps.consultations.models.consultation import Consultation
from apps.consultations.models.proposal_work import ProposalWorkQuerySet, first_moment
from apps.consultations.models.revision import ProposalRevision
from apps.consultations.models.tag import ProposalTag, Tag
from apps.consultations.models.voice_kind import VoiceKind
from apps.consultations.screening.kinds import kinds_of
from apps.core.text import as_number, fold
from apps.core.two_phase import is_any_reader
from apps.core.wake_tasks import wake

if TYPE_CHECKING:
    from apps.consultations.models.proposal import Proposal

KINDS_READ = 5000  # texts whose kind is told for one list
COUNTERS = ("like_count", "guest_like_count", "comment_count", "like_total")  # a list without them outlives the likes
QUIET_LIKES = 2  # the most likes that a proposal has which counts as little heard


class ProposalQuerySet(ProposalWorkQuerySet):
    """QuerySet of Proposal. Models that point at proposals (likes, replies, guest keys) are named by string."""

    # --- who sees which -----------------------------------------------------------------------------------------------
    def public(self) -> Self:
        """Return what everyone may read: published, in a published consultation."""
        return self.filter(state=State.PUBLISHED, consultation__published_at__lte=timezone.now())

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return public ones, one's own in any state, and for staff of the consultation everything in it."""
        if not user.is_authenticated or is_any_reader(user):
            return self.public()
        if user.has_role(Role.SECRETARIAT, Role.MODERATOR):
            return self.all()
        public = Q(state=State.PUBLISHED, consultation__published_at__lte=timezone.now())
        return self.filter(public | Q(author=user) | Q(consultation__department__in=user.department_ids()))

    def worked_on_by(self, user: User) -> Self:
        """Return all for moderators and the secretariat; for other staff those that they may answer."""
        return self.all() if user.has_role(Role.MODERATOR) else self.answerable_by(user)

    def answerable_by(self, user: User) -> Self:
        """Return those that the person may group, assign and answer: of the own departments' consultations, or assigned to
        them; all for the secretariat."""
        if user.has_role(Role.SECRETARIAT):
            return self.all()
        own = user.department_ids()
        assigned = self.model.objects.filter(assignments__department__in=own).values("pk")
        return self.filter(Q(consultation__department__in=own) | Q(pk__in=assigned))

    def public_or_placeholder(self) -> Self:
        """Return public ones and those of which a placeholder remains (their page answers 410)."""
        return self.filter(
            state__in=[State.PUBLISHED, State.HIDDEN, State.WITHDRAWN],
            published_at__isnull=False,
            consultation__published_at__lte=timezone.now(),
        )

    def of_other_guests(self, guest: str) -> Self:
        """Return those typed by residents, except by this browser: paper that staff type in has no account."""
        return super().of_other_guests(guest).filter(batch=None)

    # --- one, or some by number ---------------------------------------------------------------------------------------
    def get_by_code_or_none(self, code: str) -> "Proposal | None":
        """Return the one with this number, in whatever case it was typed, or None."""
        return self.filter(code=as_number(code)).first()

    def by_codes(self, codes: Iterable[str]) -> Self:
        """Return those with these numbers, in whatever case they were typed, by id."""
        return self.filter(code__in=[as_number(code) for code in codes]).order_by("pk")

    def get_by_natural_key(self, code: str) -> "Proposal":
        """Return the proposal that a fixture names by its code."""
        return self.get(code=code)

    def changed_since(self, moment: datetime) -> Self:
        """Return those of which a text or state changed after this moment; likes and comments change neither."""
        return self.filter(updated_at__gte=moment)

    def names_and_bodies(self) -> "models.QuerySet[Proposal, tuple[str, str]]":
        """Return (code, body) of each: by what it is named, and what it says."""
        return self.values_list("code", "body")

    # --- filters ------------------------------------------------------------------------------------------------------
    def apply_filter(self, chosen: dict[str, Any]) -> Self:
        """Apply the values of a list's filter form: q, question, tag, channel, reply; quiet ones for sort=quiet."""
        rows = self.quiet() if chosen["sort"] == "quiet" else self
        rows = rows.search(chosen["q"])
        if chosen["question"]:
            rows = rows.filter(question__number=chosen["question"])
        if chosen["tag"]:
            rows = rows.tagged(chosen["tag"])
        if chosen["channel"]:
            rows = rows.filter(channel=chosen["channel"])
        return rows.in_reply_state(chosen["reply"])

    def in_consultation(self, consultation: Consultation) -> Self:
        """Return those of one consultation."""
        return self.filter(consultation=consultation)

    def tagged(self, tag: Tag) -> Self:
        """Return those that carry an approved tag."""
        return self.filter(tag_items__tag=tag, tag_items__tag__is_approved=True)

    def published_between(self, since: date | None, until: date | None) -> Self:
        """Return those that became public on one of these days, both included; None leaves a side open."""
        rows = self
        if since:
            rows = rows.filter(published_at__gte=first_moment(since))
        if until:
            rows = rows.filter(published_at__lt=first_moment(until + timedelta(days=1)))
        return rows

    def in_reply_state(self, state: str) -> Self:
        """Return those with a reply (replied), without one (waiting), or of one status (status-…); all for an empty word."""
        if state == "replied":
            return self.filter(self._replied(is_answer=True))
        if state == "waiting":
            return self.exclude(self._replied(is_answer=True))
        return self.filter(self._replied(code=state.removeprefix("status-"))) if state else self

    def count_answered(self, consultations: "models.QuerySet[Any]") -> dict[str, tuple[int, int]]:
        """Count by code of the consultation's department: public proposals, and those that an answer has reached."""
        rows = self.public().order_by().filter(consultation__in=consultations.order_by().values("pk"))
        counted = rows.values("consultation__department__code").annotate(
            voices=models.Count("pk"), answered=models.Count("pk", filter=self._replied(is_answer=True))
        )
        return {row["consultation__department__code"]: (row["voices"], row["answered"]) for row in counted}

    def _replied(self, **status: bool | str) -> Q:
        """Match proposals that a public reply of such a status answers, themselves or through a public topic."""
        proposals, now = self.model.objects.order_by(), timezone.now()
        direct = proposals.filter(**{f"replies__status__{name}": value for name, value in status.items()})
        wanted = {f"topics__replies__status__{name}": value for name, value in status.items()}
        in_topic = proposals.filter(topics__published_at__lte=now, **wanted)
        return Q(pk__in=direct.values("pk")) | Q(pk__in=in_topic.values("pk"))

    def mentioning(self, words: Iterable[str]) -> Self:
        """Return those in whose title or body one of these words stands, in whatever width, case or kana."""
        return self.filter(reduce(or_, (Q(search_text__contains=fold(word)) for word in words)))

    def with_word_in_revisions(self, word: str) -> Self:
        """Return those of which an earlier wording has this word."""
        old = Q(revisions__title__icontains=word) | Q(revisions__body__icontains=word)
        return self.filter(old).order_by()

    def little_heard(self) -> Self:
        """Return those with at most QUIET_LIKES likes and no comment, whether or not their consultation is open."""
        return self.filter(like_total__lte=QUIET_LIKES, comment_count=0)

    def quiet(self) -> Self:
        """Return those with few reactions (まだ声が届いていない) in a consultation that is open."""
        now = timezone.now()
        return self.public().little_heard().filter(consultation__opens_at__lte=now, consultation__closes_at__gt=now)

    # --- orders and samples -------------------------------------------------------------------------------------------
    def newest(self) -> Self:
        """Order by publication, the newest first."""
        return self.order_by("-published_at", "-pk")

    def from_place(self, place: int) -> Self:
        """Return those whose random number (`shuffle`) is at least this, in its order."""
        return self.filter(shuffle__gte=place).order_by("shuffle", "pk")

    def before_place(self, place: int) -> Self:
        """Return those whose random number (`shuffle`) is below this, in its order."""
        return self.filter(shuffle__lt=place).order_by("shuffle", "pk")

    def quiet_today(self, *, limit: int) -> list["Proposal"]:
        """Return some quiet proposals: the same all day, others tomorrow."""
        place, quiet = place_of_day(), self.quiet()
        first, rest = (
            part.values_list("pk", flat=True)[:limit] for part in (quiet.from_place(place), quiet.before_place(place))
        )
        rows = self.for_lists().filter(pk__in=list(first.union(rest, all=True)))
        return sorted(rows, key=lambda row: (row.shuffle < place, row.shuffle, row.pk))[:limit]

    def spread_out(self, *, limit: int) -> list["Proposal"]:
        """Return some proposals from as many channels and questions as there are: one of each in turn, the smallest id
        first. Attributes of persons have no part in it: who is quoted would tell them."""
        group = ("question", "channel")
        number = Window(RowNumber(), partition_by=[F(name) for name in group], order_by=F("pk").asc())
        ids = self.annotate(turn=number).order_by("turn", "shuffle", "pk").values_list("pk", flat=True)[:limit]
        rows = {row.pk: row for row in self.filter(pk__in=list(ids)).select_related("consultation")}
        return [rows[pk] for pk in ids if pk in rows]

    # --- what pages and files show ------------------------------------------------------------------------------------
    def with_public_tags(self) -> Self:
        """Prefetch approved tags as `public_tag_items`: a list of ProposalTag with `tag`, by name."""
        approved = Prefetch("tag_items", ProposalTag.objects.approved(), to_attr="public_tag_items")
        return self.prefetch_related(approved)

    def with_liked_by(self, user: User | AnonymousUser, guest: str) -> Self:
        """Annotate `liked` (bool): this person likes it, or without an account this browser (its handle, or nothing)."""
        who: dict[str, User | str]
        if user.is_authenticated and not is_any_reader(user):
            name, who = "Like", {"user": user}
        elif guest:
            name, who = "GuestLike", {"handle": guest}
        else:
            return self.annotate(liked=Value(False, output_field=models.BooleanField()))
        likes = apps.get_model("consultations", name)._default_manager
        return self.annotate(liked=Exists(likes.filter(proposal=OuterRef("pk"), **who)))

    def of_kind(self, kind: VoiceKind) -> Self:
        """Return those of the newest KINDS_READ that rules tell to be of a kind."""
        newest = self.order_by("-pk").values_list("pk", "body")[:KINDS_READ]
        return self.filter(pk__in=[pk for pk, body in newest if kind.value in kinds_of(body)])

    def with_copies(self) -> Self:
        """Annotate `copies` (int): how many texts of the consultation say the same in nearly the same form, with itself.

        Withdrawn ones do not count; 1 for a text without copies.
        """
        same = self.model.objects.order_by().exclude(state=State.WITHDRAWN)
        same = same.filter(consultation=OuterRef("consultation"), copy_key=OuterRef("copy_key"))
        count = same.values("copy_key").annotate(n=models.Count("*")).values("n")
        return self.annotate(copies=Coalesce(models.Subquery(count), 1, output_field=models.IntegerField()))

    def having_copies(self) -> Self:
        """Return those of which nearly the same text is among the others of the consultation."""
        return self.with_copies().filter(copies__gt=1)

    def each_once(self) -> Self:
        """Return of nearly the same texts only the first."""
        keys = ("consultation_id", "copy_key")
        first = self.filter(copy_key__isnull=False).order_by(*keys, "pk").distinct(*keys)
        return self.filter(Q(copy_key=None) | Q(pk__in=first.values("pk")))

    def count_copies(self) -> tuple[int, int]:
        """Return how many of these are nearly the same as another of them, and how many different texts those are."""
        rows = self.order_by().filter(copy_key__isnull=False).values("consultation_id", "copy_key")
        groups = rows.annotate(n=models.Count("*")).filter(n__gt=1)
        found = groups.aggregate(texts=models.Count("*"), proposals=models.Sum("n"))
        return found["proposals"] or 0, found["texts"]

    def for_lists(self) -> Self:
        """Load what a card shows, in a fixed number of queries."""
        return (
            self.select_related("consultation", "question", "batch")
            .defer("search_text", "search_bigrams", "consultation__search_text", "consultation__search_bigrams")
            .with_public_tags()
        )

    def for_acts(self) -> Self:
        """Load what is asked before somebody likes, comments on or reports one."""
        return self.select_related("consultation").defer(
            "search_text", "search_bigrams", "consultation__search_text", "consultation__search_bigrams"
        )

    def without_counters(self) -> Self:
        """Leave out the numbers of likes and comments, so that a page with these proposals is kept while they change."""
        return self.defer(*COUNTERS)

    def for_own_page(self) -> Self:
        """Load what its author's own list shows."""
        return self.select_related("consultation", "hidden_for")

    def for_export(self) -> Self:
        """Load what its author's export holds: the text with its earlier wordings and tags."""
        return self.select_related("consultation", "question").prefetch_related("revisions", "tags")

    def count_by_channel(self) -> list[tuple[str, int]]:
        """Return (label of the channel, number of proposals), the most first."""
        rows = self.order_by().values("channel").annotate(n=models.Count("*")).order_by("-n", "channel")
        return [(str(Channel(row["channel"]).label), row["n"]) for row in rows]

    # --- authors who leave, words that go -----------------------------------------------------------------------------
    def withdraw_all(self) -> int:
        """Withdraw all of them, hidden ones too: their author leaves. Return how many changed."""
        wake("proposal-changed")
        now = timezone.now()
        rows = self.exclude(state=State.WITHDRAWN)
        return rows.update(state=State.WITHDRAWN, hidden_for=None, state_changed_at=now, updated_at=now)

    @transaction.atomic
    def erase(self) -> int:
        """Erase the words of these proposals, and who wrote them; number and dates stay. Return how many there were."""
        self.forget_earlier_wordings()
        ProposalTag.objects.filter(content_object__in=self.order_by()).delete()
        Tag.objects.forget_unused()
        guest_keys = apps.get_model("consultations", "GuestKey")._default_manager
        guest_keys.filter(proposal__in=self.order_by()).delete()
        person = {"author": None, "public_name": "", "age_band": "", "district": "", "relation": ""}
        words = {"title": "", "body": ERASED, "search_text": "", "search_bigrams": []}
        return self.update(updated_at=timezone.now(), **person, **words)

    def forget_earlier_wordings(self) -> None:
        """Delete the wordings before edits: they go with their author."""
        ProposalRevision.objects.filter(proposal__in=self.order_by()).delete()
