"""Admin of featured proposals (選定した声): the secretariat chooses them for a viewpoint's page, and removes them."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import user_of
from apps.consultations.models import ActionRefused, ChosenVoice, Proposal
from apps.consultations.models.chosen_voice import ChosenVoiceQuerySet
from apps.core.admin import PortalAdmin
from apps.core.formfields import NumberFormField, OneLineFormField
from apps.core.generic import ModelForm


class ChoiceForm(ModelForm[ChosenVoice]):
    """Choose a proposal for a viewpoint; its likes are counted at that moment."""

    code = NumberFormField(
        label=gettext_lazy("意見の番号"),
        max_length=12,
        help_text=gettext_lazy("例：C25-0001。公開されている意見だけを選べます。"),
    )

    class Meta:
        model = ChosenVoice
        fields = ("viewpoint", "order")

    def clean_code(self) -> Proposal:
        """Return the public proposal with this code."""
        proposal = Proposal.objects.public().get_by_code_or_none(self.cleaned_data["code"].strip())
        if proposal is None:
            raise forms.ValidationError(_("この番号の公開中の意見はありません。番号をご確認ください。"))
        return proposal

    def clean(self) -> dict[str, Any]:
        """Check that the proposal is not featured under the viewpoint yet."""
        data = super().clean() or self.cleaned_data
        proposal, viewpoint = data.get("code"), data.get("viewpoint")
        if proposal and viewpoint and ChosenVoice.objects.is_featured(proposal=proposal, viewpoint=viewpoint):
            self.add_error("code", _("この意見は、この視点ですでに選ばれています。"))
        return data


class DropForm(ActionForm):
    """The reason for removing featured proposals."""

    reason = OneLineFormField(label=gettext_lazy("取り消す理由"), required=False, most=400)


@admin.register(ChosenVoice)
class ChosenVoiceAdmin(PortalAdmin):
    """Featured by the secretariat, read by all staff. Only the order may change."""

    action_form = DropForm
    actions = ("drop",)
    list_display = ("code", "words", "viewpoint", "order", "like_count", "as_of", "likes_now", "is_shown")
    list_filter = ("viewpoint",)
    list_select_related = ("proposal", "viewpoint")
    fields = ("proposal", "viewpoint", "order", "like_count", "as_of", "likes_now", "is_shown", "source", "chosen_at")

    def get_form(
        self, request: HttpRequest, obj: ChosenVoice | None = None, change: bool = False, **kwargs: Any
    ) -> "type[forms.ModelForm[ChosenVoice]]":
        """Use the form with a code for a new one."""
        form: type[forms.ModelForm[ChosenVoice]] = super().get_form(
            request, obj, change, **({} if obj else {"form": ChoiceForm} | kwargs)
        )
        return form

    def get_fields(self, request: HttpRequest, obj: ChosenVoice | None = None) -> tuple[str, ...]:
        """Return code, viewpoint and order for a new one; all fields for an existing one."""
        return self.fields if obj else ("code", "viewpoint", "order")

    def get_readonly_fields(self, request: HttpRequest, obj: ChosenVoice | None = None) -> list[str]:
        """Return all fields but `order`."""
        return [name for name in self.fields if name != "order"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: ChosenVoice | None = None) -> bool:
        """Return False: removing is the action `drop`, with a reason."""
        return False

    def has_drop_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may choose."""
        return request.user.has_perm("consultations.add_chosenvoice")

    @admin.display(description=gettext_lazy("番号"), ordering="proposal__code")
    def code(self, featured: ChosenVoice) -> str:
        """Return the proposal's code."""
        return featured.proposal.code

    @admin.display(description=gettext_lazy("意見"))
    def words(self, featured: ChosenVoice) -> str:
        """Return the beginning of the text."""
        return Truncator(featured.proposal.body).chars(24)

    @admin.display(description=gettext_lazy("現在のイイネ！"))
    def likes_now(self, featured: ChosenVoice) -> int:
        """Return the present number of likes."""
        return int(featured.proposal.like_total)

    @admin.display(description=gettext_lazy("公開中"), boolean=True)
    def is_shown(self, featured: ChosenVoice) -> bool:
        """Return True if the proposal is public."""
        return featured.proposal.is_public

    def save_model(
        self, request: HttpRequest, obj: ChosenVoice, form: "forms.ModelForm[ChosenVoice]", change: bool
    ) -> None:
        """Create through `choose`, or change the order through `move`."""
        if change:
            if "order" in form.changed_data:
                obj.move(by=user_of(request), order=form.cleaned_data["order"])
            return
        data = form.cleaned_data
        featured = ChosenVoice.objects.choose(
            proposal=data["code"], viewpoint=data["viewpoint"], order=data["order"], by=user_of(request)
        )
        obj.pk, obj.proposal = featured.pk, featured.proposal

    @admin.action(description=gettext_lazy("選定を取り消す（理由を書いてください）"), permissions=["drop"])
    def drop(self, request: HttpRequest, queryset: ChosenVoiceQuerySet) -> HttpResponse | None:
        """Remove the selected ones, all or none; after a refusal show a page that keeps selection and reason."""
        reason = request.POST.get("reason", "")[:400]
        try:
            count = queryset.drop_all(by=user_of(request), reason=reason)
        except ActionRefused as refusal:
            context = {**self.admin_site.each_context(request), "opts": self.opts, "title": _("選定を取り消す"),
                       "chosen_voices": queryset, "reason": reason, "sentence": refusal.sentence}  # fmt: skip
            return TemplateResponse(request, "admin/consultations/chosen_drop.html", context, status=422)
        messages.success(request, _("%(n)d件の選定を取り消しました。") % {"n": count})
        return None
