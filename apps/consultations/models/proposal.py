"""Proposals (意見) of residents and guests."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import AgeBand, District, Relation
from apps.consultations.models.base import Contribution, State
from apps.consultations.models.batch import GROUP_MAX, Batch
from apps.consultations.models.channel import Channel
from apps.consultations.models.codes import random_place
from apps.consultations.models.consultation import Consultation
from apps.consultations.models.copies import CopyKey
from apps.consultations.models.proposal_queryset import COUNTERS, QUIET_LIKES, ProposalQuerySet
from apps.consultations.models.question import Question
from apps.consultations.models.revision import TITLE_MAX
from apps.consultations.models.tag import ProposalTag, Tag, TagsField
from apps.core.modelfields import PastDateTimeField
from apps.core.models import Searchable, no_control_characters
from apps.core.text import count_characters
from apps.core.textfields import TypedCharField, TypedTextField

if TYPE_CHECKING:
    from apps.consultations.models.guest import GuestKey

BODY_MAX = 2000
EDIT_WINDOW = timedelta(minutes=30)  # said as 30分 in actions/proposals.py, views/propose.py and the guests' templates


class Proposal(Contribution, Searchable):
    """A proposal of a resident: a body, perhaps a title, the name the author chose, and who the author was at that time.

    Age band, district and relation are stored with the act and are shown only as counts of groups. Imported likes stand
    beside live ones and never change; their sum is what lists are sorted by.
    """

    search_fields = ("title", "body")
    number_field = "code"
    stamped_apart = COUNTERS  # core.table_reads

    code = models.CharField(_("番号"), max_length=12, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="proposals", verbose_name=_("テーマ"))
    question = models.ForeignKey(Question, models.PROTECT, related_name="proposals", verbose_name=_("問い"))
    title = TypedCharField(_("見出し"), max_length=TITLE_MAX, blank=True)
    body = TypedTextField(_("意見"))
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
    edited_at = PastDateTimeField(_("編集日時"), null=True, blank=True, editable=False)
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
    copy_key = models.GeneratedField(
        expression=CopyKey("search_text"), output_field=models.CharField(max_length=32, null=True), db_persist=True
    )
    shuffle = models.PositiveIntegerField(default=random_place, editable=False)

    objects = ProposalQuerySet.as_manager()

    class Meta(Searchable.Meta):
        verbose_name = _("意見")
        verbose_name_plural = _("意見")
        ordering = ["-published_at", "-pk"]
        indexes = [
            *Searchable.Meta.indexes,
            models.Index(fields=["consultation", "-published_at", "-id"], name="proposal_newest"),
            models.Index(fields=["consultation", "-like_total", "-id"], name="proposal_liked"),
            models.Index(fields=["consultation", "-comment_count", "-id"], name="proposal_commented"),
            models.Index(fields=["consultation", "state"], name="proposal_state"),
            # Counts on cards and by channel are read from this index alone.
            models.Index(fields=["consultation", "channel"], name="proposal_channel", condition=Q(state="published")),
            models.Index(
                fields=["consultation", "copy_key"], name="proposal_copies", condition=Q(copy_key__isnull=False)
            ),
            models.Index(fields=["updated_at"], name="proposal_changed"),  # what changed lately is read at once
            models.Index(fields=["import_key"], name="proposal_import_key", condition=~Q(import_key="")),
            # Words are counted over the whole set: who, and when, is read from this index alone.
            models.Index(
                fields=["consultation", "id"],
                include=["author", "published_at"],
                name="proposal_voices",
                condition=Q(state="published"),
            ),
            models.Index(
                fields=["shuffle", "id"],
                name="proposal_little_heard",
                condition=Q(state="published", comment_count=0, like_total__lte=QUIET_LIKES),
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
        """Return its code."""
        return (self.code,)

    natural_key.dependencies = ["consultations.question"]  # type: ignore[attr-defined]

    def is_opened_by(self, key: "AnonymousUser | GuestKey") -> bool:
        """Return whether this is its guest's key."""
        return getattr(key, "proposal_id", None) == self.pk

    def get_absolute_url(self) -> str:
        """Return the URL of its page; people print it on paper, so it never changes."""
        return reverse("consultations:proposal", args=[self.code])

    def get_own_url(self) -> str:
        """Return the URL at which its author finds it in any state."""
        return self.get_absolute_url()

    @property
    def public_tags(self) -> list[Tag]:
        """Return its approved tags; only on a proposal that was read by `for_lists`."""
        return [item.tag for item in cast("Any", self).public_tag_items]

    def refresh_like_counts(self, *, liked: bool) -> None:
        """Read the counts again after a press. liked: whether the person who pressed likes it now, for the button."""
        self.refresh_from_db(fields=["like_count", "guest_like_count"])
        self.liked = liked

    @property
    def is_legacy(self) -> bool:
        """Return whether it was written on 旧Liqlid, and liked there."""
        return self.channel == Channel.LEGACY

    @property
    def heading(self) -> str:
        """Return the title, or the beginning of the body."""
        first = self.title or self.body.split("\n", 1)[0]
        return first if len(first) <= 40 else f"{first[:39]}…"

    @property
    def words_of_number(self) -> str:
        """Return its heading: the number stands beside it."""
        return self.heading

    @property
    def quotation(self) -> str:
        """Return its title or beginning, as a notification shows it."""
        return self.heading

    @property
    def editable_until(self) -> datetime:
        """Return until when its author may change the wording."""
        return (self.published_at or self.created_at) + EDIT_WINDOW

    @property
    def is_editable(self) -> bool:
        """Return whether the wording may still be changed."""
        return self.state in {State.PUBLISHED, State.HELD} and timezone.now() < self.editable_until

    def clean(self) -> None:
        """Require 1 to 2,000 characters, counted as a person counts, and a question of the consultation."""
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
            return int(cursor.rowcount)


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
