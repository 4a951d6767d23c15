"""``bin/bench mail``: sends ten thousand mails; one of two workers is killed.

The local provider takes 50 ms for each response and remembers idempotency keys. Celery workers,
beat and lease are the real ones. Prints the figures and writes ``var/bench-mail.json``; exit code 1
when a mail is missing or was sent twice, or on timeout.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench.world import empty_world

PROJECT = Path(__file__).resolve().parent.parent
ANSWER_SECONDS = 0.05
MOST_SECONDS = 180
MEMBERS = 200


def main(count: int) -> None:
    """Queue the mails, start the workers, kill one, wait for the end, count."""
    with empty_world(EMAIL_PROVIDER="resend", RESEND_API_KEY="re_bench"):
        row = _measured(count)
    print(json.dumps(row, indent=2))
    (PROJECT / "var").mkdir(exist_ok=True)
    (PROJECT / "var" / "bench-mail.json").write_text(json.dumps(row, indent=2))
    sys.exit(0 if row["ok"] else 1)


def _measured(count: int) -> dict[str, Any]:
    from development.processes import kill_session, wait_until
    from tests.mail_fire import SlowProvider, beat, serving, worker

    began = time.monotonic()
    _queue(count)
    queued = time.monotonic() - began
    post = SlowProvider(answer_seconds=ANSWER_SECONDS)
    with tempfile.TemporaryDirectory() as folder, serving(post) as url:
        began = time.monotonic()
        workers = {key: worker(key, url, "--concurrency", "1") for key in ("re_one", "re_two")}
        sweeper = beat(url, f"{folder}/schedule")
        # In the middle, when the provider has just accepted a batch; the pool dies too.
        post.kill_caller(count // 300 + 1, lambda key: kill_session(workers[key].pid))
        try:
            wait_until(_is_done, seconds=MOST_SECONDS, every=0.25)
            took = time.monotonic() - began
        finally:
            for process in (*workers.values(), sweeper):
                kill_session(process.pid)
                process.wait()
    return _figures(post, count, took) | {"queueing_seconds": round(queued, 1)}


def _queue(count: int) -> None:
    """Queue mails as the product does, including their tasks, a hundred a transaction."""
    from django.db import transaction

    from accounts.notifications.kinds import mail_of
    from accounts.notifications.outbox.queue import queue_email
    from peerloop.celery import app
    from peerloop.kit import clock
    from tests.cast import a_member

    app.control.purge()
    people = [a_member(f"Member {number}") for number in range(MEMBERS)]
    for start in range(0, count, 100):
        with transaction.atomic():
            for number in range(start, min(start + 100, count)):
                person = people[number % MEMBERS]
                queue_email(
                    mail_of("new-student"),
                    to=person.email,
                    context={"course": "Prompting", "student": f"Student {number}", "sessions": 3},
                    dedupe_key=f"bench:{number}",
                    user=person,
                    at=clock.now(),
                )


def _is_done() -> bool:
    from accounts.models import Email

    return not Email.objects.exclude(status=Email.Status.SENT).exists()


def _figures(post: Any, count: int, took: float) -> dict[str, Any]:
    from accounts.models import Email

    repeated = [key for key, number in Counter(post.keys).items() if number > 1]
    row = {
        "mails": count,
        "seconds": round(took, 1),
        "mails_a_second": round(count / took),
        "provider_answer_seconds": ANSWER_SECONDS,
        "calls": len(post.calls),
        "killed_worker": post.killed,
        "calls_repeated_under_their_key": len(repeated),
        "mails_sent": len(set(post.sent)),
        "most_often_one_mail_was_sent": max(Counter(post.sent).values(), default=0),
        "rows_sent": Email.objects.filter(status=Email.Status.SENT).count(),
    }
    is_whole = row["mails_sent"] == row["rows_sent"] == count
    once = row["most_often_one_mail_was_sent"] == 1
    row["ok"] = bool(is_whole and once and post.killed and took < MOST_SECONDS)
    return row
