"""Pages that staff edit: terms, privacy, contact."""

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from apps.core.textfields import TypedCharField, TypedTextField
from apps.operations.models.audit import AuditEntry


class SitePageManager(models.Manager["SitePage"]):
    """Manager of pages; fixtures refer to them by slug."""

    def get_by_natural_key(self, slug: str) -> "SitePage":
        """Return the page with this slug (natural key)."""
        return self.get(slug=slug)

    def current_version(self, slug: str) -> str:
        """Return the version of a page, with which consent is stored; "1" for an unknown page."""
        return self.filter(slug=slug).values_list("version", flat=True).first() or "1"


class SitePage(models.Model):
    """利用規約, プライバシー, お問い合わせ: text that staff edit. A change of meaning gets a new version."""

    slug = models.SlugField(_("アドレス名"), unique=True)
    title = TypedCharField(_("題名"), max_length=60)
    body = TypedTextField(_("本文"), help_text=_("見出しや箇条書きはMarkdownで書けます。"))
    version = TypedCharField(_("版"), max_length=20, default="1", help_text=_("意味が変わるときは番号を上げます。"))
    updated_at = models.DateTimeField(_("更新日時"), auto_now=True)

    objects = SitePageManager()

    class Meta:
        verbose_name = _("案内ページ")
        verbose_name_plural = _("案内ページ")
        ordering = ["slug"]

    def __str__(self) -> str:
        return str(self.title)

    def natural_key(self) -> tuple[Any]:
        """Return the slug."""
        return (self.slug,)

    def revise(self, *, by: Any, changed: list[str]) -> None:
        """Save the page with an audit entry. changed: names of the changed fields."""
        with transaction.atomic():
            self.save()
            AuditEntry.record("revise_page", self, by=by, slug=self.slug, version=self.version, changed=changed)
