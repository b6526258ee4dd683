"""The public pages of the plans."""
