"""Forms of a result: which edition is read, and its publication."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.formfields import CleanTextFormField, ReturnedFormField
from apps.core.generic import ModelChoiceField
from apps.core.query_forms import QueryForm
from apps.surveys.models import Survey, SurveyResult
from apps.surveys.services.indicator_shares import PERCENT, entries_of
from apps.surveys.services.tabulation import axes_of
from apps.vision.models import Indicator


class EditionForm(QueryForm):
    """Query string of a result: the edition, the newest without one."""

    edition = forms.IntegerField(required=False, min_value=1, max_value=999)


class AxesForm(forms.Form):
    """The questions by which others are crossed."""

    axes = forms.TypedMultipleChoiceField(
        label=_("クロス集計の軸にする問い"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("一つだけ選ぶ問いで、全員に聞いたものから選べます。"),
    )  # fmt: skip

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.TypedMultipleChoiceField", self.fields["axes"])
        field.choices = [(question.number, str(question)) for question in axes_of(survey.load_questions())]


class PublicationForm(AxesForm):
    """What the preview showed; for a later edition what it corrects."""

    seen = ReturnedFormField(required=False, max_length=64)
    note = CleanTextFormField(
        label=_("何を直したか"), most=400, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("結果のページで公開されます。"),
    )  # fmt: skip


class IndicatorForm(forms.Form):
    """An indicator, and the options whose share is its value."""

    indicator = ModelChoiceField[Indicator](label=_("指標"), queryset=Indicator.objects.filter(unit=PERCENT))
    entries = forms.MultipleChoiceField(
        label=_("選択肢（選んだものの割合を合わせます）"), widget=forms.CheckboxSelectMultiple,
        help_text=_("例：「満足」と「やや満足」。一つの表から選びます。"),
    )  # fmt: skip

    def __init__(self, *args: Any, result: SurveyResult, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.MultipleChoiceField", self.fields["entries"]).choices = entries_of(result)
