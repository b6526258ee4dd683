"""Forms of the work on opinions: cut a point, put it into a group, the city's view, the publication of the result."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.formfields import CleanTextFormField, OneLineFormField, ReturnedFormField
from apps.core.generic import ModelChoiceField, ModelForm
from apps.core.query_forms import QueryForm
from apps.documents.models import Section
from apps.public_comments.models import Case, CityView, OpinionPart
from apps.public_comments.models.opinion import BODY_MOST


class EditionForm(QueryForm):
    """Query string of a result: the edition, the newest without one."""

    edition = forms.IntegerField(required=False, min_value=1, max_value=999)


class CutForm(forms.Form):
    """A passage of one part of an opinion."""

    quote = CleanTextFormField(
        label=_("抜き出す文"), most=BODY_MOST, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("要点でない部分を消してください。残す文は、意見の文のまま変えないでください。"),
    )  # fmt: skip
    view = ModelChoiceField[CityView](
        label=_("市の考え方"), queryset=None, required=False, empty_label=_("あとで決める")
    )
    with_same = forms.BooleanField(label=_("同じ文の意見にも、同じ要点を作る"), required=False)

    def __init__(self, *args: Any, part: OpinionPart, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": f"part-{part.pk}", **kwargs})
        self.part = part
        self.initial.setdefault("quote", part.body)
        cast("ModelChoiceField[CityView]", self.fields["view"]).queryset = case.views.order_by("number")


class PlaceForm(forms.Form):
    """Where a point belongs."""

    view = ModelChoiceField[CityView](
        label=_("市の考え方"), queryset=None, required=False, empty_label=_("まだ決めない")
    )
    out_of_scope = OneLineFormField(
        label=_("答えない理由"), most=120, required=False, help_text=_("例：この案についての意見ではないため")
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("ModelChoiceField[CityView]", self.fields["view"]).queryset = case.views.order_by("number")


class CityViewForm(ModelForm[CityView]):
    """A city view; `seen` is the edition that was on the screen."""

    seen = ReturnedFormField(required=False)

    class Meta:
        model = CityView
        fields = ("case", "section", "summary", "kind", "text", "changed_section")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = str(self.instance.edition)
        if self.instance.pk:
            version = self.instance.case.version
            for name, rows in (
                ("section", version.sections.in_order()),
                (
                    "changed_section",
                    Section.objects.public().filter(version__document=version.document_id).with_version(),
                ),
            ):
                if name in self.fields:
                    cast("forms.ModelChoiceField[Section]", self.fields[name]).queryset = rows

    @property
    def seen_edition(self) -> int:
        """Return the edition that was on the screen; -1 for none."""
        typed = str(self.cleaned_data.get("seen") or "")
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else -1


class PublicationForm(forms.Form):
    """What the preview showed; for a later edition what it corrects."""

    seen = ReturnedFormField(required=False, max_length=64)
    note = CleanTextFormField(
        label=_("何を直したか"), most=400, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("結果のページで公開されます。"),
    )  # fmt: skip
