"""Which plan sheets wait, in numbers on the first page of the admin site."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.rules import is_secretariat
from apps.plans.models import PlanSheet, State

register = template.Library()


@register.inclusion_tag("admin/_desk.html")
def sheets_dashboard(user: Any) -> dict[str, Any]:
    """Sheets to write and those that are late: of the own departments, of all for the secretariat."""
    if not user.has_perm("plans.write_sheet"):
        return {"rows": []}
    every, sheets = is_secretariat(user), PlanSheet.objects.manageable_by(user)
    page = reverse("admin:plans_plansheet_changelist")
    own = "" if every else "&whose=own"
    rows = [
        (
            _("記入中のシート") if every else _("うちの課が記入するシート"),
            sheets.in_stage().count(),
            f"{page}?state=open{own}",
        ),
        (_("うち期限を過ぎたもの"), sheets.late().count(), f"{page}?state=late{own}"),
    ]
    if every:
        ready = sheets.in_state(State.CONFIRMED).count()
        rows.append((_("確定して公表を待つシート"), ready, f"{page}?state=confirmed"))
    return {"title": _("行革プラン"), "rows": rows}
