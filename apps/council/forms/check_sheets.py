"""Forms of check sheets: one side's answers, and opening a sheet."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apps.core.formfields import CleanTextFormField
from apps.council.forms.editing import CHOOSE
from apps.council.models import CheckSheet, Organization, SheetKind
from apps.council.models.check_items import Item


class CheckForm(forms.Form):
    """One side of a sheet. Sub-items that do not apply are not asked, whatever the browser sent."""

    shows_need = False  # a draft may leave anything open; handing in asks for everything that applies

    note = CleanTextFormField(
        label=_("話し合いたいこと"), most=1000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("双方が提出した後に、相手にも表示されます。公開に双方が同意すると、公開されます。"),
    )  # fmt: skip

    def __init__(
        self, data: QueryDict | None, *, sheet: CheckSheet, answers: dict[str, str], note: str, submit: bool
    ) -> None:
        super().__init__(data, initial={"note": note, **{f"item_{key}": value for key, value in answers.items()}})
        self.items, self.submit = sheet.items, submit
        for item in self.items:
            label = f"{item.number}. {item.text}" if item.number else item.text
            self.fields[f"item_{item.key}"] = forms.ChoiceField(
                label=label, choices=item.options, widget=forms.RadioSelect, required=False
            )

    def clean(self) -> dict[str, object]:
        """Require an answer to every item that applies, when the sheet is submitted."""
        data = super().clean() or self.cleaned_data
        if self.submit:
            for item in self.items:
                name = f"item_{item.key}"
                if item.is_asked(self.answers) and not data.get(name) and name not in self.errors:
                    self.add_error(name, _("答えを選んでください。"))
        return data

    @property
    def answers(self) -> dict[str, str]:
        """Return the answers by the items' keys, empty where none was given."""
        return {item.key: self.cleaned_data.get(f"item_{item.key}", "") for item in self.items}

    @property
    def rows(self) -> list[tuple[Item, forms.BoundField, str]]:
        """Return each item with its bound field, and its heading where a new one begins."""
        rows, heading = [], ""
        for item in self.items:
            begins = str(item.under) if str(item.under) != heading else ""
            heading = str(item.under)
            rows.append((item, self[f"item_{item.key}"], begins))
        return rows


class OpenSheetForm(forms.Form):
    """Which kind of sheet is opened, and with which partner."""

    kind = forms.ChoiceField(label=_("種類"), choices=SheetKind.choices, widget=forms.RadioSelect)
    partner: Any = forms.ModelChoiceField(
        label=_("B（相手の団体）"), queryset=Organization.objects.none(), to_field_name="slug", empty_label=CHOOSE,
        error_messages={"required": _("相手の団体を選んでください。"),
                        "invalid_choice": _("この取組の実施団体から選んでください。")},
    )  # fmt: skip

    def __init__(self, data: QueryDict | None, *, partners: "QuerySet[Organization]") -> None:
        super().__init__(data)
        self.fields["partner"].queryset = partners  # type: ignore[attr-defined]
