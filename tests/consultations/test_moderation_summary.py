"""The daily mail to the desk: one for each person and day, none when nothing waits, numbers only."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from apps.consultations import actions
from apps.consultations.tasks import write_moderation_summary
from apps.operations.models import Outbox
from tests.accounts.factories import UserFactory, make_moderator, make_secretariat, make_staff
from tests.consultations.factories import ProposalFactory
from tests.consultations.moderation import reported

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 5, 11, 0, 0, tzinfo=UTC)  # 9:00 in Chofu


def test_one_mail_a_person_and_day() -> None:
    with time_machine.travel(NINE, tick=False):
        moderator, secretariat = make_moderator(), make_secretariat()
        make_staff()
        UserFactory()
        make_moderator(email=None)
        reported(ProposalFactory(body="秘密の文"))
        actions.open_case(text=ProposalFactory(), by=moderator)
        assert write_moderation_summary() == 2
        assert write_moderation_summary() == 0
    assert set(Outbox.objects.values_list("to", flat=True)) == {moderator.email, secretariat.email}
    letter = Outbox.objects.first()
    assert "2件" in letter.subject
    assert "・通報 1件" in letter.body
    assert "/admin/consultations/moderationcase/" in letter.body
    assert "秘密の文" not in letter.body
    with time_machine.travel(NINE + timedelta(days=1), tick=False):
        assert write_moderation_summary() == 2


def test_no_mail_when_nothing_waits_nor_before_eight() -> None:
    with time_machine.travel(NINE, tick=False):
        moderator = make_moderator()
        assert write_moderation_summary() == 0
        case = reported(ProposalFactory())
        actions.decide(case=case, act=actions.APPROVE, by=moderator)
        assert write_moderation_summary() == 0
        reported(ProposalFactory())
    with time_machine.travel(NINE - timedelta(hours=2), tick=False):
        assert write_moderation_summary() == 0
    assert not Outbox.objects.exists()
