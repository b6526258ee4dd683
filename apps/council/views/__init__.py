"""The pages of the council."""
