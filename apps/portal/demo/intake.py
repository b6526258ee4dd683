"""Load 付箋 of a workshop into the open question: sentences of the vision's 中間とりまとめ, entered as staff do."""

from datetime import timedelta

from django.utils import timezone

from apps.accounts.models import User
from apps.consultations.models import Question
from apps.intake.workshop_demo import enter_workshop

EVENT = "参加のしかたを考えるワークショップ（見本）"
TABLES = {
    "テーブル1": [
        "市民同士の交流が盛んなまちになってほしい！",
        "多世代が一緒に交流する場がほしいです。",
        "家族で過ごす場所がたくさんあるまちがいいです。",
        "高齢者の生きがいの場が欲しい。",
    ],
    "テーブル2": [
        "デジタルが苦手な高齢者の不安を解消できるとよいです。",
        "日々の暮らしで困ったことを誰に聞けばよいかすぐわかるまちになってほしい。",
        "地域のイベントやお店の情報を一つにまとめてほしいです。",
    ],
}


def bring_in_workshop() -> None:
    """Enter one list of a workshop as the secretariat, three days after the opening of the question at the earliest."""
    clerk = User.objects.by_email("secretariat@example.com").get()
    question = Question.objects.get_by_natural_key("demo-sanka", 1)
    held_on = timezone.localdate() - timedelta(days=3)
    enter_workshop(question=question, event_name=EVENT, held_on=held_on, tables=TABLES, by=clerk)
