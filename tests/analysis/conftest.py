"""A theme about parks, and voices in it that are read at once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.analysis.tasks import read_proposals
from apps.consultations.models import Consultation, Proposal
from tests.accounts.factories import make_secretariat
from tests.consultations.factories import ConsultationFactory, ProposalFactory


@pytest.fixture
def theme() -> Consultation:
    return ConsultationFactory(slug="words", title="公園のこれから")


@pytest.fixture
def voices(theme: Consultation) -> Callable[..., list[Proposal]]:
    """Voices that are read at once."""

    def made(*bodies: str, **fields: Any) -> list[Proposal]:
        rows = [ProposalFactory(**{"consultation": theme, "body": body, **fields}) for body in bodies]
        read_proposals()
        return rows

    return made


@pytest.fixture
def staff(sign_in: Callable[[Any], Client]) -> Client:
    """A browser of the secretariat, which may look at attributes live."""
    return sign_in(make_secretariat())
