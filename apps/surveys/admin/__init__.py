"""Admin of surveys: departments build and run their own surveys, the secretariat all."""

from apps.surveys.admin import question, survey

__all__ = ["question", "survey"]
