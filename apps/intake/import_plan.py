"""What a file would do: which rows are new, which say something else than the portal holds, which are not taken.

A column that the file does not have is not changed by it. Likes that were given here are the portal's own: a file that
was taken out of the portal brings back what it took out, and adds nothing.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import AgeBand, District, Relation
from apps.consultations.models import Batch, Channel, ModerationRule, Proposal
from apps.core.text import fold
from apps.intake.import_columns import TITLES
from apps.intake.row_reader import ODD, SAME, Doubt, ImportRow, ImportRowReader, Problem


@dataclass(frozen=True)
class Change:
    """A row that says something else than a voice that is there: (column, now, in the file) for each that differs."""

    voice: ImportRow
    found: Proposal
    fields: list[tuple[str, str, str]]

    @property
    def stamp(self) -> str:
        """What was shown, in few letters: an update that differs from what somebody agreed to is not made."""
        said = json.dumps([self.found.pk, self.fields], ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()[:12]

    def as_list(self) -> list[Any]:
        """For JSON and for the report."""
        found = self.found
        return [self.voice.row, found.code, [list(line) for line in self.fields], found.like_total, found.comment_count]


@dataclass
class Plan:
    """What a piece of the file would do."""

    add: list[ImportRow] = field(default_factory=list)
    update: list[Change] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0
    last_row: int = 1
    left: int = 0  # rows that a person decided to leave out

    @property
    def doubts(self) -> list[Doubt]:
        """What a person has to look at, of the rows that would do something."""
        voices = [*self.add, *(change.voice for change in self.update)]
        return [doubt for voice in sorted(voices, key=lambda voice: voice.row) for doubt in voice.doubts]

    def decide(self, *, take: Collection[str], agreed: dict[str, str]) -> None:
        """Leave out what nobody asked for: doubted rows of a kind, and updates that were not agreed to as they are now."""
        adding = [voice for voice in self.add if all(doubt.kind in take for doubt in voice.doubts)]
        updating = [
            change
            for change in self.update
            if agreed.get(str(change.voice.row)) == change.stamp
            and all(doubt.kind in take for doubt in change.voice.doubts)
        ]
        self.left += len(self.add) - len(adding) + len(self.update) - len(updating)
        self.add, self.update = adding, updating


def planned(
    batch: Batch,
    reader: ImportRowReader,
    voices: Iterable[ImportRow],
    problems: Iterable[Problem],
    rows: int,
    last_row: int,
) -> Plan:
    """What these voices would add, change or leave; nothing is written."""
    plan = Plan(problems=list(problems), rows=rows, last_row=last_row)
    voices = list(voices)
    here = Proposal.objects.in_consultation(batch.consultation)
    known = here.known_as(codes={voice.code for voice in voices if voice.code}, keys={voice.key for voice in voices})
    for voice in voices:
        found = known.get(voice.code) or known.get(voice.key)
        settled = Settling(reader, batch, voice, found).settled()
        if isinstance(settled, Problem):
            plan.problems.append(settled)
        elif found is not None and reader.met.setdefault(found.pk, voice.row) != voice.row:
            where = {"code": found.code, "row": reader.met[found.pk]}
            reason = _("「%(code)s」は%(row)d行目の意見と同じものです。") % where
            plan.problems.append(Problem(voice.row, TITLES["number"][0], reason))
        elif found is None:
            plan.add.append(settled)
        elif not found.is_public:
            plan.unchanged += 1  # a text that is not public any more stays as it is
        else:
            _compare(plan, settled, found)
    _doubt_personal([*plan.add, *(change.voice for change in plan.update)])
    _doubt_same(plan, here.public().not_brought_in_by(batch).bodies_among([voice.body for voice in plan.add]))
    return plan


def _compare(plan: Plan, voice: ImportRow, found: Proposal) -> None:
    fields = differences(voice, found)
    if not fields:
        plan.unchanged += 1
    elif found.batch_id is None:
        reason = _("「%(code)s」はポータルで投稿された意見のため、取り込みでは変えられません。") % {"code": found.code}
        plan.problems.append(Problem(voice.row, TITLES["number"][0], reason))
    else:
        plan.update.append(Change(voice, found, fields))


def _doubt_personal(voices: list[ImportRow]) -> None:
    """A telephone number or an address in a text is looked at before everyone reads it."""
    said = {voice.row: f"{voice.title}\n{voice.body}" for voice in voices}
    hints = ModerationRule.objects.personal_hints(said.values())
    for voice in voices:
        if found := hints[said[voice.row]]:
            sentence = _("%(kinds)sらしい文字列があります") % {"kinds": "、".join(found)}
            voice.doubts.append(Doubt(voice.row, TITLES["body"][0], sentence, ODD))


def _doubt_same(plan: Plan, codes: dict[str, str]) -> None:
    """The same text in another list may be another person's, or the same list under another name: somebody decides."""
    for voice in plan.add:
        if code := codes.get(voice.body):
            sentence = _("同じ文の意見「%(code)s」がすでにあります。") % {"code": code}
            voice.doubts.append(Doubt(voice.row, TITLES["body"][0], sentence, SAME))


class Settling:
    """A row beside the voice that it is about: what the file does not say is as it stands on the portal."""

    KEPT = {
        "title": "title", "body": "body", "name": "public_name", "channel": "channel", "group": "group_label",
        "age_band": "age_band", "district": "district", "relation": "relation",
    }  # fmt: skip

    def __init__(self, reader: ImportRowReader, batch: Batch, voice: ImportRow, found: Proposal | None) -> None:
        self.reader, self.batch, self.voice, self.found = reader, batch, voice, found

    def settled(self) -> ImportRow | Problem:
        """The voice with its likes settled, and with what the portal holds where the file has no such column."""
        likes, likes_on = self.likes()
        if likes and not likes_on:
            reason = _("いつの時点のイイネ！の数か、わかりません（「イイネ時点」の列を加えてください）。")
            return Problem(self.voice.row, self.reader.columns["likes"] or TITLES["likes"][0], str(reason))
        settled = replace(self.voice, likes=likes, old_likes=0, likes_on=likes_on if likes else None)
        return replace(settled, **self.kept()) if self.found else settled

    def likes(self) -> tuple[int, Any]:
        """The likes that a voice has from elsewhere, and their day.

        By its code a voice is the portal's: its イイネ数 are the likes given here, and only 移行イイネ数 can be set.
        """
        voice, found = self.voice, self.found
        if found is None or found.code != voice.code:
            if found and not (self.reader.has("likes") or self.reader.has("old_likes")):
                return found.imported_like_count, found.imported_likes_on
            return voice.likes + voice.old_likes, voice.likes_on
        if not self.reader.has("old_likes"):
            return found.imported_like_count, found.imported_likes_on
        return voice.old_likes, voice.likes_on or found.imported_likes_on

    def kept(self) -> dict[str, Any]:
        """What stands on the portal in the columns that the file does not have."""
        found = self.found
        assert found is not None  # noqa: S101 - asked for only then
        kept = {what: getattr(found, name) for what, name in self.KEPT.items() if not self.reader.has(what)}
        if self.voice.is_anonymous:
            kept["name"] = ""
        if not (self.reader.has("question") or self.reader.has("question_number")):
            kept["question"] = found.question
        if found.batch:
            for what, value in (("event", found.batch.event_name), ("held_on", found.batch.held_on)):
                if not self.reader.has(what):
                    kept[what] = value
        return kept


def differences(voice: ImportRow, found: Proposal) -> list[tuple[str, str, str]]:
    """Each column in which the row says something else than the portal holds, with both, as people read them."""
    lines: list[Any] = [
        ("question", found.question_id, voice.question.pk, found.question.text, voice.question.text),
        ("title", found.title, voice.title),
        ("body", found.body, voice.body),
        ("name", found.public_name, voice.name),
        ("channel", found.channel, voice.channel),
    ]
    if found.batch is not None:  # likes, tags and the rest of what residents posted here live on the portal
        lines += _details(voice, found, found.batch)
    shown: list[tuple[str, str, str]] = []
    for what, now, then, *words in lines:
        if now != then:
            before, after = words or (WORDED.get(what, str)(now), WORDED.get(what, str)(then))
            shown.append((TITLES[what][0], before, after))
    return shown


def _details(voice: ImportRow, found: Proposal, batch: Batch) -> list[Any]:
    lines: list[Any] = [
        ("old_likes", found.imported_like_count, voice.likes),
        ("likes_on", found.imported_likes_on, voice.likes_on),
        ("event", batch.event_name, voice.event),
        ("held_on", batch.held_on, voice.held_on),
        ("group", found.group_label, voice.group),
        ("age_band", found.age_band, voice.age_band),
        ("district", found.district, voice.district),
        ("relation", found.relation, voice.relation),
    ]
    if voice.posted is not None:
        lines.append(("posted", found.published_at, voice.posted))
    tags = [tag.name for tag in found.tags.all() if tag.is_approved]
    if voice.tags and {fold(name) for name in voice.tags} not in ({fold(name) for name in tags}, _all_tags(found)):
        lines.append(("tags", "、".join(sorted(tags)), "、".join(voice.tags)))
    return lines


def _all_tags(found: Proposal) -> set[str]:
    """With those that wait for staff: the file may be the one that brought them."""
    return {fold(tag.name) for tag in found.tags.all()}


def _label(choices: Any) -> Callable[[Any], str]:
    """A choice in its words."""
    words = dict(choices.choices)
    return lambda value: str(words.get(value, value))


def _local(value: Any) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""


WORDED: dict[str, Callable[[Any], str]] = {
    "name": lambda value: value or _("匿名"),
    "posted": _local,
    "likes_on": lambda value: str(value or ""),
    "held_on": lambda value: str(value or ""),
    "channel": _label(Channel),
    "age_band": _label(AgeBand),
    "district": _label(District),
    "relation": _label(Relation),
}
