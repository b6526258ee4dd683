"""公開文書: documents, their versions and sections, and the changes between versions."""

from apps.core.exceptions import ActionRefused
from apps.documents.models.change import Change, ChangeCause
from apps.documents.models.document import Document, Stage
from apps.documents.models.section import Section
from apps.documents.models.version import DocumentVersion, State

__all__ = ["ActionRefused", "Change", "ChangeCause", "Document", "DocumentVersion", "Section", "Stage", "State"]
