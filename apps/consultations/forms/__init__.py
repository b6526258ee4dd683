"""What people type, and what stands in the addresses of lists."""

from apps.consultations.forms.intake import BatchForm, ExportForm, ImportForm, SkipForm
from apps.consultations.forms.voices import (
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
    "BatchForm",
    "CommentForm",
    "CommentOrderForm",
    "ConsultationFilterForm",
    "ExportForm",
    "ImportForm",
    "ProposalEditForm",
    "ProposalFilterForm",
    "ProposalForm",
    "ReportForm",
    "SkipForm",
    "WantedForm",
]
