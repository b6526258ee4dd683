"""E-mail backend for demonstrations without mail server: one readable text file for each message."""

import logging
import re
import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

log = logging.getLogger(__name__)


class ReadableFileBackend(BaseEmailBackend):
    """Write each message as plain text under settings.EMAIL_FILE_PATH, and log its path.

    Django's file backend keeps Japanese as base64; in the demonstration people read their sign-in code there.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages (atomically: write and rename). Return how many."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        for message in email_messages:
            recipient = re.sub(r"[^A-Za-z0-9@._-]", "_", message.to[0])[:80]
            path = folder / f"{time.time_ns()}-{recipient}.txt"
            headers = "".join(f"{name}: {value}\n" for name, value in message.extra_headers.items())
            head = f"To: {', '.join(message.to)}\nFrom: {message.from_email}\nSubject: {message.subject}\n{headers}"
            part = path.with_suffix(".part")  # a file that is there is a whole mail
            part.write_text(f"{head}\n{message.body}\n", encoding="utf-8")
            part.rename(path)
            log.info("mail written: %s (%s)", path, message.subject)
        return len(email_messages)
