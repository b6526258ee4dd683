"""アイデア・意見: one voice, from the draft to whatever became of it."""

from datetime import timedelta
from typing import Any, Self, cast

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import AgeBand, District, Relation, Role
from apps.consultations.models.answerable import AnswerableQuerySet
from apps.consultations.models.base import ERASED, Contribution, State
from apps.consultations.models.batch import GROUP_MAX, Batch, Channel
from apps.consultations.models.codes import place_of_day, random_place
from apps.consultations.models.consultation import Consultation
from apps.consultations.models.question import Question
from apps.consultations.models.revision import TITLE_MAX, ProposalRevision
from apps.consultations.models.tag import ProposalTag, Tag, TagsField
from apps.core.models import Searchable, no_control_characters
from apps.core.text import as_number, count_characters
from apps.core.textfields import TypedCharField, TypedTextField
from apps.core.wake_tasks import wake

BODY_MAX = 2000
EDIT_WINDOW = timedelta(minutes=30)


class ProposalQuerySet(AnswerableQuerySet):
    """Questions about proposals."""

    def public(self) -> Self:
        """What everyone may read."""
        return self.filter(state=State.PUBLISHED, consultation__published_at__lte=timezone.now())

    def visible_to(self, user: Any) -> Self:
        """Public ones, one's own in any state, and for staff of the consultation everything in it."""
        if not user.is_authenticated:
            return self.public()
        if user.has_role(Role.SECRETARIAT, Role.MODERATOR):
            return self.all()
        public = Q(state=State.PUBLISHED, consultation__published_at__lte=timezone.now())
        return self.filter(public | Q(author=user) | Q(consultation__department__in=user.department_ids()))

    def worked_on_by(self, user: Any) -> Self:
        """Those that the person has to do with: all for moderators and the secretariat, else those one may answer."""
        return self.all() if user.has_role(Role.MODERATOR) else self.answerable_by(user)

    def once_public(self) -> Self:
        """Public ones and those of which a placeholder remains."""
        return self.filter(
            state__in=[State.PUBLISHED, State.HIDDEN, State.WITHDRAWN],
            published_at__isnull=False,
            consultation__published_at__lte=timezone.now(),
        )

    def by_guest(self, handle: str) -> Self:
        """Those that one browser wrote without an account."""
        return self.filter(guest_key__handle=handle)

    def of_other_guests(self, guest: str) -> Self:
        """Typed by residents, all but what this browser wrote: paper that staff type in has no account."""
        rows = self.filter(batch=None)
        return rows.exclude(guest_key__handle=guest) if guest else rows

    def names_and_bodies(self) -> Any:
        """By what each is named, and what it says."""
        return self.values_list("code", "body")

    def in_consultation(self, consultation: Consultation) -> Self:
        """Those of one consultation."""
        return self.filter(consultation=consultation)

    def newest(self) -> Self:
        """The newest first."""
        return self.order_by("-published_at", "-pk")

    def filter_code(self, code: str) -> "Proposal | None":
        """The one with this number, in whatever case it was typed."""
        return self.filter(code=as_number(code)).first()

    def apply_filter(self, chosen: dict[str, Any]) -> Self:
        """Those that the filter of a list asks for: words, question, tag, channel, reply, quiet ones only if asked."""
        rows = self.quiet() if chosen["sort"] == "quiet" else self
        rows = rows.search(chosen["q"])
        if chosen["question"]:
            rows = rows.filter(question__number=chosen["question"])
        if chosen["tag"]:
            rows = rows.tagged(chosen["tag"])
        if chosen["channel"]:
            rows = rows.filter(channel=chosen["channel"])
        return rows.in_reply_state(chosen["reply"])

    def count_by_channel(self) -> list[tuple[str, int]]:
        """How many came in by each channel, the most first."""
        rows = self.order_by().values("channel").annotate(n=models.Count("*")).order_by("-n", "channel")
        return [(str(Channel(row["channel"]).label), row["n"]) for row in rows]

    def quiet(self) -> Self:
        """まだ声が届いていない: little heard, in a consultation that is open."""
        now = timezone.now()
        return self.public().little_heard().filter(consultation__opens_at__lte=now, consultation__closes_at__gt=now)

    def quiet_today(self, *, limit: int) -> list["Proposal"]:
        """Some quiet voices: the same all day, others tomorrow."""
        place, quiet = place_of_day(), self.quiet()
        first, rest = (
            part.values_list("pk", flat=True)[:limit] for part in (quiet.from_place(place), quiet.before_place(place))
        )
        rows = self.for_lists().filter(pk__in=list(first.union(rest, all=True)))
        return sorted(rows, key=lambda row: (row.shuffle < place, row.shuffle, row.pk))[:limit]

    def tagged(self, tag: Tag) -> Self:
        """Those that carry an approved tag."""
        return self.filter(tag_items__tag=tag, tag_items__tag__is_approved=True)

    def for_lists(self) -> Self:
        """What a card shows, in a fixed number of queries."""
        return (
            self.select_related("consultation", "question", "batch")
            .defer("search_text", "search_bigrams", "consultation__search_text", "consultation__search_bigrams")
            .prefetch_related(models.Prefetch("tag_items", ProposalTag.objects.approved(), to_attr="public_tag_items"))
        )

    def for_own_page(self) -> Self:
        """What its author's own list shows."""
        return self.select_related("consultation", "hidden_for")

    def for_export(self) -> Self:
        """What its author takes out: the text with its earlier wordings and tags."""
        return self.select_related("consultation", "question").prefetch_related("revisions", "tags")

    def withdraw_all(self) -> int:
        """Take back all of them, hidden ones too: their author leaves. How many there were."""
        wake("proposal-changed")
        standing = self.exclude(state=State.WITHDRAWN)
        now = timezone.now()
        return standing.update(state=State.WITHDRAWN, hidden_for=None, state_changed_at=now, updated_at=now)

    @transaction.atomic
    def erase(self) -> int:
        """Let the words of these proposals go, and who wrote them; number and dates stay. How many there were."""
        self.forget_earlier_wordings()
        ProposalTag.objects.filter(content_object__in=self.order_by()).delete()
        Tag.objects.forget_unused()
        keys = cast("Any", self.model._meta.get_field("guest_key").related_model)
        keys.objects.filter(proposal__in=self.order_by()).delete()
        person = {"author": None, "public_name": "", "age_band": "", "district": "", "relation": ""}
        words = {"title": "", "body": ERASED, "search_text": "", "search_bigrams": []}
        return self.update(updated_at=timezone.now(), **person, **words)

    def forget_earlier_wordings(self) -> None:
        """Wordings before an edit go with their author."""
        ProposalRevision.objects.filter(proposal__in=self.order_by()).delete()

    def with_liked_by(self, user: Any, guest: str = "") -> Self:
        """Each with `liked`: whether this person likes it, or without an account this browser."""
        if user.is_authenticated:
            name, who = "likes", {"user": user}
        elif guest:
            name, who = "guest_likes", {"handle": guest}
        else:
            return self.annotate(liked=models.Value(False, output_field=models.BooleanField()))
        likes = cast("Any", self.model._meta.get_field(name).related_model)
        return self.annotate(liked=models.Exists(likes.objects.filter(proposal=models.OuterRef("pk"), **who)))

    def get_by_natural_key(self, code: str) -> "Proposal":
        """Fixtures name a proposal by its code."""
        return self.get(code=code)


class Proposal(Contribution, Searchable):
    """A voice of a resident: a body, perhaps a title, the name the author chose, and who the author was at that time.

    Age band, district and relation are stored with the act and are shown only as counts of groups. Imported likes stand
    beside live ones and never change; their sum is what lists are sorted by.
    """

    search_fields = ("title", "body")
    number_field = "code"

    code = models.CharField(_("番号"), max_length=12, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="proposals", verbose_name=_("テーマ"))
    question = models.ForeignKey(Question, models.PROTECT, related_name="proposals", verbose_name=_("問い"))
    title = TypedCharField(_("見出し"), max_length=TITLE_MAX, blank=True)
    body = TypedTextField(_("アイデア・意見"))
    channel = models.CharField(_("収集経路"), max_length=10, choices=Channel.choices, default=Channel.WEB)
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, blank=True, related_name="proposals", verbose_name=_("まとめ入力・取り込み")
    )
    group_label = TypedCharField(_("テーブル・グループ"), max_length=GROUP_MAX, blank=True)
    external_id = TypedCharField(_("取込元の番号"), max_length=100, blank=True, editable=False)
    import_key = models.CharField(max_length=40, blank=True, editable=False)  # numbers.import_key
    age_band = models.CharField(_("年代"), max_length=10, choices=AgeBand.choices, blank=True)
    district = models.CharField(_("お住まいの地域"), max_length=10, choices=District.choices, blank=True)
    relation = models.CharField(_("調布市との関わり"), max_length=10, choices=Relation.choices, blank=True)
    tags = TagsField(_("タグ"), through=ProposalTag, blank=True)
    edited_at = models.DateTimeField(_("編集日時"), null=True, blank=True, editable=False)
    like_count = models.PositiveIntegerField(_("イイネ！の数"), default=0, editable=False)
    comment_count = models.PositiveIntegerField(_("コメントの数"), default=0, editable=False)
    guest_like_count = models.PositiveIntegerField(_("ゲストのイイネ！の数"), default=0, editable=False)
    imported_like_count = models.PositiveIntegerField(_("移行したイイネ！の数"), default=0, editable=False)
    imported_likes_on = models.DateField(_("移行したイイネ！の時点"), null=True, blank=True, editable=False)
    like_total = models.GeneratedField(
        expression=F("like_count") + F("imported_like_count"),
        output_field=models.PositiveIntegerField(),
        db_persist=True,
    )
    shuffle = models.PositiveIntegerField(default=random_place, editable=False)

    objects = ProposalQuerySet.as_manager()

    class Meta(Searchable.Meta):
        verbose_name = _("アイデア・意見")
        verbose_name_plural = _("アイデア・意見")
        ordering = ["-published_at", "-pk"]
        indexes = [
            *Searchable.Meta.indexes,
            models.Index(fields=["consultation", "-published_at", "-id"], name="proposal_newest"),
            models.Index(fields=["consultation", "-like_total", "-id"], name="proposal_liked"),
            models.Index(fields=["consultation", "-comment_count", "-id"], name="proposal_commented"),
            models.Index(fields=["consultation", "state"], name="proposal_state"),
            # Counts on cards and by channel are read from this index alone.
            models.Index(fields=["consultation", "channel"], name="proposal_channel", condition=Q(state="published")),
            models.Index(fields=["import_key"], name="proposal_import_key", condition=~Q(import_key="")),
            # Words are counted over the whole set: who, and when, is read from this index alone.
            models.Index(
                fields=["consultation", "id"],
                include=["author", "published_at"],
                name="proposal_voices",
                condition=Q(state="published"),
            ),
            models.Index(
                fields=["shuffle", "id"], name="proposal_quiet", condition=Q(state="published", comment_count=0)
            ),
        ]
        constraints = [
            *Contribution.Meta.constraints,
            models.CheckConstraint(condition=~Q(body=""), name="proposal_body_given"),
            no_control_characters("body", "proposal_body_plain"),
            no_control_characters("title", "proposal_title_plain"),
            models.CheckConstraint(
                condition=Q(imported_like_count=0) | Q(imported_likes_on__isnull=False), name="proposal_imported_dated"
            ),
            models.UniqueConstraint(
                fields=["consultation", "import_key"],
                condition=~Q(import_key="") & ~Q(state=State.WITHDRAWN),
                name="proposal_imported_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.heading}"

    def natural_key(self) -> tuple[str]:
        """Its code."""
        return (self.code,)

    natural_key.dependencies = ["consultations.question"]  # type: ignore[attr-defined]

    def is_by(self, user: Any) -> bool:
        """Whether this person wrote it; without an account, whether this is its key."""
        return super().is_by(user) or (self.author_id is None and getattr(user, "proposal_id", None) == self.pk)

    def get_absolute_url(self) -> str:
        """Its page, printed on paper by people: it never changes."""
        return reverse("consultations:proposal", args=[self.code])

    def get_own_url(self) -> str:
        """Where its author finds it in any state."""
        return self.get_absolute_url()

    @property
    def public_tags(self) -> list[Tag]:
        """Its approved tags; only on a proposal that was read by `for_lists`."""
        return [item.tag for item in cast("Any", self).public_tag_items]

    @property
    def is_legacy(self) -> bool:
        """Whether it was written on 旧Liqlid, and liked there."""
        return self.channel == Channel.LEGACY

    @property
    def heading(self) -> str:
        """The title, or the beginning of the body."""
        first = self.title or self.body.split("\n", 1)[0]
        return first if len(first) <= 40 else f"{first[:39]}…"

    @property
    def words_of_number(self) -> str:
        """Its heading: the number stands beside it."""
        return self.heading

    @property
    def quotation(self) -> str:
        """Its title or beginning, as a notification shows it."""
        return self.heading

    @property
    def editable_until(self) -> Any:
        """Until when its author may change the wording."""
        return (self.published_at or self.created_at) + EDIT_WINDOW

    @property
    def is_editable(self) -> bool:
        """Whether the wording may still be changed."""
        return self.state in {State.PUBLISHED, State.HELD} and timezone.now() < self.editable_until

    def clean(self) -> None:
        """One to 2,000 characters, counted as a person counts; the question belongs to the consultation."""
        length = count_characters(self.body)
        if length > BODY_MAX:
            over = {"max": BODY_MAX, "over": length - BODY_MAX}
            raise ValidationError(
                {"body": _("%(max)d文字以内で書いてください（%(over)d文字多くなっています）。") % over}
            )
        if self.question_id and self.question.consultation_id != self.consultation_id:
            raise ValidationError({"question": _("このテーマの問いを選んでください。")})

    @classmethod
    def recount(cls) -> int:
        """Compare the stored counters with the rows behind them, mend the ones that differ; how many there were."""
        with connection.cursor() as cursor:
            cursor.execute(RECOUNT)
            return cursor.rowcount


RECOUNT = """
UPDATE consultations_proposal p SET like_count = t.likes, guest_like_count = t.guests, comment_count = t.comments
FROM (
  SELECT q.id,
    (SELECT count(*) FROM consultations_like l WHERE l.proposal_id = q.id) AS likes,
    (SELECT count(*) FROM consultations_guestlike g WHERE g.proposal_id = q.id) AS guests,
    (SELECT count(*) FROM consultations_comment c WHERE c.proposal_id = q.id AND c.state = 'published') AS comments
  FROM consultations_proposal q
) t
WHERE t.id = p.id AND (p.like_count, p.guest_like_count, p.comment_count) IS DISTINCT FROM (t.likes, t.guests, t.comments)
"""
