"""Actions on several rows: what members submit, what the secretariat decides, what partners answer."""

from apps.council.actions.check_sheets import agree_to_publish, answer_sheet, open_next_round, open_sheet
from apps.council.actions.matching import (
    confirm_match,
    decide_call,
    end_call,
    make_offer,
    propose_match,
    state_challenge,
)
from apps.council.actions.pictures import hand_in_logo, hand_in_pictures
from apps.council.actions.revisions import (
    NOT_YOURS,
    Outdated,
    SlugTaken,
    hand_in_organization,
    hand_in_project,
    latest_content,
    latest_number,
    publish_revision,
    publish_update,
    return_revision,
    start_project,
    write_update,
)

__all__ = [
    "NOT_YOURS",
    "Outdated",
    "SlugTaken",
    "agree_to_publish",
    "answer_sheet",
    "confirm_match",
    "decide_call",
    "end_call",
    "hand_in_logo",
    "hand_in_organization",
    "hand_in_pictures",
    "hand_in_project",
    "latest_content",
    "latest_number",
    "make_offer",
    "open_next_round",
    "open_sheet",
    "propose_match",
    "publish_revision",
    "publish_update",
    "return_revision",
    "start_project",
    "state_challenge",
    "write_update",
]
