"""Comparisons that a reader can choose with one press."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.analysis.services.counting import FEWEST
from apps.analysis.services.scope import Scope
from apps.consultations.models import Channel, Proposal

RECENT = timedelta(weeks=4)


@dataclass(frozen=True)
class Preset:
    """A comparison of one group with all other voices: its label and query."""

    label: str
    query: dict[str, str]


def presets_of(scope: Scope) -> list[Preset]:
    """Return the comparisons for which both sides have at least FEWEST voices of this scope."""
    rows = scope.proposals().order_by()
    last = rows.aggregate(last=Max("published_at"))["last"]
    if last is None:
        return []
    since = timezone.localtime(last).date() - RECENT + timedelta(days=1)
    new = rows.published_between(since, None).values("pk")
    replied = Proposal.objects.in_reply_state("replied").values("pk")
    groups = (
        (Preset(_("Webの意見と、紙や窓口などの意見"), {"a-channel": Channel.WEB}), Q(channel=Channel.WEB)),
        (Preset(_("この4週間の意見と、その前の意見"), {"a-since": since.isoformat()}), Q(pk__in=new)),
        (Preset(_("市の回答がある意見と、ほかの意見"), {"a-reply": "replied"}), Q(pk__in=replied)),
    )
    found = rows.aggregate(
        all=Count("pk"), **{f"n{place}": Count("pk", filter=q) for place, (_p, q) in enumerate(groups)}
    )
    sizes = ((preset, found[f"n{place}"]) for place, (preset, _q) in enumerate(groups))
    return [preset for preset, n in sizes if FEWEST <= n <= found["all"] - FEWEST]
