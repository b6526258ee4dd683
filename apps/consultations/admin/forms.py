"""Admin forms of consultations, questions and attachments."""

from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.consultations.models import Attachment, Consultation, Question
from apps.consultations.models.wording import WORDS
from apps.core.date_formats import wareki
from apps.core.formfields import CleanTextFormField, ReturnedFormField
from apps.core.generic import ModelForm
from apps.core.types import StrOrPromise
from apps.core.uploads import PICTURE_TYPES, checked_pdf, redrawn_picture

DATES = ("closes_at", "reply_due_on")
COMPARED = (
    "title", "summary", "background", "department", "photo_description", "photo_credit", "opens_at", "closes_at",
    "period_note", "reply_due_on",
)  # fmt: skip
PHOTO_LONGEST = 1920  # pixels: enough for a poster on A4, and no larger


def as_read(value: object) -> str:
    """Return a value as text for people."""
    if isinstance(value, datetime):
        return f"{wareki(value)} {timezone.localtime(value):%H:%M}"
    if isinstance(value, date):
        return wareki(value)
    return str(value if value not in {None, ""} else "—").replace("\r\n", "\n").strip()


class Act(models.TextChoices):
    """What to do with a consultation besides saving it."""

    NONE = "", _("保存だけする")
    PUBLISH = "publish", _("公開する")
    CLOSE = "close", _("早期終了する（理由が必要です）")
    ANSWER = "answer", _("市の回答を公開する")
    RESULT = "result", _("結果報告を公表する（次の画面で、公開される形を確かめます）")

    @classmethod
    def offered_for(cls, consultation: Consultation) -> list[tuple[str, StrOrPromise]]:
        """Return the acts for its state: only a draft can be published."""
        return [one for one in cls.choices if not one[0] or (one[0] == cls.PUBLISH) != consultation.is_published]


class ConsultationForm(ModelForm[Consultation]):
    """A consultation and the act to perform; changing a promised date needs a reason."""

    act = forms.ChoiceField(label=_("この操作で行うこと"), choices=Act.choices, required=False)
    reason = CleanTextFormField(
        label=_("変更の理由"),
        required=False,
        most=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "公開したテーマの題名・概要・背景や、受付終了・回答予定日を変えるときに必要です。"
            "変更前の文や日付とともに公開されます。"
        ),
    )
    answer_text = CleanTextFormField(
        label=_("市の回答（まとめ）"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "「保存だけする」では下書きとして残り、公開されません。「市の回答を公開する」を選んで保存すると公開されます。"
            "見出しや箇条書きはMarkdownで書けます。"
        ),
    )

    remove_photo = forms.BooleanField(
        label=_("写真・絵を外す"), required=False, help_text=_("外すと、上で選んだ調布の絵に戻ります。")
    )
    version = ReturnedFormField(required=False)
    stored: Consultation | None = None  # as somebody else saved it meanwhile

    class Meta:
        model = Consultation
        fields = (
            "title", "slug", "summary", "background", "department", "viewpoints", "fields", "tags", "drawing",
            "photo", "photo_description", "photo_credit", "opens_at", "closes_at", "period_note", "reply_due_on",
            "allows_guests", "allows_guest_comments", "holds_all", "holds_first", "holds_guests",
            "hides_after_reports",
        )  # fmt: skip
        widgets = {
            "viewpoints": forms.CheckboxSelectMultiple,
            "fields": forms.CheckboxSelectMultiple,
            "photo": forms.FileInput(attrs={"accept": PICTURE_TYPES}),
        }
        help_texts = {"tags": _("いくつかあるときは、「、」か空白で区切ってください。")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = Act.offered_for(self.instance)  # type: ignore[attr-defined]
        self.fields["answer_text"].initial = self.instance.answer_in_work
        self.fields["version"].initial = self.version_of(self.instance)

    @staticmethod
    def version_of(consultation: Consultation) -> str:
        """Return the version for the optimistic lock."""
        return consultation.updated_at.isoformat() if consultation.pk else ""

    @property
    def moved(self) -> dict[str, Any]:
        """Return the changed dates of an announced consultation."""
        if not self.instance.published_at:
            return {}
        return {name: self.cleaned_data.get(name) for name in DATES if name in self.changed_data}

    @property
    def reworded(self) -> dict[str, str]:
        """Return the changed texts of an announced consultation."""
        if not self.instance.published_at:
            return {}
        return Consultation(**{name: self.initial.get(name) or "" for name in WORDS}).other_words(self.cleaned_data)

    def clean(self) -> dict[str, Any]:
        """Require a reason for changed dates, changed texts and early closing, and a text for an answer."""
        data = super().clean() or self.cleaned_data
        moves = bool(self.moved) or data.get("act") == Act.CLOSE
        if (moves or self.reworded) and not (data.get("reason") or "").strip():
            sentence = _("日程を変えるときは理由を書いてください。")
            self.add_error(
                "reason", sentence if moves else _("公開したテーマの文を変えるときは、理由を書いてください。")
            )
        if data.get("act") == Act.ANSWER and not (data.get("answer_text") or "").strip():
            self.add_error("answer_text", _("市の回答を書いてください。"))
        if data.get("act") == Act.PUBLISH and not data.get("reply_due_on") and not self.instance.is_legacy:
            self.add_error("reply_due_on", _("公開するには回答予定日が必要です。"))
        if "reply_due_on" in self.moved and data.get("reply_due_on") is None and "reply_due_on" not in self.errors:
            self.add_error("reply_due_on", _("公開したテーマの回答予定日は、なくすことができません。"))
        self._require_days_to_come(data)
        self._require_whole_photo(data)
        if self.instance.pk:
            self._require_newest(data.get("version") or "")
        return data

    def _require_days_to_come(self, data: dict[str, Any]) -> None:
        """Require that newly promised dates lie in the future."""
        due, closes = data.get("reply_due_on"), data.get("closes_at")
        promises = "reply_due_on" in self.moved or (data.get("act") == Act.PUBLISH and not self.instance.is_legacy)
        if promises and due and due < timezone.localdate():
            self.add_error("reply_due_on", _("回答予定日は、今日以後の日にしてください。"))
        if "closes_at" in self.moved and closes and closes < timezone.now():
            sentence = _("受付終了は、いまより後にしてください。いますぐ終えるときは「早期終了する」を選んでください。")
            self.add_error("closes_at", sentence)

    def clean_photo(self) -> object:
        """Return the photo re-encoded, at most PHOTO_LONGEST; its type is judged by its content."""
        upload = self.cleaned_data.get("photo")
        return redrawn_picture(upload, longest=PHOTO_LONGEST) if isinstance(upload, UploadedFile) else upload

    def _require_whole_photo(self, data: dict[str, Any]) -> None:
        """Require words with a photo and a photo with words; removing it removes both."""
        if data.get("remove_photo"):
            if "photo" in self.changed_data:
                self.add_error("remove_photo", _("新しいファイルを選ぶか、「写真・絵を外す」を選んでください。"))
            data.update(photo=False, photo_description="", photo_credit="")
            return
        words = {
            "photo_description": _("写真・絵の説明を書いてください。"),
            "photo_credit": _("提供者と利用条件を書いてください。"),
        }
        for name, sentence in words.items():
            if data.get("photo") and not data.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        if not data.get("photo") and any(data.get(name) for name in words) and "photo" not in self.errors:
            self.add_error("photo", _("写真・絵のファイルを選んでください。"))

    @property
    def changes_photo(self) -> bool:
        """Return True if another photo was chosen, other words for it, or none at all."""
        names = {"photo", "photo_description", "photo_credit", "remove_photo"}
        is_about_one = self.initial.get("photo") or self.cleaned_data.get("photo")
        return bool(is_about_one and names & set(self.changed_data))

    @property
    def drafts_answer(self) -> bool:
        """Return True if an answer was typed that is not published now."""
        return "answer_text" in self.changed_data and self.cleaned_data.get("act") != Act.ANSWER

    def _require_newest(self, version: str) -> None:
        """Refuse a save over a newer version (optimistic lock) and show the differences; saving again overwrites."""
        stored = Consultation.objects.get_for_update(self.instance.pk)
        if stored is None or version == self.version_of(stored):
            return
        self.stored = stored
        typed = cast("QueryDict", self.data).copy()
        typed[self.add_prefix("version")] = self.version_of(stored)
        self.data = typed
        self.add_error(
            None, _("ほかの職員がこのテーマを変えたため、保存していません。下で違うところを見比べてください。")
        )

    @property
    def differences(self) -> list[tuple[str, str, str]]:
        """Return (label, saved value, typed value) for each field that differs."""
        if self.stored is None:
            return []
        saved = {name: getattr(self.stored, name) for name in COMPARED} | {"answer_text": self.stored.answer_in_work}
        typed = {name: self.cleaned_data.get(name) for name in saved}
        return [
            (str(self.fields[name].label), as_read(saved[name]), as_read(typed[name]))
            for name in saved
            if name in self.fields and as_read(saved[name]) != as_read(typed[name])
        ]


class QuestionForm(ModelForm[Question]):
    """A question. After the announcement a new text needs a reason."""

    reason = CleanTextFormField(
        label=_("ことばを変える理由"),
        required=False,
        most=400,
        help_text=_("公開した問いのことばを変えるときに必要です。変更前のことばとともに公開されます。"),
    )

    class Meta:
        model = Question
        fields = ("number", "text", "help_text", "opens_at", "closes_at")

    @property
    def rewords(self) -> bool:
        """Return True if the text of an announced question changes."""
        is_announced = self.instance.pk is not None and self.instance.consultation.published_at is not None
        return is_announced and bool({"text", "help_text"} & set(self.changed_data))

    def clean(self) -> dict[str, Any]:
        """Require a reason for a new text of an announced question."""
        data = super().clean() or self.cleaned_data
        if self.rewords and not (data.get("reason") or "").strip():
            self.add_error("reason", _("公開した問いのことばを変えるときは、理由を書いてください。"))
        return data


class AttachmentForm(ModelForm[Attachment]):
    """A document or image; the file is checked by its content, not its name."""

    class Meta:
        model = Attachment
        fields = ("kind", "title", "file", "description", "dated_on", "order")
        widgets = {"file": forms.FileInput}

    def clean(self) -> dict[str, Any]:
        """Check that a document is a PDF; redraw an image."""
        data = super().clean() or self.cleaned_data
        upload, kind = data.get("file"), data.get("kind")
        if isinstance(upload, UploadedFile) and kind:
            check = checked_pdf if kind == Attachment.Kind.DOCUMENT else redrawn_picture
            try:
                data["file"] = check(upload)
            except forms.ValidationError as error:
                self.add_error("file", error)
        elif "kind" in self.changed_data and self.instance.pk:
            self.add_error("kind", _("種類を変えるときは、ファイルも選び直してください。"))
        return data
