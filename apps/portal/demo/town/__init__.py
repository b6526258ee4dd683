"""見本 of a living town: themes in every state, voices over several weeks and channels, answers, a refusal.

Everything says 見本, people are letters (市民A to 市民Z), and all days are counted from the start of the portal.
"""

from apps.accounts.models import User
from apps.consultations.models import Consultation, Proposal
from apps.core.wake_tasks import wake
from apps.portal.demo.days import midnight
from apps.portal.demo.moderation import refuse_an_advertisement
from apps.portal.demo.town.answers import answer_a_theme, answer_one_voice, gather
from apps.portal.demo.town.people import move_in
from apps.portal.demo.town.themes import ANNOUNCED, LARGE, THEMES
from apps.portal.demo.town.write import Writer


def live_in_town() -> None:
    """Let residents speak and the city answer; the worker reads the words once this is committed."""
    clerk = User.objects.by_email("secretariat@example.com").get()
    people = move_in()
    grouped = {}
    for theme in THEMES:
        Consultation.objects.filter(slug=theme.slug).update(published_at=midnight(theme.opens - ANNOUNCED))
        grouped[theme.slug] = Writer(theme, people=people, clerk=clerk).write()
    Proposal.recount()
    gather(grouped, clerk=clerk)
    answer_one_voice()
    answer_a_theme()
    refuse_an_advertisement(LARGE, author=people["V"], reporter=people["B"])
    wake("proposal-changed")
