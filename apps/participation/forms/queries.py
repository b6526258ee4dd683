"""Query-string forms of the public pages."""

from django import forms

from apps.core.query_forms import QueryForm


class EditionForm(QueryForm):
    """The edition of a report; the newest without one."""

    edition = forms.IntegerField(required=False, min_value=1, max_value=32_000)
