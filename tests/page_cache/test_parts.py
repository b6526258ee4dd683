"""A part that is kept is never older than the page that holds it, and the page is never older than its parts."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Department
from apps.consultations.models import Consultation, GlossaryTerm, Question
from apps.core.table_reads import recorded
from apps.page_cache import middleware, parts
from tests.accounts.factories import UserFactory
from tests.consultations.factories import ConsultationFactory

pytestmark = pytest.mark.django_db


def shown(client: Client, theme: Any) -> str:
    return client.get(theme.get_absolute_url()).text


@pytest.mark.parametrize("is_visitor", [True, False])
def test_what_a_part_shows_changes_with_the_next_page(sign_in: Any, is_visitor: bool) -> None:
    theme: Any = ConsultationFactory(department=Department.objects.create(code="park", name="公園課"))
    client = Client() if is_visitor else sign_in(UserFactory())
    shown(client, theme)
    for words, change in (
        ("別の問い", lambda: Question.objects.filter(consultation=theme).update(text="別の問い")),
        ("かわまち", lambda: GlossaryTerm.objects.create(consultation=theme, term="かわまち", explanation="川とまち")),
        ("新しい背景", lambda: Consultation.objects.filter(pk=theme.pk).update(background="新しい背景です。")),
        ("みどり公園課", lambda: Department.objects.filter(code="park").update(name="みどり公園課")),
    ):
        assert words not in shown(client, theme)
        change()
        assert words in shown(client, theme)


def test_a_page_made_with_a_kept_part_depends_on_the_tables_of_the_part(sign_in: Any) -> None:
    theme: Any = ConsultationFactory()
    shown(sign_in(UserFactory()), theme)
    shown(Client(), theme)  # made with the parts that were drawn for somebody else
    page = middleware.store.get(middleware.page_key(RequestFactory().get(theme.get_absolute_url())))
    assert page is not None
    assert {"consultations_glossaryterm", "consultations_attachment", "consultations_schedulechange"} <= set(
        page.tables
    )


def test_a_kept_part_asks_for_its_stamps_alone(sign_in: Any) -> None:
    theme, client = ConsultationFactory(), sign_in(UserFactory())
    counts = []
    for _again in range(3):
        with CaptureQueriesContext(connection) as queries:
            shown(client, theme)
        counts.append(len(queries))
    assert counts[0] - counts[1] >= 8
    assert counts[1] == counts[2]


def test_a_part_of_a_table_without_a_stamp_is_drawn_each_time() -> None:
    request, numbers = RequestFactory().get("/"), iter("ab")

    def draw() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_session")
        return next(numbers)

    with recorded():
        assert [parts.stamped_part(request, "x", draw, 1), parts.stamped_part(request, "x", draw, 1)] == ["a", "b"]
