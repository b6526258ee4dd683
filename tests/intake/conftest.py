"""A consultation, a clerk of its department at a browser, and a folder for files, where a test has none of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.consultations.models import Consultation
from tests.accounts.factories import make_staff
from tests.consultations.factories import ConsultationFactory


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def asked() -> Consultation:
    return ConsultationFactory(slug="koen", title="公園のこれから")


@pytest.fixture
def clerk(asked: Consultation) -> User:
    return make_staff(asked.department)


@pytest.fixture
def browser(sign_in: Callable[[Any], Client], clerk: User) -> Client:
    return sign_in(clerk)
