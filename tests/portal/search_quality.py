"""How well searches find what a reader expects (searches.json), for its test and script/bench."""

import json
import re
from pathlib import Path

from django.test import Client

from apps.analysis.models import StopWord, Synonym, UserWord
from apps.analysis.tasks import read_proposals
from tests.consultations.factories import ConsultationFactory, ProposalFactory

HERE = Path(__file__).resolve().parent
FIXTURE = HERE.parents[1] / "fixtures" / "dictionary.json"


def load() -> dict[str, int]:
    """Write the voices, read them with the dictionary that a new portal starts with, and return number → code."""
    rows = json.loads(FIXTURE.read_text(encoding="utf-8"))
    for model in (UserWord, Synonym, StopWord):
        model.objects.bulk_create(model(**row["fields"]) for row in rows if row["model"] == model._meta.label_lower)
    asked = ConsultationFactory(title="みなさんの声")
    texts = json.loads((HERE / "searches.json").read_text(encoding="utf-8"))["texts"]
    codes = {ProposalFactory(consultation=asked, title="", body=text).code: n for n, text in enumerate(texts, 1)}
    while read_proposals():
        pass
    return codes


def found_by(client: Client, q: str, codes: dict[str, int]) -> set[int]:
    """Return the numbers of the voices that a search shows."""
    html = client.get("/search/", {"q": q, "kind": "proposals"}).content.decode()
    return {codes[code] for code in re.findall(r"/proposals/(C\d\d-\d+)/", html) if code in codes}


def score(client: Client, codes: dict[str, int], half: str) -> tuple[float, dict[str, float], list[str]]:
    """Return precision, recall by kind of search, and the searches that miss or find too much."""
    rows = json.loads((HERE / "searches.json").read_text(encoding="utf-8"))["searches"]
    right = shown = 0
    reached: dict[str, list[int]] = {}
    wrong = []
    for row in (row for row in rows if row["half"] == half):
        wanted, either = set(row["finds"]), set(row.get("may", []))
        found = found_by(client, row["q"], codes)
        right, shown = right + len(found & wanted), shown + len(found - either)
        sums = reached.setdefault(row["kind"], [0, 0])
        sums[0], sums[1] = sums[0] + len(found & wanted), sums[1] + len(wanted)
        if not wanted <= found <= wanted | either:
            wrong.append(f"{row['q']}: missed {sorted(wanted - found)}, wrong {sorted(found - wanted - either)}")
    return right / shown, {kind: hits / wanted for kind, (hits, wanted) in reached.items()}, wrong
