"""Notifications: shown on the page お知らせ, and sent in a weekly digest by mail."""

from collections import defaultdict
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

TITLE_MAX = 200
WORK = "work"  # the kind of what staff are told of their work


class NotificationQuerySet(models.QuerySet["Notification"]):
    """QuerySet of notifications: notify, by recipient, by page, read and mailed state."""

    def visible_to(self, user: Any) -> Self:
        """Return the user's own, newest first."""
        return self.filter(recipient_id=user.pk).order_by("-renewed_at", "-pk")

    def unread(self) -> Self:
        """Return those not read yet."""
        return self.filter(read_at=None)

    def unmailed(self) -> Self:
        """Return those unread and in no digest yet; what is about work has a mail of its own."""
        return self.unread().filter(mailed_at=None).exclude(kind=WORK)

    def notify(
        self,
        recipient_id: int,
        *,
        kind: str,
        key: str,
        title: str,
        url: str,
        body: str = "",
        quotes: models.Model | None = None,
    ) -> None:
        """Notify a person (upsert): the same kind and key again renews the row and makes it unread, instead of adding one.

        url: the page that it leads to. quotes: the text of somebody else that it is about; it is not copied, but read
        when the notification is shown, as it is then (`with_quotations`).
        """
        now = timezone.now()
        about = {"quotes_label": quotes._meta.label_lower if quotes else "", "quotes_id": quotes.pk if quotes else None}
        self.update_or_create(
            recipient_id=recipient_id,
            kind=kind,
            key=key,
            defaults={
                "title": title[:TITLE_MAX],
                "address": url,
                "body": body,
                "renewed_at": now,
                "read_at": None,
                "mailed_at": None,
                **about,
            },
            create_defaults={"title": title[:TITLE_MAX], "address": url, "body": body, "renewed_at": now, **about},
        )

    def notify_once(self, recipient_ids: Iterable[int], *, kind: str, key: str, title: str, url: str) -> int:
        """Notify many people of something that happens once (idempotent). Return how many rows were new.

        Whoever has a notification of this kind and key, read or not, gets no second one.
        """
        notified = set(self.filter(kind=kind, key=key).values_list("recipient_id", flat=True))
        rows = [
            self.model(recipient_id=pk, kind=kind, key=key, title=title[:TITLE_MAX], address=url)
            for pk in recipient_ids
            if pk not in notified
        ]
        self.bulk_create(rows, batch_size=500, ignore_conflicts=True)
        return len(rows)

    def leading_to(self, urls: list[str]) -> Self:
        """Return those that lead to one of these URLs, or to an anchor on it."""
        conditions = [models.Q(address=url) | models.Q(address__startswith=f"{url}#") for url in urls]
        return self.filter(reduce(or_, conditions)) if conditions else self.none()

    def before(self, moment: Any) -> Self:
        """Return those last renewed before this moment."""
        return self.filter(renewed_at__lt=moment)

    def mark_mailed(self) -> int:
        """Mark them as sent in a digest. Return how many."""
        return self.update(mailed_at=timezone.now())

    def mark_read(self) -> int:
        """Mark the unread ones as read. Return how many."""
        return self.unread().update(read_at=timezone.now())


def with_quotations(rows: Iterable["Notification"]) -> list["Notification"]:
    """Return the notifications with `quotation` set: the public text that each quotes, empty when it is not public now.

    One query for each quoted model.
    """
    notifications = list(rows)
    ids_by_label: dict[str, set[int]] = defaultdict(set)
    for row in notifications:
        if row.quotes_id is not None:
            ids_by_label[row.quotes_label].add(row.quotes_id)
    quotations = {
        (label, pk): words
        for label, ids in ids_by_label.items()
        for pk, words in apps.get_model(label)._default_manager.quotations(ids).items()
    }
    for row in notifications:
        row.quotation = quotations.get((row.quotes_label, row.quotes_id), "")
    return notifications


class Notification(models.Model):
    """Something that happened to what a person wrote or follows, with the URL of the page that shows it (`address`).

    body: the city's own words to this person. What somebody else wrote is named, never copied.
    """

    recipient_id = models.BigIntegerField(_("宛先の利用者ID"))
    kind = models.CharField(_("種類"), max_length=40, editable=False)
    key = models.CharField(_("鍵"), max_length=120, editable=False)
    title = models.CharField(_("見出し"), max_length=TITLE_MAX, editable=False)
    body = models.TextField(_("本文"), blank=True, editable=False)
    quotes_label = models.CharField(_("引用する文の種類"), max_length=80, blank=True, editable=False)
    quotes_id = models.BigIntegerField(_("引用する文のID"), null=True, blank=True, editable=False)
    address = models.CharField(_("ページ"), max_length=300, editable=False)
    created_at = models.DateTimeField(_("作成日時"), auto_now_add=True)
    renewed_at = models.DateTimeField(_("最新の日時"), default=timezone.now)
    read_at = models.DateTimeField(_("既読日時"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("まとめメール送信日時"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()
    quotation = ""  # see with_quotations

    class Meta:
        verbose_name = _("お知らせ")
        verbose_name_plural = _("お知らせ")
        constraints = [models.UniqueConstraint(fields=["recipient_id", "kind", "key"], name="notification_once")]
        indexes = [models.Index(fields=["recipient_id", "-renewed_at"], name="notification_newest")]

    def __str__(self) -> str:
        return self.title
