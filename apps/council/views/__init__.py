"""Views of the council's pages."""
