"""Query-string form of the list of projects; every choice says how many projects it leads to."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apps.core.date_formats import fiscal_label
from apps.core.formfields import ReturnedFormField, WordsFormField
from apps.core.query_forms import QueryForm
from apps.core.types import StrOrPromise
from apps.council.models import Domain, Method, Organization, OrganizationKind, Sector, Stage
from apps.council.models.project_queryset import ProjectQuerySet
from apps.vision.models import Field, Viewpoint

VIEWS = [("list", _("一覧")), ("board", _("段階ごと")), ("timeline", _("年表"))]


def _whole_number(value: object) -> int:
    """Parse a year or key of a query string; refuse what PostgreSQL could not compare."""
    written = str(value)
    if not written.isascii() or not written.isdigit() or len(written) > 9:
        raise ValueError(value)
    return int(written)


class OrganizationFilterForm(QueryForm):
    """The filter of the council's organizations: from which side they come, and of which kind they are."""

    sector = forms.ChoiceField(label=_("産学官民"), required=False, choices=[("", _("すべて")), *Sector.choices])
    kind: Any = forms.ModelChoiceField(
        label=_("団体の種類"), queryset=OrganizationKind.objects.all(), to_field_name="slug", required=False,
        empty_label=_("すべて"),
    )  # fmt: skip


class ProjectFilterForm(QueryForm):
    """The filter of projects: words, viewpoint, field, organization, 手法, stage, year; the view; the cursor."""

    defaults = {"view": "list"}

    q = WordsFormField(label=_("ことばで探す"), required=False, max_length=100)
    viewpoint = forms.TypedChoiceField(label=_("視点"), required=False, coerce=_whole_number, empty_value="")
    field = forms.TypedChoiceField(label=_("分野"), required=False, coerce=_whole_number, empty_value="")
    organization = forms.TypedChoiceField(label=_("団体"), required=False, coerce=_whole_number, empty_value="")
    method = forms.ChoiceField(label=_("協働の手法"), required=False)
    domain = forms.ChoiceField(label=_("協働の領域"), required=False)
    stage = forms.ChoiceField(label=_("段階"), required=False)
    year = forms.TypedChoiceField(label=_("開始年度"), required=False, coerce=_whole_number, empty_value="")
    view = forms.ChoiceField(required=False, choices=VIEWS, widget=forms.HiddenInput)
    cursor = ReturnedFormField(required=False, max_length=400)

    def __init__(self, data: QueryDict, *, projects: ProjectQuerySet) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.projects = projects
        self.options = self._options()
        for name, choices in self.options.items():
            self._offer(name, [("", _("すべて")), *choices])
        self._narrow_counts()

    def _offer(self, name: str, choices: list[tuple[object, StrOrPromise]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def _options(self) -> dict[str, list[tuple[object, StrOrPromise]]]:
        """Return everything that can be chosen, without counts."""
        years = sorted({year for year in self.projects.count_by("year") if year}, reverse=True)
        return {
            "viewpoint": [(row.pk, str(row)) for row in Viewpoint.objects.all()],
            "field": [(row.pk, str(row)) for row in Field.objects.all()],
            "organization": [(row.pk, row.name) for row in Organization.objects.public().for_cards()],
            "method": list(Method.choices),
            "domain": list(Domain.choices),
            "stage": list(Stage.choices),
            "year": [(year, fiscal_label(year)) for year in years],
        }

    def _narrow_counts(self) -> None:
        """Write behind each choice how many projects it leads to under the rest of the filter."""
        for name, choices in self.options.items():
            counts = self.projects.apply_filter(self.values, but=name).count_by(name)
            shown = [(key, f"{label}（{counts.get(key, 0)}）") for key, label in choices]
            self._offer(name, [("", _("すべて")), *shown])

    @property
    def kept(self) -> dict[str, object]:
        """Return the parameters that URLs repeat; the view only where it is another one than the list."""
        return {name: value for name, value in super().kept.items() if (name, value) != ("view", "list")}

    def in_words(self) -> str:
        """Return the filter as a person says it, for a file that was made under it."""
        kept = self.kept
        words = [
            f"{self.fields[name].label}：{label}"
            for name, choices in self.options.items()
            for key, label in choices
            if name in kept and key == kept[name]
        ]
        return "、".join([*([f"ことば：{kept['q']}"] if "q" in kept else []), *words])

    @property
    def is_filtered(self) -> bool:
        """Return whether the list is narrowed at all."""
        return bool(set(self.kept) - {"view"})

    @property
    def is_narrowed_further(self) -> bool:
        """Return whether one of the questions is used that stand folded away."""
        return bool({"field", "organization", "method", "domain", "year"} & set(self.kept))

    def views(self) -> list[dict[str, object]]:
        """Return the ways to look at the same projects."""
        return [
            {"label": label, "url": f"?{self.query(view=key)}", "is_current": key == self.values["view"]}
            for key, label in VIEWS
        ]
