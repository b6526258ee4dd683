"""Load the demonstration (見本): data of the first day, and an account for every role.

What the city's documents hold (fixtures/) goes into any empty portal. Open questions and accounts that stand for nobody
are added only where the banner says that this is a demonstration.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core import serializers
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from apps.accounts.models import Department, User
from apps.consultations.load_generator import begin_conversation
from apps.consultations.models import Batch, Consultation, PolicyArticle, Proposal, Question
from apps.documents.generate import publish_loaded
from apps.operations.models import Contact, SitePage
from apps.portal.demo.accounts import ACCOUNTS, make_accounts
from apps.portal.demo.answers import answer_first_words
from apps.portal.demo.council import work_together
from apps.portal.demo.days import daytime, midnight
from apps.portal.demo.documents import move_a_section
from apps.portal.demo.intake import bring_in_workshop
from apps.portal.demo.meetings import hold_meetings, keep_meeting_ahead
from apps.portal.demo.moderation import ask_for_a_look
from apps.portal.demo.participation import report_participation
from apps.portal.demo.plans import answer_the_meeting, open_next_year, publish_plans
from apps.portal.demo.public_comments import ask_for_opinions, keep_case_open
from apps.portal.demo.surveys import ask_in_surveys, keep_survey_open
from apps.portal.demo.timeline import THEME, walk_one_way
from apps.portal.demo.town import live_in_town
from apps.portal.demo.town.themes import CHILDRENS, LARGE, THEMES, WAITING
from apps.vision.models import Field, Viewpoint

REAL = [
    "departments",
    "vision",
    "vision_facts",
    "liqlid_2025",
    "chosen_voices",
    "council",
    "dictionary",
    "plans_2023",
    "documents",
]
LOCK = 40_142  # any number, the same in every process that loads
SAMPLE_EMAIL = "toiawase@example.jp"  # of no city hall: mails of the demonstration stay in files
STILL_OPEN = timedelta(days=30)
STILL_AHEAD = timedelta(days=7)
FIRST_SAID, TYPED_IN = 12, 2  # days ago: the first words of the small open question, the 付箋 of its workshop
# slug: days from today to opening, closing and promised answer
PERIODS = {
    "demo-sanka": (-14, 60, 90), "demo-anzen": (45, 90, 120), "demo-koryu": (60, 105, 135),
    **{theme.slug: (theme.opens, theme.closes, theme.reply) for theme in THEMES},
}  # fmt: skip


# Sentences of the vision's 中間とりまとめ, so that the open question is not empty: (author, question, title, body)
FIRST_WORDS = [
    ("resident-a", 1, "", "学びたいときに学べる環境が整っていると、将来の希望につながると思います。"),
    ("resident-b", 1, "得意なことを生かせる場", "人々や団体それぞれの持つ強みや良さを生かせる場があるとよいです。"),
    ("resident-a", 2, "", "デジタルに馴染みのない高齢者にも、スマートフォンの利用が広がるとよいです。"),
    ("resident-b", 3, "", "大学や企業の持つ技術と、地元の商店街が抱える課題を結びつけてほしいです。"),
]


@transaction.atomic
def load() -> bool:
    """Fill an empty portal; whether it was empty. All or nothing, and only once when two processes start together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    was_empty = is_empty()
    if not SitePage.objects.exists():
        load_fixture("site_pages")
    if not PolicyArticle.objects.exists():
        load_fixture("policy")
    if was_empty:
        for name in REAL:
            load_fixture(name)
        go_past_loaded_codes()
        publish_plans()
        publish_loaded()
        if settings.IS_DEMO:
            load_fixture("demo")
            load_fixture("demo_town")
            load_fixture("demo_council")
            load_fixture("demo_plans")
            make_accounts()
            Contact.objects.filter(email="").update(email=SAMPLE_EMAIL)
            keep_periods_ahead(all_of_them=True)
            say_first_words()
            answer_first_words()
            open_next_year()
            answer_the_meeting()
            bring_in_workshop()
            ask_for_a_look()
            work_together()
            walk_one_way()
            move_a_section(THEME)
            ask_for_opinions()
            ask_in_surveys()
            hold_meetings()
            report_participation()
            spread_first_words()
            live_in_town()
    elif settings.IS_DEMO:
        keep_periods_ahead()
        keep_case_open()
        keep_survey_open()
        keep_meeting_ahead()
    return was_empty


def is_empty() -> bool:
    """Return whether nobody has used this portal yet."""
    return not any(model.objects.exists() for model in (User, Department, Viewpoint, Field, Consultation))


def load_fixture(name: str) -> None:
    """Load fixtures/<name>.json by its natural keys, through each model's own `save`, so that search finds its texts."""
    text = (settings.BASE_DIR / "fixtures" / f"{name}.json").read_text(encoding="utf-8")
    for item in serializers.deserialize("json", text):
        item.object.save()
        for field, values in (item.m2m_data or {}).items():
            getattr(item.object, field).set(values)


def go_past_loaded_codes() -> None:
    """Advance the sequence of proposal codes beyond the loaded ones (a start costs one number; gaps are allowed)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval('proposal_code', greatest(nextval('proposal_code'),"
            " (SELECT max(split_part(code, '-', 2)::bigint) FROM consultations_proposal)))"
        )


def keep_periods_ahead(*, all_of_them: bool = False) -> None:
    """Move the demonstration's own questions along with the calendar: some stay open, one stays announced, one waits in time.

    A newcomer can always post at once. No ScheduleChange is written: nobody was promised these dates. An answered
    question stays as it is, and a draft keeps the dates that staff gave it.
    """
    now = timezone.now()
    running_out = {
        **dict.fromkeys(("demo-sanka", LARGE, CHILDRENS), Q(closes_at__lt=now + STILL_OPEN)),
        "demo-anzen": Q(opens_at__lt=now + STILL_AHEAD),
        WAITING: Q(reply_due_on__lt=(now + STILL_AHEAD).date()),
    }
    for slug, (opens, closes, reply) in PERIODS.items():
        dates = {"closes_at": midnight(closes), "reply_due_on": midnight(reply).date()}
        if all_of_them or slug == "demo-anzen":
            dates["opens_at"] = midnight(opens)
        due = Q() if all_of_them else running_out.get(slug, Q(pk=None))
        Consultation.objects.filter(due, slug=slug, answered_at=None).update(**dates)


def say_first_words() -> None:
    """Post the first two proposals of the demonstration, through the same actions as everybody."""
    people = {a.key: User.objects.by_email(a.email).get() for a in ACCOUNTS if a.key.startswith("resident")}
    for person in people.values():
        person.give_consent(SitePage.objects.current_version("terms"))
    words = [
        (Question.objects.get_by_natural_key("demo-sanka", number), people[key], title, body)
        for key, number, title, body in FIRST_WORDS
    ]
    begin_conversation(words, liked_by=people["resident-a"])


def spread_first_words() -> None:
    """Let what was said to the small open question have been said over its first days, not all in this minute."""
    rows = Proposal.objects.filter(consultation__slug="demo-sanka")
    for number, row in enumerate(rows.filter(batch=None).order_by("pk")):
        rows.filter(pk=row.pk).update(published_at=daytime(FIRST_SAID - 3 * number, number))
    rows.exclude(batch=None).update(published_at=daytime(TYPED_IN, 0))
    rows.update(created_at=F("published_at"), updated_at=F("published_at"))
    Batch.objects.filter(proposals__in=rows).update(created_at=daytime(TYPED_IN, 0))


def may_show_codes() -> bool:
    """Return whether codes of demonstration accounts may be printed: only where nobody else can reach the portal."""
    return settings.IS_DEMO and urlsplit(settings.SITE_URL).hostname in {"localhost", "127.0.0.1", "::1"}
