"""Logs hold no words of residents: not the database's, not the portal's; and they are nobody else's to read."""

import json
import logging
import os
import stat
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal
from django.core.checks import run_checks
from django.db import IntegrityError, connection, transaction

from apps.core.logs import JsonFormatter, WordlessFormatter
from apps.core.submission import new_content_key
from apps.operations.log_rotation import SET_ASIDE_AFTER, set_aside_old
from chofu_cocreation.runtime.embedded.process import Log
from tests.consultations.factories import ProposalFactory

WORD = "ヌグラポ"


@pytest.mark.django_db
def test_a_double_press_and_a_slow_question_leave_no_words_in_the_log_of_the_database() -> None:
    log = Path(os.environ["CHOFU_VAR"]) / "log" / "postgres.log"
    before = log.stat().st_size
    key = new_content_key()
    first = ProposalFactory(body=WORD, submit_key=key)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        ProposalFactory(author=first.author, consultation=first.consultation, body=f"{WORD} again", submit_key=key)
    assert "already exists" in str(refused.value), "what the portal is told, the log is not"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(1.2), %s", [WORD])
    time.sleep(0.2)
    told = log.read_bytes()[before:].decode("utf-8", "replace")
    assert "proposal_submitted_once" in told, "that it happened is on record"
    assert WORD not in told
    assert "INSERT INTO" not in told
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


@pytest.mark.django_db
def test_the_portals_own_log_has_the_constraint_and_not_the_row() -> None:
    first = ProposalFactory(body=WORD)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            said = f"{WORD}\n続き\x0b"
            cursor.execute("UPDATE consultations_proposal SET body = %s WHERE id = %s", [said, first.pk])
    except IntegrityError as error:
        refused = error
    assert WORD in str(refused)
    try:
        raise RuntimeError("while saving") from refused
    except RuntimeError as error:
        caught = (RuntimeError, error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "broke: %r", (refused,), caught)
    line = WordlessFormatter("%(message)s").format(record)
    as_celery_does = logging.LogRecord("x", logging.ERROR, "", 1, "%(exc)s", ({"exc": repr(refused)},), None)
    assert WORD not in WordlessFormatter("%(message)s").format(as_celery_does)
    assert "consultations_proposal_body" in line
    assert "while saving" in line
    assert "Traceback" in line
    assert WORD not in line
    assert "続き" not in line
    assert portal.LOGGING["formatters"]["plain"]["()"].endswith("WordlessFormatter")


@pytest.mark.django_db(databases=["default"])
def test_a_server_that_would_log_words_is_warned_of() -> None:
    def told() -> list[str]:
        return [found.msg for found in run_checks(databases=["default"]) if found.id == "operations.W001"]

    assert told() == []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP VIEW pg_settings AS SELECT 'log_statement' AS name, 'all' AS setting")
        assert told() == ["The database server logs words of residents: log_statement=all."]
        transaction.set_rollback(True)


def test_log_files_are_for_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    folder.mkdir(mode=0o755)
    for name in ("web.log", "web.log.1"):
        (folder / name).write_text("x")
        (folder / name).chmod(0o644)
    Log.open(folder / "web.log")
    Log.open(folder / "fresh.log")
    assert {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir()} == {
        "web.log": "0o600", "web.log.1": "0o600", "fresh.log": "0o600",
    }  # fmt: skip
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.real_clock
def test_no_line_of_a_log_is_older_than_ninety_days(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    (tmp_path / "log").mkdir()
    log, older = tmp_path / "log" / "web.log", tmp_path / "log" / "web.log.1"
    with open(log, "a") as writer:
        writer.write("first\n")
        writer.flush()
        assert set_aside_old() == 1
        writer.write("second\n")
        writer.flush()
        assert set_aside_old() == 0
        assert (older.read_text(), log.read_text()) == ("first\n", "second\n")
        long_ago = time.time() - SET_ASIDE_AFTER - 60
        os.utime(older, (long_ago, long_ago))
        assert set_aside_old() == 1
        assert (older.read_text(), log.read_text()) == ("second\n", "")
    assert stat.S_IMODE(older.stat().st_mode) == 0o600


def test_a_line_for_a_log_collector_is_one_object_without_personal_data() -> None:
    record = logging.LogRecord("portal", logging.ERROR, "file", 1, "went %s", ("wrong",), None)
    record.request = f"<request of {WORD}>"
    try:
        raise ValueError("text")
    except ValueError:
        record.exc_info = sys.exc_info()
    line = JsonFormatter().format(record)
    told = json.loads(line)
    assert "\n" not in line
    assert WORD not in line
    assert told["message"] == "went wrong"
    assert told["error"] == "ValueError"
    assert told["time"].endswith("+00:00")
    assert "raise ValueError" in told["traceback"]
