"""What `manage.py doctor` looks at: each check returns a sentence for everything that is missing or wrong in production."""

from apps.portal.doctor.checks import CHECKS, Check, examine

__all__ = ["CHECKS", "Check", "examine"]
