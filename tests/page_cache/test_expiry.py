"""How long a page stays right is found by index, in every table that grows with residents."""

import pytest
from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from apps.accounts.models import User
from apps.consultations.models import Comment, Proposal
from apps.core.modelfields import PastDateTimeField
from apps.page_cache.expiry import moments
from tests.safety.world import City

TEXTS = (Proposal, Comment)


def grows(model: type[models.Model]) -> bool:
    """Return whether it grows with residents: people, their texts, and what there is only because of a text."""
    related = {field.related_model for field in model._meta.concrete_fields if field.is_relation and not field.null}
    return model in {User, *TEXTS} or bool(related & set(TEXTS))


@pytest.mark.django_db
def test_the_next_moment_is_found_by_an_index() -> None:
    growing = [model._meta.db_table for model in apps.get_models() if grows(model)]
    assert len(growing) > 10
    read_through = []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # what is read through all the same has no index
        for table in growing:
            for column in moments().get(table, ()):
                cursor.execute(f'EXPLAIN SELECT min("{column}") FROM "{table}" WHERE "{column}" > now()')
                if "Seq Scan" in str(cursor.fetchall()):
                    read_through.append((table, column))
    assert read_through == []


@pytest.mark.django_db
def test_a_moment_that_is_called_past_never_lies_ahead() -> None:
    """In a city with one of everything, made by the portal's own verbs."""
    city = City()
    city.grow(3)
    with connection.cursor() as cursor:
        for model in apps.get_models():
            for field in model._meta.concrete_fields:
                if isinstance(field, PastDateTimeField) and field.column:
                    cursor.execute(
                        f'SELECT count(*) FROM "{model._meta.db_table}" WHERE "{field.column}" > %s',
                        [timezone.now()],
                    )
                    assert cursor.fetchone() == (0,), (model, field.name)
