"""Typeset the notice of a case (A4): what is asked, by when, who may answer and how, where the draft lies, and a QR code."""

from django.conf import settings

from apps.core.date_formats import era_day
from apps.core.printing import typeset_once
from apps.public_comments.models import Case

SOURCE = settings.BASE_DIR / "templates" / "public_comments" / "notice.typ"


def draw_notice(case: Case) -> bytes:
    """Return the notice as a tagged PDF; texts are passed as data, so that nothing in them is read as markup."""
    url = f"{settings.SITE_URL}{case.get_absolute_url()}"
    data = {
        "title": case.title,
        "summary": case.summary,
        "draft": str(case.version),
        "period": f"{era_day(case.opens_on)}から\n{era_day(case.closes_on)}まで（{case.days}日間）",
        "post_rule": case.get_post_rule_display(),
        "eligible": [str(one) for one in case.eligible.all()],
        "send_to": case.send_to,
        "places": [place for place in case.places.splitlines() if place.strip()],
        "result_due": era_day(case.result_due_on) if case.result_due_on else "",
        "department": case.department.name,
        "address": url,
    }
    return typeset_once("public-comment", case.slug, SOURCE, data, url=url)
