"""Cases for the demonstration's moderation queue, and one voice that was refused, so that moderators see what it looks like."""

from apps.accounts.models import User
from apps.consultations.models import (
    AbuseReport,
    Consultation,
    Decision,
    ModerationCase,
    PolicyArticle,
    Proposal,
    State,
)
from apps.consultations.models.codes import next_codes
from apps.portal.demo.days import daytime

ADVERTISING = 6  # the article 宣伝・勧誘の禁止
SAID, REPORTED, DECIDED = 26, 26, 25  # days ago
REFUSED = "（見本）お店の宣伝が書かれていた投稿です。"
WHY = "（見本）テーマへの意見がなく、宣伝だけのため。"


def ask_for_a_look() -> None:
    """Report a proposal as one resident of the demonstration; nothing is hidden by that."""
    reporter = User.objects.by_email("resident-b@example.com").get()
    author = User.objects.by_email("resident-a@example.com").get()
    text = Proposal.objects.public().by_author(author).first()
    if text is not None:
        AbuseReport.objects.submit(by=reporter, reason="off_topic", text="", proposal=text)


def refuse_an_advertisement(slug: str, *, author: User, reporter: User) -> Proposal:
    """Make one voice that was public, was reported and then hidden: its page says by which article, and nothing of it."""
    consultation = Consultation.objects.get_by_natural_key(slug)
    said, reported, decided = daytime(SAID, 0), daytime(REPORTED, 2), daytime(DECIDED, 0)
    article = PolicyArticle.objects.get_by_natural_key(ADVERTISING)
    voice = Proposal(
        code=next_codes(on=said.date())[0], consultation=consultation, question=consultation.questions.first(),
        author=author, body=REFUSED, state=State.HIDDEN, published_at=said, state_changed_at=decided,
        hidden_for=article,
    )  # fmt: skip
    voice.save()
    AbuseReport.objects.submit(by=reporter, reason="advertising", text="", proposal=voice)
    case = ModerationCase.objects.for_target(voice).get()
    decision = Decision.objects.create(
        case=case, action=Decision.Action.HIDE, article=article, note=WHY,
        decided_by=User.objects.by_email("moderator@example.com").get(), before=State.PUBLISHED, after=State.HIDDEN,
    )  # fmt: skip
    case.decision, case.closed_at = decision, decided
    case.save(update_fields=["decision", "closed_at"])
    Proposal.objects.filter(pk=voice.pk).update(created_at=said, updated_at=decided)
    AbuseReport.objects.filter(proposal=voice).update(created_at=reported)
    ModerationCase.objects.filter(pk=case.pk).update(opened_at=reported)
    Decision.objects.filter(pk=decision.pk).update(decided_at=decided)
    return voice
