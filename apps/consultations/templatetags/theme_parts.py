"""Template tags of the parts of a theme's page that change seldom."""

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from apps.consultations.models import Consultation
from apps.page_cache.parts import stamped_part

register = template.Library()
ASKED = "consultations/_asked.html"
ABOUT = "consultations/_about.html"


@register.simple_tag(takes_context=True)
def theme_asked(context: Context, consultation: Consultation) -> SafeString:
    """Return what a consultation asks, and what one should know before answering."""

    def draw() -> str:
        row = Consultation.objects.for_page().get(pk=consultation.pk)
        return render_to_string(ASKED, {"consultation": row, "questions": row.questions.with_wordings()})

    return mark_safe(stamped_part(context["request"], ASKED, draw, consultation.pk))  # noqa: S308 - a template's output


@register.simple_tag(takes_context=True)
def theme_about(context: Context, consultation: Consultation, channels: list[tuple[str, int]]) -> SafeString:
    """Return dates, rules, changes and files of a consultation. channels: of its voices, with their numbers."""

    def draw() -> str:
        row = Consultation.objects.for_page().get(pk=consultation.pk)
        return render_to_string(ABOUT, {"consultation": row, "channels": channels})

    html = stamped_part(context["request"], ABOUT, draw, consultation.pk, tuple(channels))
    return mark_safe(html)  # noqa: S308 - a template's output
