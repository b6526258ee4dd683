"""Public pages of topics, reply deadlines and result reports."""
