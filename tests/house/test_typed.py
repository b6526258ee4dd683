"""Every text that somebody types comes through `core.text`: each column, each form and the database say so. No list by hand."""

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django import forms
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, models, transaction
from django.test import RequestFactory

import apps as our_apps
from apps.core import text
from apps.core.formfields import TAKE_OUT, CleanTextFormField, ListFormField, TagsFormField
from apps.core.migration_operations import CHECKS
from apps.core.textfields import TypedField
from tests.accounts.factories import UserFactory

# Django checks what these may hold by a pattern of its own, which no unusable character fits.
PATTERNED = (models.SlugField, models.EmailField, models.URLField)


def columns(kind: type[models.Field]) -> Iterator[models.Field]:
    for model in apps.get_models():
        if model.__module__.startswith("apps."):
            yield from (field for field in model._meta.local_concrete_fields if isinstance(field, kind))


def every_form() -> Iterator[type[forms.BaseForm]]:
    for module in pkgutil.walk_packages(our_apps.__path__, "apps."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    waiting = [forms.BaseForm]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("apps."):
            yield kind


def admin_forms() -> Iterator[type[forms.BaseForm]]:
    request = RequestFactory().get("/admin/")
    request.user = UserFactory(is_superuser=True)
    for site_admin in admin.site._registry.values():
        if site_admin.__module__.startswith("apps.") and site_admin.has_add_permission(request):
            with suppress(FieldError):  # what it shows cannot be typed: its pages have forms of their own
                yield site_admin.get_form(request)
            yield from (inline.get_formset(request).form for inline in site_admin.get_inline_instances(request))


def typed_fields(kinds: Iterator[type[forms.BaseForm]]) -> Iterator[tuple[str, forms.Field]]:
    for kind in kinds:
        for name, field in getattr(kind, "base_fields", {}).items():
            if isinstance(field, forms.CharField) and not field.widget.is_hidden:
                yield f"{kind.__module__}.{kind.__name__}.{name}", field


def test_every_column_that_a_person_fills_is_a_typed_one() -> None:
    found = [
        str(field)
        for field in columns(models.Field)
        if isinstance(field, models.CharField | models.TextField)
        and field.editable
        and not field.choices
        and not isinstance(field, (TypedField, *PATTERNED))
        and field.model.__module__ == field.model._meta.concrete_model.__module__
        and field.name != "password"
    ]
    assert found == [], (
        "make it core.textfields.TypedCharField or TypedTextField; editable=False for what only the portal writes"
    )


@pytest.mark.django_db
def test_no_form_has_a_text_of_its_own_kind() -> None:
    found = [name for name, field in typed_fields(every_form()) if type(field) is forms.CharField]
    found += [name for name, field in typed_fields(admin_forms()) if type(field) is forms.CharField]
    assert found == [], "use a field of core.formfields"


@pytest.mark.django_db
def test_every_form_says_the_same_of_a_text() -> None:
    seen = 0
    for name, field in [*typed_fields(every_form()), *typed_fields(admin_forms())]:
        if not isinstance(field, CleanTextFormField) or isinstance(field, ListFormField) or (field.most or 9) < 3:
            continue
        seen += 1
        assert field.clean("あ\x0bい") in {"あ\nい", "あ い"}, name
        assert field.to_python("\u200b\u3164") in {"", None, "\u200b\u3164"}, name
        for bad in ("末尾\uffff", "あ" + "\u0301" * 500, "\u202eあ"):
            with pytest.raises(forms.ValidationError, match="使えない文字"):
                field.clean(bad)
        mended = field.widget.value_from_datadict({name: "い\uffff", TAKE_OUT: name}, {}, name)
        assert (mended, getattr(mended, "taken_out", 0)) == ("い", 1), name
        if field.most:
            assert text.count_characters(field.clean("か\u3099" * field.most)) == field.most, name
            try:
                assert len(field.clean("❤\ufe0f" * field.most)) <= (field.room or 0), name
            except forms.ValidationError as refused:
                assert refused.code in {"too_long", "invalid"}, name  # noqa: PT017
    assert seen > 100
    assert any(isinstance(field, TagsFormField) for _name, field in typed_fields(every_form()))


@pytest.mark.django_db
def test_the_database_refuses_what_no_text_may_hold_in_every_typed_column() -> None:
    unchecked = []
    with connection.cursor() as cursor:
        for field in columns(TypedField):
            cursor.execute(CHECKS, [field.model._meta.db_table, field.column])
            if not any("FDD0" in definition for (definition,) in cursor.fetchall()):
                unchecked.append(str(field))
    assert unchecked == [], "a migration needs core.refold.check_typed"


@pytest.mark.django_db
@pytest.mark.parametrize("bad", ["\x0b", "\x1b", "\x7f", "\x85", "\u202e", "\u2069", "\ufdd0", "\uffff", "\U0001fffe"])
def test_what_came_past_every_form_is_refused(bad: str) -> None:
    model = apps.get_model("accounts", "Department")
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(code="x", name=f"前{bad}後")
    assert model.objects.create(code="x", name="❤\ufe0f" * 60).name
