"""How every form of the portal is drawn: label with 必須/任意 in words, help, control, then 「エラー：…」 beside the control."""

from functools import cached_property
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.html import format_html

from apps.core import kept_uploads
from apps.core.restored_input import NOTHING, value_before


class PortalBoundField(BoundField):
    """A field on a page: tells its template what to say, and never lets the browser cut or refuse what was typed.

    `required` and `maxlength` stay out of the HTML: the browser would refuse in its own words, or silently drop the end
    of a pasted text. The server's Japanese sentence is the only judge.
    """

    @cached_property
    def initial(self) -> Any:
        """What the field holds at first; after a sign-in that came in between, what was typed into it before."""
        typed = value_before(self)
        return super().initial if typed is NOTHING else typed

    @property
    def need(self) -> str:
        """ "required", "optional", or "" on forms that say nothing about it (search and filters: `shows_need = False`)."""
        if not getattr(self.form, "shows_need", True):
            return ""
        return "required" if self.field.required else "optional"

    @property
    def is_single_choice(self) -> bool:
        """A lone checkbox, whose label stands after its box."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def count_max(self) -> int | None:
        """Most characters, counted as a person counts them, when the form's author set `data-count-max` on the widget."""
        return self.field.widget.attrs.get("data-count-max")

    @property
    def target_id(self) -> str:
        """Where a link of the error summary leads: the control, or the first of several choices."""
        return self.id_for_label or (f"{self.auto_id}_0" if self.auto_id else "")

    @property
    def aria_describedby(self) -> str | None:
        """Help, character count and error are read out with the control."""
        described = super().aria_describedby
        if described is None or not self.count_max or not self.auto_id:
            return described
        return f"{described} {self.auto_id}_count".strip()

    def as_widget(self, widget: Any = None, attrs: Any = None, only_initial: bool = False) -> Any:
        """The control; beside a file field the file that was chosen before an error."""
        drawn = super().as_widget(widget, attrs, only_initial)
        if widget is None and not only_initial and isinstance(self.field, forms.FileField):
            return format_html("{}{}", drawn, kept_uploads.beside(self))
        return drawn

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Attributes of the control; aria-invalid is not allowed on radio buttons, their fieldset names the error."""
        built = super().build_widget_attrs(attrs, widget)
        built.pop("required", None)
        if (widget or self.field.widget).attrs.get("maxlength"):
            built["maxlength"] = False
        if self.use_fieldset:
            built.pop("aria-invalid", None)
        return built


class PortalFormRenderer(TemplatesSetting):
    """Forms, allauth's included, are drawn by templates/components."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
    bound_field_class = PortalBoundField
