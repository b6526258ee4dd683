"""Tests that share a portal or a server of their own run in one process, one after the other."""

import os

import pytest

pytestmark = pytest.mark.xdist_group("together")


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process runs everything anyhow")
def test_the_tests_of_a_group_are_kept_together(request: pytest.FixtureRequest) -> None:
    """xdist writes the group behind the name of a test; without it, two processes would start the same portal."""
    assert request.node.nodeid.endswith("@together")
