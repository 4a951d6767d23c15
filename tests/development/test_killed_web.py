"""The web process is killed during a burst of bookings: confirmed bookings stay."""

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import psycopg

from development import PROJECT, default_urls
from development.processes import wait_until
from tests.development.conftest import Stacks
from tests.development.test_life_cycle import is_ready, the_one
from tests.stack import clean_environment

STUDENTS, EACH = 5, 4
# Rows are made and printed by a process on the database of the stack.
PREPARE = f"""
import os, django, json
os.environ["DJANGO_SETTINGS_MODULE"] = "peerloop.settings"
os.environ["DEBUG"] = "1"
django.setup()
from datetime import timedelta
from peerloop.kit import clock
from scheduling.tests.people import open_hours
from accounts.identity.actions.tokens import issue_tokens
from tests.cast import a_course, a_member, a_teacher, an_enrollment
told = []
start = (clock.now() + timedelta(days=2)).replace(hour=9, minute=0, second=0, microsecond=0)
for student in range({STUDENTS}):
    course = a_course(modules={EACH})
    teacher = a_teacher(course)
    open_hours(teacher.user)
    enrollment = an_enrollment(a_member("Sam Student"), course, teacher, modules={EACH})
    token = issue_tokens(user=enrollment.student).access
    for day in range({EACH}):
        told.append([token, {{
            "enrollment_id": str(enrollment.pk),
            "teacher_id": str(teacher.user_id),
            "scheduled_start": (start + timedelta(days=day)).isoformat(),
        }}])
print(json.dumps(told))
"""


def requests_of(data_dir: Path) -> list[tuple[str, dict[str, str]]]:
    """A token and a body for each booking."""
    done = subprocess.run(
        [sys.executable, "-c", PREPARE],
        env=clean_environment(PEERLOOP_DATA_DIR=str(data_dir), PYTHONPATH=str(PROJECT)),
        capture_output=True,
        check=False,
        text=True,
        cwd=PROJECT,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


def book(url: str, token: str, body: dict[str, str], key: str = "") -> dict[str, Any] | None:
    """The booked session of the response; None if there was no successful response."""
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
    } | ({"Idempotency-Key": key} if key else {})
    request = urllib.request.Request(
        f"{url}/api/v1/sessions", json.dumps(body).encode(), headers, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            return json.loads(answer.read())["session"] if answer.status == 201 else None
    except (OSError, ValueError, urllib.error.HTTPError):
        return None


def test_a_kill_loses_or_doubles_no_confirmed_booking(stacks: Stacks, prepared_data: Path) -> None:
    stack = stacks.ready()
    wishes = requests_of(prepared_data)
    seen: list[dict[str, Any]] = []
    enough = threading.Event()

    def student(own: list[tuple[str, dict[str, str]]]) -> None:
        for token, body in own:
            session = book(stack.url, token, body, key=f"book-{body['scheduled_start']}")
            if session:
                seen.append(session)
            if len(seen) >= 5:
                enough.set()

    clients = [
        threading.Thread(target=student, args=(wishes[first : first + EACH],))
        for first in range(0, len(wishes), EACH)
    ]
    for client in clients:
        client.start()
    assert enough.wait(timeout=30), stack.said
    web = the_one(stack, "granian")
    assert web is not None
    os.kill(web, signal.SIGKILL)
    for client in clients:
        client.join(timeout=60)

    def is_back() -> bool:
        # For a moment a child of the killed process still answers.
        return the_one(stack, "granian") not in (None, web) and is_ready(stack)

    assert wait_until(is_back, seconds=30, every=0.2), stack.said
    promised = {session["id"] for session in seen}

    # Idempotency keys in use at the kill are released with their database connection.
    for token, body in wishes:
        book(stack.url, token, body, key=f"book-{body['scheduled_start']}")

    with psycopg.connect(default_urls(prepared_data)[0], autocommit=True) as database:
        kept = {str(row[0]) for row in database.execute("SELECT id FROM sessions").fetchall()}
        doubled = database.execute(
            "SELECT 1 FROM sessions GROUP BY enrollment_id, scheduled_start HAVING count(*) > 1"
        ).fetchall()
    assert promised <= kept
    assert not doubled
    assert len(kept) == len(wishes)
