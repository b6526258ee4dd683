"""Small sums for drawings."""

from django import template

register = template.Library()


@register.filter
def plus(number: float, more: float) -> float:
    """The sum."""
    return round(float(number) + float(more), 1)


@register.filter
def times(number: float, factor: float) -> float:
    """The product."""
    return round(float(number) * float(factor), 1)


@register.filter
def least(number: float, bound: float) -> float:
    """The number, or the bound when it is less."""
    return max(float(number), float(bound))
