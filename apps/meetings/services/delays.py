"""公告と会議録の遅れ: what came later than its rule says, by department."""

from dataclasses import dataclass, field

from apps.accounts.models import Department
from apps.meetings.models import Meeting

MOST = 500  # late notices that the list goes back


@dataclass
class Delays:
    """What a department has late: notices of any time, minutes of now."""

    department: Department
    notices: list[Meeting] = field(default_factory=list)
    minutes: list[Meeting] = field(default_factory=list)


def delays_by_department() -> list[Delays]:
    """Return the departments with late notices or overdue minutes, in the city's order."""
    found: dict[int, Delays] = {}

    def of(meeting: Meeting) -> Delays:
        department = meeting.organ.department
        return found.setdefault(department.pk, Delays(department))

    public = Meeting.objects.public().select_related("organ__department")
    for meeting in public.late_notices()[:MOST]:
        of(meeting).notices.append(meeting)
    for meeting in public.without_minutes():
        if meeting.are_minutes_late:
            of(meeting).minutes.append(meeting)
    return sorted(found.values(), key=lambda delays: (delays.department.order, delays.department.code))
