"""What is worked out of meetings: the notice, the calendar, pages talked about, delays."""
