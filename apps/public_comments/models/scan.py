"""写し: a scan of the letter or FAX from which staff typed an opinion. Never public; it goes with the sender's name and address."""

from functools import partial
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.public_comments.models.opinion import Opinion

SCANS_MOST = 10  # files of one opinion


class OpinionScanQuerySet(models.QuerySet["OpinionScan"]):
    """QuerySet of OpinionScan."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter the scans of the opinions that the user may read."""
        return self.filter(opinion__in=Opinion.objects.visible_to(user).order_by().values("pk"))

    def erase(self) -> int:
        """Delete rows, and their files once that is committed. Return how many."""
        files = [(row.file.storage, str(row.file.name)) for row in self]
        for storage, name in files:
            transaction.on_commit(partial(storage.delete, name), robust=True)
        self.delete()
        return len(files)


class OpinionScan(models.Model):
    """写し: a PDF or a picture, redrawn without metadata, of what came by post, FAX or at the counter."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="scans", verbose_name=_("提出意見"))
    file = models.FileField(_("ファイル"), upload_to="public_comments/scans/")
    added_at = models.DateTimeField(_("加えた日時"), default=timezone.now, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("加えた職員"),
    )

    objects = OpinionScanQuerySet.as_manager()

    class Meta:
        verbose_name = _("意見の写し")
        verbose_name_plural = _("意見の写し")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.opinion_id)
