"""Audit trail, contact, ふりがな, jobs, notifications, outbox, site pages.

Rows refer to others by (label, id), never by foreign key.
"""

from apps.operations.models.audit import AuditEntry
from apps.operations.models.contact import Contact
from apps.operations.models.furigana import FuriganaWord
from apps.operations.models.job import Job, JobFailed, JobStopped
from apps.operations.models.notification import Notification, with_quotations
from apps.operations.models.outbox import Outbox
from apps.operations.models.page import SitePage

__all__ = [
    "AuditEntry",
    "Contact",
    "FuriganaWord",
    "Job",
    "JobFailed",
    "JobStopped",
    "Notification",
    "Outbox",
    "SitePage",
    "with_quotations",
]
