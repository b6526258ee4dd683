"""Admin of the city's dictionary: every change is previewed, has a reason, and makes a version."""

import hashlib
import json
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.models import User
from apps.accounts.requests import user_of
from apps.analysis.models import CodingRule, DictionaryVersion, StopWord, Synonym, ThemeStopWord, UserWord
from apps.analysis.models.coding_rule import LISTS, RULES_AT_MOST
from apps.analysis.models.dictionary import Entry
from apps.analysis.services.change_preview import Effect, effect_of
from apps.analysis.services.coding import coded_by
from apps.consultations.admin.base import OwnRowsAdmin
from apps.consultations.models import Consultation
from apps.core.admin import PortalAdmin
from apps.core.formfields import ReturnedFormField
from apps.core.generic import ModelForm
from apps.operations.admin import ReadOnlyAdmin

NOT_YET = gettext_lazy("まだ保存していません。下の「保存したときの効果」を確かめて、よければもう一度保存してください。")


class EntryForm(ModelForm[Any]):
    """A dictionary entry. Saving takes two steps: the first shows the effect on the word cloud, the second saves."""

    seen = ReturnedFormField(required=False)
    effect: Effect | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"word", "written"} & set(self.fields):
            self.fields[name].error_messages["unique"] = gettext_lazy("このことばは、もう登録されています。")

    def _post_clean(self) -> None:
        """Require, once the form is valid, that the effect of exactly these values was shown (hash in `seen`)."""
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        given = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        written = {name: str(value) for name, value in given.items() if name != "reason"}
        mark = hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()[:16]
        if self.cleaned_data.get("seen") != mark:
            self.effect = effect_of(type(self.instance)(**given))
            self.data = {**{name: self.data.get(name) for name in self.data}, "seen": mark}
            self.add_error(None, NOT_YET)


class EntryAdmin(PortalAdmin):
    """Base admin of dictionary entries: all staff read them, the secretariat changes them."""

    form = EntryForm
    change_form_template = "admin/analysis/entry_form.html"
    delete_confirmation_template = "admin/analysis/entry_delete.html"
    actions = None
    list_per_page = 100

    def save_model(self, request: HttpRequest, obj: Entry, form: BaseForm, change: bool) -> None:
        """Save through `Entry.put`, which makes a version."""
        self._tell_version(request, obj.put(by=user_of(request)))

    def delete_model(self, request: HttpRequest, obj: Entry) -> None:
        """Delete through `Entry.remove`, which makes a version."""
        self._tell_version(request, obj.remove(by=user_of(request)))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **more: Any
    ) -> HttpResponse:
        """Show the preview of the effect as a notice instead of as a form error."""
        form = context["adminform"].form
        if form.effect:
            context |= {"errors": [], "not_yet": NOT_YET}
        return super().render_change_form(request, context, *args, **more)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Add the effect of the deletion to the confirmation page."""
        obj = self.get_object(request, object_id)
        effect = effect_of(obj, removing=True) if obj and request.method == "GET" else None
        return super().delete_view(request, object_id, {**(extra_context or {}), "effect": effect})

    def _tell_version(self, request: HttpRequest, version: DictionaryVersion) -> None:
        n = version.touched
        words = ngettext(
            "辞書の第%(v)d版になりました。%(n)d件の意見を数え直しています。",
            "辞書の第%(v)d版になりました。%(n)d件の意見を数え直しています。",
            n,
        )
        self.add_success(request, words % {"v": version.pk, "n": n})


@admin.register(UserWord)
class UserWordAdmin(EntryAdmin):
    """Admin of user words (登録したことば)."""

    list_display = ("word", "kind", "reason")
    list_filter = ("kind",)
    search_fields = ("word",)
    fields = ("word", "kind", "reason", "seen")


@admin.register(StopWord)
class StopWordAdmin(EntryAdmin):
    """Admin of stop words (除くことば)."""

    list_display = ("word", "reason")
    search_fields = ("word",)
    fields = ("word", "reason", "seen")


@admin.register(ThemeStopWord)
class ThemeStopWordAdmin(EntryAdmin):
    """Admin of the stop words of one theme (テーマで除くことば). The pages about words lead here with a word filled in."""

    list_display = ("word", "consultation", "reason")
    list_filter = (("consultation", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("consultation",)
    search_fields = ("word",)
    fields = ("consultation", "word", "reason", "seen")


@admin.register(Synonym)
class SynonymAdmin(EntryAdmin):
    """Admin of synonyms (まとめることば)."""

    list_display = ("written", "shown", "search_only", "reason")
    list_filter = ("search_only",)
    search_fields = ("written", "shown")
    fields = ("written", "shown", "search_only", "reason", "seen")


class CodingRuleForm(ModelForm[CodingRule]):
    """A coding rule; what somebody else saved meanwhile is not written over."""

    user: User  # set by the admin class
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = CodingRule
        fields = ("consultation", "title", "any_of", "all_of", "none_of")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen_version"] = self.instance.version if self.instance.pk else None
        for name in LISTS:
            self.fields[name].widget.attrs["class"] = "vLargeTextField"
        if "consultation" in self.fields:
            themes = Consultation.objects.manageable_by(self.user).order_by("-pk")
            self.fields["consultation"].queryset = themes  # type: ignore[attr-defined]
            widget: Any = self.fields["consultation"].widget
            widget.can_add_related = widget.can_change_related = widget.can_view_related = False

    def clean(self) -> dict[str, Any]:
        """Refuse a rule too many, and a save over a newer version."""
        data = super().clean() or {}
        if self.instance.pk and data.get("seen_version") != self.instance.version:
            raise ValidationError(_("ほかの職員が先に変更しました。ページを開き直して、もう一度変更してください。"))
        theme = data.get("consultation")
        if theme and CodingRule.objects.of_theme(theme).exclude(pk=self.instance.pk).count() >= RULES_AT_MOST:
            self.add_error("consultation", _("きまりは、一つのテーマに%(n)d個までです。") % {"n": RULES_AT_MOST})
        return data


@admin.register(CodingRule)
class CodingRuleAdmin(OwnRowsAdmin):
    """Admin of coding rules (分類のきまり): the staff who answer a theme sort its voices by words."""

    form = CodingRuleForm
    list_display = ("title", "consultation", "expression_shown", "version_shown", "changed_at")
    list_filter = (("consultation", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("consultation",)
    search_fields = ("title", "any_of", "all_of", "none_of")
    fields = ("consultation", "title", "any_of", "all_of", "none_of", "seen_version")
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        """Return the theme of a rule that exists: a rule does not move."""
        return ("consultation",) if obj else ()

    @admin.display(description=gettext_lazy("きまり"))
    def expression_shown(self, obj: CodingRule) -> str:
        """Return the rule in one line."""
        return obj.expression

    @admin.display(description=gettext_lazy("版"), ordering="version")
    def version_shown(self, obj: CodingRule) -> str:
        """Return the version as 第3版."""
        return _("第%(n)d版") % {"n": obj.version}

    def save_model(self, request: HttpRequest, obj: CodingRule, form: BaseForm, change: bool) -> None:
        """Save the next version and say what it finds."""
        obj.put(by=user_of(request))
        coded = coded_by(obj)
        said = _("%(found)d件の意見に当たります（まだ論点にまとめていないもの：%(rest)d件）。")
        self.add_success(request, said % {"found": coded.found, "rest": coded.ungrouped})

    def delete_model(self, request: HttpRequest, obj: CodingRule) -> None:
        """Delete through `CodingRule.remove`, which keeps what it was in the audit trail."""
        obj.remove(by=user_of(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return the permission of the rule for this row."""
        return request.user.has_perm("analysis.delete_codingrule", obj)

    def _to_candidates(self, obj: CodingRule) -> HttpResponse:
        return redirect("analysis:topic_candidates", slug=obj.consultation.slug)

    def response_add(self, request: HttpRequest, obj: CodingRule, post_url_continue: str | None = None) -> HttpResponse:
        """Go to the page on which its voices are."""
        return super().response_add(request, obj) if "_addanother" in request.POST else self._to_candidates(obj)

    def response_change(self, request: HttpRequest, obj: CodingRule) -> HttpResponse:
        """Go to the page on which its voices are."""
        return super().response_change(request, obj) if "_continue" in request.POST else self._to_candidates(obj)


@admin.register(DictionaryVersion)
class DictionaryVersionAdmin(ReadOnlyAdmin):
    """Read-only list of the dictionary's versions (辞書の版), with the progress of recounting."""

    list_display = ("number", "what", "reason", "touched", "progress", "made_at")
    fields = ("number", "what", "reason", "touched", "progress", "made_at")
    list_per_page = 30

    @admin.display(description=gettext_lazy("版"))
    def number(self, obj: DictionaryVersion) -> str:
        """Return the number as 第3版."""
        return _("第%(n)d版") % {"n": obj.pk}

    @admin.display(description=gettext_lazy("反映"))
    def progress(self, obj: DictionaryVersion) -> str:
        """Return the share of touched texts that are recounted."""
        return f"{obj.percent}%"
