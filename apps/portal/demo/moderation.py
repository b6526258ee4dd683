"""A case for the demonstration's moderation queue, so that moderators see what it looks like."""

from apps.accounts.models import User
from apps.consultations.models import AbuseReport, Proposal


def ask_for_a_look() -> None:
    """One resident of the demonstration reports what another wrote; nothing is hidden by that."""
    reporter = User.objects.by_email("resident-b@example.com").get()
    author = User.objects.by_email("resident-a@example.com").get()
    text = Proposal.objects.public().by_author(author).first()
    if text is not None:
        AbuseReport.objects.submit(by=reporter, reason="off_topic", text="", proposal=text)
