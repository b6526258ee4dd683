"""Forms of a program: its facts, its steps with the URL of their pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.admin_dates import DayField
from apps.core.formfields import OneLineFormField
from apps.core.generic import ModelForm
from apps.participation.models import ProgramStep
from apps.participation.services.program_links import public_paths, read_path


class StepForm(ModelForm[ProgramStep]):
    """A procedure that is planned; its page once there is one."""

    url = OneLineFormField(
        label=gettext_lazy("実施のページのアドレス"), most=300, required=False,
        help_text=gettext_lazy("テーマ、パブリック・コメント、アンケート、会議体、公開文書のページのアドレスを貼り付けます。"),
    )  # fmt: skip

    class Meta:
        model = ProgramStep
        fields = ("kind", "starts_on", "ends_on", "plan", "called_off")
        field_classes = dict.fromkeys(("starts_on", "ends_on"), DayField)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["url"] = self.instance.path

    def clean_url(self) -> str:
        """Read the path of the page; refuse another page, and one that is not public yet."""
        typed: str = self.cleaned_data["url"]
        path = read_path(typed) if typed else ""
        if typed and not path:
            raise forms.ValidationError(
                _("テーマ、パブリック・コメント、アンケート、会議体、公開文書のページのアドレスではありません。")
            )
        if path and path != self.instance.path and not public_paths([path]):
            raise forms.ValidationError(_("公開されていないページです。"))
        self.instance.path = path
        return typed
