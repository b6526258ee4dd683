"""Choose the recipients of a mail to a department, with fallbacks, so that no mail goes to nobody."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction

from apps.accounts.models.department import Department
from apps.accounts.models.duty_change import stand_in
from apps.accounts.models.posting import Role
from apps.accounts.models.user import User, WorkMail
from apps.operations.models import Notification, Outbox
from apps.operations.models.notification import WORK

NOTICE_KEY_MAX = 120


@dataclass(frozen=True)
class Recipients:
    """Recipients as (part of the outbox key, e-mail address); `is_secretariat` for the last fallback.

    users: the persons among them by the part of the key; readers: who reads of it in お知らせ besides, by id.
    """

    people: list[tuple[str, str]]
    is_secretariat: bool = False
    users: dict[str, User] = field(default_factory=dict)
    readers: list[int] = field(default_factory=list)


def recipients_of(department: Department, person: User | None = None) -> Recipients:
    """Return the first that exists of: the person (or who stands in) while in the department, the department's e-mail
    address, everybody who works for it today, the secretariat.
    """
    person = stand_in(person, department)
    if person and person.email and person.is_active and department.pk in person.department_ids():
        return to_people([person])
    staff = staff_of(department)
    if department.email:
        return Recipients([(f"department-{department.pk}", department.email)], readers=[user.pk for user in staff])
    if any(user.email for user in staff):
        return to_people(staff)
    return to_people(list(User.objects.holding(Role.SECRETARIAT)), is_secretariat=True)


def staff_of(department: Department) -> list[User]:
    """Return who works for the department today."""
    staff = User.objects.on_staff().with_postings()
    return [user for user in staff if department.pk in user.department_ids()]


def to_staff_of(department: Department) -> Recipients:
    """Return everybody who works for the department today, and nobody else: for what is no request."""
    return to_people(staff_of(department))


def to_people(users: list[User], *, is_secretariat: bool = False) -> Recipients:
    """Return these persons as recipients; who has no e-mail address reads of it in お知らせ."""
    with_email = {f"user-{user.pk}": user for user in users if user.email}
    people = [(name, user.email or "") for name, user in with_email.items()]
    return Recipients(people, is_secretariat, with_email, [user.pk for user in users])


@transaction.atomic
def enqueue_work_mail(
    recipients: Recipients, *, key_of: Callable[[str], str], subject: str, body: str, path: str = ""
) -> int:
    """Enqueue mail about work: to a department at once, to a person as the person chose. Return how many are new.

    key_of: the outbox key for a part of `people`. With `path`, everybody who reads it in the portal gets an お知らせ that
    leads there; who chose no mail has only that. Idempotent by the keys.
    """
    new = 0
    keys = {key_of(name): (email, recipients.users.get(name)) for name, email in recipients.people}
    if path:
        kind_of_notice = {"kind": WORK, "key": key_of("")[:NOTICE_KEY_MAX]}
        Notification.objects.notify_once(recipients.readers, title=subject, url=path, **kind_of_notice)
    written = Outbox.objects.keys_among(list(keys))
    for key, (email, user) in keys.items():
        if key in written or (user and user.work_mail == WorkMail.NONE):
            continue
        bundle_for = user.pk if user and user.work_mail == WorkMail.DAILY else None
        Outbox.objects.enqueue(key=key, to=email, subject=subject, body=body, bundle_for=bundle_for)
        new += 1
    return new
