"""Forms in which a member submits pictures of a project or the organization's logo."""

from typing import Any, TypedDict, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from apps.core.formfields import OneLineFormField
from apps.core.types import StrOrPromise
from apps.core.uploads import PICTURE_TYPES, redrawn_picture
from apps.council.forms.editing import HandInForm
from apps.council.models import ProjectPicture


def picture_field(label: StrOrPromise, help_text: StrOrPromise) -> forms.FileField:
    """Return a form field for an image file."""
    return forms.FileField(
        label=label, help_text=help_text, required=False, widget=forms.FileInput(attrs={"accept": PICTURE_TYPES})
    )


class RedrawnForm(HandInForm):
    """Base of upload forms: the image is re-encoded, without place, camera or any other metadata."""

    def clean_file(self) -> object:
        """Return the image re-encoded; its type is judged by its content."""
        upload = self.cleaned_data.get("file")
        return redrawn_picture(upload) if isinstance(upload, UploadedFile) else None


class Picked(TypedDict):
    """The pictures that stay on a page, and a new one with its text alternative."""

    keep: list[int]
    file: "ContentFile[bytes] | None"
    description: str


class PicturesForm(RedrawnForm):
    """Which pictures stay on the page of a project, and a new one with its text alternative."""

    keep = forms.TypedMultipleChoiceField(
        label=_("ページに載せておく画像"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    file = picture_field(_("追加する画像"), _("PNG・JPEG・WebP、10MBまで。撮影場所などの情報は自動で取り除きます。"))
    description = OneLineFormField(
        label=_("画像の説明"), most=200, required=False,
        help_text=_("画像が見えない人にも内容が伝わるように書いてください。画像を追加するときに必要です。"),
    )  # fmt: skip

    field_order = ["keep", "file", "description", "note"]

    def __init__(self, *args: Any, pictures: list[ProjectPicture], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser = cast("forms.TypedMultipleChoiceField", self.fields["keep"])
        chooser.choices = [(row.pk, row.description) for row in pictures]
        chooser.initial = [row.pk for row in pictures]
        if not pictures:
            del self.fields["keep"]

    def clean(self) -> dict[str, object]:
        """Refuse a picture without description, and a description without picture."""
        data = super().clean() or self.cleaned_data
        if data.get("file") and not data.get("description") and "description" not in self.errors:
            self.add_error("description", _("画像の説明を書いてください。"))
        if data.get("description") and not data.get("file") and "file" not in self.errors:
            self.add_error("file", _("追加する画像を選んでください。"))
        return data

    @property
    def picked(self) -> Picked:
        """Return the action's arguments: keep, file, description."""
        typed = self.cleaned_data
        return {"keep": typed.get("keep", []), "file": typed["file"], "description": typed["description"]}


class LogoForm(RedrawnForm):
    """Another logo, or none. Its text alternative is the organization's name."""

    file = picture_field(_("新しいロゴ"), _("PNG・JPEG・WebP、10MBまで。読み上げでは「団体名のロゴ」と伝わります。"))
    remove = forms.BooleanField(label=_("ロゴを載せない"), required=False)

    field_order = ["file", "remove", "note"]

    def clean(self) -> dict[str, object]:
        """Refuse both or neither of a new logo and its removal."""
        data = super().clean() or self.cleaned_data
        if "file" not in self.errors and bool(data.get("file")) == bool(data.get("remove")):
            raise ValidationError(_("新しいロゴを選ぶか、「ロゴを載せない」を選んでください。"))
        return data
