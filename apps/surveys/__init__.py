"""Surveys (アンケート): questions to residents that are counted; an answer is never joined to who gave it."""
