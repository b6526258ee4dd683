"""Audit trail: who did what to what, when and why. Append-only."""

from typing import Any, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.date_formats import jdatetime
from apps.operations.audit_labels import in_words, thing_in_words


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """QuerySet of audit entries: by actor, by target."""

    def by_user(self, actor: Any) -> Self:
        """Return the entries of one actor, newest first."""
        return self.filter(actor_id=actor.pk).order_by("-pk")

    def for_target(self, target: models.Model) -> Self:
        """Return the entries about one row, newest first."""
        return self.filter(target_label=target._meta.label_lower, target_id=str(target.pk)).order_by("-pk")


class AuditEntry(models.Model):
    """One act: the actor's id and role (never a name or e-mail address), the verb, the target, before and after, the reason.

    The database refuses UPDATE, DELETE and TRUNCATE by trigger, and the portal's own role has INSERT and SELECT only.
    """

    at = models.DateTimeField(_("日時"), default=timezone.now, editable=False)
    actor_id = models.BigIntegerField(_("操作者ID"), null=True, editable=False)
    actor_role = models.CharField(_("役割"), max_length=40, editable=False)
    verb = models.CharField(_("操作"), max_length=60, editable=False)
    target_label = models.CharField(_("対象の種類"), max_length=80, editable=False)
    target_id = models.CharField(_("対象ID"), max_length=64, editable=False)
    reason = models.TextField(_("理由"), blank=True, editable=False)
    facts = models.JSONField(_("変更前後"), default=dict, blank=True, editable=False)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("監査記録")
        verbose_name_plural = _("監査記録")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["target_label", "target_id"], name="audit_target")]

    def __str__(self) -> str:
        return f"{jdatetime(self.at)} {in_words(self.verb)}（{thing_in_words(self.target_label)} {self.target_id}）"

    @classmethod
    def record(cls, verb: str, target: models.Model, *, by: Any = None, reason: str = "", **facts: Any) -> Self:
        """Write an audit entry, in the transaction of the act itself. Return it.

        by: the acting user (a guest has no number there), None for the portal's own tasks;
        facts: what was before and after, as plain values.
        """
        return cls.objects.create(
            actor_id=getattr(by, "audit_id", getattr(by, "pk", None)),
            actor_role=getattr(by, "audit_role", "system") if by is not None else "system",
            verb=verb,
            target_label=target._meta.label_lower,
            target_id=str(target.pk),
            reason=reason,
            facts=facts,
        )
