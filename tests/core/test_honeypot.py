"""The line for machines: one for every form, named as no browser has a value for, and never drawn with what was sent."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings

from apps.accounts.forms import EmailForm
from apps.consultations.forms import GuestProposalForm, TakedownForm
from apps.core.honeypot import HoneypotField

# Words by which browsers and password managers know what to fill in.
KNOWN = ("name", "mail", "tel", "phone", "url", "home", "site", "web", "address", "company", "org", "user", "pass", "code",
         "city", "zip", "country", "birth", "card", "search")  # fmt: skip


@pytest.mark.parametrize("form", [EmailForm, GuestProposalForm, TakedownForm])
def test_every_form_without_account_has_the_same_line(form: type[forms.Form]) -> None:
    lines = [name for name, field in form.base_fields.items() if isinstance(field, HoneypotField)]
    assert len(lines) == 1
    assert not [word for word in KNOWN if word in lines[0]]
    drawn = HoneypotField().widget.render(lines[0], "https://spam.example/")
    assert "spam" not in drawn
    for mark in ('autocomplete="off"', 'tabindex="-1"', "data-1p-ignore", "data-lpignore", "data-bwignore"):
        assert mark in drawn


def test_the_line_is_drawn_in_one_way() -> None:
    pages = [
        path for path in Path(settings.BASE_DIR / "templates").rglob("*.html") if "leave_empty" in path.read_text()
    ]
    assert len(pages) >= 3
    for path in pages:
        assert re.search(r'components/honeypot.html" with field=\w*form\.leave_empty', path.read_text()), path
