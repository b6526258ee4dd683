"""Pages whose words are the city's own: terms, privacy, contact."""

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from apps.core.textfields import TypedCharField, TypedTextField
from apps.operations.models.audit import AuditEntry


class SitePageManager(models.Manager[Any]):
    """Fixtures name a page by its slug."""

    def get_by_natural_key(self, slug: str) -> "SitePage":
        """The page with this slug."""
        return self.get(slug=slug)

    def current_version(self, slug: str) -> str:
        """Which version of a page is in force; consent is stored with it."""
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
        return self.title

    def natural_key(self) -> tuple[Any]:
        """Its slug."""
        return (self.slug,)

    def revise(self, *, by: Any, changed: list[str]) -> None:
        """Store the city's new words, and in the trail who changed which part of the page."""
        with transaction.atomic():
            self.save()
            AuditEntry.record("revise_page", self, by=by, slug=self.slug, version=self.version, changed=changed)
