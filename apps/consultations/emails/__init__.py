"""Mail and notices that the portal sends by itself: the weekly digest, reminders, news for followers."""
