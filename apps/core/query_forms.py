"""Query-string forms: filters of lists, read leniently from a URL and written back into the URLs of their pages."""

from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms

from apps.core.pagination import Page


class QueryForm(forms.Form):
    """Base of forms that read the query string of a GET. What cannot be read is left out: an old URL is never an error.

    defaults: what a field means that is empty or unreadable ("" where none is named);
    not_kept: fields that the URLs of further pages do not repeat.
    """

    shows_need = False
    defaults: ClassVar[dict[str, object]] = {}
    not_kept: ClassVar[frozenset[str]] = frozenset({"cursor"})

    @cached_property
    def values(self) -> dict[str, Any]:
        """Return the value of every field by its name; empty and unreadable ones have their default."""
        self.is_valid()
        found = {name: self.cleaned_data.get(name) for name in self.fields}
        return {
            name: self.defaults.get(name, "") if value is None or value == "" else value
            for name, value in found.items()
        }

    @property
    def kept(self) -> dict[str, object]:
        """Return the parameters that URLs of the same list repeat: what was chosen, rows as their `to_field_name`."""
        return {
            name: self.fields[name].prepare_value(value)
            for name, value in self.values.items()
            if value and name not in self.not_kept
        }

    def query(self, **changes: object) -> str:
        """Return `kept`, changed, as a query string without "?"; a parameter that is None or empty is left out."""
        return urlencode({name: value for name, value in {**self.kept, **changes}.items() if value not in (None, "")})

    def page_urls(self, page: Page) -> dict[str, str]:
        """Return the URLs of the pages beside this one under the same filter (see `Page.urls`)."""
        return page.urls(self.kept)
