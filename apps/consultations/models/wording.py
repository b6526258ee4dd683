"""Wording changes (文の変更) of an announced consultation: the text before stays public, because people answered to it."""

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.exceptions import ActionRefused
from apps.core.text import with_unix_lines
from apps.core.textfields import TypedTextField
from apps.operations.models import AuditEntry

WORDS = ("title", "summary", "background")


class WordingChange(models.Model):
    """A text of an announced consultation that was put in other words: what it said before, and why it changed."""

    consultation = models.ForeignKey("consultations.Consultation", models.CASCADE, related_name="wording_changes")
    what = models.CharField(
        _("変更した文"),
        max_length=20,
        choices=[("title", _("テーマ")), ("summary", _("概要")), ("background", _("背景・参考情報"))],
    )
    old = models.TextField(_("変更前"), blank=True, editable=False)
    new = models.TextField(_("変更後"), blank=True, editable=False)
    reason = TypedTextField(_("理由"), max_length=400)
    changed_at = models.DateTimeField(_("変更日時"), auto_now_add=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("変更した職員")
    )

    class Meta:
        verbose_name = _("文の変更")
        verbose_name_plural = _("文の変更")
        ordering = ["changed_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="wording_change_reason"),
            models.CheckConstraint(condition=~Q(old=models.F("new")), name="wording_change_differs"),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.old[:40]} → {self.new[:40]}"


class WordedMixin:
    """Mixin of Consultation: change title, 概要 or 背景 after the announcement."""

    def other_words(self, typed: dict[str, Any]) -> dict[str, str]:
        """Return which of the typed texts say something else than stands; another kind of line end is no other word."""
        wanted = {name: with_unix_lines(typed.get(name) or "").strip() for name in WORDS if name in typed}
        return {name: new for name, new in wanted.items() if new != with_unix_lines(getattr(self, name)).strip()}

    def reword(self, *, by: User, reason: str, **typed: str) -> None:
        """Change title, 概要 or 背景. Once announced, that needs a reason, and the words before stay public."""
        me: Any = self
        changed = self.other_words(typed)
        if not changed:
            return
        if me.published_at and not reason.strip():
            raise ActionRefused(_("公開したテーマの文を変えるときは、理由を書いてください。"))
        with transaction.atomic():
            for name, new in changed.items():
                if me.published_at:
                    old = with_unix_lines(getattr(self, name))
                    WordingChange.objects.create(
                        consultation=me, what=name, old=old, new=new, reason=reason.strip(), changed_by=by
                    )
                setattr(self, name, new)
            me.full_clean(exclude=["tags"])
            me.save(update_fields=[*changed, "updated_at"])
            AuditEntry.record("reword_consultation", me, by=by, reason=reason.strip(), what=sorted(changed))
