"""Read-only services over documents: two versions compared, DOCX read."""
