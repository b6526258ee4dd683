"""Write the voices of the town as rows, with the days on which they were said.

The rows go in past the actions, which know today alone and would notify people of old news; stored counters are counted
anew at the end, and nothing is left for `recount`.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable

from django.contrib.auth.hashers import make_password
from django.db.models import F
from django.utils import timezone

from apps.accounts.models import User
from apps.consultations.models import (
    Batch,
    Comment,
    Consultation,
    DifferingVoice,
    GuestKey,
    GuestLike,
    Like,
    ModerationCase,
    Proposal,
    Question,
    State,
)
from apps.consultations.models.codes import next_codes
from apps.operations.models import SitePage
from apps.portal.demo.days import daytime, midnight
from apps.portal.demo.town.people import facts_of
from apps.portal.demo.town.shapes import GUEST, Facts, Gathering, Note, Remark, Theme, Voice

HANDLE_BYTES = 32
Said = tuple[Voice | Note, Proposal]
Grouped = dict[str, list[Proposal]]


class Writer:
    """Writes what was said to one theme; `people` are the residents by letter, `clerk` types what came on paper."""

    def __init__(self, theme: Theme, *, people: dict[str, User], clerk: User) -> None:
        self.theme, self.people, self.clerk = theme, people, clerk
        self.consultation = Consultation.objects.get_by_natural_key(theme.slug)
        self.questions: dict[int, Question] = {row.number: row for row in self.consultation.questions.all()}

    def write(self) -> Grouped:
        """Write everything and return the proposals by the key of the 論点 that shall gather them."""
        said: list[Said] = [(voice, self._from_web(voice, n)) for n, voice in enumerate(self.theme.voices)]
        for gathering in self.theme.gatherings:
            said += self._from_paper(gathering)
        said.sort(key=lambda pair: pair[1].published_at or timezone.now())
        for _source, row in said:
            row.code = next_codes(on=timezone.localdate(row.published_at))[0] if row.published_at else next_codes()[0]
        Proposal.objects.bulk_create([row for _source, row in said])
        own = Proposal.objects.filter(pk__in=[row.pk for _source, row in said])
        own.exclude(published_at=None).update(created_at=F("published_at"), updated_at=F("published_at"))
        self._tie(said)
        self._like(said)
        return _by_topic(said)

    def _from_web(self, voice: Voice, number: int) -> Proposal:
        facts = voice.facts if voice.by == GUEST else facts_of(voice.by)
        row = self._proposal(voice, facts)
        row.title = voice.title
        row.author = self.people.get(voice.by)
        row.public_name = row.author.nickname if row.author and voice.named else ""
        row.published_at = daytime(voice.ago, number)
        if voice.waits:
            row.state, row.published_at = State.HELD, None
        return row

    def _from_paper(self, gathering: Gathering) -> list[Said]:
        batch = Batch.objects.create(
            consultation=self.consultation, channel=gathering.channel, event_name=gathering.event,
            held_on=midnight(-gathering.held).date(), entered_by=self.clerk,
        )  # fmt: skip
        entered = daytime(gathering.entered, 0)
        Batch.objects.filter(pk=batch.pk).update(created_at=entered)
        said: list[Said] = []
        for note in gathering.notes:
            row = self._proposal(note, note.facts)
            row.batch, row.channel, row.group_label, row.published_at = batch, gathering.channel, note.group, entered
            said.append((note, row))
        return said

    def _proposal(self, source: Voice | Note, facts: Facts) -> Proposal:
        age_band, district, relation = facts
        row = Proposal(
            consultation=self.consultation, question=self.questions[source.question], body=source.body,
            age_band=age_band, district=district, relation=relation, state=State.PUBLISHED,
        )  # fmt: skip
        row.fill_search()
        return row

    def _tie(self, said: Iterable[Said]) -> None:
        """Write what hangs on the voices from the Web: guests' keys, cases of those that wait, marks, comments."""
        terms = SitePage.objects.current_version("terms")
        for voice, row in said:
            if not isinstance(voice, Voice):
                continue
            if voice.by == GUEST:  # an unusable passphrase: nobody comes back to these
                GuestKey.objects.create(
                    proposal=row, passphrase=make_password(None), handle=secrets.token_hex(HANDLE_BYTES),
                    consent_version=terms, consented_at=row.published_at or timezone.now(),
                )  # fmt: skip
            if voice.waits:
                ModerationCase.objects.open_for(row, trigger=ModerationCase.Trigger.APPROVAL)
            if voice.differs:
                DifferingVoice.objects.create(proposal=row, marked_at=midnight(self.theme.closes + 1))
            self._talk(row, voice.talk)

    def _talk(self, proposal: Proposal, remarks: Iterable[Remark], parent: Comment | None = None) -> None:
        for number, remark in enumerate(remarks):
            author = self.people[remark.by]
            comment = Comment.objects.create(
                proposal=proposal, parent=parent, author=author, public_name=author.nickname if remark.named else "",
                body=remark.body, state=State.PUBLISHED, published_at=daytime(remark.ago, number),
            )  # fmt: skip
            Comment.objects.filter(pk=comment.pk).update(created_at=F("published_at"), updated_at=F("published_at"))
            self._talk(proposal, remark.replies, parent=comment)

    def _like(self, said: list[Said]) -> None:
        """Like each voice as often as it says, by residents in turn, never by its author; guests besides."""
        everybody = [self.people[letter] for letter in sorted(self.people)]
        likes, guest_likes = [], []
        for turn, (source, row) in enumerate(said):
            others = [person for person in everybody if person.pk != row.author_id]
            start = turn * 7 % len(others)
            chosen = (others[start:] + others[:start])[: source.likes]
            likes += [Like(user=person, proposal=row) for person in chosen]
            if isinstance(source, Voice):
                guest_likes += [
                    GuestLike(handle=secrets.token_hex(HANDLE_BYTES), proposal=row) for _n in range(source.guest_likes)
                ]
        Like.objects.bulk_create(likes)
        GuestLike.objects.bulk_create(guest_likes)


def _by_topic(said: Iterable[Said]) -> Grouped:
    grouped: Grouped = defaultdict(list)
    for source, row in said:
        if source.topic:
            grouped[source.topic].append(row)
    return grouped
