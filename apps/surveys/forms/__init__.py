"""Forms of surveys: the pages of a questionnaire, questions and publication in the admin site."""

from apps.surveys.forms.questionnaire import Questionnaire

__all__ = ["Questionnaire"]
