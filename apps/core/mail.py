"""Mail where no mail server is set: one readable file a message, and a line on the console that names it."""

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
    """Writes each message as text (address, subject, body as people read them) under settings.EMAIL_FILE_PATH.

    Django's own file backend keeps Japanese as base64; a newcomer to the demonstration has to read a code there.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages; the number written is returned."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        for message in email_messages:
            address = re.sub(r"[^A-Za-z0-9@._-]", "_", message.to[0])[:80]
            path = folder / f"{time.time_ns()}-{address}.txt"
            headers = "".join(f"{name}: {value}\n" for name, value in message.extra_headers.items())
            head = f"To: {', '.join(message.to)}\nFrom: {message.from_email}\nSubject: {message.subject}\n{headers}"
            part = path.with_suffix(".part")  # a file that is there is a whole mail
            part.write_text(f"{head}\n{message.body}\n", encoding="utf-8")
            part.rename(path)
            log.info("mail written: %s (%s)", path, message.subject)
        return len(email_messages)
