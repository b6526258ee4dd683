"""Base of proposals and comments: state, public name, visibility, retention."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce, Length
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.exceptions import ActionRefused as ActionRefused
from apps.core.modelfields import PastDateTimeField
from apps.core.models import SearchQuerySet, Timestamped
from apps.core.submission import SubmitKeyField
from apps.core.textfields import TypedCharField
from apps.core.two_phase import reads_as

if TYPE_CHECKING:
    from apps.consultations.models.guest import GuestKey
    from apps.consultations.models.moderation.policy import PolicyArticle

ANONYMOUS = "匿名"
WITHDRAWN_KEPT = timedelta(days=365)  # the page プライバシー says 1年: change both together
ERASED = "（消去しました）"
QUOTED_LENGTH = 120
UNDO_WITHDRAWAL = timedelta(minutes=10)  # the pages say 10分: change both together
CHECKING_ARTICLE = 10  # 確認のしかた of the 運用ポリシー: how reports are looked at
LOOKED_AT = 3000  # of the newest texts, where the like of one is looked for
LENGTH_TOLERANCE = 4  # a text that another blank or full stop makes a quarter longer may still be the same


class State(models.TextChoices):
    """The state of a text. Only 公開 is in any list, count, feed, search or export."""

    PUBLISHED = "published", _("公開")
    HELD = "held", _("承認待ち")
    HIDDEN = "hidden", _("非表示")
    WITHDRAWN = "withdrawn", _("取り下げ")


Text = TypeVar("Text", bound="Contribution", covariant=True)


class ContributionQuerySet(SearchQuerySet[Text]):
    """QuerySet that proposals and comments have in common."""

    def by_author(self, user: User | AnonymousUser) -> Self:
        """Return one person's own texts, newest first."""
        return self.filter(author_id=user.pk).order_by("-pk")

    def ever_published(self) -> Self:
        """Return those that were public at some time."""
        return self.filter(published_at__isnull=False)

    def written_since(self, moment: datetime) -> Self:
        """Return those that were written after this moment."""
        return self.filter(created_at__gt=moment)

    def public(self) -> Self:
        """Return what everyone may read."""
        raise NotImplementedError

    def names_and_bodies(self) -> "models.QuerySet[Any, tuple[str, str]]":
        """Return (name, body) of each."""
        raise NotImplementedError

    def moments_and_bodies(self) -> "models.QuerySet[Any, tuple[datetime, str]]":
        """Return (time, body) of each."""
        return self.values_list("created_at", "body")

    def said_by_others(self, body: str, *, since: datetime, author: User | None, guest: str) -> Self:
        """Return what other people or browsers wrote after this moment, about as long as the text, the newest first.

        Only the newest LOOKED_AT texts are looked at, so that the busiest day costs each sender no more than another.
        """
        here, more = len(body), len(body) // LENGTH_TOLERANCE
        newest = self.order_by("-pk").values("pk")[LOOKED_AT : LOOKED_AT + 1]
        rows = self.written_since(since).filter(pk__gt=Coalesce(Subquery(newest), 0)).annotate(length=Length("body"))
        rows = rows.filter(length__range=(here - more, here + more)).of_other_guests(guest).order_by("-pk")
        return rows.exclude(author=author) if author else rows

    def by_guest(self, handle: str) -> Self:
        """Return those that one browser wrote without an account."""
        return self.filter(guest_key__handle=handle)

    def of_other_guests(self, guest: str) -> Self:
        """Exclude what one browser wrote without an account."""
        return self.exclude(guest_key__handle=guest) if guest else self

    def forget_name(self) -> int:
        """Remove the name from the texts of somebody who leaves: they stand as 匿名."""
        return self.update(public_name="", updated_at=timezone.now())

    def to_erase(self) -> Self:
        """Return texts to erase: withdrawn longer than the retention ago, or hidden so long ago and their authors have left.

        Who looks up the number still finds the placeholder.
        """
        long_ago = timezone.now() - WITHDRAWN_KEPT
        of_leavers = Q(state=State.HIDDEN, author__erased_at__lte=long_ago)
        texts = self.filter(Q(state=State.WITHDRAWN) | of_leavers, state_changed_at__lte=long_ago)
        return texts.exclude(body=ERASED)

    def quotations(self, ids: Iterable[int]) -> dict[int, str]:
        """Return the beginning of each of these texts as everyone may read it now; nothing of one that is not public."""
        public = self.public().filter(pk__in=list(ids))
        return {row.pk: row.quotation for row in public}

    def with_reason(self) -> Self:
        """Load the policy article by which each is hidden, if it is."""
        return self.select_related("hidden_for")

    def placeholders(self) -> Self:
        """Return texts that were public and are no more; their URL answers 410."""
        return self.filter(state__in=[State.HIDDEN, State.WITHDRAWN])


class Contribution(Timestamped):
    """A text of a resident: who wrote it is known to the portal, what name stands beside it is the author's choice."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("投稿者"),
    )
    public_name = TypedCharField(_("表示名"), max_length=20, blank=True)
    state = models.CharField(_("状態"), max_length=10, choices=State.choices, default=State.PUBLISHED, editable=False)
    state_changed_at = PastDateTimeField(_("状態の変更日時"), null=True, blank=True, editable=False)
    withdrawn_from = models.CharField(max_length=10, choices=State.choices, blank=True, editable=False)
    published_at = PastDateTimeField(_("公開日時"), null=True, blank=True)
    submit_key = SubmitKeyField()
    hidden_for = models.ForeignKey(
        "consultations.PolicyArticle",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("非表示の理由"),
    )
    erased_at = PastDateTimeField(_("完全削除の日時"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["author", "submit_key"], name="%(class)s_submitted_once"),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | Q(published_at__isnull=False), name="%(class)s_published_at"
            ),
        ]

    @property
    def shown_name(self) -> str:
        """Return the name beside the text: what the author chose at posting, else 匿名."""
        return self.public_name or ANONYMOUS

    @property
    def quotation(self) -> str:
        """Return its beginning, as a notification shows it."""
        return Truncator(self.body).chars(QUOTED_LENGTH)  # type: ignore[attr-defined]

    @property
    def is_public(self) -> bool:
        """Return whether everyone may read it (its consultation being public)."""
        return self.state == State.PUBLISHED

    def is_by(self, user: "User | AnonymousUser | GuestKey") -> bool:
        """Return whether this person wrote it; without an account, whether this is its key."""
        if user.is_authenticated:
            return reads_as(user, self.author_id)
        return self.author_id is None and self.is_opened_by(user)

    def is_opened_by(self, key: "AnonymousUser | GuestKey") -> bool:
        """Return whether this is the guest's key of the text; a visitor without key opens nothing."""
        raise NotImplementedError

    @property
    def withdrawal_undoable_until(self) -> datetime | None:
        """Return until when its author may undo the withdrawal; None when that is over, or the author did not withdraw it."""
        if self.state != State.WITHDRAWN or not self.withdrawn_from or self.erased_at or not self.state_changed_at:
            return None
        until = self.state_changed_at + UNDO_WITHDRAWAL
        return until if timezone.now() < until else None

    @property
    def gone_reason(self) -> str:
        """Return why a text that was public is no more; nothing of the text itself."""
        if self.state == State.WITHDRAWN and getattr(self, "batch_id", None):
            return gettext("入力の誤りのため、市が取り消しました")
        if self.state == State.WITHDRAWN:
            return gettext("投稿した人が取り下げました")
        if self.hidden_for:
            return self.hidden_for.sentence
        return gettext("通報が続いたため、市が内容を確認するあいだ非表示にしています（運用ポリシー第%(number)d条）") % {
            "number": CHECKING_ARTICLE
        }

    def move_to(self, state: str, *, article: "PolicyArticle | None" = None) -> None:
        """Change where the text stands, and note when; what becomes public for the first time is public from now on.

        withdrawn_from keeps where a withdrawn text stood, for its author to undo that.
        article: of the 運用ポリシー, by which a text is hidden; none while reports alone wait for somebody to look.
        """
        self.withdrawn_from = self.state if state == State.WITHDRAWN else ""
        self.state, self.state_changed_at = state, timezone.now()
        self.hidden_for = article if state == State.HIDDEN else None
        if state == State.PUBLISHED and self.published_at is None:
            self.published_at = self.state_changed_at
        moved = ["state", "state_changed_at", "withdrawn_from", "hidden_for", "published_at", "updated_at"]
        self.save(update_fields=moved)

    def locked(self) -> Self:
        """Lock the text (row lock) until the end of the transaction. Return it as it is now."""
        return type(self)._default_manager.select_for_update(of=("self",)).get(pk=self.pk)
