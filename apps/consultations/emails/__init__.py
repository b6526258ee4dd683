"""E-mails and notifications that the portal sends by itself: weekly digest, reminders, news for followers."""
