"""Admin dashboard: counts of the council's submissions that wait for the secretariat."""

from django import template
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.council.models import Challenge, Offer, OrganizationRevision, ProjectRevision, ProjectUpdate

register = template.Library()


@register.inclusion_tag("admin/_dashboard.html")
def council_dashboard(user: User | AnonymousUser) -> dict[str, object]:
    """Return counts of waiting revisions, calls and updates; no rows for a person who may not publish them."""
    if not user.has_perm("council.publish"):
        return {"rows": []}
    page = f"{reverse('council:workspace')}#waiting-title"
    revisions = ProjectRevision.objects.waiting().count() + OrganizationRevision.objects.waiting().count()
    calls = Challenge.objects.waiting().count() + Offer.objects.waiting().count()
    rows = [
        (_("確認を待つ取組・団体ページの変更"), revisions, page),
        (_("確認を待つ課題・提案"), calls, page),
        (_("公開を待つ活動報告"), ProjectUpdate.objects.waiting().count(), page),
    ]
    return {"title": _("協議会"), "rows": rows}
