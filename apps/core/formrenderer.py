"""Form renderer of the portal: label with 必須/任意, help, control, then 「エラー：…」 beside the control."""

from functools import cached_property
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core import kept_uploads
from apps.core.restored_input import NOTHING, value_before


class PortalBoundField(BoundField):
    """Bound field with what its template needs; client-side validation is switched off.

    `required` and `maxlength` are left out of the HTML: the browser would refuse in its own words, or silently cut a
    pasted text. Only the server validates.
    """

    @cached_property
    def initial(self) -> Any:
        """Return the initial value; after a sign-in that interrupted the form, what was typed before it (`core.restored_input`)."""
        typed = value_before(self)
        return super().initial if typed is NOTHING else typed

    @property
    def need(self) -> str:
        """Return "required" or "optional"; "" on forms with `shows_need = False` (search and filters)."""
        if not getattr(self.form, "shows_need", True):
            return ""
        return "required" if self.field.required else "optional"

    @property
    def is_single_choice(self) -> bool:
        """Return whether this is a single checkbox, whose label stands after its box."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def count_max(self) -> int | None:
        """Return the maximum number of characters (`data-count-max` of the widget), None without one."""
        most: int | None = self.field.widget.attrs.get("data-count-max")
        return most

    @property
    def target_id(self) -> str:
        """Return the id that the error summary links to: the control, or the first of several choices."""
        return self.id_for_label or (f"{self.auto_id}_0" if self.auto_id else "")

    @property
    def summary_lines(self) -> list[str]:
        """Return its errors as the error summary says them: with the label before those that do not name it themselves.

        The label of a single box is a whole sentence; its error stands alone.
        """
        label = "" if self.is_single_choice else str(self.label)
        return [
            error if label.casefold() in error.casefold() else format_html("{}：{}", label, error)
            for error in map(str, self.errors)
        ]

    @property
    def aria_describedby(self) -> str | None:
        """Return the ids of help, error and character count, which screen readers read with the control."""
        described = super().aria_describedby
        if described is None or not self.count_max or not self.auto_id:
            return described
        return f"{described} {self.auto_id}_count".strip()

    def as_widget(
        self, widget: forms.Widget | None = None, attrs: dict[str, Any] | None = None, only_initial: bool = False
    ) -> SafeString:
        """Return the control; for a file field with the kept upload beside it (`core.kept_uploads`)."""
        drawn = super().as_widget(widget, attrs, only_initial)
        if widget is None and not only_initial and isinstance(self.field, forms.FileField):
            return format_html("{}{}", drawn, kept_uploads.render_kept_file(self))
        return drawn

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, str | bool]:
        """Return the attributes without `required` and `maxlength`; in a fieldset also without aria-invalid (ARIA)."""
        built = super().build_widget_attrs(attrs, widget)
        built.pop("required", None)
        if (widget or self.field.widget).attrs.get("maxlength"):
            built["maxlength"] = False
        if self.use_fieldset:
            built.pop("aria-invalid", None)
        return built


class PortalFormRenderer(TemplatesSetting):
    """Render all forms, allauth's included, with templates/components."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
    bound_field_class = PortalBoundField
