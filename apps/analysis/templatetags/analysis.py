"""Arithmetic filters for SVG templates."""

from django import template

register = template.Library()


@register.filter
def plus(number: float, more: float) -> float:
    """Return the sum."""
    return round(float(number) + float(more), 1)


@register.filter
def times(number: float, factor: float) -> float:
    """Return the product."""
    return round(float(number) * float(factor), 1)


@register.filter
def least(number: float, bound: float) -> float:
    """Return the larger of both: `bound` is the least value."""
    return max(float(number), float(bound))
