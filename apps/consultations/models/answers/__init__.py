"""Answers (回答): assignments, topics, replies, promised dates and result reports."""
