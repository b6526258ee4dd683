"""Say what the picture of a consultation or proposal shows where its URL is shared (og:image).

One picture for everybody: in Japanese, and only of what is public.
"""

from pathlib import Path

from django.utils.translation import override

from apps.consultations.models import Consultation, Proposal
from apps.core.date_formats import closing, days_left, opening, wareki
from apps.core.images import ShareCard


def card_of_consultation(consultation: Consultation) -> ShareCard:
    """Return title and department, the state and the day that matters in it."""
    with override("ja"):
        kind, note = _state(consultation)
    return ShareCard(kind=kind, title=consultation.title, about=consultation.department.name, note=note)


def picture_file(consultation: Consultation) -> Path:
    """Return the file of a consultation's picture; of its drawing where a photo's file is missing (restored without files)."""
    photo = consultation.own_photo
    return photo.file if photo and photo.file.exists() else consultation.own_drawing.file


def _state(consultation: Consultation) -> tuple[str, str]:
    """Return the state and its day in words."""
    state, due = consultation.state, consultation.reply_due_on
    if state == "open":
        left = days_left(consultation.closes_at)
        last = "本日締切" if left == 0 else f"残り{left}日"
        return "意見を募集しています", f"{last}・{closing(consultation.closes_at)}まで"
    if state == "upcoming":
        return "意見募集の予告", f"{opening(consultation.opens_at)}から受け付けます"
    if state == "answered":
        return "市が回答しました", f"{wareki(consultation.answered_at)}に回答"
    return "募集は終わりました", f"市の回答予定日：{wareki(due)}" if due else ""


def card_of_proposal(proposal: Proposal) -> ShareCard:
    """Return the words and the consultation, without a name: whose words they are stands on the page."""
    return ShareCard(
        kind="市民の声",
        title=proposal.title or proposal.body,
        about=proposal.code,
        note=proposal.consultation.title,
        is_voice=True,
    )
