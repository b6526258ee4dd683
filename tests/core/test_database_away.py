"""A process that stood still in the middle of a transaction has lost it; the person gets the sentence of a stuck server."""

import threading

import pytest
from django.db import DataError, InternalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from apps.core.middleware import ServiceUnavailable

pytestmark = pytest.mark.django_db(transaction=True)


def stands_still(request: HttpRequest) -> HttpResponse:
    """The server allows ten milliseconds; asked again and again, each time later, until it has given up."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '10ms'")
        while True:
            threading.Event().wait(0.05)
            cursor.execute("SELECT 1")


def test_a_transaction_that_the_server_gave_up_answers_503(rf: RequestFactory) -> None:
    answer = ServiceUnavailable(stands_still)(rf.get("/"))
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"


def test_a_fault_of_ours_stays_a_fault(rf: RequestFactory) -> None:
    def faulty(request: HttpRequest) -> HttpResponse:
        with transaction.atomic(), connection.cursor() as cursor:
            try:
                cursor.execute("SELECT 1 / 0")
            except DataError:  # and goes on in a transaction that has failed
                cursor.execute("SELECT 1")
        return HttpResponse()

    with pytest.raises(InternalError):
        ServiceUnavailable(faulty)(rf.get("/"))
