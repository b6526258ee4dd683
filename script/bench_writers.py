"""People who write while pages are measured: likes, posts and moderators' decisions in one theme, so many a second.

    manage.py shell -c "from script.bench_writers import write; write('theme', like=10, post=3, decision=1)"

Each act is a call of the portal's own verbs in a transaction of its own. Runs until it is ended.
"""

import random
import time
import uuid
from collections.abc import Callable

from apps.accounts.models import User
from apps.consultations import actions
from apps.consultations.models import Consultation, PolicyArticle, Proposal
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

    def like(self) -> None:
        """One person likes a proposal, or no longer."""
        person = self.chance.choice(self.people)
        actions.set_like(user=person, proposal=self._proposal(), wanted=self.chance.random() < 0.8)

    def post(self) -> None:
        """One person writes a proposal."""
        author = actions.AccountAuthor(self.chance.choice(self.people))
        body = f"{TEXT}{self.chance.random()}"
        actions.post_proposal(author=author, question=self.question, body=body, submit_key=uuid.uuid4())

    def decision(self) -> None:
        """A moderator hides a proposal, and takes the decision back with the next press."""
        case = actions.open_case(text=self._proposal(), by=self.moderator, detail="見本")
        actions.decide(case=case, act=actions.HIDE, by=self.moderator, article=self.article)
        actions.undo(case=case, by=self.moderator)


def write(slug: str, **rates: float) -> None:
    """Do each act so many times a second (`like=10`), for ever."""
    writers = Writers(slug)
    acts: dict[str, Callable[[], None]] = {name: getattr(writers, name) for name in rates}
    due = dict.fromkeys(acts, time.monotonic())
    while True:
        name = min(due, key=lambda act: due[act])
        time.sleep(max(0.0, due[name] - time.monotonic()))
        due[name] += 1 / rates[name]
        try:
            acts[name]()
        except ActionRefused:
            continue
