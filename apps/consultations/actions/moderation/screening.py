"""Screen a text before publication: does it wait for approval, and does it open a case?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.consultations.models import Comment, Consultation, ModerationCase, ModerationRule, Proposal
from apps.consultations.models.base import ContributionQuerySet

Trigger = ModerationCase.Trigger
ABOUT_THE_AUTHOR = (ModerationRule.Kind.TOO_FAST, ModerationRule.Kind.REPEATED)
MAX_EARLIER, MAX_OTHERS = 100, 500


@dataclass
class Verdict:
    """The result of screening: whether the text is held for approval, and the trigger and findings for a case."""

    holds: bool = False
    trigger: str = ""
    rule: ModerationRule | None = None
    found: list[str] = field(default_factory=list)

    def open_case(self, text: Proposal | Comment) -> None:
        """Open a case about the text, if there is a trigger."""
        if self.trigger:
            ModerationCase.objects.open_for(text, trigger=self.trigger, rule=self.rule, detail="\n".join(self.found))


def screen_text(
    body: str,
    *,
    consultation: Consultation,
    title: str = "",
    author: User | None = None,
    guest: str = "",
    is_guest: bool = False,
    is_edit: bool = False,
) -> Verdict:
    """Screen a text by the consultation's settings and the rules. Never refuses a text; returns the verdict.

    is_guest: written without an account; guest: handle of the browser, whose earlier texts count as one author's;
    is_edit: a new wording, for which speed and repetition do not count.
    """
    verdict = Verdict()
    for rule in ModerationRule.objects.in_force():
        if is_edit and rule.kind in ABOUT_THE_AUTHOR:
            continue
        text = body if rule.kind == ModerationRule.Kind.SAME_TEXT else f"{title}\n{body}".strip()
        found = rule.findings(text, _earlier(rule, author, guest), _others(rule, body, author, guest))
        if found:
            verdict.holds = verdict.holds or rule.holds
            verdict.trigger, verdict.rule = Trigger.RULE, verdict.rule or rule
            verdict.found.append(f"{rule.name}：{'、'.join(found)}")
    if needs_approval(consultation, author=author, is_guest=is_guest):
        verdict.holds, verdict.trigger = True, verdict.trigger or Trigger.APPROVAL
    return verdict


def needs_approval(consultation: Consultation, *, author: User | None = None, is_guest: bool = False) -> bool:
    """Return True if the consultation's settings hold the text for approval."""
    if consultation.holds_all:
        return True
    if is_guest:
        return consultation.holds_guests
    return consultation.holds_first and author is not None and not _has_been_public(author)


def _has_been_public(author: User) -> bool:
    """Return True if a text of this author was ever public."""
    return any(texts.by_author(author).ever_published().exists() for texts in _all_texts())


def _all_texts() -> list[ContributionQuerySet[Any]]:
    """Return the querysets of all proposals and all comments."""
    return [Proposal.objects.all(), Comment.objects.all()]


def _earlier(rule: ModerationRule, author: User | None, guest: str) -> list[str]:
    """Return earlier texts of the same author or browser, as far as the rule looks back."""
    if rule.kind not in ABOUT_THE_AUTHOR:
        return []
    if author is not None:
        return _recent([texts.by_author(author) for texts in _all_texts()], rule.minutes)
    return _recent([texts.by_guest(guest) for texts in _all_texts()] if guest else [], rule.minutes)


def _recent(written: Sequence[ContributionQuerySet[Any]], minutes: int) -> list[str]:
    """Return the texts of the last minutes, newest first."""
    since = timezone.now() - timedelta(minutes=minutes)
    rows = [row for texts in written for row in texts.written_since(since).moments_and_bodies()[:MAX_EARLIER]]
    return [body for _at, body in sorted(rows, reverse=True)]


def _others(rule: ModerationRule, body: str, author: User | None, guest: str) -> list[tuple[str, str]]:
    """Return (name, text) of similarly long texts by other authors, as far as the rule looks back."""
    if rule.kind != ModerationRule.Kind.SAME_TEXT:
        return []
    since = timezone.now() - timedelta(minutes=rule.minutes)
    rows = [texts.said_by_others(body, since=since, author=author, guest=guest) for texts in _all_texts()]
    return [row for found in rows for row in found.names_and_bodies()[:MAX_OTHERS]]
