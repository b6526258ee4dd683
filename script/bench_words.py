"""Words and search at 1,000 / 10,000 / 100,000 proposals, beside the naive way (reading every text at each drawing).

    script/bench words [numbers …]
    script/bench words quality      the labelled sentences and the speed of reading alone, without a database

Quality first (labelled sentences), then speed. The voices are the seeds' sentences with a wide vocabulary of compounds
mixed in, so that terms are many, as among real voices; ages, districts and channels are dealt out.
"""

import gc
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import django
import psutil

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chofu_cocreation.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: E402
from django.utils import timezone  # noqa: E402

from apps.accounts.models import AgeBand, District, User  # noqa: E402
from apps.analysis import actions  # noqa: E402
from apps.analysis.models import Due, ProposalTerm, Reading, StopWord, Term, UserWord, lexicon  # noqa: E402
from apps.analysis.services import analyses  # noqa: E402
from apps.analysis.services.counting import count_words  # noqa: E402
from apps.analysis.services.query_expansion import widen  # noqa: E402
from apps.analysis.services.scope import WordFilter, scope_of  # noqa: E402
from apps.analysis.services.word_cloud import cloud_for  # noqa: E402
from apps.analysis.text import keywords  # noqa: E402
from apps.consultations.load_generator import SENTENCES, _copy  # noqa: E402
from apps.consultations.models import Channel, Consultation, Proposal, State  # noqa: E402
from apps.consultations.models.codes import RING, next_codes  # noqa: E402
from apps.consultations.services.similar import similar_to  # noqa: E402
from apps.core.submission import ContentKey  # noqa: E402
from apps.portal.services.search import KINDS, find  # noqa: E402
from tests.analysis.grouping import quality as grouping  # noqa: E402
from tests.analysis.quality import KINDS as PEOPLE  # noqa: E402
from tests.analysis.quality import first_lexicon, score, score_of  # noqa: E402
from tests.analysis.quality import voices as sentences  # noqa: E402

SLUG = "liqlid-2025"
ROUNDS = 3
NUMBERS = (1_000, 10_000, 100_000)
DISTINCT = 10_000  # different texts; beyond them texts recur, and what was read of a text is copied to its equals
READ_TEXTS = 1000  # for the speed of reading alone
NAIVE_SAMPLE = 300  # texts read for the naive way; the rest is multiplied, as every text costs the same
DRAFT = "夏の公園に日陰がなくて、子どもが遊べません。屋根のある広場と水遊びの場所を増やしてほしいです。"
FIRST = (
    "公園 道路 学校 図書館 商店街 駅前 病院 川辺 農地 住宅 市役所 保育園 児童館 体育館 公民館 踏切 歩道 広場 団地 緑地"
)
SECOND = "整備 利用 見学 案内 清掃 予約 点検 開放 改修 防犯 照明 緑化 散歩 交流 学習 相談 支援 募集 調査 移転"
THIRD = "春夏秋冬朝夜雨風花木"


def vocabulary(chance: random.Random) -> str:
    """A sentence of compounds: some are common, most are rare."""
    places, acts = FIRST.split(), SECOND.split()
    place, act = (words[int(len(words) * chance.random() ** 2)] for words in (places, acts))
    return f"{chance.choice(THIRD)}の{place}{act}と{chance.choice(places)}の{chance.choice(acts)}計画を進めてほしい。"


def voices(asked: Consultation, count: int, seed: int) -> None:
    """Proposals by COPY, as a bulk import writes them: nobody is told, the sweep finds them."""
    chance = random.Random(seed)  # noqa: S311 - test data, no secret
    people = [
        user.pk for user in User.objects.bulk_create([User() for _n in range(max(20, count // 3))], batch_size=2000)
    ]
    questions, now = [q.pk for q in asked.questions.all()], timezone.now()
    texts = [
        "".join([*chance.sample(SENTENCES, chance.choice([1, 1, 2])), vocabulary(chance)])
        for _n in range(min(count, DISTINCT))
    ]
    known = list(
        Proposal.objects.public().in_consultation(asked).order_by("pk").values_list("body", flat=True)[:DISTINCT]
    )
    bodies = texts if count <= DISTINCT else [chance.choice(known or texts) for _n in range(count)]

    def made() -> object:
        for code, body in zip(next_codes(count), bodies, strict=True):
            voice = Proposal(
                code=code, consultation_id=asked.pk, question_id=chance.choice(questions),
                author_id=chance.choice(people), body=body, state=State.PUBLISHED,
                published_at=now - timedelta(days=180 * chance.random()), submit_key=ContentKey(int=chance.getrandbits(128)),
                shuffle=chance.randrange(RING), channel=chance.choice(Channel.values),
                age_band=chance.choice(["", *AgeBand.values]), district=chance.choice(["", *District.values]),
            )  # fmt: skip
            voice.fill_search()
            yield voice

    _copy(Proposal, made())  # type: ignore[arg-type]


# One process that reads until nothing is unread, and says how much memory it took.
WORK = """
import django
django.setup()
from apps.analysis import actions  # noqa: E402
while actions.read_next():
    pass
lines = open("/proc/self/status").read().splitlines()
print(next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024)
"""


def read_all(processes: int) -> tuple[float, int]:
    """Seconds until everything is read by so many processes, and the memory of the largest."""
    began = time.perf_counter()
    Reading.objects.open_missing()
    address = os.environ["DATABASE_URL"].rpartition("/")[0] + "/" + str(connection.settings_dict["NAME"])
    command, environment = [sys.executable, "-c", WORK], {**os.environ, "DATABASE_URL": address}
    running = [
        subprocess.Popen(command, env=environment, cwd=PROJECT, stdout=subprocess.PIPE, text=True)  # noqa: S603
        for _n in range(processes)
    ]
    memory = max(int(process.communicate()[0]) for process in running)
    return time.perf_counter() - began, memory


COPIED = """
WITH equal AS (
  SELECT r.id, min(k.proposal_id) AS of FROM analysis_reading r JOIN consultations_proposal p ON p.id = r.proposal_id
  JOIN analysis_reading k ON k.digest = md5(p.title || chr(10) || p.body) WHERE r.digest = '' GROUP BY 1
), copied AS (
  UPDATE analysis_reading r SET digest = k.digest, recipe = k.recipe, uses = k.uses, terms = k.terms, read_at = now()
  FROM equal JOIN analysis_reading k ON k.proposal_id = equal.of WHERE r.id = equal.id RETURNING r.proposal_id, equal.of
)
INSERT INTO analysis_proposalterm (proposal_id, term_id, n)
SELECT copied.proposal_id, pt.term_id, pt.n FROM copied JOIN analysis_proposalterm pt ON pt.proposal_id = copied.of
"""


def copy_equal() -> int:
    """Copy what was read of a text to the texts that are equal to it; how many counts were written."""
    Reading.objects.open_missing()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(COPIED)
        return cursor.rowcount


def processor_seconds() -> float:
    """What this process and its database connection have used of the processors: the same on a busy machine as on an idle one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = psutil.Process(cursor.fetchone()[0]).cpu_times()
    return time.process_time() + backend.user + backend.system


def taken(act: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Median milliseconds of an act that is never answered from the cache: by the clock, and of the processors."""
    by_clock, of_processors = [], []
    for _round in range(rounds):
        cache.clear()
        began, used = time.perf_counter(), processor_seconds()
        act()
        of_processors.append((processor_seconds() - used) * 1000)
        by_clock.append((time.perf_counter() - began) * 1000)
    return statistics.median(by_clock), statistics.median(of_processors)


def naive(rows: object, n: int) -> float:
    """Processor milliseconds that reading all these texts would take at every drawing: a sample, multiplied."""
    known = lexicon()
    texts = [proposal.body for proposal in rows[:NAIVE_SAMPLE]]  # type: ignore[index]
    keywords(texts[0], known)
    began = time.process_time()
    for text in texts:
        keywords(text, known)
    return (time.process_time() - began) * 1000 / len(texts) * n


def measure(number: int) -> None:
    """Every question at this size."""
    asked, client = Consultation.objects.get(slug=SLUG), Client()
    scope, whole = scope_of(slug=SLUG), WordFilter()
    n = scope.proposals().count()
    young = WordFilter(age_band=AgeBand.TWENTIES)
    paper = WordFilter(channel=Channel.PAPER)
    some = WordFilter(since=timezone.localdate() - timedelta(days=30), channel=Channel.WEB)
    all_naive = naive(scope.proposals(), n)
    few = some.apply(scope.proposals()).count()
    acts: dict[str, tuple[Callable[[], object], float]] = {
        "counting all words (SQL)": (lambda: count_words(scope.proposals()), all_naive),
        "cloud of all": (lambda: cloud_for(scope, whole), all_naive),
        "cloud by distinction, narrowed": (
            lambda: cloud_for(scope, WordFilter(channel="paper", measure="distinct")),
            all_naive,
        ),
        "cloud of a filter (30 days, Web)": (lambda: cloud_for(scope, some), all_naive / n * few),
        "cloud of an age band": (lambda: cloud_for(scope, young), all_naive / 9),
        "comparison (paper, rest)": (lambda: analyses.compare(scope, paper, whole).draw(), all_naive),
        "words used together": (lambda: analyses.together(scope, whole).draw(), all_naive),
        "weeks": (lambda: analyses.weeks(scope, whole).draw(), all_naive),
        "groups": (lambda: analyses.groups(scope).draw(), all_naive),
        "page of the cloud": (lambda: client.get(f"/analysis/{asked.slug}/"), all_naive),
        "page behind a word": (lambda: client.get(f"/analysis/{asked.slug}/words/公園/"), all_naive),
        "similar voices": (lambda: client.get(f"/analysis/similar/{Proposal.objects.latest('pk').code}/"), 0),
        "similar to a draft": (lambda: similar_to(scope.proposals(), DRAFT), 0),
        "search 公園": (lambda: client.get("/search/", {"q": "公園"}), 0),
        "search 子供 (joined)": (lambda: client.get("/search/", {"q": "子供"}), 0),
        "search 学ぶ (forms)": (lambda: client.get("/search/", {"q": "学ぶ"}), 0),
        "search 見守りネットワーク": (lambda: client.get("/search/", {"q": "見守りネットワーク"}), 0),
        "search, nothing found": (lambda: client.get("/search/", {"q": "宇宙開発"}), 0),
        "healthz, to compare with": (lambda: client.get("/healthz"), 0),
        "sweep with nothing to do": (lambda: (actions.open_and_forget(), actions.read_next()), 0),
    }
    load = os.getloadavg()[0]
    gc.collect()
    gc.freeze()  # as web processes do (gunicorn_config.py); else the voices made above are gone through again and again
    print(
        f"\n{n} proposals, {Term.objects.count()} words, {ProposalTerm.objects.count()} counts; load of this machine {load:.1f}"
    )
    print(f"  {'':34}    clock  processors   (medians of {ROUNDS})")
    for name, (act, without) in acts.items():
        clock, used = taken(act)
        beside = f"   naive {without / 1000:8.1f} s, x{without / used:,.0f}" if without else ""
        print(f"  {name:34} {clock:8.1f} {used:8.1f} ms{beside}", flush=True)
    words = widen("公園")
    for kind in KINDS:
        clock, used = taken(lambda kind=kind: find(kind, words))  # type: ignore[misc]
        print(f"  search 公園 in {kind.key:20} {clock:8.1f} {used:8.1f} ms")
    print(f"  memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB (peak)")


def fresh(asked: Consultation) -> tuple[float, float]:
    """Seconds from a new proposal to its word in a cloud that was looked at before, and of them the drawing alone."""
    cloud_for(scope_of(slug=SLUG), WordFilter())
    began = time.perf_counter()
    Proposal.objects.create(
        code=next_codes()[0], consultation=asked, question=asked.questions.first(), body="宇宙港がほしい",
        state=State.PUBLISHED, published_at=timezone.now(),
    )  # fmt: skip
    actions.open_and_forget()
    actions.read_next()
    read = time.perf_counter()
    found = cloud_for(scope_of(slug=SLUG), WordFilter())
    ended = time.perf_counter()
    exact = count_words(scope_of(slug=SLUG).proposals(), limit=10**6)
    if tuple(exact[: len(found.words)]) != found.words or not any(word.text == "宇宙港" for word in exact):
        raise RuntimeError("the cloud is not what is counted from nothing")
    return ended - began, ended - read


def changed() -> None:
    """What a change of the dictionary costs: marking, and counting or reading anew what it touches, by two processes."""
    for entry in (StopWord(word="踏切見学", reason="測定"), UserWord(word="公園整備", reason="測定")):
        began = time.perf_counter()
        version = entry.put(by=None)
        marked = time.perf_counter() - began
        seconds, memory = read_all(2)
        print(f"  {entry._meta.verbose_name} {entry}: {version.touched} texts marked in {marked:.2f} s, done anew by two "
              f"processes in {seconds:.1f} s ({memory} MB each), {Due.objects.count()} left", flush=True)  # fmt: skip


def quality() -> None:
    """Precision, recall and F of the labelled sentences, and how many texts a second are read."""
    known = first_lexicon()
    parts = [(f"documents, {half}", score(half, known)) for half in ("seen", "held")]
    parts += [
        (f"{kind}, {half}", score_of(sentences(kind, half), known)) for kind in PEOPLE for half in ("seen", "unseen")
    ]
    for name, reached in parts:
        print(
            f"quality, {name:18} precision {reached.precision:.3f}, recall {reached.recall:.3f}, F {reached.f:.3f}"
            f" ({reached.sentences} sentences)"
        )
    for half in ("seen", "unseen"):
        index, kept = grouping(half)
        print(f"topics proposed, {half:8} adjusted Rand {index:.2f}, {kept:.0%} of the placed voices stay")
    chance = random.Random(16)  # noqa: S311 - test data, no secret
    texts = ["".join([*chance.sample(SENTENCES, 2), vocabulary(chance)]) for _n in range(READ_TEXTS)]
    keywords(texts[0], known)
    began = time.process_time()
    for text in texts:
        keywords(text, known)
    took = time.process_time() - began
    print(
        f"reading: {READ_TEXTS / took:.0f} texts a second of one processor ({sum(map(len, texts)) / took:.0f} characters)"
    )


def main(numbers: list[int]) -> None:
    """Quality, then each size in turn."""
    quality()
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("load_demo", verbosity=0)
        asked, before = Consultation.objects.get(slug=SLUG), 0
        for number in numbers:
            began = time.perf_counter()
            voices(asked, number - before, seed=number)
            written = time.perf_counter() - began
            processes, copied = 2 if number > 1000 else 1, copy_equal() if number - before > DISTINCT else 0
            seconds, memory = read_all(processes)
            print(f"\n{number - before} more written in {written:.1f} s, read by {processes} process(es) in {seconds:.1f} s "
                  f"({(number - before) / seconds:.0f} a second, {memory} MB each)"
                  + (f"; {copied} counts were copied from equal texts, not read" if copied else ""))  # fmt: skip
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
            measure(number)
            took, drawing = fresh(asked)
            print(
                f"  a new proposal is in the cloud after {took:.2f} s of work ({drawing:.2f} s of it drawing)",
                flush=True,
            )
            before = number
        changed()
    finally:
        connection.close()
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    if sys.argv[1:] == ["quality"]:
        quality()
    else:
        main([int(argument) for argument in sys.argv[1:]] or list(NUMBERS))
