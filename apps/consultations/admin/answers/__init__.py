"""Admin of assignments, topics, replies and result reports."""
