"""Acts at the same moment, each thread with a connection of its own; and one act that is under way while another comes."""

import threading
from collections.abc import Callable

from django.db import connection, transaction


def in_parallel(act: Callable[[int], None], times: int, threads: int = 8) -> None:
    """Run the act many times from several threads, each with a connection of its own."""
    failures: list[BaseException] = []
    gate = threading.Barrier(threads)

    def work(first: int) -> None:
        gate.wait()
        try:
            for number in range(first, times, threads):
                act(number)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(first,)) for first in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failures, failures[0]


def while_under_way(first: Callable[[], object], then: Callable[[], object]) -> list[BaseException]:
    """Do `first` in a transaction that stays open until `then`, in another thread, waits for it or is done.

    What `then` raised.
    """
    failures: list[BaseException] = []

    def work() -> None:
        try:
            then()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    other = threading.Thread(target=work)
    with transaction.atomic():
        first()
        other.start()
        other.join(timeout=0.7)
    other.join()
    return failures
