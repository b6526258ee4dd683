"""Forms of documents: the query string of a comparison; text, sections, reasons and corrections in the admin site."""

import hashlib
from typing import Any, cast

from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from apps.consultations.models import Proposal, Topic
from apps.core.admin_dates import DayField
from apps.core.code_lookup import parse_number
from apps.core.exceptions import ActionRefused
from apps.core.formfields import CleanTextFormField, OneLineFormField, ReturnedFormField
from apps.core.generic import ModelForm
from apps.core.text import as_number
from apps.core.uploads import checked_pdf
from apps.documents.models import Change, Document, DocumentVersion, Section
from apps.documents.models.version import IN_ORDER
from apps.documents.services.docx_reader import MOST_BYTES, read_docx

TEXT_MOST = 300_000


class CompareForm(forms.Form):
    """How two versions are shown: as one text, or side by side."""

    SIDE = "side"
    view = forms.ChoiceField(choices=[("", ""), (SIDE, "")], required=False)

    @property
    def is_side_by_side(self) -> bool:
        """Return whether the two texts stand beside each other."""
        self.is_valid()
        return self.cleaned_data.get("view") == self.SIDE


class VersionForm(ModelForm[DocumentVersion]):
    """The facts of a version and its file; `document` offers what the person writes."""

    class Meta:
        model = DocumentVersion
        fields = ("document", "stage", "slug", "dated_on", "as_of", "base", "source", "file", "correction_reason")
        field_classes = {"dated_on": DayField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "base" in self.fields:
            base = cast("forms.ModelChoiceField[DocumentVersion]", self.fields["base"])
            rows = DocumentVersion.objects.published().order_by("document__title", *IN_ORDER)
            base.queryset = rows.select_related("document", "stage")
            if self.instance.pk:
                base.queryset = base.queryset.filter(document=self.instance.document_id)

    def clean_file(self) -> object:
        """Check a new file by its content, and note its hash."""
        file = self.cleaned_data.get("file")
        if isinstance(file, UploadedFile):
            checked: ContentFile[bytes] = checked_pdf(file)
            self.instance.file_hash = hashlib.sha256(checked.read()).hexdigest()
            checked.seek(0)
            return checked
        if not file:
            self.instance.file_hash = ""
        return file

    def clean(self) -> dict[str, Any]:
        """Compare only versions of one document."""
        data = super().clean() or self.cleaned_data
        document, base = data.get("document") or getattr(self.instance, "document", None), data.get("base")
        if isinstance(document, Document) and base and base.document_id != document.pk:
            self.add_error("base", _("同じ文書の版を選んでください。"))
        if self.instance.corrects_id and not data.get("correction_reason", "x").strip():
            self.add_error("correction_reason", _("訂正の理由を書いてください。"))
        return data


class TextForm(forms.Form):
    """The text of a version as a whole: pasted, or taken from a DOCX file."""

    text = CleanTextFormField(
        label=_("本文"),
        required=False,
        most=TEXT_MOST,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=_(
            "見出しの行の先頭に「# 」（章）、「## 」（節）、「### 」（項）を付けると、そこで節に分かれます。"
            "一つもないときは、「第1章」「1」「1-1」「（1）」で始まる短い行を見出しとして読みます。"
        ),
    )
    file = forms.FileField(
        label=_("Word（DOCX）のファイル"),
        required=False,
        help_text=_(
            "選ぶと、上の欄の代わりにファイルの文を読みます。PDFの文は、文字をコピーして上の欄に貼り付けてください。"
        ),
    )

    def clean_file(self) -> object:
        """Check size and ending; the content is read in `clean`."""
        file = self.cleaned_data.get("file")
        if file and (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("ファイルが大きすぎます。20MB以内にしてください。"))
        if file and not str(file.name).lower().endswith(".docx"):
            raise forms.ValidationError(_("Word（.docx）のファイルを選んでください。PDFの文は貼り付けてください。"))
        return file

    def clean(self) -> dict[str, Any]:
        """Take the text from the file where one was chosen."""
        data = super().clean() or self.cleaned_data
        file = data.get("file")
        if file:
            try:
                data["text"] = self.fields["text"].clean(read_docx(file))
            except ActionRefused as refused:
                self.add_error("file", str(refused.sentence))
            except forms.ValidationError as error:
                self.add_error("file", error)
        if not self.errors and not data.get("text"):
            self.add_error("text", _("文を貼り付けるか、ファイルを選んでください。"))
        return data


class SectionForm(ModelForm[Section]):
    """One section of a draft; `seen` is the edition that was on the screen."""

    seen = ReturnedFormField(required=False)

    class Meta:
        model = Section
        fields = ("key", "level", "number", "heading", "body", "order")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = str(self.instance.edition)

    @property
    def seen_edition(self) -> int:
        """Return the edition that was on the screen; -1 for none."""
        typed = str(self.cleaned_data.get("seen") or "")
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else -1


class ChangeForm(ModelForm[Change]):
    """Why a section changed, and the codes of the voices and topics that moved it."""

    codes = OneLineFormField(
        label=_("きっかけになった声・論点"),
        required=False,
        most=600,
        help_text=_("公開中の意見や論点の番号を「、」で区切って書いてください。例：C25-0142、T25-0003"),
    )

    class Meta:
        model = Change
        fields = ("kind", "origin", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["codes"].initial = "、".join(cause.code for cause in self.instance.causes.with_ends())
        both = {Change.Kind.EDITED, Change.Kind.WORDING}
        kinds = [
            kind for kind in Change.Kind if kind == self.instance.kind or (kind in both and self.instance.kind in both)
        ]
        if "kind" in self.fields:
            self.fields["kind"] = forms.ChoiceField(
                label=_("変更の種類"), choices=[(kind.value, kind.label) for kind in kinds], initial=self.instance.kind
            )

    def clean_codes(self) -> list[Proposal | Topic]:
        """Return the public voices and topics; raise ValidationError with the codes that are none."""
        codes = [
            code
            for code in self.cleaned_data["codes"].replace(",", "、").replace("，", "、").split("、")
            if code.strip()
        ]
        found: list[Proposal | Topic] = []
        unknown: list[str] = []
        for code in dict.fromkeys(parse_number(code) or as_number(code) for code in codes):
            row = (
                Proposal.objects.public().filter(code=code).first() or Topic.objects.public().filter(code=code).first()
            )
            if row is None:
                unknown.append(code)
            else:
                found.append(row)
        if unknown:
            raise forms.ValidationError(
                _("公開中の意見や論点に、この番号はありません：%(codes)s"), params={"codes": "、".join(unknown)}
            )
        return found


class CorrectionForm(forms.Form):
    """Why a published version is corrected."""

    reason = CleanTextFormField(
        label=_("訂正の理由"), required=False, most=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("訂正版とともに公開されます。"),
    )  # fmt: skip


class PublicationForm(forms.Form):
    """What the preview showed."""

    seen = ReturnedFormField(required=False, max_length=64)
