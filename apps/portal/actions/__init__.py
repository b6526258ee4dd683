"""Actions of the portal: delete an account, mail an inquiry to the city, pass duties on."""

from apps.portal.actions.duties import carry_out_moves, plan_duty_change, take_back_duty_change
from apps.portal.actions.inquiries import receipt_number, send_inquiry
from apps.portal.actions.leaving import leave, what_leaves

__all__ = [
    "carry_out_moves",
    "leave",
    "plan_duty_change",
    "receipt_number",
    "send_inquiry",
    "take_back_duty_change",
    "what_leaves",
]
