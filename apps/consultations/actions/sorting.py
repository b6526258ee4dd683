"""Sort proposals into topics (論点), several at once; what somebody else has sorted meanwhile stays as it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consultations.models import ActionRefused, Consultation, Proposal, Topic

SORTED_AT_ONCE = 500


@dataclass(frozen=True)
class Sorting:
    """What one sorting did: codes that moved, the topics that they left and went to (codes, empty for 未分類)."""

    codes: list[str]
    source: str
    target: str
    passed: list[str]  # codes that somebody else had moved, or that are not public any more


@transaction.atomic
def sort_proposals(
    *,
    consultation: Consultation,
    codes: Iterable[str],
    source: Topic | None,
    target: Topic | None,
    by: User,
    title: str = "",
) -> Sorting:
    """Move proposals from `source` (None: those in no topic) to `target` (None: to no topic), under row locks.

    title: of a new topic, in place of `target`. Optimistic: a proposal that is not where the page showed it is passed over.
    Raise ActionRefused for too many at once, without a change, or when none is left to move.
    """
    chosen = list(dict.fromkeys(codes))
    if len(chosen) > SORTED_AT_ONCE:
        raise ActionRefused(_("一度に分けられるのは%(most)d件までです。") % {"most": SORTED_AT_ONCE})
    if not chosen:
        raise ActionRefused(_("分ける意見を選んでください。"))
    if not title and source == target:
        raise ActionRefused(_("入れる論点を選ぶか、新しい論点を書いてください。"))
    rows = Proposal.objects.in_consultation(consultation).by_codes(chosen)
    locked = list(rows.locked())  # first the locks, then in another statement where each stands now
    here = set(rows.public().in_topic(source) if source else rows.public().grouped(wanted=False))
    moved = [row for row in locked if row in here]
    passed = [code for code in chosen if code not in {row.code for row in moved}]
    if not moved:
        raise ActionRefused(_("選んだ意見は、ほかの職員が先に分けたか、公開されなくなりました。何も変えていません。"))
    if title:
        target = Topic.objects.create(consultation=consultation, title=title)
    if source:
        source.ungroup(moved, by=by)
    if target:
        target.group(moved, by=by)
    return Sorting([row.code for row in moved], source.code if source else "", target.code if target else "", passed)
