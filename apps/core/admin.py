"""Base classes of the admin site: visibility, refusals, an action log without personal data, search, named controls."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst

from apps.core.admin_dates import DAYS
from apps.core.exceptions import ActionRefused
from apps.core.models import Searchable
from apps.core.text import fold
from apps.core.types import StrOrPromise

if TYPE_CHECKING:  # these bases serve every model; at run time they take no type arguments
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    BaseInlineFormSet = forms.models.BaseInlineFormSet[Any, Any, Any]
else:
    ModelAdmin, TabularInline = admin.ModelAdmin, admin.TabularInline
    BaseInlineFormSet = forms.models.BaseInlineFormSet


class RefusedFormMixin:
    """Mixin that adds the error of a refused save to a bound form, so that it is shown again with everything typed."""

    refusal: ValidationError

    def full_clean(self) -> None:
        """Validate as the form does, then add `refusal` to the field that it names, or to the whole form."""
        form: Any = self
        super().full_clean()  # type: ignore[misc]
        if not form.is_bound:
            return
        for name, errors in getattr(self.refusal, "error_dict", {None: self.refusal.error_list}).items():
            form.add_error(name if name in form.fields else None, errors)


@admin.site.admin_view
def view_on_site(request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponse:
    """Redirect 「サイト上で表示」 to the row's page, or 404 unless the user may view the row in its admin.

    Replaces Django's view, which gives all staff the URL of any row of any table.
    """
    content_type = ContentType.objects.filter(pk=content_type_id).first()
    model_admin = admin.site._registry.get(content_type.model_class()) if content_type else None  # type: ignore[arg-type]
    row = model_admin.get_object(request, object_id) if model_admin else None
    if (
        model_admin is None
        or row is None
        or not hasattr(row, "get_absolute_url")
        or not model_admin.has_view_permission(request, row)
    ):
        raise Http404
    return redirect(row.get_absolute_url())


class RedactedRow:
    """Proxy of a row whose text is its type and key: for the admin site's log, which must hold no personal data."""

    def __init__(self, row: Model) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)

    def __str__(self) -> str:
        return f"{self._row._meta.verbose_name} {self._row.pk}"


def _redacted(message: object) -> object:
    """Return a change message (a list of dictionaries, or a text as it is) without the names of inline rows."""
    if not isinstance(message, list):
        return message
    return [
        {act: {name: "" if name == "object" else fact for name, fact in facts.items()} for act, facts in part.items()}
        for part in message
    ]


class NamedFormSet(BaseInlineFormSet):
    """Inline formset in a table: each control has an `aria-label` with the name of its column, for screen readers."""

    def add_fields(self, form: forms.BaseForm, index: int | None) -> None:
        """Add the fields of a row, and label the controls of all of them, the delete checkbox included."""
        super().add_fields(form, index)
        for field in form.fields.values():
            widget = getattr(field.widget, "widget", field.widget)
            for control in getattr(widget, "widgets", [widget]):
                control.attrs.setdefault("aria-label", capfirst(field.label or ""))


class PortalTabularInline(TabularInline):
    """Tabular inline with labelled controls and the portal's date fields."""

    formset = NamedFormSet
    formfield_overrides = DAYS


class PortalAdmin(ModelAdmin):
    """Base of the portal's model admins.

    Lists are filtered by the filters they offer only. Django accepts any column of the table as a query parameter,
    shown or not: whoever sees a list could guess, letter by letter, an e-mail address, the body of a mail, or an author.
    Rows are those visible to the user; a refused save shows the form again; the log holds keys, not texts.
    """

    formfield_overrides = DAYS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows that are visible to the user, where the model's queryset has `visible_to`."""
        rows = super().get_queryset(request)
        return rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows

    def log_addition(self, request: HttpRequest, obj: Model, message: object) -> LogEntry:
        """Log the addition with the row's key only: a log keeps neither what people wrote nor whom it is about."""
        return super().log_addition(request, RedactedRow(obj), _redacted(message))

    def log_change(self, request: HttpRequest, obj: Model, message: object) -> LogEntry:
        """Log the change with the row's key only (see log_addition)."""
        return super().log_change(request, RedactedRow(obj), _redacted(message))

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[LogEntry]:
        """Log the deletions with the rows' keys only (see log_addition)."""
        rows: Any = [RedactedRow(obj) for obj in queryset]
        return super().log_deletions(request, rows)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Return whether the query string may filter the list by this lookup: only by offered filters, no other column."""
        return super().lookup_allowed(lookup, value, request) and (
            self._is_offered(lookup, request) or not self._is_column(lookup)
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search as typed and folded, as the portal's search does: 髙橋 finds 高橋, ＤＸ finds dx.

        Return (rows, whether rows may repeat).
        """
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if not search_term or not self.get_search_fields(request):
            return found, may_repeat
        folded, folded_may_repeat = super().get_search_results(request, queryset, fold(search_term))
        condition = Q(pk__in=found.order_by().values("pk")) | Q(pk__in=folded.order_by().values("pk"))
        if issubclass(self.model, Searchable):
            condition |= Q(pk__in=cast("Any", self.model._default_manager).search(search_term).order_by().values("pk"))
        return queryset.filter(condition), may_repeat or folded_may_repeat

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Roll back when an action refuses during save, and show the form again with the refusal as its error."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ActionRefused as refused:
            refusal = ValidationError(str(refused.sentence))
        except ValidationError as error:
            refusal = error
        cast("Any", request).refusal = refusal
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form class; after a refused save, one that also shows the refusal."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return form if refusal is None else type(form)(form.__name__, (RefusedFormMixin, form), {"refusal": refusal})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Answer 422 when the submitted form has errors."""
        response = super().render_change_form(request, context, *args, **kwargs)
        if request.method == "POST" and context["errors"]:
            response.status_code = 422
        return response

    def add_success(self, request: Any, sentence: StrOrPromise) -> None:
        """Show a success message of the action (published, answered, closed) in place of Django's own."""
        messages.success(request, sentence)
        request.has_own_success = True

    def message_user(
        self, request: HttpRequest, message: StrOrPromise, level: int | str = messages.INFO, *args: Any, **kwargs: Any
    ) -> None:
        """Show Django's message; drop its 「変更しました」 when `add_success` has shown a better one."""
        if level != messages.SUCCESS or not getattr(request, "has_own_success", False):
            super().message_user(request, message, level, *args, **kwargs)

    def _is_offered(self, lookup: str, request: HttpRequest) -> bool:
        """Return whether the lookup belongs to one of `list_filter` or to `date_hierarchy`."""
        paths = [self._path(one) for one in self.get_list_filter(request)] + [self.date_hierarchy or ""]
        return any(path and f"{lookup}{LOOKUP_SEP}".startswith(f"{path}{LOOKUP_SEP}") for path in paths)

    def _path(self, offered: object) -> str:
        """Return the field path of an entry of `list_filter`, or the parameter name of a filter class."""
        entry = offered[0] if isinstance(offered, tuple | list) else offered
        return entry if isinstance(entry, str) else str(getattr(entry, "parameter_name", ""))

    def _is_column(self, lookup: str) -> bool:
        """Return whether the lookup begins with a field of the model; other parameters are the admin site's own."""
        try:
            self.opts.get_field(lookup.split(LOOKUP_SEP)[0])
        except FieldDoesNotExist:
            return lookup.split(LOOKUP_SEP)[0] == "pk"
        return True
