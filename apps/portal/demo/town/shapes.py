"""What the town of the demonstration says, before it is rows: voices, remarks on them, gatherings, themes."""

from dataclasses import dataclass, field

GUEST = "guest"
Facts = tuple[str, str, str]  # age band, district, relation to the city, each as stored or empty
NONE: Facts = ("", "", "")


@dataclass(frozen=True)
class Remark:
    """A comment: who wrote it (letter of a 市民), how many days ago, its words, and the replies to it."""

    by: str
    ago: int
    body: str
    named: bool = False
    replies: tuple["Remark", ...] = ()


@dataclass(frozen=True)
class Voice:
    """A proposal from the Web: by the 市民 of a letter, or by a guest; `ago` in days.

    named: under the nickname, else 匿名. facts: of a guest; those of a 市民 stand with the person. topic: key of the 論点
    that gathers it. waits: held for approval. differs: chosen as 異なる意見 of the result report.
    """

    by: str
    question: int
    ago: int
    body: str
    title: str = ""
    likes: int = 0
    guest_likes: int = 0
    named: bool = False
    facts: Facts = NONE
    topic: str = ""
    waits: bool = False
    differs: bool = False
    talk: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Note:
    """A 付箋, a sheet of paper or what was said at the counter."""

    question: int
    body: str
    group: str = ""
    facts: Facts = NONE
    likes: int = 0
    topic: str = ""


@dataclass(frozen=True)
class Gathering:
    """An event whose notes staff typed in: its channel, how many days ago it was held and typed in."""

    channel: str
    event: str
    held: int
    entered: int
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Theme:
    """A consultation of fixtures/demo_town.json, with its days counted from the start (negative: behind) and what was said.

    answered: when the city answered it as a whole, if it did.
    """

    slug: str
    opens: int
    closes: int
    reply: int
    voices: tuple[Voice, ...]
    gatherings: tuple[Gathering, ...] = field(default=())
    answered: int | None = None
