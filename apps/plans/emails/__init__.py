"""E-mails that the portal sends by itself: reminders of the stages of a sheet."""
