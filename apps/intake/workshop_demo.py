"""Enter the sticky notes of a workshop for the demo data, through the action that staff use."""

import uuid
from datetime import date

from apps.accounts.models import User
from apps.consultations.models import Channel, Question
from apps.intake import actions


def enter_workshop(
    *, question: Question, event_name: str, held_on: date, tables: dict[str, list[str]], by: User
) -> None:
    """Enter the texts of each table (`tables`: group name → texts) as one batch of the workshop channel."""
    pairs = [(group, words) for group, lines in tables.items() for words in lines]
    lines = [actions.Line(number, words, group) for number, (group, words) in enumerate(pairs, start=1)]
    actions.enter_batch(
        question=question,
        channel=Channel.WORKSHOP,
        event_name=event_name,
        held_on=held_on,
        lines=lines,
        by=by,
        submit_key=uuid.uuid4(),
    )
