"""Admin of documents: their versions, sections and changes; departments write their own, the secretariat all."""

from apps.documents.admin import content, document, version

__all__ = ["content", "document", "version"]
