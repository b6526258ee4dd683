"""What a department's return still lacks before it may be handed in."""

from django.utils.translation import gettext as _

from apps.participation.models import CollaborationEntry, ParticipationAct, ParticipationReport


def missing_for_submission(report: ParticipationReport) -> list[str]:
    """Return what is missing, in sentences that name the line; an empty list when the return may be handed in.

    Blank, 0 and 該当なし are three things: a figure that nobody wrote is asked for.
    """
    acts, collaborations = list(report.acts.order_by("pk")), list(report.collaborations.order_by("pk"))
    missing = []
    if not acts and not report.has_no_acts:
        missing.append(_("市民参加手続がないときは、「市民参加手続：該当なし」を選んでください。"))
    if acts and report.has_no_acts:
        missing.append(_("市民参加手続の行があります。「市民参加手続：該当なし」を外してください。"))
    if not collaborations and not report.has_no_collaborations:
        missing.append(_("協働がないときは、「協働：該当なし」を選んでください。"))
    if collaborations and report.has_no_collaborations:
        missing.append(_("協働の行があります。「協働：該当なし」を外してください。"))
    rows: list[tuple[str, list[str]]] = [(row.title, _of_act(row)) for row in acts]
    rows += [(row.title, _of_collaboration(row)) for row in collaborations]
    return missing + [
        _("「%(title)s」：%(what)s") % {"title": title, "what": "、".join(lacks)} for title, lacks in rows if lacks
    ]


def _of_act(act: ParticipationAct) -> list[str]:
    """Return what a procedure lacks."""
    asked = [
        (act.starts_on, _("初日")),
        (act.is_linked or act.figure is not None or act.is_not_applicable, _("参加した数（または「該当なし」）")),
        (act.figure is None or act.how_counted, _("数え方")),
        (act.outcome, _("成果")),
        (act.issue, _("課題")),
    ]
    return [words for is_there, words in asked if not is_there]


def _of_collaboration(entry: CollaborationEntry) -> list[str]:
    """Return what a collaboration lacks."""
    asked = [
        (entry.amount is not None or entry.is_not_applicable, _("市が出した金額（または「該当なし」）")),
        (entry.result, _("成果")),
        (entry.issue, _("課題")),
    ]
    return [words for is_there, words in asked if not is_there]
