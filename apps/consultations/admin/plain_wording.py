"""Admin of a consultation's other words (やさしい日本語, こども, English), and hints about long sentences and hard words."""

from typing import Any

from django.db.models import ForeignKey
from django.forms import BaseInlineFormSet, ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.consultations.admin.parts import PartInline
from apps.consultations.models import Consultation, PlainWording, Question
from apps.consultations.models.plain_wording import Level
from apps.core.plain_language import Hints, hints_for


class PlainWordingFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """The rows of other words; the questions to choose from are read once for all of them."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Add the fields of a row, with the same choices as in the rows before."""
        super().add_fields(form, index)
        self.choices = getattr(self, "choices", None) or list(iter(form.fields["question"].choices))  # without a COUNT
        form.fields["question"].choices = self.choices


class PlainWordingInline(PartInline[PlainWording]):
    """Other words for a consultation and its questions, folded away until somebody writes them."""

    model = PlainWording
    formset = PlainWordingFormSet
    classes = ("collapse",)
    fields = ("level", "question", "title", "summary", "background")

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        """Offer the questions of this consultation."""
        if db_field.name == "question":
            match = request.resolver_match
            kwargs["queryset"] = Question.objects.asked_in(match.kwargs.get("object_id") if match else None)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def hints_about(consultation: Consultation) -> list[tuple[str, Hints]]:
    """Return (what it is, hints) for the saved texts in which staff should look at something before publishing."""
    texts = [
        (str(_("テーマ")), consultation.title, False),
        (str(_("概要")), consultation.summary, False),
        (str(_("背景・参考情報")), consultation.background, False),
    ]
    for question in consultation.questions.all():
        label = f"{_('問い')}{question.number}"
        texts.append((label, f"{question.text}\n{question.help_text}", False))
    for wording in consultation.plain_wordings.select_related("question"):
        if wording.level != Level.ENGLISH:
            about = f"{_('問い')}{wording.question.number}" if wording.question else str(_("テーマ"))
            text = f"{wording.title}\n{wording.summary}\n{wording.background}"
            texts.append((f"{wording.get_level_display()}：{about}", text, wording.level == Level.KIDS))
    found = [(label, hints_for(text, for_children=for_children)) for label, text, for_children in texts]
    return [(label, hints) for label, hints in found if hints]
