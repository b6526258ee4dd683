"""Limit how long a database connection waits for an answer (client-side timeout).

PostgreSQL itself ends a slow or blocked statement (`statement_timeout`, `lock_timeout`). A server that is frozen ends
nothing, and its machine goes on confirming that it is there: only whoever waits can give up.
"""

from typing import Any

import psycopg
from psycopg.errors import _WaitTimeout

ANSWER_LIMIT = 8.0  # seconds; above the statement's own limit, so that a slow statement is ended by the server


class BoundedConnection(psycopg.Connection[Any]):
    """psycopg connection of web processes with a client-side timeout; the page then answers 503 with a sentence."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait as psycopg does, at most ANSWER_LIMIT seconds. Raise OperationalError and close the connection after that."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, ANSWER_LIMIT)
        except _WaitTimeout as error:
            self.pgconn.finish()
            raise psycopg.OperationalError(f"the database has not answered for {ANSWER_LIMIT:.0f} s") from error
