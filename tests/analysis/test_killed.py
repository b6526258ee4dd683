"""A worker that is killed with -9 while it reads: the sweep completes its work, and nothing is there twice."""

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection

from apps.analysis.models import ProposalTerm, Reading, Term
from apps.analysis.tasks import read_proposals
from tests import clock
from tests.consultations.factories import ConsultationFactory, ProposalFactory

PROJECT = Path(__file__).resolve().parents[2]
WORKER = (
    clock.IN_ANOTHER_PROCESS
    + "import django; django.setup(); from apps.analysis.tasks import read_proposals; read_proposals()"
)
VOICES, PATIENCE = 160, 90.0


def kill_in_the_middle(already: int) -> int:
    """Start a worker, kill it as soon as it has written more than there was already; how many are read now."""
    address = os.environ["DATABASE_URL"].rpartition("/")[0] + "/" + str(connection.settings_dict["NAME"])
    command = [sys.executable, "-c", WORKER]
    worker = subprocess.Popen(command, cwd=PROJECT, env={**os.environ, "DATABASE_URL": address})
    until = time.monotonic() + PATIENCE
    try:
        while Reading.objects.exclude(read_at=None).count() <= already:
            assert worker.poll() is None, "the worker ended by itself"
            assert time.monotonic() < until, "the worker read nothing"
    finally:
        worker.kill()
        worker.wait()
    return Reading.objects.exclude(read_at=None).count()


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_reads_leaves_nothing_half_done() -> None:
    theme = ConsultationFactory()
    body = "公園のベンチと木陰。図書館の自習室。" * 60
    for n in range(VOICES):
        ProposalFactory(consultation=theme, body=f"{body}歩道{'と段差' if n % 2 else ''}")
    read = kill_in_the_middle(0)
    assert 0 < read < VOICES
    assert set(ProposalTerm.objects.values_list("proposal_id", flat=True)) == set(
        Reading.objects.exclude(read_at=None).values_list("proposal_id", flat=True)
    )
    assert read_proposals() == VOICES - read
    assert Reading.objects.count() == VOICES
    assert not Reading.objects.filter(read_at=None).exists()
    used = Counter(ProposalTerm.objects.values_list("term__text", flat=True))
    assert (used["公園"], used["ベンチ"], used["段差"]) == (VOICES, VOICES, VOICES // 2)
    assert set(ProposalTerm.objects.filter(term__text="公園").values_list("n", flat=True)) == {3}
    assert Term.objects.filter(text="公園").count() == 1
    assert read_proposals() == 0
