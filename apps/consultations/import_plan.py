"""What a file would do: which rows are new, which say something else than the portal holds, which are not taken."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from apps.consultations.imports import TITLES, Problem, Voice
from apps.consultations.models import Batch, Proposal


@dataclass
class Plan:
    """What a piece of the file would do."""

    add: list[Voice] = field(default_factory=list)
    update: list[tuple[Voice, Proposal]] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0
    last_row: int = 1


def planned(batch: Batch, voices: Iterable[Voice], problems: Iterable[Problem], rows: int, last_row: int) -> Plan:
    """What these voices would add, change or leave; nothing is written."""
    plan = Plan(problems=list(problems), rows=rows, last_row=last_row)
    voices = list(voices)
    known = Proposal.objects.in_consultation(batch.consultation).known_as([voice.number for voice in voices])
    for voice in voices:
        found = known.get(voice.number)
        if found is None:
            plan.add.append(voice)
        elif not differs(voice, found):
            plan.unchanged += 1
        elif found.batch_id is None:
            reason = _("「%(code)s」はポータルで投稿された意見のため、取り込みでは変えられません。") % {
                "code": found.code
            }
            plan.problems.append(Problem(voice.row, TITLES["number"][0], reason))
        else:
            plan.update.append((voice, found))
    return plan


def differs(voice: Voice, found: Proposal) -> bool:
    """Whether the row says anything else than the portal holds. A text that is not public any more stays as it is."""
    if not found.is_public:
        return False
    said = [voice.question.pk, voice.title, voice.body, voice.name, voice.channel]
    held = [found.question_id, found.title, found.body, found.public_name, found.channel]
    if said != held:
        return True
    if found.batch is None:
        return False  # likes, tags and the rest of what residents posted here live on the portal
    details = [
        voice.likes,
        voice.likes_on,
        voice.event,
        voice.held_on,
        voice.group,
        voice.age_band,
        voice.district,
        voice.relation,
    ]
    kept = [
        found.imported_like_count, found.imported_likes_on, found.batch.event_name, found.batch.held_on,
        found.group_label, found.age_band, found.district, found.relation,
    ]  # fmt: skip
    tags = {tag.name.casefold() for tag in found.tags.all()}
    moved = voice.posted is not None and voice.posted != found.published_at
    return moved or details != kept or (bool(voice.tags) and {name.casefold() for name in voice.tags} != tags)
