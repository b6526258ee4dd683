"""What people do in the public comment procedure, from the announcement to the result."""

from apps.public_comments.actions.assignments import assign_views, finish_view, unassign_view
from apps.public_comments.actions.cases import announce_case, change_days, move_period
from apps.public_comments.actions.opinions import (
    PartText,
    SenderFacts,
    Sent,
    correct_opinion,
    enter_opinion,
    exclude_opinion,
    send_opinion,
    withdraw_opinion,
)
from apps.public_comments.actions.points import cut_point, place_point, remove_point, remove_view, write_view
from apps.public_comments.actions.receipt import TooFast, open_with
from apps.public_comments.actions.results import hand_in_result, publish_result
from apps.public_comments.actions.senders import delete_senders, read_sender
from apps.public_comments.actions.typing import add_scan, check_typing, mend_typing, read_scan, remove_scan
from apps.public_comments.actions.work_files import save_points, save_views

__all__ = [
    "PartText",
    "SenderFacts",
    "Sent",
    "TooFast",
    "add_scan",
    "announce_case",
    "assign_views",
    "change_days",
    "check_typing",
    "correct_opinion",
    "cut_point",
    "delete_senders",
    "enter_opinion",
    "exclude_opinion",
    "finish_view",
    "hand_in_result",
    "mend_typing",
    "move_period",
    "open_with",
    "place_point",
    "publish_result",
    "read_scan",
    "read_sender",
    "remove_point",
    "remove_scan",
    "remove_view",
    "save_points",
    "save_views",
    "send_opinion",
    "unassign_view",
    "withdraw_opinion",
    "write_view",
]
