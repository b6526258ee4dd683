"""The steps of a form with a confirmation page: input, preview, save."""

from typing import Literal

from django import forms
from django.http import HttpRequest

Step = Literal["input", "preview", "save"]


def form_step(request: HttpRequest, form: forms.BaseForm, *, save: str = "save") -> Step:
    """Return which step of the form is to be answered now; the form is validated unless it is empty yet.

    save: the value of the button `step` that saves. "input" also stands for a form with errors, which is shown again
    with status 422, and for the button `step=edit`, which leads back from the preview.
    """
    step = request.POST.get("step", "")
    if request.method != "POST" or not form.is_valid() or step == "edit":
        return "input"
    return "save" if step == save else "preview"
