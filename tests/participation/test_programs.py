"""市民参加プログラム: told before the procedures begin, with a link to each as it comes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.operations.models import AuditEntry
from apps.participation.models import ParticipationProgram, ProcedureKind, ProgramStep
from apps.participation.services.program_links import public_paths, read_path
from tests.accounts.factories import DepartmentFactory, make_staff
from tests.participation.factories import program, step
from tests.public_comments.factories import draft_case, open_case
from tests.surveys.factories import draft_survey, open_survey

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


def sent(made: ParticipationProgram | None = None, **fields: Any) -> dict[str, Any]:
    """The form of a program with one step as the admin site sends it."""
    row = made.steps.get() if made else None
    facts = {
        "title": "水辺の計画", "slug": "mizube", "purpose": "水辺の使い方を決めます。", "steps-TOTAL_FORMS": 1,
        "steps-INITIAL_FORMS": 1 if row else 0, "steps-0-id": row.pk if row else "", "steps-0-program": made.pk if made else "",
        "steps-0-kind": ProcedureKind.objects.get(code="survey").pk,
        "steps-0-starts_on": str(timezone.localdate() + timedelta(days=10)), "steps-0-ends_on": "",
        "steps-0-plan": "16歳以上の3,000人に郵送します。", "steps-0-url": "", "steps-0-called_off": "",
    }  # fmt: skip
    return facts | fields


def test_a_department_tells_what_it_plans_and_leads_to_it(sign_in: SignIn) -> None:
    department = DepartmentFactory()
    client = sign_in(make_staff(department))
    add = reverse("admin:participation_participationprogram_add")
    early = client.post(add, sent(department=department.pk, **{"steps-0-ends_on": "2020-01-01"}))
    assert "初日以後の日" in early.text
    client.post(add, sent(department=department.pk))
    made = ParticipationProgram.objects.get()
    assert Client().get(made.get_absolute_url()).status_code == 404
    change = reverse("admin:participation_participationprogram_change", args=[made.pk])
    client.post(change, sent(made, department=department.pk, is_public="on"))
    page = Client().get(made.get_absolute_url()).text
    for words in ("水辺の使い方を決めます", "アンケート", "16歳以上の3,000人", "予定"):
        assert words in page, words
    assert made.title in Client().get(reverse("participation:programs")).text
    survey = draft_survey(department)
    address = f"https://portal.example.jp{survey.get_absolute_url()}"
    for wrong, said in ((address, "公開されていないページ"), ("https://example.jp/", "アドレスではありません")):
        answer = client.post(change, sent(made, department=department.pk, **{"steps-0-url": wrong}))
        assert said in answer.text, wrong
    open_survey(survey)
    saved = client.post(change, sent(made, department=department.pk, **{"steps-0-url": address}))
    assert saved.status_code == 302
    assert f'href="{survey.get_absolute_url()}"' in Client().get(made.get_absolute_url()).text
    assert AuditEntry.objects.for_target(made).filter(verb="change").count() == 2
    made.refresh_from_db()
    assert made.is_public  # it stays so
    assert sign_in(make_staff()).get(change).status_code in {302, 403, 404}


def test_where_a_procedure_stands_follows_from_its_days() -> None:
    made, today = program(), timezone.localdate()
    days = timedelta(days=3)
    words = [
        step(made, starts_on=today - days).state_shown,
        step(made, starts_on=today - days, ends_on=today).state_shown,
        step(made, starts_on=today + days).state_shown,
        step(made, starts_on=today + days, called_off="計画を見直すため").state_shown,
    ]
    assert words == ["終了", "実施中", "予定", "行いません"]
    assert "計画を見直すため" in Client().get(made.get_absolute_url()).text
    with pytest.raises(IntegrityError, match="program_step_days"), transaction.atomic():
        ProgramStep.objects.update(ends_on=today - timedelta(days=30))


def test_only_public_pages_are_linked() -> None:
    shown, hidden = open_case(), draft_case()
    paths = [shown.get_absolute_url(), hidden.get_absolute_url(), "", "/nowhere/"]
    assert public_paths(paths) == {shown.get_absolute_url()}
    assert read_path(f"https://portal.example.jp{shown.get_absolute_url()}?a=1#b") == shown.get_absolute_url()
    assert read_path("http://[") == ""
    made = program()
    step(made, path=hidden.get_absolute_url())
    assert hidden.get_absolute_url() not in Client().get(made.get_absolute_url()).text


def test_the_list_says_when_it_is_empty() -> None:
    assert "まだありません" in Client().get(reverse("participation:programs")).text
    assert reverse("participation:programs") in Client().get(reverse("participation:list")).text
