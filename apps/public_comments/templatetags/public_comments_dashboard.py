"""Counts of what waits in public comments, for the dashboard of the admin site."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.rules import is_secretariat
from apps.public_comments.models import Case, ViewAssignment

register = template.Library()


@register.inclusion_tag("admin/_dashboard.html")
def public_comments_dashboard(user: User) -> dict[str, object]:
    """Show the views that the own departments shall write, and results that wait; nothing where there is neither."""
    if not user.has_perm("public_comments"):
        return {"rows": []}
    every = is_secretariat(user)
    asked = ViewAssignment.objects.visible_to(user).waiting()
    asked = asked if every else asked.filter(department__in=user.department_ids())
    asked_counts, case_counts = asked.count_waiting(), Case.objects.manageable_by(user).count_work(user)
    views, listed = (
        reverse("admin:public_comments_cityview_changelist"),
        reverse("admin:public_comments_case_changelist"),
    )
    rows = [
        (_("書いていない市の考え方") if every else _("うちの課が書く市の考え方"), asked_counts["waiting"],
         f"{views}?waits={'all' if every else 'own'}"),
        (_("うち期限を過ぎたもの"), asked_counts["late"], f"{views}?waits=late"),
        (_("結果の公表を待っている案件"), case_counts["closed"], f"{listed}?state=closed"),
        (_("別の職員の公表を待っている結果"), case_counts["handed_in"], f"{listed}?state=handed-in"),
    ]  # fmt: skip
    return {"title": _("パブリック・コメント"), "rows": rows if any(count for _words, count, _url in rows) else []}
