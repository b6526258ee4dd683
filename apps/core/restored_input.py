"""What somebody typed before the portal had to ask who they are, on its way back into the fields it stood in."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

NOTHING: Any = object()
SECRET = ("token", "pass")  # names of fields whose content is never shown again
_typed: ContextVar[QueryDict | None] = ContextVar("typed", default=None)


@contextmanager
def coming_back(data: QueryDict) -> Iterator[None]:
    """While a page is made: its forms begin with what was sent to them before."""
    token = _typed.set(data)
    try:
        yield
    finally:
        _typed.reset(token)


def value_before(field: BoundField) -> Any:
    """What was typed into this field of a form that is shown again; NOTHING when something else or nothing was."""
    data = _typed.get()
    if data is None or field.form.is_bound or not _is_of(data, field.form):
        return NOTHING
    return field.field.widget.value_from_datadict(data, {}, field.html_name)


def _is_of(data: QueryDict, form: forms.BaseForm) -> bool:
    """Whether a form was what was sent: browsers leave out only boxes and choices that are empty, and files."""
    always = [name for name, field in form.fields.items() if _is_always_sent(field.widget)]
    return bool(always) and all(form.add_prefix(name) in data for name in always)


def _is_always_sent(widget: forms.Widget) -> bool:
    widget = getattr(widget, "widget", widget)  # the admin site wraps some
    silent = (forms.CheckboxInput, forms.RadioSelect, forms.SelectMultiple, forms.FileInput, forms.MultiWidget)
    return not isinstance(widget, silent)


def words_in(data: QueryDict) -> list[str]:
    """What a person wrote among the values of a form: not its keys, choices and numbers."""
    shown = (values for name, values in data.lists() if not any(secret in name for secret in SECRET))
    values = [str(value).strip() for values in shown for value in values]
    return [value for value in values if any(ord(c) > 127 or c.isspace() for c in value)]
