"""Permissions of consultations, proposals and comments (django-rules)."""

import rules

from apps.accounts.models import Role, User
from apps.accounts.rules import is_city_staff, is_moderator, is_secretariat, is_signed_in
from apps.consultations.models import Assignment, Comment, Consultation, Proposal, Reply, Topic


@rules.predicate
def is_author(user: User, text: Proposal | Comment | None) -> bool:
    """Return True if the user wrote the proposal or comment."""
    return text is not None and text.is_by(user)


@rules.predicate
def works_for_its_department(user: User, consultation: Consultation | None) -> bool:
    """Return True if the consultation belongs to a department the user works for."""
    if consultation is None:
        return user.has_role(Role.STAFF)
    return consultation.department_id in user.department_ids()


may_manage = is_city_staff & (is_secretariat | works_for_its_department)

rules.add_perm("consultations.propose", is_signed_in)
rules.add_perm("consultations.edit_own", is_signed_in & is_author)
rules.add_perm("consultations.moderate", is_moderator)
for verb in ("view", "add", "change"):
    rules.add_perm(f"consultations.{verb}_consultation", may_manage)

# The admin site: what each part of it asks.
rules.add_perm("consultations", is_city_staff)
for model in ("proposal", "comment"):
    rules.add_perm(f"consultations.view_{model}", is_city_staff)
rules.add_perm("consultations.view_chosenvoice", is_city_staff)
for verb in ("add", "change"):
    rules.add_perm(f"consultations.{verb}_chosenvoice", is_secretariat)
rules.add_perm("consultations.view_moderationcase", is_city_staff)
rules.add_perm("consultations.view_abusereport", is_moderator)
rules.add_perm("consultations.view_tag", is_city_staff)
for verb in ("add", "delete"):
    rules.add_perm(f"consultations.{verb}_tag", is_moderator)


@rules.predicate
def answers_it(user: User, thing: Assignment | Reply | Topic | None) -> bool:
    """Return True if the user's departments manage the topic, reply or assignment."""
    if thing is None or thing.pk is None:
        return user.has_role(Role.STAFF)
    return type(thing).objects.manageable_by(user).filter(pk=thing.pk).exists()


for model in ("topic", "reply", "assignment"):
    for verb in ("view", "add", "change", "delete"):
        rules.add_perm(f"consultations.{verb}_{model}", is_city_staff & (is_secretariat | answers_it))
rules.add_perm("consultations.answer", is_city_staff & (is_secretariat | works_for_its_department))
rules.add_perm("consultations.view_replystatus", is_city_staff)
for verb in ("view", "add", "change", "delete"):
    rules.add_perm(f"consultations.{verb}_approver", is_secretariat)
for verb in ("add", "change"):
    rules.add_perm(f"consultations.{verb}_replystatus", is_secretariat)
