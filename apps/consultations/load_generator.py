"""Generate proposals, comments and likes for load tests and demonstration, from sentences of the seeds.

Rows go in by COPY, past the verbs of actions.py; what the verbs would keep true (codes, counters, search columns) is
made true here, and `recount` finds nothing to mend afterwards.
"""

import random
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.consultations import actions
from apps.consultations.models import (
    Comment,
    Consultation,
    Like,
    Proposal,
    Question,
    Reply,
    ReplyChange,
    ReplyStatus,
    State,
    Topic,
    TopicProposal,
)
from apps.consultations.models.codes import RING, next_codes
from apps.core.submission import ContentKey

CHUNK = 5000
SENTENCES = [
    "子どもがたくさん住んでいる街だったら、活気があり、魅力的だなと感じます。",
    "市全体で使える見守りネットワークがあれば、安心して子育てできると思います。",
    "子どもがイキイキとしているまちがいいです。",
    "大人になって自分の育ったまちをもっと良くしたいと動ける人になっていたら、素敵だなと思います。",
    "図書館や公園を学びと遊びの拠点にできたらいいな。",
    "夏に水遊びができる広い公園や屋根（日陰）のある遊び場がもっとあったらいいなあ。",
    "車いすでも走行しやすい街になってほしいです。",
    "交通の便が良い街が良いです。",
    "ショッピングも季節の散策もしやすい街に。",
    "高齢者の生きがいの場が欲しい。",
    "家族で過ごす場所がたくさんあるまちがいいです。",
    "日々の暮らしで困ったことを誰に聞けばよいかすぐわかるまちになってほしい。",
    "市民同士の交流が盛んなまちになってほしい！",
    "多世代が一緒に交流する場がほしいです。",
    "企業、大学がもっと地域や子どもたちにオープンになって、様々なことを学習、体験できる機会が提供されているといい。",
    "大学や企業が参加・運営できるイベントづくりに関わりたいです。",
    "避難所の開設状況や混雑状況がすぐに分かるとよいです。",
    "電車・バスやシェアサイクルを使った経路が一つの地図で分かると便利です。",
    "ごみの分別に迷うものを、適切に案内してほしいです。",
    "デジタルが苦手な高齢者の不安を解消できるとよいです。",
    "給食残菜から肥料とエネルギーを作る見学会に参加したいです。",
    "地域のイベントやお店の情報を一つにまとめてほしいです。",
    "水害から命を守るための体験を、学校や公園で続けてほしいです。",
    "緑や水辺を守り、地域景観を活かしたまちづくりを進めてほしいです。",
    "eスポーツを通じて、日頃交流する機会のない人とつながりたいです。",
    "省エネや再エネの価値を実感できるしくみが必要だと思います。",
    "学びたいときに学べる環境が整っていることは将来の希望に繋がる！",
    "地元の商店街が抱える課題を、大学や企業の技術で解決できるとよいです。",
]


@dataclass(frozen=True)
class Made:
    """How many rows were made."""

    proposals: int
    comments: int
    likes: int


@transaction.atomic
def generate(*, consultation: Consultation, proposals: int, comments: int, likes: int, seed: int) -> Made:
    """Make this many public voices in a consultation; the same seed gives the same texts and the same spread."""
    chance = random.Random(seed)  # noqa: S311 - test data, no secret
    people = _people(min(2000, max(20, proposals // 50)))
    popularity = Counter(_favourite(chance, proposals) for _ in range(comments)) if proposals else Counter()
    pairs = _pairs(chance, proposals, len(people), likes)
    liked = Counter(place for place, _person in pairs)
    first = _proposals(chance, consultation, people, proposals, liked, popularity)
    ids = _copy(Proposal, first)
    _copy(Like, (Like(user_id=people[person], proposal_id=ids[place]) for place, person in pairs))
    _copy(Comment, _comments(chance, people, ids, popularity))
    return Made(len(ids), sum(popularity.values()), len(pairs))


def begin_conversation(words: Iterable[tuple[Question, User, str, str]], *, liked_by: User) -> None:
    """Post the first proposals (question, author, title, body) through the same actions as everybody; the last is liked."""
    last: Proposal | None = None
    for question, author, title, body in words:
        person = actions.AccountAuthor(author)
        last = actions.post_proposal(
            question=question, author=person, title=title, body=body, submit_key=uuid.uuid4()
        ).proposal
    if last:
        actions.set_like(user=liked_by, proposal=last, wanted=True)


@dataclass(frozen=True)
class PastAnswer:
    """Topic and reply of a past consultation of the demonstration, with the days of both."""

    title: str
    summary: str
    reply: str
    status: ReplyStatus
    grouped_at: datetime
    replied_at: datetime


def tell_past_theme(
    *, consultation: Consultation, voices: Iterable[tuple[User, str, datetime]], said: PastAnswer
) -> Topic:
    """Make the voices (author, text, moment) of a theme of former years, the topic that gathers them, and the reply to it.

    The rows are written with the days of that time: the verbs know today alone, and would tell people of old news.
    """
    question = consultation.questions.first()
    topic = Topic(consultation=consultation, title=said.title, summary=said.summary, published_at=said.grouped_at)
    topic.save()
    for author, body, moment in voices:
        code = next_codes(on=timezone.localdate(moment))[0]
        voice = Proposal(
            code=code, consultation=consultation, question=question, author=author, body=body,
            state=State.PUBLISHED, published_at=moment,
        )  # fmt: skip
        voice.save()
        TopicProposal.objects.create(topic=topic, proposal=voice, grouped_at=said.grouped_at)
    reply = Reply.objects.create(
        topic=topic, department=consultation.department, draft_status=said.status, draft_body=said.reply,
        status=said.status, body=said.reply, published_at=said.replied_at,
    )  # fmt: skip
    ReplyChange.objects.create(
        reply=reply, status=said.status, status_name=said.status.name, department_name=consultation.department.name,
        body=said.reply, published_at=said.replied_at,
    )  # fmt: skip
    return topic


def _people(count: int) -> list[int]:
    """Create authors without name and e-mail address: nobody can sign in as one of them."""
    people = [User() for _ in range(count)]
    for person in people:
        person.set_unusable_password()
    return [person.pk for person in User.objects.bulk_create(people, batch_size=1000)]


def _favourite(chance: random.Random, count: int) -> int:
    """Return the place of a proposal; few are favourites, many stay quiet, as among real ones."""
    return int(count * chance.random() ** 3)


def _pairs(chance: random.Random, proposals: int, people: int, wanted: int) -> list[tuple[int, int]]:
    """Draw pairs of person and proposal: each pair once, at most as many as there can be."""
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < min(wanted, proposals * people // 2):
        pairs.add((_favourite(chance, proposals), chance.randrange(people)))
    return sorted(pairs)


def _text(chance: random.Random) -> str:
    return "".join(chance.sample(SENTENCES, chance.choice([1, 1, 2, 2, 3])))


def _proposals(
    chance: random.Random,
    consultation: Consultation,
    people: list[int],
    count: int,
    liked: Counter[int],
    commented: Counter[int],
) -> Iterable[Proposal]:
    questions = [question.pk for question in consultation.questions.all()]
    start, end = consultation.opens_at, min(timezone.now(), consultation.closes_at)
    for place, code in enumerate(next_codes(count) if count else []):
        voice = Proposal(
            code=code,
            consultation_id=consultation.pk,
            question_id=chance.choice(questions),
            author_id=chance.choice(people),
            body=_text(chance),
            state=State.PUBLISHED,
            published_at=start + (end - start) * chance.random(),
            submit_key=ContentKey(int=chance.getrandbits(128)),
            shuffle=chance.randrange(RING),
            like_count=liked[place],
            comment_count=commented[place],
        )
        voice.fill_search()
        yield voice


def _comments(chance: random.Random, people: list[int], ids: list[int], commented: Counter[int]) -> Iterable[Comment]:
    now = timezone.now()
    for place in sorted(commented.elements()):
        comment = Comment(
            proposal_id=ids[place],
            author_id=chance.choice(people),
            body=chance.choice(SENTENCES),
            state=State.PUBLISHED,
            published_at=now,
            submit_key=ContentKey(int=chance.getrandbits(128)),
        )
        comment.fill_search()
        yield comment


def _copy(model: type[models.Model], rows: Iterable[models.Model]) -> list[int]:
    """Write rows by COPY with ids taken from the table's own sequence; their ids in the order given."""
    columns = [field for field in model._meta.concrete_fields if not field.generated]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    ids: list[int] = []
    chunk: list[models.Model] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            ids += _copy_chunk(model, table, names, columns, chunk)
            chunk = []
    return ids + _copy_chunk(model, table, names, columns, chunk)


def _copy_chunk(
    model: type[models.Model],
    table: str,
    names: str,
    columns: "list[models.Field[Any, Any]]",
    chunk: list[models.Model],
) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, len(chunk)],
        )
        ids = [number for (number,) in cursor.fetchall()]
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for number, row in zip(ids, chunk, strict=True):
                row.pk = number
                copy.write_row([f.get_db_prep_save(f.pre_save(row, True), connection) for f in columns])
    return ids
