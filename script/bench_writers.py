"""People who write while pages are measured: likes, posts and moderators' decisions in one theme, so many a second.

    manage.py shell -c "from script.bench_writers import write; write('theme', like=10, post=3, decision=1)"

Each act is a call of the portal's own verbs in a transaction of its own. Runs until it is ended. `write_and_look` looks
after each act whether the very next page shows it.
"""

import json
import random
import time
import urllib.request
import uuid
from collections.abc import Callable

from apps.accounts.models import User
from apps.consultations import actions
from apps.consultations.models import Consultation, ModerationCase, PolicyArticle, Proposal
from apps.core.exceptions import ActionRefused

PEOPLE = 200
TEXT = "駅前に木陰のあるベンチを増やして、歩く人が休めるようにしてほしいです。"


class Writers:
    """People, a moderator and a theme."""

    def __init__(self, slug: str) -> None:
        self.theme = Consultation.objects.get(slug=slug)
        self.question = self.theme.questions.first()
        self.people = [User.objects.get_or_create_by_email(f"bench{n}@example.com") for n in range(PEOPLE)]
        self.moderator = User.objects.by_email("moderator@example.com").get()
        self.article = PolicyArticle.objects.first()
        self.chance = random.Random(1)  # noqa: S311 - the same acts in every run
        rows = Proposal.objects.public().in_consultation(self.theme)
        self.proposals = list(rows.order_by("-published_at").values_list("pk", flat=True)[:200])

    def _proposal(self) -> Proposal:
        return Proposal.objects.select_related("consultation").get(pk=self.chance.choice(self.proposals))

    def like(self) -> Proposal:
        """One person likes a proposal, or no longer. Return the proposal."""
        person, proposal = self.chance.choice(self.people), self._proposal()
        actions.set_like(user=person, proposal=proposal, wanted=self.chance.random() < 0.8)
        return proposal

    def post(self) -> Proposal:
        """One person writes a proposal. Return it."""
        author = actions.AccountAuthor(self.chance.choice(self.people))
        body = f"{TEXT}{self.chance.random()}"
        return actions.post_proposal(author=author, question=self.question, body=body, submit_key=uuid.uuid4())

    def hide(self, proposal: Proposal) -> ModerationCase:
        """A moderator hides a proposal. Return the case."""
        case = actions.open_case(text=proposal, by=self.moderator, detail="見本")
        actions.decide(case=case, act=actions.HIDE, by=self.moderator, article=self.article)
        return case

    def undo(self, case: ModerationCase) -> None:
        """The moderator takes the decision back."""
        actions.undo(case=case, by=self.moderator)

    def decision(self) -> None:
        """A moderator hides a proposal, and takes the decision back."""
        self.undo(self.hide(self._proposal()))


class Lookers(Writers):
    """They write, and look each time whether the very next page shows it. url: where the portal answers."""

    def __init__(self, url: str, slug: str) -> None:
        super().__init__(slug)
        self.url, self.looked = url, 0
        self.stale: list[str] = []

    def post_and_look(self) -> None:
        """Post a proposal: it is the first of the list."""
        self._expect(self._ending(self.post()) in self._list(), "a post is missing")

    def like_and_look(self) -> None:
        """Like a proposal: its page shows the number, beside likes that were imported as ＋n."""
        proposal = self.like()
        proposal.refresh_from_db()
        count, page = proposal.like_count + proposal.guest_like_count, self._get(proposal.get_absolute_url())
        self._expect(f">{count}</span>" in page or f">＋{count}</span>" in page, "an old number of likes")

    def hide_and_look(self) -> None:
        """Hide a new proposal: it is gone; take the decision back: it is there again."""
        proposal = self.post()
        case = self.hide(proposal)
        self._expect(self._ending(proposal) not in self._list(), "a hidden text is shown")
        self.undo(case)
        self._expect(self._ending(proposal) in self._list(), "a text that is public again is missing")

    def _ending(self, proposal: Proposal) -> str:
        return proposal.body[-12:]

    def _expect(self, is_so: bool, otherwise: str) -> None:
        self.looked += 1
        if not is_so:
            self.stale.append(otherwise)

    def _list(self) -> str:
        return self._get(self.theme.get_absolute_url())

    def _get(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:  # noqa: S310 - our own portal
            return str(answer.read().decode())


def write_and_look(url: str, slug: str, seconds: float, pause: float = 0.25) -> None:
    """Write and look for so long, with a pause after each act; print {"looked": times, "stale": [what was wrong]}."""
    people = Lookers(url, slug)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for act in (people.post_and_look, people.like_and_look, people.like_and_look, people.hide_and_look):
            try:
                act()
            except ActionRefused:
                continue
            time.sleep(pause)
    print(json.dumps({"looked": people.looked, "stale": people.stale}), flush=True)


def write(slug: str, **rates: float) -> None:
    """Do each act so many times a second (`like=10`), for ever."""
    writers = Writers(slug)
    acts: dict[str, Callable[[], object]] = {name: getattr(writers, name) for name in rates}
    due = dict.fromkeys(acts, time.monotonic())
    while True:
        name = min(due, key=lambda act: due[act])
        time.sleep(max(0.0, due[name] - time.monotonic()))
        due[name] += 1 / rates[name]
        try:
            acts[name]()
        except ActionRefused:
            continue
