"""Base classes of the vision's admin pages."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.db.models import DecimalField, Field, Model, QuerySet, URLField
from django.forms import BaseForm
from django.http import HttpRequest

from apps.core.admin import PortalAdmin
from apps.core.admin_dates import DAYS, FieldOptions
from apps.core.models import SearchQuerySet
from apps.operations.models import AuditEntry

SHOWN_WHERE = ("is_public", "viewpoints", "fields")


class FigureField(forms.DecimalField):
    """A number as it was typed: 80, not 80.0000."""

    def prepare_value(self, value: object) -> object:
        """Show a value without the zeros that the column adds."""
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


FIGURES_AND_DAYS: FieldOptions = {DecimalField: {"form_class": FigureField}, **DAYS}


class VisionAdmin(PortalAdmin):
    """Base admin of the vision: slugs are set once (their URLs are printed), nothing is deleted, changes are audited."""

    formfield_overrides = FIGURES_AND_DAYS

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Make the slug read-only once it is given."""
        return ("slug",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return False: consultations and projects point here; what shall not be seen is not published."""
        return False

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Assume https for a URL without scheme."""
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Model, form: BaseForm, change: bool) -> None:
        """Save, with a line in the audit trail that names the changed columns."""
        super().save_model(request, obj, form, change)
        AuditEntry.record("change" if change else "add", obj, by=request.user, changed=form.changed_data)


class SearchedAdmin(VisionAdmin):
    """Base admin with the portal's full-text search."""

    search_fields = ("title",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search with 全角/半角 and かな/カナ alike."""
        return cast("SearchQuerySet[Any]", queryset).search(search_term), False


class ShownAdmin(SearchedAdmin):
    """Base of what stands on the pages of viewpoints and fields."""

    filter_horizontal = ("viewpoints", "fields")
    list_select_related = ("source",)
