"""Inserts rows into the database of a running stack, as a process of its own; prints their ids.

`python -m tests.browser.scene lesson {}`: Sam's session with Tom that began a minute ago.
"""

import json
import os
import subprocess
import sys
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from development import PROJECT
from tests.stack import clean_environment


def a_lesson_now(data_dir: Path, **options: Any) -> dict[str, str]:
    """A session that can be joined now, with the email addresses of its two participants."""
    made: dict[str, str] = _beside(data_dir, "lesson", options)
    return made


def attendance_events_of(data_dir: Path, session: str) -> list[dict[str, Any]]:
    """What was observed of a session's room."""
    events: list[dict[str, Any]] = _beside(data_dir, "attendance", {"session": session})
    return events


def long_names(data_dir: Path) -> None:
    """Make every name and title of the demo world one word of up to a hundred letters."""
    _beside(data_dir, "lengthen", {})


def names_as_before(data_dir: Path) -> None:
    """Undo ``long_names``."""
    _beside(data_dir, "shorten", {})


def _beside(data_dir: Path, act: str, options: dict[str, Any]) -> Any:
    command = [sys.executable, "-m", "tests.browser.scene", act, json.dumps(options)]
    environment = clean_environment(DEBUG="1", PEERLOOP_DEMO="1", PEERLOOP_DATA_DIR=str(data_dir))
    # On servers that the user named, the stack has a database of its own (conftest.py).
    if given := os.environ.get("PEERLOOP_TEST_GIVEN_DATABASE_URL"):
        name = f"{conninfo_to_dict(given).get('dbname', 'peerloop')}_stack"
        environment["DATABASE_URL"] = make_conninfo(given, dbname=name)
    if given := os.environ.get("PEERLOOP_TEST_GIVEN_REDIS_URL"):
        environment["REDIS_URL"] = given
    done = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Run the named function and print its result as JSON."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "peerloop.settings"
    django.setup()
    act, options = sys.argv[1], json.loads(sys.argv[2])
    answer = ACTS[act](options)
    sys.stdout.write(f"{json.dumps(answer)}\n")


def _attendance(options: dict[str, Any]) -> list[dict[str, Any]]:
    from scheduling.models import AttendanceEvent

    rows = AttendanceEvent.objects.filter(session=options["session"]).order_by("at")
    return [{"kind": row.kind, "source": row.source} for row in rows]


def _lesson(options: dict[str, Any]) -> dict[str, str]:
    from peerloop.kit import clock
    from scheduling.tests.people import a_session, sam_and_tom
    from tests.cast import PASSWORD

    start = clock.now().astimezone(UTC) - timedelta(minutes=options.get("began_minutes_ago", 1))
    session = a_session(sam_and_tom(), start=start.replace(second=0, microsecond=0))
    # Front page and catalog show its course among those of the demo.
    course = session.course
    course.thumbnail_url = "/static/img/covers/ai-prompting-mastery.svg"
    course.save(update_fields=["thumbnail_url"])
    return {
        "session": str(session.pk),
        "teacher": session.teacher.email,
        "student": session.student.email,
        "password": PASSWORD,
    }


NAMES = (
    *(("users", "name"), ("users", "title"), ("categories", "name"), ("courses", "title")),
    ("course_curriculum", "title"),
)
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 3


def _lengthen(_: dict[str, Any]) -> str:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for table, column in NAMES:
            length = 80 if table == "categories" else 100
            cursor.execute(
                f"CREATE TABLE {table}_{column}_before AS SELECT id, {column} FROM {table}"
            )
            cursor.execute(
                f"UPDATE {table} SET {column} = %s WHERE {column} <> ''", [LONG[:length]]
            )
    return "done"


def _shorten(_: dict[str, Any]) -> str:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for table, column in NAMES:
            before = f"{table}_{column}_before"
            cursor.execute(
                f"UPDATE {table} SET {column} = {before}.{column} FROM {before} "
                f"WHERE {before}.id = {table}.id"
            )
            cursor.execute(f"DROP TABLE {before}")
    return "done"


ACTS = {
    "lesson": _lesson,
    "attendance": _attendance,
    "lengthen": _lengthen,
    "shorten": _shorten,
}

if __name__ == "__main__":
    main()
