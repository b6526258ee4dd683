"""Days of the demonstration: all are counted from the day on which it is loaded."""

from datetime import datetime, time, timedelta

from django.utils import timezone

MORNING = timedelta(hours=8)
DAYTIME = 12 * 60  # minutes in which people of the demonstration write


def midnight(days: int) -> datetime:
    """Return the beginning of the day that lies so many days ahead (negative: behind)."""
    day = timezone.localdate() + timedelta(days=days)
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())


def daytime(ago: int, number: int) -> datetime:
    """Return a moment between 8 and 20 o'clock of a day so many days ago; `number` spreads the moments of one day."""
    return midnight(-ago) + MORNING + timedelta(minutes=number * 67 % DAYTIME)
