"""What the council handed in and the secretariat has not looked at, in numbers on the first page of the admin site."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.council.models import Challenge, Offer, OrganizationRevision, ProjectRevision, ProjectUpdate

register = template.Library()


@register.inclusion_tag("admin/_desk.html")
def council_dashboard(user: Any) -> dict[str, Any]:
    """Wordings, updates, challenges and offers that wait; only for whoever publishes them."""
    if not user.has_perm("council.publish"):
        return {"rows": []}
    page = f"{reverse('council:desk')}#waiting-title"
    wordings = ProjectRevision.objects.waiting().count() + OrganizationRevision.objects.waiting().count()
    calls = Challenge.objects.waiting().count() + Offer.objects.waiting().count()
    rows = [
        (_("確認を待つ取組・団体ページの変更"), wordings, page),
        (_("確認を待つ課題・提案"), calls, page),
        (_("公開を待つ活動報告"), ProjectUpdate.objects.waiting().count(), page),
    ]
    return {"title": _("協議会"), "rows": rows}
