"""What holds on every page of the admin site."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Q
from django.db.models.constants import LOOKUP_SEP
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst

from apps.core.admin_dates import DAYS
from apps.core.exceptions import ActionRefused
from apps.core.models import Searchable
from apps.core.text import fold


class RefusedForm:
    """Mix-in of a form whose saving was refused: it comes back with everything typed, and with the reason as its error."""

    refusal: ValidationError

    def full_clean(self) -> None:
        """The form's own judgement, then the refusal."""
        me: Any = self
        super().full_clean()  # type: ignore[misc]
        if not me.is_bound:
            return
        for name, errors in getattr(self.refusal, "error_dict", {None: self.refusal.error_list}).items():
            me.add_error(name if name in me.fields else None, errors)


@admin.site.admin_view
def view_on_site(request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponse:
    """「サイト上で表示」, in the place of Django's own, which tells the address of any row of any table to all staff."""
    kind = ContentType.objects.filter(pk=content_type_id).first()
    desk = admin.site._registry.get(kind.model_class()) if kind else None  # type: ignore[arg-type]
    row: Any = desk.get_object(request, object_id) if desk else None
    if (
        desk is None
        or row is None
        or not hasattr(row, "get_absolute_url")
        or not desk.has_view_permission(request, row)
    ):
        raise Http404
    return redirect(row.get_absolute_url())


class Nameless:
    """A row for the admin site's log: everything of it but its words."""

    def __init__(self, row: Any) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)

    def __str__(self) -> str:
        return f"{self._row._meta.verbose_name} {self._row.pk}"


def _without_names(message: Any) -> Any:
    """A change message without the words of inline rows."""
    if not isinstance(message, list):
        return message
    return [
        {act: {name: "" if name == "object" else told for name, told in facts.items()} for act, facts in part.items()}
        for part in message
    ]


class NamedFormSet(forms.models.BaseInlineFormSet):
    """The rows of a table: each control is named as its column, for those who do not see the head of the table."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Every field of a row, the box that removes it included."""
        super().add_fields(form, index)
        for field in form.fields.values():
            widget = getattr(field.widget, "widget", field.widget)
            for control in getattr(widget, "widgets", [widget]):
                control.attrs.setdefault("aria-label", capfirst(field.label or ""))


class PortalTabularInline(admin.TabularInline):
    """Parts of a thing as the rows of a table."""

    formset = NamedFormSet
    formfield_overrides = DAYS


class PortalAdmin(admin.ModelAdmin):
    """A list is narrowed down by what it offers, and by nothing else; what was done is said once.

    Django lets an address narrow a list by any column of its own table, shown or not: whoever sees the list could ask,
    letter by letter, for an address, the body of a mail, or who wrote which text.
    """

    formfield_overrides = DAYS

    def get_queryset(self, request: HttpRequest) -> Any:
        """What the person may see, where the model has that question."""
        rows = super().get_queryset(request)
        return rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Note the act with the row's number only: what people wrote, or whom it is about, is not kept in a log."""
        return super().log_addition(request, Nameless(obj), _without_names(message))

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """See log_addition."""
        return super().log_change(request, Nameless(obj), _without_names(message))

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """See log_addition."""
        rows: Any = [Nameless(obj) for obj in queryset]
        return super().log_deletions(request, rows)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Whether an address may narrow the list by this."""
        return super().lookup_allowed(lookup, value, request) and (
            self._is_offered(lookup, request) or not self._is_column(lookup)
        )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """What is searched as typed is also searched folded, as on the portal: 髙橋 and 高橋, ＤＸ and dx."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if not search_term or not self.get_search_fields(request):
            return found, may_repeat
        folded, repeats = super().get_search_results(request, queryset, fold(search_term))
        asked = Q(pk__in=found.order_by().values("pk")) | Q(pk__in=folded.order_by().values("pk"))
        if issubclass(self.model, Searchable):
            asked |= Q(pk__in=cast("Any", self.model._default_manager).search(search_term).order_by().values("pk"))
        return queryset.filter(asked), may_repeat or repeats

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A verb that refuses while the form is saved undoes the whole saving; nothing typed is lost, nothing is green."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ActionRefused as refused:
            refusal = ValidationError(str(refused.sentence))
        except ValidationError as error:
            refusal = error
        cast("Any", request).refusal = refusal
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """After a refusal, the same form with the reason."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return form if refusal is None else type(form)(form.__name__, (RefusedForm, form), {"refusal": refusal})

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """422 when what was sent comes back with errors."""
        response = super().render_change_form(request, context, *args, **kwargs)
        if request.method == "POST" and context["errors"]:
            response.status_code = 422
        return response

    def tell(self, request: Any, sentence: Any) -> None:
        """Say what saving has brought about: published, answered, closed."""
        messages.success(request, sentence)
        request.is_told = True

    def message_user(
        self, request: HttpRequest, message: Any, level: Any = messages.INFO, *args: Any, **kwargs: Any
    ) -> None:
        """Django's own 「変更しました」, unless what was told says so already."""
        if level != messages.SUCCESS or not getattr(request, "is_told", False):
            super().message_user(request, message, level, *args, **kwargs)

    def _is_offered(self, lookup: str, request: HttpRequest) -> bool:
        """Whether it belongs to a filter of the list or to its dates."""
        paths = [self._path(one) for one in self.get_list_filter(request)] + [self.date_hierarchy or ""]
        return any(path and f"{lookup}{LOOKUP_SEP}".startswith(f"{path}{LOOKUP_SEP}") for path in paths)

    def _path(self, offered: Any) -> str:
        """The columns that a filter asks for, or the name of one that asks a question of its own."""
        named = offered[0] if isinstance(offered, tuple | list) else offered
        return named if isinstance(named, str) else str(getattr(named, "parameter_name", ""))

    def _is_column(self, lookup: str) -> bool:
        """Whether it begins with a column of the table; other words in an address are the admin site's own."""
        try:
            self.opts.get_field(lookup.split(LOOKUP_SEP)[0])
        except FieldDoesNotExist:
            return lookup.split(LOOKUP_SEP)[0] == "pk"
        return True
