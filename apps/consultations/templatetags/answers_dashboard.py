"""Counts of what waits for an answer, for the dashboard of the admin site."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.rules import is_secretariat
from apps.consultations.models import Assignment, Consultation, Proposal

register = template.Library()


@register.inclusion_tag("admin/_dashboard.html")
def answers_dashboard(user: User) -> dict[str, object]:
    """Show unanswered assignments and consultations of the person's departments; nothing for people without one."""
    if not user.has_perm("consultations.answer"):
        return {"rows": []}
    every = is_secretariat(user)
    assigned = Assignment.objects.manageable_by(user).unanswered()
    assigned = assigned if every else assigned.of_departments(user.department_ids())
    waiting = Consultation.objects.manageable_by(user).public().counting()
    assignments = reverse("admin:consultations_assignment_changelist")
    consultations = reverse("admin:consultations_consultation_changelist")
    rows = [
        (_("未回答") if every else _("うちの課の未回答"), assigned.count(), assignments),
        (_("うち期限を過ぎたもの"), assigned.overdue().count(), f"{assignments}?open=overdue"),
        (_("市の回答を待っているテーマ"), waiting.count(), f"{consultations}?state=counting"),
        (_("うち回答予定日を過ぎたもの"), waiting.late().count(), f"{consultations}?state=late"),
    ]
    return {"title": _("回答"), "rows": rows}


@register.inclusion_tag("admin/_dashboard.html")
def theme_dashboard(consultation: Consultation | None, user: User) -> dict[str, object]:
    """Show what waits in one consultation, each number a link to its proposals; nothing before it is announced."""
    if consultation is None or not consultation.is_published:
        return {"rows": []}
    counts = Proposal.objects.visible_to(user).in_consultation(consultation).count_work(user)
    listed = f"{reverse('admin:consultations_proposal_changelist')}?theme={consultation.slug}"
    rows = [
        (_("意見（公開・承認待ち）"), counts["all"], listed),
        (_("承認待ち"), counts["held"], f"{listed}&state=held"),
        (_("論点にまとめていない"), counts["ungrouped"], f"{listed}&state=published&topic=none"),
        (_("回答も下書きもない"), counts["unanswered"], f"{listed}&state=published&answer=none"),
        (_("回答の下書きがある"), counts["drafted"], f"{listed}&state=published&answer=draft"),
    ]
    return {"title": _("このテーマの意見"), "rows": rows}
