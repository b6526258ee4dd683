"""Form of the assignment of views to departments."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department
from apps.core.admin_dates import DayField
from apps.public_comments.models import Case, CityView


class AssignForm(forms.Form):
    """Which departments shall write which views, and by when."""

    views: "forms.ModelMultipleChoiceField[CityView]" = forms.ModelMultipleChoiceField(
        label=_("市の考え方"), queryset=None, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("市の考え方を、一つ以上選んでください。")},
    )  # fmt: skip
    departments: "forms.ModelMultipleChoiceField[Department]" = forms.ModelMultipleChoiceField(
        label=_("担当課"), queryset=None, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("担当課を、一つ以上選んでください。")},
    )  # fmt: skip
    due_on = DayField(label=_("書く期限"))

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        views = cast("forms.ModelMultipleChoiceField[CityView]", self.fields["views"])
        views.queryset = case.views.order_by("number")
        offered = cast("forms.ModelMultipleChoiceField[Department]", self.fields["departments"])
        offered.queryset = Department.objects.offered_to(None)
