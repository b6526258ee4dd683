"""Form of the page of an approval (決裁): which act, and a comment."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.consultations.models.answers.approval import COMMENT_MAX
from apps.core.formfields import CleanTextFormField

APPROVE, APPROVE_AND_PUBLISH, RETURN = "approve", "approve_publish", "return"
ASK, WITHDRAW, RELEASE, COMMENT = "ask", "withdraw", "release", "comment"
ACTS = (APPROVE, APPROVE_AND_PUBLISH, RETURN, ASK, WITHDRAW, RELEASE, COMMENT)


class ApprovalForm(forms.Form):
    """One act on a draft in approval; sending it back and commenting need words."""

    act = forms.ChoiceField(choices=[(act, act) for act in ACTS], widget=forms.HiddenInput)
    comment = CleanTextFormField(
        label=_("ひとこと"), required=False, most=COMMENT_MAX, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("差し戻すときは、直してほしいところを書いてください。公開されません。"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Require the words where they are needed."""
        data = super().clean() or self.cleaned_data
        if not data.get("comment") and "comment" not in self.errors:
            if data.get("act") == RETURN:
                self.add_error("comment", _("差し戻すときは、直してほしいところを書いてください。"))
            if data.get("act") == COMMENT:
                self.add_error("comment", _("ひとことを書いてください。"))
        return data
