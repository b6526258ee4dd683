"""Restore form input after a sign-in: while a page is rendered, its forms start with what was submitted to them before."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

NOTHING = object()
SECRET = ("token", "pass")  # names of fields whose content is never shown again
_typed: ContextVar[QueryDict | None] = ContextVar("typed", default=None)


@contextmanager
def restoring(data: QueryDict) -> Iterator[None]:
    """Context manager: unbound forms rendered within it start with this submitted data."""
    token = _typed.set(data)
    try:
        yield
    finally:
        _typed.reset(token)


def value_before(field: BoundField) -> object:
    """Return the restored value of a field; NOTHING when there is none, or the data is that of another form."""
    data = _typed.get()
    if data is None or field.form.is_bound or not _is_of(data, field.form):
        return NOTHING
    return field.field.widget.value_from_datadict(data, {}, field.html_name)


def _is_of(data: QueryDict, form: forms.BaseForm) -> bool:
    """Return whether the data was submitted by this form: it holds every field that browsers always send."""
    always = [name for name, field in form.fields.items() if _is_always_sent(field.widget)]
    return bool(always) and all(form.add_prefix(name) in data for name in always)


def _is_always_sent(widget: forms.Widget) -> bool:
    """Return whether browsers send the widget even when it is empty (no checkbox, choice list or file)."""
    widget = getattr(widget, "widget", widget)  # the admin site wraps some
    silent = (forms.CheckboxInput, forms.RadioSelect, forms.SelectMultiple, forms.FileInput, forms.MultiWidget)
    return not isinstance(widget, silent)


def typed_texts(data: QueryDict) -> list[str]:
    """Return the texts that a person wrote among submitted values: those with a space or a non-ASCII letter; no secrets."""
    fields = (values for name, values in data.lists() if not any(secret in name for secret in SECRET))
    values = [str(value).strip() for values in fields for value in values]
    return [value for value in values if any(ord(c) > 127 or c.isspace() for c in value)]
