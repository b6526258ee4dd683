"""Bulk entry, import, withdrawal and export of proposals by staff. Has no tables of its own."""
