"""What people type, and what stands in the addresses of lists."""

from apps.consultations.forms.guest import GuestProposalForm, PassphraseForm
from apps.consultations.forms.intake import BatchForm, ExportForm, ImportDecisionForm, ImportForm, TakeBackForm
from apps.consultations.forms.moderation import AppealForm, FiguresForm, TakedownForm
from apps.consultations.forms.proposals import (
    SORTS,
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
    "AppealForm",
    "BatchForm",
    "CommentForm",
    "CommentOrderForm",
    "ConsultationFilterForm",
    "ExportForm",
    "FiguresForm",
    "GuestProposalForm",
    "ImportDecisionForm",
    "ImportForm",
    "PassphraseForm",
    "ProposalEditForm",
    "ProposalFilterForm",
    "ProposalForm",
    "ReportForm",
    "TakeBackForm",
    "TakedownForm",
    "WantedForm",
]
