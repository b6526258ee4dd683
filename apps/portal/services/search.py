"""Full-text search over everything public, by kind. Each kind's own `public()` is the only way in."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Case, IntegerField, Max, Q, Value, When
from django.utils.translation import gettext_lazy as _

from apps.analysis.services.query_expansion import Widened
from apps.consultations.models import Comment, Consultation, Proposal, Reply, Topic
from apps.core import search
from apps.core.models import SearchQuerySet
from apps.core.pagination import Order, Page, read_page
from apps.core.types import StrOrPromise
from apps.council.models import Organization, Project
from apps.documents.models import Document, Section
from apps.meetings.models import AgendaItem, Minutes, Organ
from apps.plans.models import SheetLine
from apps.public_comments.models import Case as PublicCommentCase
from apps.public_comments.models import ResultRow
from apps.vision.models import Indicator

MOST = 1000  # from so many on the number itself says nothing more; the newest of them are ranked
NEAR = 1.3  # so many times the rows that should hold enough matches are looked through before all of a long table is
READ = 4000  # letters of a text in which the first hit is looked for
MARKS = re.compile(r"^[#>*\-\s]+|\*\*", re.MULTILINE)  # of Markdown, in an excerpt
RUN_OF_LETTERS = re.compile("[ァ-ヺー]+|[A-Za-z]+")
FIRST_ONES = 5  # of each kind, when all kinds are shown
RELEVANT, NEWEST = Order(("rank", "pk")), Order(("pk",))


@dataclass(frozen=True)
class Kind:
    """One kind of thing that search finds.

    rows: what everyone may read, with what a hit shows; title: the column whose words weigh most; place: what a hit
    belongs to, as a sentence beside it; is_long: residents write it, so there may be a hundred thousand; name: what a hit
    is called; code: of a row without a title, the number that stands before its words, empty without one; None for a row
    with a title.
    """

    key: str
    label: StrOrPromise
    rows: Callable[[], SearchQuerySet[Any]]
    title: str
    place: Callable[[Any], str] = lambda _row: ""
    is_long: bool = False
    name: Callable[[Any], str] = str
    code: Callable[[Any], str | None] = lambda _row: None


KINDS = (
    Kind("consultations", _("テーマ（意見募集）"), lambda: Consultation.objects.public(), "title"),
    Kind(
        "proposals", _("意見"), lambda: Proposal.objects.public().select_related("consultation"), "title",
        lambda row: row.consultation.title, is_long=True, code=lambda row: None if row.title else row.code,
    ),
    Kind(
        "comments", _("コメント"), lambda: Comment.objects.public().select_related("proposal"), "body",
        lambda row: row.proposal.code, is_long=True, code=lambda _row: "",
    ),
    Kind(
        "topics", _("論点"), lambda: Topic.objects.public().select_related("consultation"), "title",
        lambda row: row.consultation.title,
    ),
    Kind(
        "replies", _("市の考え方"),
        lambda: Reply.objects.public().select_related("department", "topic", "proposal", "status"), "body",
        lambda row: f"{row.department.name} {row.status.shown_name}",
    ),
    Kind(
        "public-comments", _("パブリック・コメント"), lambda: PublicCommentCase.objects.public().for_lists(), "title",
        lambda row: row.state_shown,
    ),
    Kind(
        "opinions", _("パブリック・コメントの意見"), lambda: ResultRow.objects.public().with_case(), "summary",
        lambda row: row.result.case.title, name=lambda row: f"No. {row.number} {row.summary}",
    ),
    Kind("documents", _("公開文書"), lambda: Document.objects.public(), "title"),
    Kind(
        "sections", _("公開文書の節"), lambda: Section.objects.current().with_version(), "heading",
        lambda row: f"{row.version.document.title} {row.version.stage.name}",
    ),
    Kind("organs", _("会議体"), lambda: Organ.objects.public(), "name"),
    Kind(
        "agenda", _("会議の議題"), lambda: AgendaItem.objects.public().select_related("meeting__organ"), "title",
        lambda row: str(row.meeting),
    ),
    Kind(
        "minutes", _("会議録"), lambda: Minutes.objects.current().select_related("meeting__organ"), "body",
        lambda row: row.meeting.organ.name,
    ),
    Kind("indicators", _("指標"), lambda: Indicator.objects.public(), "title"),
    Kind("projects", _("協議会の取組"), lambda: Project.objects.public(), "title"),
    Kind("organizations", _("協議会の構成団体"), lambda: Organization.objects.public(), "name"),
    Kind(
        "lines", _("PDCAシート"), lambda: SheetLine.objects.public().select_related("sheet"), "text",
        name=lambda line: line.heading,
    ),
)  # fmt: skip


@dataclass
class Found:
    """What was found of one kind: how many (at most 1,000 are counted) and some of them."""

    kind: Kind
    count: int
    page: Page

    @property
    def is_many(self) -> bool:
        """Return whether there are more than are counted."""
        return self.count >= MOST


@dataclass(frozen=True)
class Hit:
    """A search hit, with its words marked. The text is empty where it stands in the title already."""

    title: list[tuple[str, bool]]
    text: list[tuple[str, bool]]
    url: str
    place: str


def find(
    kind: Kind,
    words: list[Widened],
    *,
    narrow: Callable[[Any], SearchQuerySet[Any]] | None = None,
    newest: bool = False,
    cursor: str = "",
    size: int = FIRST_ONES,
) -> Found:
    """Find the rows of one kind that hold every word in one of its variants; the best matches first, or the newest.

    narrow: a further question to the rows (a theme). Of very many matches the newest thousand are looked at.
    """
    rank = rank_of(kind, words)
    rows = kind.rows()
    ranks = newest_of((narrow(rows) if narrow else rows).annotate(rank=rank), words, is_long=kind.is_long)
    if not ranks:
        return Found(kind, 0, Page([]))
    rows = rows.defer("search_bigrams")
    if cursor or size > FIRST_ONES:
        found, order = rows.annotate(rank=rank).filter(pk__in=list(ranks)), NEWEST if newest else RELEVANT
        name = f"search:{kind.key}:{'|'.join(word.typed for word in words)}:{newest}"
        return Found(kind, len(ranks), read_page(found, order, name=name, cursor=cursor, size=size))
    best = sorted(ranks, key=lambda pk: (0 if newest else ranks[pk], pk), reverse=True)[:size]
    by_key = {row.pk: row for row in rows.filter(pk__in=best)} if best else {}
    return Found(kind, len(ranks), Page([by_key[pk] for pk in best if pk in by_key]))


def newest_of(rows: SearchQuerySet[Any], words: list[Widened], *, is_long: bool) -> dict[int, int]:
    """Return {id: rank} of the newest thousand. Of a word that many rows of a long table hold they are looked for
    among its newest rows first: the index then leads to those alone, and not to every row that holds it.
    """
    if is_long and (beginning := _beginning_of_newest(rows.model.objects, words)):
        near = _ranks(rows.filter(pk__gt=beginning), words)
        if len(near) == MOST:
            return near
    return _ranks(rows, words)


def _beginning_of_newest(objects: Any, words: list[Widened]) -> int:
    """Return the id after which enough matches are to be expected; 0 when that is no small part of the table."""
    expected = objects.expected(word.variants for word in words)
    if min(expected) <= MOST:
        return 0
    last: int = objects.aggregate(last=Max("pk"))["last"] or 0
    if not last:  # emptied since the database counted its pairs
        return 0
    rows = int(NEAR * MOST / math.prod(n / last for n in expected))
    return last - rows if 2 * rows < last else 0


def _ranks(rows: SearchQuerySet[Any], words: list[Widened]) -> dict[int, int]:
    """Return {id: rank}. Texts are compared last: what the cheap conditions rule out is not read."""
    matching = rows.select_related(None).search_any(word.variants for word in words)
    return dict(matching.order_by("-pk").values_list("pk", "rank")[:MOST])


def rank_of(kind: Kind, words: list[Widened]) -> Case:
    """Rank 3 when the title holds every word as typed, 2 when it holds one of several, 1 when the text holds all as typed.

    −1 when a word stands only inside others (バス in 延ばす or バスケット).
    """
    in_title = [_in_title(kind, {word.typed, word.shown}) for word in words]
    in_text = [Q(search_text__contains=word.typed) for word in words]
    fields = kind.rows().model.search_fields
    alone = [_stands_alone(fields, word) for word in words if RUN_OF_LETTERS.fullmatch(word.shown)]
    whens = [When(~reduce(and_, alone), then=-1)] if alone else []
    whens.append(When(reduce(and_, in_title), then=3))
    if len(words) > 1:
        whens.append(When(reduce(or_, in_title), then=2))
    whens.append(When(reduce(and_, in_text), then=1))
    return Case(*whens, default=Value(0), output_field=IntegerField())


def _in_title(kind: Kind, spellings: set[str]) -> Q:
    return reduce(or_, (Q(**{f"{kind.title}__icontains": spelling}) for spelling in spellings if spelling))


def _stands_alone(fields: tuple[str, ...], word: Widened) -> Q:
    """Match rows that hold a word in katakana or Latin letters with other letters round it, or one of its other variants."""
    letters = "A-Za-z" if word.shown.isascii() else "ァ-ヺー"
    pattern = f"(?<![{letters}]){word.shown}(?![{letters}])"
    places = [Q(**{f"{field}__iregex": pattern}) for field in fields]
    others = [Q(search_text__contains=variant) for variant in word.variants if word.typed not in variant]
    return reduce(or_, [*places, *others])


def hit(kind: Kind, row: Any, words: list[Widened]) -> Hit:
    """Return title and excerpt of a row, round the first hit; the excerpt is the title of a row that has none."""
    variants = [variant for word in words for variant in word.variants]
    fields = [name for name in row.search_fields if name != kind.title] or [kind.title]
    text = MARKS.sub("", "\n".join(str(getattr(row, name) or "") for name in fields)[:READ])
    title, excerpt = search.excerpt(kind.name(row), variants, length=80), search.excerpt(text, variants)
    code = kind.code(row)
    if code is not None:
        before = [*search.excerpt(code, variants), (" ", False)] if code else []
        title, excerpt = [*before, *excerpt], []
    return Hit(
        title=title,
        text=excerpt,
        url=row.get_absolute_url(),
        place=kind.place(row),
    )
