"""E-mails that the portal sends by itself: the one mail a day about work."""
