"""Background of a consultation: documents, images, links and a glossary."""

from typing import Any

from django.core.validators import FileExtensionValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.consultations.models.consultation import Consultation
from apps.core.textfields import TypedCharField, TypedTextField


class Attachment(models.Model):
    """A dated document (PDF) or image of a consultation. An image has its content in words too."""

    class Kind(models.TextChoices):
        """How it is shown."""

        DOCUMENT = "document", _("資料（PDF）")
        FIGURE = "figure", _("図・写真")

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="attachments", verbose_name=_("テーマ"))
    kind = models.CharField(_("種類"), max_length=10, choices=Kind.choices, default=Kind.DOCUMENT)
    title = TypedCharField(_("名称"), max_length=120)
    file = models.FileField(
        _("ファイル"),
        upload_to="consultations/",
        validators=[FileExtensionValidator(["pdf", "png", "jpg", "jpeg", "webp"])],
    )
    description = TypedTextField(
        _("図の内容の説明"), blank=True, help_text=_("図が見えない人にも内容が伝わるように書いてください。")
    )
    dated_on = models.DateField(_("資料の日付"))
    order = models.PositiveSmallIntegerField(_("並び順"), default=10)

    class Meta:
        verbose_name = _("資料・図")
        verbose_name_plural = _("資料・図")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="document") | ~models.Q(description=""),
                name="attachment_figure_described",
                violation_error_message=_("図には内容の説明が必要です。"),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row and delete a replaced file once the new one is stored."""
        before = type(self).objects.filter(pk=self.pk).first() if self.pk else None
        super().save(*args, **kwargs)
        if before and before.file.name != self.file.name:
            before.forget_file()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row with its file."""
        self.forget_file()
        return super().delete(*args, **kwargs)

    def forget_file(self) -> None:
        """Remove the file after the commit; where that fails, a file is left over and nothing is missing."""
        name, storage = str(self.file.name), self.file.storage
        transaction.on_commit(lambda: storage.delete(name), robust=True)

    @property
    def file_name(self) -> str:
        """Return the name under which it is saved: its title and the ending of the file."""
        return f"{self.title}.{str(self.file.name).rsplit('.', 1)[-1].lower()}"

    def get_absolute_url(self) -> str:
        """Return the URL at which those who may see the consultation get it."""
        return reverse("consultations:attachment", args=[self.consultation.slug, self.pk])


class BackgroundLink(models.Model):
    """A page elsewhere that helps to answer."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="links", verbose_name=_("テーマ"))
    title = TypedCharField(_("名称"), max_length=120)
    url = models.URLField(_("アドレス"), max_length=500)
    order = models.PositiveSmallIntegerField(_("並び順"), default=10)

    class Meta:
        verbose_name = _("参考リンク")
        verbose_name_plural = _("参考リンク")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title


class GlossaryTerm(models.Model):
    """ことばの説明: a word of the background that not everybody knows."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="glossary", verbose_name=_("テーマ"))
    term = TypedCharField(_("ことば"), max_length=60)
    explanation = TypedTextField(_("説明"), max_length=400)

    class Meta:
        verbose_name = _("ことばの説明")
        verbose_name_plural = _("ことばの説明")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "term"],
                name="glossary_term_once",
                violation_error_message=_("同じことばがすでにあります。"),
            )
        ]

    def __str__(self) -> str:
        return self.term
