"""Template tag of the five stations of 声のゆくえ."""

from typing import Any

from django import template

from apps.consultations.services.stations import Station
from apps.consultations.services.stations import stations_of as build

register = template.Library()


@register.simple_tag
def stations_of(row: Any) -> list[Station]:
    """Return the stations of a proposal or topic read `with_stations`; none for a row that was read without them."""
    return build(row) if hasattr(row, "plan_grade") else []
