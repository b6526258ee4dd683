"""Shared form fields: typed texts are cleaned, normalised and counted in characters; e-mail addresses, dates, tags."""

import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import EmailValidator
from django.db import models
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from taggit.forms import TagField

from apps.core import text
from apps.core.email_spelling import LOCAL_PART, InvalidEmail, canonical_email
from apps.core.form_errors import unwanted_message
from apps.core.generic_fields import ModelChoiceField
from apps.core.types import StrOrPromise

# The name of the button beside an error that takes unusable characters out and shows the form again; its value is the field.
TAKE_OUT = "take_out"


class CleanedInput(str):
    """A submitted text from which unusable characters were removed (`taken_out` of them); shown again for confirmation."""

    __slots__ = ("taken_out",)
    taken_out: int


class TypedWidgetMixin(forms.Widget):
    """Mixin of widgets: the button TAKE_OUT removes unusable characters from the input, also without JavaScript."""

    def value_from_datadict(
        self, data: Mapping[str, Any], files: "MultiValueDict[str, UploadedFile[Any]]", name: str
    ) -> object:
        """Return the submitted text; a CleanedInput when the button TAKE_OUT was pressed."""
        typed = super().value_from_datadict(data, files, name)
        pressed = data.get(TAKE_OUT)
        if pressed is None or not isinstance(typed, str):
            return typed
        count = text.count_unwanted(typed)
        if not count and pressed not in {name, f"id_{name}"}:
            return typed
        cleaned = CleanedInput(text.without_unwanted(typed) if count else typed)
        cleaned.taken_out = count
        return cleaned


@lru_cache(maxsize=64)
def _typed(kind: type[forms.Widget]) -> type[forms.Widget]:
    """Return the widget class with TypedWidgetMixin mixed in; one class for each."""
    return kind if issubclass(kind, TypedWidgetMixin) else type(f"Typed{kind.__name__}", (TypedWidgetMixin, kind), {})


class CleanTextFormField(forms.CharField):
    """A typed text: LF line ends, no unusable characters, length counted in grapheme clusters.

    most: maximum number of characters as a person counts; None for no limit. room: maximum number of code points,
    CODE_POINTS_EACH for each character by default.
    """

    def __init__(self, *, most: int | None = None, room: int | None = None, **kwargs: Any) -> None:
        self.most = most
        self.room = room or (most and most * text.CODE_POINTS_EACH)
        super().__init__(strip=False, **kwargs)
        self.widget.__class__ = _typed(self.widget.__class__)
        if most:
            self.widget.attrs["data-count-max"] = most

    def to_python(self, value: object) -> str:
        """Return the cleaned text; raises ValidationError that says what is wrong and where."""
        if isinstance(value, CleanedInput):
            raise forms.ValidationError(cleaned_message(value), code="mended")
        try:
            cleaned = self.cleaned(str(value or ""))
        except text.UnwantedCharacter as error:
            raise forms.ValidationError(unwanted_message(error.place), code="unwanted") from error
        over = text.count_characters(cleaned) - self.most if self.most else 0
        if over > 0:
            raise forms.ValidationError(
                _("%(most)d文字以内で書いてください（%(over)d文字多くなっています）。"),
                params={"most": self.most, "over": over},
                code="too_long",
            )
        if self.room and len(cleaned) > self.room:
            raise forms.ValidationError(
                _("絵文字や、文字に重ねた記号が多すぎて、書ける量をこえています。減らしてください。"), code="too_long"
            )
        return cleaned or cast("str", self.empty_value)

    def cleaned(self, typed: str) -> str:
        """Return the text as it is stored."""
        return text.clean(typed)


def cleaned_message(cleaned: CleanedInput) -> StrOrPromise:
    """Return the message that asks the author to check a cleaned input and submit it again."""
    if not cleaned.taken_out:
        return _("使えない文字はありません。内容を確かめて、もう一度送ってください。")
    sentence = ngettext_lazy(
        "使えない文字を%(n)dつ取り除きました。内容を確かめて、もう一度送ってください。",
        "使えない文字を%(n)dつ取り除きました。内容を確かめて、もう一度送ってください。",
        "n",
    )
    return sentence % {"n": cleaned.taken_out}


class OneLineFormField(CleanTextFormField):
    """A typed text of one line."""

    def cleaned(self, typed: str) -> str:
        """Return the text as it is stored."""
        return text.clean_line(typed)


class ListFormField(CleanTextFormField):
    """A pasted list, kept row by row with empty ones; its reader reports errors by row."""

    def cleaned(self, typed: str) -> str:
        """Return the rows as they were pasted, blanks and empty ones included."""
        return text.tidy(typed)


class NameFormField(OneLineFormField):
    """A public name, in NFKC; raises ValidationError for one with @, which could be an e-mail address."""

    def cleaned(self, typed: str) -> str:
        """Return the name as it is stored."""
        name = unicodedata.normalize("NFKC", super().cleaned(typed)).strip()
        if "@" in name:
            raise forms.ValidationError(_("ニックネームに「@」は使えません。"), code="address")
        return name


class SecretFormField(forms.CharField):
    """A secret (passphrase, code) that is only compared, never shown or stored; its form normalises it."""


class NumberFormField(forms.CharField):
    """A public code, however it is typed: `ｃ26ー0043` is C26-0043."""

    def to_python(self, value: object) -> str:
        """Return the code as it is stored."""
        return text.as_number(str(value or ""))


class WordsInput(forms.TextInput):
    """The input of a search, shown again without unusable characters."""

    def value_from_datadict(
        self, data: Mapping[str, Any], files: "MultiValueDict[str, UploadedFile[Any]]", name: str
    ) -> object:
        """Return the words with one blank between them."""
        typed = super().value_from_datadict(data, files, name)
        return " ".join(text.without_unwanted(typed).split()) if isinstance(typed, str) else typed


class WordsFormField(forms.CharField):
    """The words of a search in a URL; unusable characters are ignored."""

    widget = WordsInput


class ReturnedFormField(forms.CharField):
    """A hidden value that the page gets back unchanged, such as a cursor or a version: nobody types it, nothing stores it.

    A value that no page can have sent (a NUL, too long) counts as none: no field shows an error beside it.
    """

    widget = forms.HiddenInput

    def clean(self, value: object) -> str:
        """Return the value, empty for one that no page can have sent; raises ValidationError if it is required."""
        try:
            returned: str = super().clean(value)
        except forms.ValidationError:
            if self.required:
                raise
            return ""
        return returned


class TagsFormField(TagField):
    """Tags as people type them, 「公園、遊び場」: a list of names, each once. most: the maximum number of tags."""

    def __init__(self, *, most: int | None = None, **kwargs: Any) -> None:
        self.most_tags = most
        super().__init__(**{"strip": False, **kwargs})
        self.widget.__class__ = _typed(self.widget.__class__)

    def clean(self, value: object) -> list[str]:
        """Return the names, without those that have no letter or digit; raises ValidationError for too many or too long ones."""
        if isinstance(value, CleanedInput):
            raise forms.ValidationError(cleaned_message(value), code="mended")
        try:
            names = text.split_tags(forms.CharField.clean(self, value))
        except text.UnwantedCharacter as error:
            raise forms.ValidationError(unwanted_message(error.place), code="unwanted") from error
        if self.most_tags and len(names) > self.most_tags:
            raise forms.ValidationError(_("タグは%(most)dつまでにしてください。"), params={"most": self.most_tags})
        for name in names:
            if len(name) > text.TAG_MAX:
                raise forms.ValidationError(
                    _("タグは一つ20文字までにしてください（「%(name)s」）。"), params={"name": name[: text.TAG_MAX]}
                )
        return names

    def has_changed(self, initial: Any, data: object) -> bool:
        """Return whether the set of tags differs, whatever their order and spelling."""
        before = initial if isinstance(initial, str) else "、".join(tag.name for tag in initial or ())
        try:
            return {text.tag_key(name) for name in text.split_tags(before)} != {
                text.tag_key(name) for name in text.split_tags(str(data or ""))
            }
        except text.UnwantedCharacter:
            return True


class UrlChoiceField(ModelChoiceField[models.Model]):
    """A row chosen by the slug in a URL; the queryset's `at` finds it, by former slugs too."""

    def to_python(self, value: object) -> models.Model | None:
        """Return the row of this slug, None for an empty one; raises ValidationError for an unknown one."""
        if value in self.empty_values:
            return None
        found: models.Model | None = cast("Any", self.queryset).at(str(value))
        if found is None:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return found


EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)


class DayFormField(forms.DateField):
    """A date between EARLIEST and LATEST: outside, the database or a time zone conversion could overflow."""

    def validate(self, value: date | None) -> None:
        """Raise ValidationError for a date out of range."""
        super().validate(value)
        if value and not EARLIEST <= value <= LATEST:
            raise forms.ValidationError(
                _("%(first)d年から%(last)d年までの日付を入れてください。"),
                params={"first": EARLIEST.year, "last": LATEST.year},
                code="out_of_range",
            )


EMAIL_MAX = 254


class PortalEmailValidator(EmailValidator):
    """Django's e-mail validator, which also accepts the addresses of Japanese mobile carriers (a..b@docomo.ne.jp)."""

    user_regex = LOCAL_PART


class EmailFormField(forms.CharField):
    """An e-mail address in its canonical spelling: half width, lower case, the domain in IDNA."""

    widget = forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"})
    default_error_messages = {
        "required": _("メールアドレスを入力してください。"),
        "invalid": _("メールアドレスの形（例：taro@example.jp）になっていません。もう一度確かめてください。"),
    }
    validate_email = PortalEmailValidator()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("メールアドレス"), "max_length": EMAIL_MAX, **kwargs})

    def to_python(self, value: object) -> str:
        """Return the canonical e-mail address; raises ValidationError when it is none or too long."""
        typed = super().to_python(value)
        if not typed:
            return ""
        try:
            email = canonical_email(typed)
            self.validate_email(email)
        except (InvalidEmail, forms.ValidationError) as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        if len(email) > (self.max_length or EMAIL_MAX):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return email
