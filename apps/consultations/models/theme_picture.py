"""Picture of a consultation (テーマの絵・写真): an own photo or drawing that staff uploaded, else a drawing of the site."""

from dataclasses import dataclass
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.textfields import TypedCharField
from apps.vision.pictures import Drawing, drawing_choices, drawing_for


@dataclass(frozen=True)
class ThemePhoto:
    """The uploaded picture of a consultation, with what templates ask of a `Drawing`: `url` and `alt`.

    url: the small copy that pages show; download_url: the whole picture; name: of its file in the storage.
    """

    url: str
    download_url: str
    alt: str
    credit: str
    name: str

    @property
    def file(self) -> Path:
        """Return the file."""
        return Path(default_storage.path(self.name))


class PicturedMixin(models.Model):
    """Columns of the picture. A photo without its words, or words without a photo, is refused by the database."""

    drawing = models.CharField(
        _("絵"),
        max_length=20,
        choices=drawing_choices,
        blank=True,
        help_text=_("空欄のときは、視点に合わせた絵になります。"),
    )
    photo = models.FileField(
        _("独自の写真・絵"),
        upload_to="consultations/photos/",
        blank=True,
        help_text=_(
            "1枚だけ載せられます。PNG・JPEG・WebP、10MBまで。撮影場所などの情報は自動で取り除きます。"
            "ページでは横長（16：9）に切り抜いて見せます。"
        ),
    )
    photo_description = TypedCharField(
        _("写真・絵の説明"),
        max_length=200,
        blank=True,
        help_text=_("画像が見えない人にも内容が伝わるように書いてください。"),
    )
    photo_credit = TypedCharField(
        _("提供者と利用条件"),
        max_length=120,
        blank=True,
        help_text=_("例：撮影 調布市（CC BY 4.0）。ページに、ダウンロードのリンクとあわせて出します。"),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(photo="", photo_description="", photo_credit="")
                | ~Q(photo="") & ~Q(photo_description="") & ~Q(photo_credit=""),
                name="consultation_photo_whole",
                violation_error_message=_("写真・絵には、説明と、提供者・利用条件が必要です。"),
            )
        ]

    @property
    def own_photo(self) -> ThemePhoto | None:
        """Return the uploaded picture, None without one."""
        if not self.photo:
            return None
        return ThemePhoto(
            url=reverse("consultations:photo", args=[self.slug]),  # type: ignore[attr-defined]
            download_url=reverse("consultations:photo_file", args=[self.slug]),  # type: ignore[attr-defined]
            alt=self.photo_description,
            credit=self.photo_credit,
            name=str(self.photo.name),
        )

    @property
    def own_drawing(self) -> Drawing:
        """Return the chosen drawing, else that of the first viewpoint (of `viewpoints`, which a list prefetches)."""
        return drawing_for(self.drawing, "" if self.drawing else "".join([v.slug for v in self.viewpoints.all()][:1]))  # type: ignore[attr-defined]

    @property
    def picture(self) -> Drawing | ThemePhoto:
        """Return what stands beside its words: its photo, else its drawing."""
        return self.own_photo or self.own_drawing
