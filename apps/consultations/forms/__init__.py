"""Forms of residents and guests, and query-string forms of lists."""

from apps.consultations.forms.guest import GuestCommentForm, GuestProposalForm, PassphraseForm, PassphraseMailForm
from apps.consultations.forms.moderation import AppealForm, FiguresForm, TakedownForm
from apps.consultations.forms.proposals import (
    SORTS,
    AccountProposalForm,
    CommentForm,
    CommentOrderForm,
    ConsultationFilterForm,
    ProposalEditForm,
    ProposalFilterForm,
    ProposalForm,
    ReportForm,
    WantedForm,
)

__all__ = [
    "SORTS",
    "AccountProposalForm",
    "AppealForm",
    "CommentForm",
    "CommentOrderForm",
    "ConsultationFilterForm",
    "FiguresForm",
    "GuestCommentForm",
    "GuestProposalForm",
    "PassphraseForm",
    "PassphraseMailForm",
    "ProposalEditForm",
    "ProposalFilterForm",
    "ProposalForm",
    "ReportForm",
    "TakedownForm",
    "WantedForm",
]
