"""Fields of forms that several apps share: every text that somebody types comes through one of them."""

import unicodedata
from datetime import date
from functools import lru_cache
from typing import Any, cast

from django import forms
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from taggit.forms import TagField

from apps.core import text
from apps.core.email_spelling import LOCAL_PART, InvalidEmail, canonical_email
from apps.core.form_errors import unwanted_message

# The name of the button beside an error that takes unusable characters out and shows the form again; its value is the field.
TAKE_OUT = "take_out"


class Mended(str):
    """A typed text without what cannot be used: shown to its author again before it goes anywhere."""

    __slots__ = ("taken_out",)
    taken_out: int


class TypedWidget(forms.Widget):
    """A control whose unusable characters its author may let take out with one press, also without JavaScript."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """What was typed, mended when the button was pressed."""
        typed = super().value_from_datadict(data, files, name)
        asked = data.get(TAKE_OUT)
        if asked is None or not isinstance(typed, str):
            return typed
        count = text.count_unwanted(typed)
        if not count and asked not in {name, f"id_{name}"}:
            return typed
        mended = Mended(text.without_unwanted(typed) if count else typed)
        mended.taken_out = count
        return mended


@lru_cache(maxsize=64)
def _typed(kind: Any) -> Any:
    return kind if issubclass(kind, TypedWidget) else type(f"Typed{kind.__name__}", (TypedWidget, kind), {})


class CleanTextFormField(forms.CharField):
    """A typed text: LF line ends, nothing that cannot be used, counted as a person counts.

    most: characters as they are seen; None for as many as one likes. room: code points, when the column has fewer than
    four for each.
    """

    def __init__(self, *, most: int | None = None, room: int | None = None, **kwargs: Any) -> None:
        self.most = most
        self.room = room or (most and most * text.CODE_POINTS_EACH)
        super().__init__(strip=False, **kwargs)
        self.widget.__class__ = _typed(cast("Any", type(self.widget)))
        if most:
            self.widget.attrs["data-count-max"] = most

    def to_python(self, value: Any) -> str:
        """The cleaned text, or an error that says what is wrong with it and where."""
        if isinstance(value, Mended):
            raise forms.ValidationError(said_of(value), code="mended")
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
        """The text as it is stored."""
        return text.clean(typed)


def said_of(mended: Mended) -> Any:
    """That something was taken out, and that nothing has gone anywhere yet."""
    if not mended.taken_out:
        return _("使えない文字はありません。内容を確かめて、もう一度送ってください。")
    sentence = ngettext_lazy(
        "使えない文字を%(n)dつ取り除きました。内容を確かめて、もう一度送ってください。",
        "使えない文字を%(n)dつ取り除きました。内容を確かめて、もう一度送ってください。",
        "n",
    )
    return sentence % {"n": mended.taken_out}


class OneLineFormField(CleanTextFormField):
    """A typed text of one line."""

    def cleaned(self, typed: str) -> str:
        """The text as it is stored."""
        return text.clean_line(typed)


class ListFormField(CleanTextFormField):
    """A pasted list, of which every row counts: its reader says of each row what is wrong with it."""

    def cleaned(self, typed: str) -> str:
        """The rows as they were pasted, blanks and empty ones included."""
        return text.tidy(typed)


class NameFormField(OneLineFormField):
    """A name by which somebody is shown: one width, and no address."""

    def cleaned(self, typed: str) -> str:
        """The name as it is stored."""
        name = unicodedata.normalize("NFKC", super().cleaned(typed)).strip()
        if "@" in name:
            raise forms.ValidationError(_("ニックネームに「@」は使えません。"), code="address")
        return name


class SecretFormField(forms.CharField):
    """Something that is compared and never shown or stored: a passphrase, a code. Its owner folds it."""


class NumberFormField(forms.CharField):
    """The number of a thing, however it is typed: `ｃ26ー0043` is C26-0043."""

    def to_python(self, value: Any) -> str:
        """The number as it is stored."""
        return text.as_number(str(value or ""))


class WordsInput(forms.TextInput):
    """A line of words to search for, shown again without what cannot be used."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The words with one blank between them."""
        typed = super().value_from_datadict(data, files, name)
        return " ".join(text.without_unwanted(typed).split()) if isinstance(typed, str) else typed


class WordsFormField(forms.CharField):
    """Words to search for, in an address: what cannot be used is as if it were not there."""

    widget = WordsInput


class ReturnedFormField(forms.CharField):
    """What the page itself put there and gets back, such as a cursor or a version: nobody types it, nothing stores it."""

    widget = forms.HiddenInput


class TagsFormField(TagField):
    """Tags as people type them, 「公園、遊び場」: a list of names, each once. most: how many there may be."""

    def __init__(self, *, most: int | None = None, **kwargs: Any) -> None:
        self.most_tags = most
        super().__init__(**{"strip": False, **kwargs})
        self.widget.__class__ = _typed(cast("Any", type(self.widget)))

    def clean(self, value: Any) -> list[str]:
        """The names; one without letter or digit is none."""
        if isinstance(value, Mended):
            raise forms.ValidationError(said_of(value), code="mended")
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

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other tags are meant, in whatever order and spelling."""
        before = initial if isinstance(initial, str) else "、".join(tag.name for tag in initial or ())
        try:
            return {text.tag_key(name) for name in text.split_tags(before)} != {
                text.tag_key(name) for name in text.split_tags(str(data or ""))
            }
        except text.UnwantedCharacter:
            return True


class UrlChoiceField(forms.ModelChoiceField):
    """A choice that stands in an address; the rows' `at` reads it, older addresses included."""

    def to_python(self, value: Any) -> Any:
        """The row of this address."""
        if value in self.empty_values:
            return None
        found = cast("Any", self.queryset).at(str(value))
        if found is None:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return found


EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)


class DayFormField(forms.DateField):
    """A day as portals know them. Beyond, neither the database nor a clock with a time zone can be asked for its ends."""

    def validate(self, value: Any) -> None:
        """Refuse a day of another age."""
        super().validate(value)
        if value and not EARLIEST <= value <= LATEST:
            raise forms.ValidationError(
                _("%(first)d年から%(last)d年までの日付を入れてください。"),
                params={"first": EARLIEST.year, "last": LATEST.year},
                code="out_of_range",
            )


EMAIL_MAX = 254


class PortalEmailValidator(EmailValidator):
    """Django's, for addresses that telephone companies gave out too (a..b@docomo.ne.jp)."""

    user_regex = LOCAL_PART


class EmailFormField(forms.CharField):
    """An e-mail address, however it was typed or pasted: 全角 becomes 半角, capitals small, the domain its one spelling."""

    widget = forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"})
    default_error_messages = {
        "required": _("メールアドレスを入力してください。"),
        "invalid": _("メールアドレスの形（例：taro@example.jp）になっていません。もう一度確かめてください。"),
    }
    validate_email = PortalEmailValidator()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("メールアドレス"), "max_length": EMAIL_MAX, **kwargs})

    def to_python(self, value: Any) -> str:
        """As it is stored."""
        typed = super().to_python(value)
        if not typed:
            return ""
        try:
            address = canonical_email(typed)
            self.validate_email(address)
        except (InvalidEmail, forms.ValidationError) as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        if len(address) > (self.max_length or EMAIL_MAX):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return address
