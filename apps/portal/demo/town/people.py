"""Residents of the demonstration, 市民A to 市民Z: letters, not people. Only A and B can sign in."""

from string import ascii_uppercase

from apps.accounts.models import AgeBand, District, Relation, User
from apps.operations.models import SitePage
from apps.portal.demo.days import midnight
from apps.portal.demo.town.shapes import NONE, Facts

JOINED = -200  # days from the start
U20, A30, A40 = AgeBand.UNDER_20.value, AgeBand.THIRTIES.value, AgeBand.FORTIES.value
A60, A70 = AgeBand.SIXTIES.value, AgeBand.SEVENTIES.value
NORTH, EAST, CENTRE, WEST, SOUTH = (
    district.value for district in (District.NORTH, District.EAST, District.CENTRE, District.WEST, District.SOUTH)
)
LIVES, WORKS, STUDIES = Relation.LIVES.value, Relation.WORKS.value, Relation.STUDIES.value
# What each says of themselves with every voice: age band, district, relation to the city.
FACTS: dict[str, Facts] = {
    "C": (U20, SOUTH, LIVES), "D": (U20, SOUTH, LIVES), "E": (U20, CENTRE, LIVES),
    "F": (U20, NORTH, LIVES), "G": (U20, EAST, STUDIES), "H": (U20, SOUTH, STUDIES),
    "I": (A30, CENTRE, LIVES), "J": (A30, SOUTH, LIVES), "K": (A30, WEST, LIVES),
    "L": (A30, CENTRE, LIVES), "M": (A30, EAST, LIVES), "N": (A30, NORTH, LIVES),
    "O": (A40, SOUTH, LIVES), "P": (A40, WEST, LIVES), "Q": (A40, NORTH, LIVES),
    "R": (A40, EAST, WORKS), "S": (A40, CENTRE, LIVES),
    "T": (A60, SOUTH, LIVES), "U": (A60, NORTH, LIVES), "V": (A60, WEST, LIVES),
    "W": (A70, SOUTH, LIVES), "X": (A70, NORTH, LIVES), "Y": (A70, CENTRE, LIVES), "Z": (A70, WEST, LIVES),
}  # fmt: skip


def move_in() -> dict[str, User]:
    """Make the residents who are not there yet; return all of them by letter."""
    people = {letter: User.objects.by_email(f"resident-{letter.lower()}@example.com").get() for letter in "AB"}
    terms = SitePage.objects.current_version("terms")
    for letter in ascii_uppercase[2:]:
        age_band, district, relation = FACTS[letter]
        people[letter] = User.objects.create_user(
            nickname=f"市民{letter}（見本）", age_band=age_band, district=district, relation=relation,
            created_at=midnight(JOINED), consented_at=midnight(JOINED), consent_version=terms, wants_digest=False,
        )  # fmt: skip
    return people


def facts_of(letter: str) -> Facts:
    """Return what a resident says of themselves; nothing for the two who can sign in."""
    return FACTS.get(letter, NONE)
