"""Admin of public comments: departments run their own cases, the secretariat all."""

from apps.public_comments.admin import answer, case, opinion, vocabulary

__all__ = ["answer", "case", "opinion", "vocabulary"]
