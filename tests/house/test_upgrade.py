"""A database of an earlier release, with rows that are refused today: the migrations mend them, and lose nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

# What stood in the house before texts were checked at every door, tags had numbers and files had lists of their own.
EARLIER = [
    ("accounts", "0002_restriction"), ("analysis", "0006_no_index_twice"), ("consultations", "0015_index_of_voices"),
    ("council", "0006_pictures_wait"), ("operations", "0003_job"), ("plans", "0011_a_mark_has_its_meaning"),
    ("vision", "0002_sources_indicators_cases"),
]  # fmt: skip


@contextmanager
def another_database() -> Iterator[None]:
    """An empty database beside that of the other tests."""
    ours = connection.settings_dict["NAME"]
    name = f"{ours}_upgrade"
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name}")
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = ours
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def migrate(targets: list[tuple[str, str]] | None) -> Apps:
    """Take the database to this state, or to the newest; the models as they are there."""
    executor = MigrationExecutor(connection)
    wanted = targets or executor.loader.graph.leaf_nodes()
    executor.migrate(wanted)
    return executor.loader.project_state(wanted).apps


class Earlier:
    """What people had written."""

    def __init__(self, apps: Apps) -> None:
        self.of = apps.get_model
        now = timezone.now()
        self.department = self.of("accounts", "Department").objects.create(code="parks", name="公園課")
        people = self.of("accounts", "User").objects
        for number, name in enumerate(["川べり", "川べり", "調布市役所", "公園課"]):
            email = ["a@例え.jp", "b@example.com", "c@example.com", "d@example.com"][number]
            people.create(
                nickname=name, email=email, email_normalised=email, created_at=now + timedelta(seconds=number)
            )
        asked = self.of("consultations", "Consultation").objects.create(
            slug="koen", title="公園の\x0bこれから", summary="一\r\n二\x0c三", department=self.department, published_at=now,
            opens_at=now, closes_at=now + timedelta(days=30), reply_due_on=timezone.localdate() + timedelta(days=60),
        )  # fmt: skip
        self.question = self.of("consultations", "Question").objects.create(text="問い", consultation=asked)
        self.asked = asked
        self.hang_tags()
        self.bring_files(now)
        self.council(now)

    def voice(self, code: str, **more: Any) -> Any:
        given = {"body": "木陰がほしい", "state": "published", "published_at": timezone.now()} | more
        return self.of("consultations", "Proposal").objects.create(
            code=code, consultation=self.asked, question=self.question, **given
        )

    def hang_tags(self) -> None:
        """Signs alone, two spellings, names that the admin site did not part."""
        voice = self.voice("C26-0001", title="\ufeff木陰", body="はじめ\n末尾\uffff")
        tags, hung = self.of("consultations", "Tag").objects, self.of("consultations", "ProposalTag").objects
        for number, (name, approved) in enumerate(
            [("☆", True), ("🎉", True), ("ＤＸ", True), ("dx", False), ("公園、遊び場", True), ("水辺", False)]
        ):
            tag = tags.create(name=name, slug=["", "-", "dx-1", "dx", "kouen", "mizube"][number], is_approved=approved)
            hung.create(content_object=voice, tag=tag)

    def bring_files(self, now: Any) -> None:
        """Two files; a number of the one also in another spelling."""
        batches = self.of("consultations", "Batch").objects
        for number, name in enumerate(["A.xlsx", "B.xlsx"]):
            batch = batches.create(
                source="file", channel="paper", consultation=self.asked, file_name=name, imported_at=now
            )
            self.voice(f"C26-001{number}", channel="paper", external_id=f"{number + 1}", batch=batch)

    def council(self, now: Any) -> None:
        projects = self.of("council", "Project").objects
        for slug in ("a", "b"):
            projects.create(slug=slug, title=f"取組\x0b{slug}", summary="概要", published_at=now)
        project = projects.first()
        updates = self.of("council", "ProjectUpdate").objects
        for _number in range(2):
            updates.create(title="報告", body="一二\ufeff", project=project, happened_on=timezone.localdate())
        told = self.of("operations", "Notification").objects
        told.create(recipient_id=1, kind="comment", key="1", title="コメント", body="人のことば", address="/x/")


@pytest.mark.xdist_group("upgrade")
def test_rows_of_an_earlier_release_come_along(django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), another_database():
        Earlier(migrate(EARLIER))
        now = migrate(None).get_model
        voices = now("consultations", "Proposal").objects.order_by("code")
        assert [(row.title, row.body) for row in voices[:1]] == [("木陰", "はじめ\n末尾")]
        asked = now("consultations", "Consultation").objects.get()
        assert (asked.title, asked.summary) == ("公園の これから", "一\n二\n三")
        hung = now("consultations", "ProposalTag").objects.filter(content_object=voices[0])
        tags = {row.tag.name: (row.tag.is_approved, row.tag.slug == str(row.tag.pk)) for row in hung}
        assert tags == {"ＤＸ": (True, True), "公園": (True, True), "遊び場": (True, True), "水辺": (False, True)}
        assert now("consultations", "Tag").objects.count() == 4
        keys = list(voices.exclude(batch=None).values_list("import_key", flat=True))
        assert all(keys)
        assert len(set(keys)) == 2, "the files have lists of their own"
        people = now("accounts", "User").objects.order_by("created_at")
        assert list(people.values_list("nickname", flat=True)) == ["川べり", "川べり2", "", ""]
        assert people[0].email_normalised == "a@xn--r8jz45g.jp"
        assert now("operations", "Notification").objects.filter(kind="nickname").count() == 3
        assert now("operations", "Notification").objects.get(kind="comment").body == ""
        projects = now("council", "Project").objects.order_by("pk")
        assert all(row.code.startswith("P") for row in projects)
        assert len({row.code for row in projects}) == 2
        assert [row.title for row in projects] == ["取組 a", "取組 b"]
        updates = now("council", "ProjectUpdate").objects
        assert len({row.submit_key for row in updates.all()}) == 2
        assert {row.body for row in updates.all()} == {"一二"}
