"""What the tests share that visit every page."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture
def quiet_log() -> Iterator[None]:
    """Nothing is logged: a thousand refusals would each be written down with the whole way that led there."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
