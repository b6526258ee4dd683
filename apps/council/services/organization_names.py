"""Names of organizations, from which an invitation chooses (`settings.ORGANIZATION_NAMES`)."""

from apps.council.models import Organization


def organization_names() -> list[str]:
    """Return the names of all organizations in the order of the lists."""
    return list(Organization.objects.order_by("order", "pk").values_list("name", flat=True))
