"""Forms of opinions that were typed in: a scan, and the words written anew."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.formfields import CleanTextFormField
from apps.core.uploads import PICTURE_TYPES, checked_pdf, redrawn_picture
from apps.public_comments.models import OpinionPart
from apps.public_comments.models.opinion import BODY_MOST


class ScanForm(forms.Form):
    """A PDF or a picture of what came on paper."""

    file = forms.FileField(
        label=gettext_lazy("写し（PDFか画像）"),
        widget=forms.ClearableFileInput(attrs={"accept": f"application/pdf,{PICTURE_TYPES}"}),
    )

    def clean_file(self) -> Any:
        """Return the file, checked by its content; a picture is redrawn without metadata."""
        upload = self.cleaned_data["file"]
        upload.seek(0)
        is_pdf = upload.read(5) == b"%PDF-"
        return checked_pdf(upload) if is_pdf else redrawn_picture(upload)


class MendForm(forms.Form):
    """The words of each part of an opinion."""

    def __init__(self, *args: Any, parts: list[OpinionPart], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, part in enumerate(parts):
            self.fields[f"body_{number}"] = CleanTextFormField(
                label=_("意見（%(about)s）") % {"about": part.about}, most=BODY_MOST, initial=part.body,
                widget=forms.Textarea(attrs={"rows": 8}),
            )  # fmt: skip

    @property
    def bodies(self) -> list[str]:
        """Return the words in the order of the parts."""
        return [self.cleaned_data[name] for name in self.fields]
