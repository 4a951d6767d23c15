"""`/healthz` and `/readyz` report the status of each service."""

import json
import time

import pytest
import redis
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory

from peerloop.kit.redis import redis_client
from peerloop.operations.heartbeats import BEAT_KEY, WORKER_KEY
from peerloop.pages import health
from peerloop.tasks import heartbeat, note_beat


def readyz() -> tuple[int, dict[str, dict[str, str]]]:
    answer = health.readyz(RequestFactory().get("/readyz"))
    return answer.status_code, json.loads(answer.content)["parts"]


def test_a_process_that_answers_is_up() -> None:
    answer = health.healthz(RequestFactory().get("/healthz"))

    assert (answer.status_code, json.loads(answer.content)) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_ready_with_heartbeats_of_worker_and_beat() -> None:
    heartbeat()
    note_beat()

    status, parts = readyz()

    assert status == 200
    assert {part["status"] for part in parts.values()} == {"ok"}


@pytest.mark.django_db
@pytest.mark.parametrize(("key", "part"), [(WORKER_KEY, "worker"), (BEAT_KEY, "beat")])
def test_an_old_heartbeat_names_the_service_that_is_down(key: str, part: str) -> None:
    heartbeat()
    note_beat()
    redis_client().set(key, str(time.time() - 60))

    status, parts = readyz()

    assert status == 503
    assert [name for name in parts if parts[name]["status"] != "ok"] == [part]
    assert "for 60 s" in parts[part]["problem"]


@pytest.mark.django_db
def test_redis_down_is_reported_without_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = redis.Redis.from_url("unix:///nonexistent/redis.sock")
    monkeypatch.setattr(health, "redis_client", lambda: gone)

    status, parts = readyz()

    assert status == 503
    assert parts["database"]["status"] == "ok"
    assert parts["redis"]["problem"] == "ConnectionError"


def test_a_post_is_refused(client: Client) -> None:
    assert health.healthz(RequestFactory().post("/healthz")).status_code == 405


@pytest.mark.django_db
def test_the_doctor_finds_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("doctor")

    said = capsys.readouterr().out
    assert "the worker executed nothing yet" in said
    assert "cure: Start `celery" in said
    assert "PostgreSQL" in said


@pytest.mark.django_db
def test_a_database_without_the_tables_of_an_app_is_not_ready_and_says_the_cure(monkeypatch):
    monkeypatch.setattr(health, "_complete", set())
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE platform_settings RENAME TO elsewhere")

    _, missing = readyz()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE elsewhere RENAME TO platform_settings")

    assert missing["database"]["problem"] == "1 tables are missing: run manage.py migrate"
    assert readyz()[1]["database"]["status"] == "ok"
