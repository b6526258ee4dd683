"""Views of the public pages of the plans."""
