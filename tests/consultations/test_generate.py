"""Generated voices are as true as posted ones: counters, codes, search."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.consultations.models import Comment, Like, Proposal
from tests.consultations.factories import ConsultationFactory

pytestmark = pytest.mark.django_db


def run(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def test_generated_counters_equal_their_rows_and_search_finds_them() -> None:
    asked = ConsultationFactory()
    counts = ["--proposals", "300", "--comments", "200", "--likes", "900"]
    run("generate_proposals", *counts, "--consultation", asked.slug)
    assert (Proposal.objects.count(), Comment.objects.count(), Like.objects.count()) == (300, 200, 900)
    assert Proposal.recount() == 0
    assert Proposal.objects.public().count() == 300
    assert len({p.code for p in Proposal.objects.all()}) == 300
    found = Proposal.objects.public().search("公園")
    assert found.count() == Proposal.objects.filter(body__contains="公園").count() > 0


def test_the_same_seed_gives_the_same_texts() -> None:
    texts = []
    for _ in range(2):
        asked = ConsultationFactory()
        run("generate_proposals", "--proposals", "40", "--consultation", asked.slug, "--seed", "7")
        texts.append(list(asked.proposals.order_by("pk").values_list("body", flat=True)))
    assert texts[0] == texts[1]


def test_a_citys_own_portal_gets_no_invented_voices_by_mistake(settings: Any) -> None:
    settings.IS_DEMO = False
    asked = ConsultationFactory()
    with pytest.raises(CommandError, match="--yes"):
        run("generate_proposals", "--proposals", "1", "--consultation", asked.slug)
    assert not Proposal.objects.exists()
    run("generate_proposals", "--proposals", "1", "--consultation", asked.slug, "--yes")
    assert Proposal.objects.count() == 1


def test_an_unknown_consultation_is_refused() -> None:
    with pytest.raises(CommandError, match="nowhere"):
        run("generate_proposals", "--proposals", "1", "--consultation", "nowhere")


def test_recount_says_how_many_differed() -> None:
    asked = ConsultationFactory()
    run("generate_proposals", "--proposals", "5", "--likes", "20", "--consultation", asked.slug)
    Proposal.objects.filter(pk=Proposal.objects.first().pk).update(like_count=999)
    assert run("recount").startswith("1 ")
    assert run("recount").startswith("0 ")
