"""Foreign keys point the way imports do: from what comes later in the city's process to what comes before."""

from django.apps import apps

ORDER = [
    "core",
    "operations",
    "accounts",
    "vision",
    "consultations",
    "documents",
    "public_comments",
    "surveys",
    "meetings",
    "council",
    "participation",
    "plans",
    "analysis",
    "portal",
    "opendata",
]


def test_every_relation_points_downward() -> None:
    ours = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in ORDER]
    assert ours
    for model in ours:
        for field in model._meta.get_fields():
            target = field.related_model if field.is_relation and not field.auto_created else None
            if target is None or target._meta.app_label not in ORDER:
                continue
            place, aim = ORDER.index(model._meta.app_label), ORDER.index(target._meta.app_label)
            assert aim <= place, f"{model._meta.label}.{field.name} → {target._meta.label}"


def test_what_points_at_anything_has_no_foreign_key() -> None:
    for name in ("AuditEntry", "Notification", "Outbox"):
        model = apps.get_model("operations", name)
        assert not [field.name for field in model._meta.get_fields() if field.is_relation]
