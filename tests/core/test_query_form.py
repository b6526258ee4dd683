"""core.query_forms.QueryForm: a query string is read leniently, and written back into the URLs of further pages."""

from typing import Any

import pytest
from django import forms

from apps.accounts.models import Department
from apps.core.pagination import Page
from apps.core.query_forms import QueryForm


class ShelfForm(QueryForm):
    defaults = {"sort": "new"}

    q = forms.CharField(required=False, max_length=5)
    sort = forms.ChoiceField(required=False, choices=[("new", "new"), ("old", "old")])
    place = forms.IntegerField(required=False)
    department: Any = forms.ModelChoiceField(required=False, queryset=None, to_field_name="code")
    cursor = forms.CharField(required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["department"].queryset = Department.objects.all()  # type: ignore[attr-defined]


pytestmark = pytest.mark.django_db


def test_what_cannot_be_read_has_its_default() -> None:
    form = ShelfForm({"q": "toolong", "sort": "x", "place": "z", "department": "nobody"})
    assert form.values == {"q": "", "sort": "new", "place": "", "department": "", "cursor": ""}
    assert ShelfForm({"place": "0"}).values["place"] == 0


def test_urls_repeat_what_was_chosen_but_not_the_cursor() -> None:
    Department.objects.create(code="parks", name="公園課")
    form = ShelfForm({"q": "木", "department": "parks", "cursor": "abc"})
    assert form.kept == {"q": "木", "sort": "new", "department": "parks"}
    assert form.query(q=None, sort="old") == "sort=old&department=parks"
    assert form.page_urls(Page([], older="n")) == {
        "older_url": "?q=%E6%9C%A8&sort=new&department=parks&cursor=n", "newer_url": "",
    }  # fmt: skip
