"""Japanese default error messages for Django's form fields, and the message for unusable characters."""

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.text import Place
from apps.core.types import StrOrPromise

SENTENCES: dict[type[forms.Field], StrOrPromise] = {
    forms.Field: _("入力してください。"),
    forms.ChoiceField: _("選んでください。"),
    forms.MultipleChoiceField: _("一つ以上選んでください。"),
    forms.ModelChoiceField: _("選んでください。"),
    forms.ModelMultipleChoiceField: _("一つ以上選んでください。"),
    forms.FileField: _("ファイルを選んでください。"),
    forms.BooleanField: _("確かめて、チェックを入れてください。"),
}


def install() -> None:
    """Set SENTENCES as `required` messages of Django's field classes, the admin site included; called once at startup."""
    for field_class, sentence in SENTENCES.items():
        field_class.default_error_messages = {**field_class.default_error_messages, "required": sentence}
    # Django's own Japanese asks for some letter to be typed.
    ProhibitNullCharactersValidator.message = _("使えない文字（制御文字など）が含まれています。取り除いてください。")


def unwanted_message(place: Place) -> str:
    """Return the error message for an unusable character: its code point, its line, and the characters around it."""
    around = {"before": place.before, "after": place.after}
    if place.before and place.after:
        where = gettext("「%(before)s」と「%(after)s」の間") % around
    elif place.before:
        where = gettext("「%(before)s」のうしろ") % around
    elif place.after:
        where = gettext("「%(after)s」の前") % around
    else:
        where = gettext("この行の中")
    found = {"line": place.line, "where": where, "code": place.code}
    return gettext("使えない文字（%(code)s）があります：%(line)d行目、%(where)s。取り除いてください。") % found
