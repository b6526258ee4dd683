"""選定した声: the secretariat chooses public voices for a viewpoint's page, and takes them off again."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.consultations.models import ActionRefused, ChosenVoice, Proposal
from apps.core.admin import PortalAdmin
from apps.core.formfields import NumberFormField, OneLineFormField


class ChoiceForm(forms.ModelForm):
    """Which voice, under which viewpoint, at which place; the likes are counted at that moment."""

    code = NumberFormField(
        label=gettext_lazy("意見の番号"),
        max_length=12,
        help_text=gettext_lazy("例：C25-0001。公開されている意見だけを選べます。"),
    )

    class Meta:
        model = ChosenVoice
        fields = ("viewpoint", "order")

    def clean_code(self) -> Proposal:
        """The public voice with this number."""
        proposal = Proposal.objects.public().filter_code(self.cleaned_data["code"].strip())
        if proposal is None:
            raise forms.ValidationError(_("この番号の公開中の意見はありません。番号をご確認ください。"))
        return proposal

    def clean(self) -> dict[str, Any]:
        """A voice stands under a viewpoint once."""
        data = super().clean() or self.cleaned_data
        proposal, viewpoint = data.get("code"), data.get("viewpoint")
        if proposal and viewpoint and ChosenVoice.objects.is_featured(proposal=proposal, viewpoint=viewpoint):
            self.add_error("code", _("この意見は、この視点ですでに選ばれています。"))
        return data


class DropForm(ActionForm):
    """Why voices are taken off the page."""

    reason = OneLineFormField(label=gettext_lazy("取り消す理由"), required=False, most=400)


@admin.register(ChosenVoice)
class ChosenVoiceAdmin(PortalAdmin):
    """Chosen by the secretariat, read by all staff. Its place may change; voice, viewpoint and frozen number do not."""

    action_form = DropForm
    actions = ("drop",)
    list_display = ("code", "words", "viewpoint", "order", "like_count", "as_of", "likes_now", "is_shown")
    list_filter = ("viewpoint",)
    list_select_related = ("proposal", "viewpoint")
    fields = ("proposal", "viewpoint", "order", "like_count", "as_of", "likes_now", "is_shown", "source", "chosen_at")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """A new one is named by the number of the voice."""
        return super().get_form(request, obj, change, **({} if obj else {"form": ChoiceForm} | kwargs))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is typed for a new one; everything about one that stands."""
        return self.fields if obj else ("code", "viewpoint", "order")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All but the place."""
        return [name for name in self.fields if name != "order"] if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Taking one off is an act of its own, with a reason."""
        return False

    def has_drop_permission(self, request: HttpRequest) -> bool:
        """Whoever may choose."""
        return request.user.has_perm("consultations.add_chosenvoice")

    @admin.display(description=gettext_lazy("番号"), ordering="proposal__code")
    def code(self, chosen: ChosenVoice) -> str:
        """The number of the voice."""
        return chosen.proposal.code

    @admin.display(description=gettext_lazy("意見"))
    def words(self, chosen: ChosenVoice) -> str:
        """Its first words."""
        return Truncator(chosen.proposal.body).chars(24)

    @admin.display(description=gettext_lazy("現在のイイネ！"))
    def likes_now(self, chosen: ChosenVoice) -> int:
        """The live number."""
        return chosen.proposal.like_total

    @admin.display(description=gettext_lazy("公開中"), boolean=True)
    def is_shown(self, chosen: ChosenVoice) -> bool:
        """Whether the voice itself is public."""
        return chosen.proposal.is_public

    def save_model(self, request: HttpRequest, obj: ChosenVoice, form: Any, change: bool) -> None:
        """Choose, or move."""
        if change:
            if "order" in form.changed_data:
                obj.move(by=request.user, order=form.cleaned_data["order"])
            return
        data = form.cleaned_data
        made = ChosenVoice.objects.choose(
            proposal=data["code"], viewpoint=data["viewpoint"], order=data["order"], by=request.user
        )
        obj.pk, obj.proposal = made.pk, made.proposal

    @admin.action(description=gettext_lazy("選定を取り消す（理由を書いてください）"), permissions=["drop"])
    def drop(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """Take the chosen ones off their pages, all or none; refused, the choice and the reason stay on a page."""
        reason = request.POST.get("reason", "")[:400]
        try:
            count = queryset.drop_all(by=request.user, reason=reason)
        except ActionRefused as refusal:
            context = {**self.admin_site.each_context(request), "opts": self.opts, "title": _("選定を取り消す"),
                       "chosen": queryset, "reason": reason, "sentence": refusal.sentence}  # fmt: skip
            return TemplateResponse(request, "admin/consultations/chosen_drop.html", context, status=422)
        messages.success(request, _("%(n)d件の選定を取り消しました。") % {"n": count})
        return None
