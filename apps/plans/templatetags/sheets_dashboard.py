"""Counts of plan sheets to be done, for the dashboard of the admin site."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.rules import is_secretariat
from apps.plans.models import PlanSheet, State
from apps.plans.models.constants import Whereabouts

register = template.Library()


@register.inclusion_tag("admin/_dashboard.html")
def sheets_dashboard(user: User) -> dict[str, object]:
    """Return the sheets to write and those that are late: of the own departments, of all for the secretariat."""
    if not user.has_perm("plans.write_sheet"):
        return {"rows": []}
    sees_all, sheets = is_secretariat(user), PlanSheet.objects.manageable_by(user)
    page = reverse("admin:plans_plansheet_changelist")
    own = "" if sees_all else "&whose=own"
    rows = [
        (
            _("記入中のシート") if sees_all else _("うちの課が記入するシート"),
            sheets.whereabouts(Whereabouts.OPEN).count(),
            f"{page}?state=open{own}",
        ),
        (_("差し戻されたPDCAシート"), sheets.whereabouts(Whereabouts.RETURNED).count(), f"{page}?state=returned{own}"),
        (_("期限を過ぎたシート"), sheets.late().count(), f"{page}?state=late{own}"),
        (
            _("提出して確認を待つPDCAシート"),
            sheets.whereabouts(Whereabouts.SUBMITTED).count(),
            f"{page}?state=submitted{own}",
        ),
    ]
    if sees_all:
        ready = sheets.filter(state=State.CONFIRMED).count()
        rows.append((_("確定して公表を待つシート"), ready, f"{page}?state=confirmed"))
    return {"title": _("行革プラン"), "rows": rows}
