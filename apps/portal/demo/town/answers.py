"""論点 of the town and what the city says to them, each marked as 見本: published, in draft, still waiting.

The city's words are not invented: they say what stands at such a place.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.accounts.models import Department, User
from apps.consultations.models import (
    AnswerChange,
    Assignment,
    Consultation,
    Proposal,
    Reply,
    ReplyChange,
    ReplyStatus,
    ResultReport,
    Topic,
    TopicProposal,
)
from apps.portal.demo.days import daytime, midnight
from apps.portal.demo.town.themes import ANSWERED, LARGE, THEMES, WAITING
from apps.portal.demo.town.write import Grouped

SAMPLE = "**【見本】この文は、表示のしかたを確かめるためのものです。調布市の実際の回答ではありません。**\n\n"
ANSWER = (
    "**【見本】調布市の実際の回答ではありません。**\n\n"
    "寄せられた意見を二つの論点にまとめ、それぞれに市の考え方を書きました。異なる意見も、結果報告でご覧いただけます。"
)
REPORTED = 38  # days ago: two days after the answer
AT_ONCE = "寄せられた意見を受け取り、担当課に伝えました。"
READING = "担当課が、場所ごとの様子を確かめています。分かったことを、この欄に書き足します。"


@dataclass(frozen=True)
class Said:
    """One published change of a reply: how many days ago, code of its status, words."""

    ago: int
    status: str
    body: str


@dataclass(frozen=True)
class Gathered:
    """A 論点: its theme, key, title and summary, when it was published, and what is said or is to be said to it.

    draft: words of a reply that nobody has published. due: days until the department shall have answered.
    """

    slug: str
    key: str
    title: str
    summary: str
    ago: int
    department: str
    said: tuple[Said, ...] = ()
    draft: str = ""
    due: int | None = None


TOPICS = (
    Gathered(
        LARGE, "shade", "【見本】公園の日陰とベンチ、水飲み場",
        "夏でも過ごせる日陰や、休めるベンチ、水飲み場を増やしてほしいという意見と、木の切り方は場所ごとに話し合ってほしいという意見をまとめた見本です。",
        25, "kikaku-keiei", (Said(24, "received", AT_ONCE), Said(11, "reviewing", READING)),
    ),
    Gathered(
        LARGE, "buses", "【見本】休日の混雑と、昼間のバス",
        "ベビーカーや高齢の方がバスに乗りにくいという意見と、深大寺の周りの混雑が暮らしに及ぼす影響への意見をまとめた見本です。",
        18, "kikaku-keiei", due=12,
        draft="（見本の下書き）バスの混み方を確かめてから書きます。この文は、公開するまで職員だけが読めます。",
    ),
    Gathered(
        LARGE, "shelters", "【見本】避難所を、前もって知っておくこと",
        "避難所の場所や混み方、小さい子やペットと一緒に行けるかを、前もって知りたいという意見をまとめた見本です。",
        5, "sogo-bosai-anzen", due=25,
    ),
    Gathered(
        WAITING, "pick-up", "【見本】仕事の帰りに受け取れる本",
        "予約した本の受け取りと返却を、場所や時間を選んでできるようにしてほしいという意見をまとめた見本です。",
        28, "kikaku-keiei", (Said(20, "received", AT_ONCE),), due=15,
    ),
    Gathered(
        ANSWERED, "short", "【見本】短い訓練、夜の訓練",
        "長い訓練には行きにくいので、短い回や夜の回、買い物のついでに寄れる回がほしいという意見をまとめた見本です。",
        85, "sogo-bosai-anzen",
        (
            Said(80, "reviewing", "短い回を試せるかどうかを検討しています。"),
            Said(45, "reflected", "次の訓練で、1時間で終わる回を試します。"),
        ),
    ),
    Gathered(
        ANSWERED, "notice", "【見本】だれにでも分かる訓練の案内",
        "絵や地図のある案内を、町会に入っていない人にも、紙でも届けてほしいという意見をまとめた見本です。",
        85, "sogo-bosai-anzen",
        (Said(44, "partly", "案内に絵と地図を入れます。全戸への配布は、費用がかかるため難しい状況です。"),),
    ),
)  # fmt: skip


def gather(grouped: dict[str, Grouped], *, clerk: User) -> None:
    """Make every 論点 with its voices, and the replies to it; `grouped`: voices by theme and key."""
    for gathered in TOPICS:
        consultation = Consultation.objects.get_by_natural_key(gathered.slug)
        moment = daytime(gathered.ago, 1)
        topic = Topic(
            consultation=consultation, title=gathered.title, summary=gathered.summary, published_at=moment
        )  # fmt: skip
        topic.save()
        for row in grouped[gathered.slug][gathered.key]:
            TopicProposal.objects.create(topic=topic, proposal=row, grouped_at=max(moment, row.published_at or moment))
        _reply(topic, gathered, clerk=clerk)


def _reply(topic: Topic, gathered: Gathered, *, clerk: User) -> None:
    office = Department.objects.get(code=gathered.department)
    if gathered.due is not None:
        Assignment.objects.create(
            topic=topic, department=office, due_on=midnight(gathered.due).date(), assigned_by=clerk
        )
    if gathered.draft:
        reviewing = ReplyStatus.objects.get(code="reviewing")
        Reply.objects.create(topic=topic, department=office, draft_status=reviewing, draft_body=gathered.draft)
    if gathered.said:
        publish(Reply(topic=topic, department=office), gathered.said)


def publish(reply: Reply, said: Iterable[Said]) -> None:
    """Publish a reply as it was said, one change after the other."""
    changes = [(ReplyStatus.objects.get(code=one.status), SAMPLE + one.body, daytime(one.ago, 2)) for one in said]
    reply.status, reply.body, _moment = changes[-1]
    reply.draft_status, reply.draft_body, reply.published_at = reply.status, reply.body, changes[0][2]
    reply.save()
    for status, body, moment in changes:
        ReplyChange.objects.create(
            reply=reply, status=status, status_name=status.name, department_name=reply.department.name,
            body=body, published_at=moment,
        )  # fmt: skip


def answer_one_voice() -> None:
    """Say to one voice of the large theme, and to it alone, that it was received."""
    voice = Proposal.objects.get(consultation__slug=LARGE, title="置いていかれるようで")
    office = Department.objects.get(code="digital-gyosei")
    publish(Reply(proposal=voice, department=office), [Said(13, "received", AT_ONCE)])


def answer_a_theme() -> None:
    """Answer one theme as a whole, and publish its 結果報告 two days later."""
    theme = next(theme for theme in THEMES if theme.slug == ANSWERED)
    answered_at = daytime(theme.answered or 0, 3)
    Consultation.objects.filter(slug=theme.slug).update(answer=ANSWER, answered_at=answered_at)
    consultation = Consultation.objects.get_by_natural_key(theme.slug)
    AnswerChange.objects.add(consultation, moment=answered_at)
    report = ResultReport.objects.build_next(consultation)
    report.as_of = report.published_at = daytime(REPORTED, 4)
    report.save(force_insert=True)
