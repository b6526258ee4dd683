"""The pages of consultations and proposals."""
