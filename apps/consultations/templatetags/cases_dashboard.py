"""Counts of what waits for a decision, for the dashboard of the admin site."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consultations.models import ModerationCase

register = template.Library()


@register.inclusion_tag("admin/_dashboard.html")
def cases_dashboard(user: User) -> dict[str, object]:
    """Show how many cases wait, by what opened them, for those who see any; one query."""
    if not user.has_perm("consultations.view_moderationcase"):
        return {"rows": []}
    waiting = ModerationCase.objects.visible_to(user).how_many_wait()
    queue = reverse("admin:consultations_moderationcase_changelist")
    names = [*ModerationCase.Trigger.choices, *ModerationCase.LATER]
    parts = [(label, waiting[key], f"{queue}?trigger={key}") for key, label in names if waiting[key]]
    late = [(_("うち3日より前からのもの"), waiting["old"], f"{queue}?age=3")] if waiting["old"] else []
    rows = [(_("判断を待っている案件"), waiting["total"], queue), *parts, *late]
    return {"title": _("承認待ち・通報"), "rows": rows}
