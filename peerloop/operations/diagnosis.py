"""The checks of `manage.py doctor`: each yields findings, each problem says its cure."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from peerloop.kit import static_files
from peerloop.kit.redis import redis_client
from peerloop.operations import (
    diagnosis_backups,
    diagnosis_feeds,
    diagnosis_files,
    diagnosis_mail,
)
from peerloop.operations.findings import OK, PROBLEM, WARNING, Finding
from peerloop.pages.health import NotWorking, check_beat, check_worker

OLDEST_POSTGRES = 150_000
OLDEST_REDIS = (6, 2)
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
DURABLE = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums")
TIMEOUTS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
CLOCK_SECONDS = 2.0
FREE_BYTES = 1024**3
# Zones whose rules changed lately or are unusual: old data differs there first.
TELLING_ZONES = ("America/Sao_Paulo", "Asia/Amman", "Europe/Berlin", "America/New_York")
PROVIDERS = {
    "PAYMENT_PROVIDER": ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "STRIPE_PUBLISHABLE_KEY"),
    "VIDEO_PROVIDER": ("PLUGNMEET_URL", "PLUGNMEET_API_KEY", "BBB_URL", "BBB_SECRET"),
    "FEED_PROVIDER": ("STREAM_API_KEY", "STREAM_API_SECRET", "STREAM_APP_ID"),
    "EMAIL_PROVIDER": ("RESEND_API_KEY", "RESEND_WEBHOOK_SECRET"),
}


def examine() -> Iterator[Finding]:
    """All findings, one subject after the other; a check that raises is itself a finding."""
    for subject, check in CHECKS.items():
        try:
            yield from check(subject)
        except Exception as error:  # noqa: BLE001 - a broken part must not hide the next
            first_line = str(error).partition("\n")[0]
            yield Finding(PROBLEM, subject, f"{type(error).__name__}: {first_line}", CURES[subject])


def check_settings(subject: str) -> Iterator[Finding]:
    """Python, debug mode, address, static files, disk."""
    yield Finding(OK, subject, f"Python {sys.version.split()[0]}, address {settings.BASE_URL}")
    if settings.DEBUG:
        cure = "Set DEBUG=0 (and no PEERLOOP_DEMO) where strangers can reach it."
        yield Finding(WARNING, subject, "debug mode is on: fine for development only", cure)
    elif not settings.BASE_URL.startswith("https://"):
        cure = "Set BASE_URL to the public https address."
        yield Finding(PROBLEM, subject, "the public address is not https", cure)
    elif not settings.TRUSTED_PROXIES:
        cure = "Behind a proxy, set TRUSTED_PROXIES to its address; it must set X-Forwarded-Proto."
        yield Finding(WARNING, subject, "no proxy that ends TLS is trusted", cure)
    if static_files.are_missing():
        text = f"{settings.STATIC_ROOT} holds no static files: the web process does not start"
        yield Finding(PROBLEM, subject, text, "Run manage.py collectstatic.")
    folder = Path(settings.DATA_DIR)
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(existing, os.W_OK):
        cure = f"Let this user write in {existing}, or set PEERLOOP_DATA_DIR."
        yield Finding(PROBLEM, subject, f"{existing} cannot be written", cure)
    free = shutil.disk_usage(existing).free
    level = OK if free > FREE_BYTES else WARNING
    cure = "" if level == OK else "Free space, or move PEERLOOP_DATA_DIR to a larger disk."
    yield Finding(level, subject, f"{free / 1024**3:.1f} GB free for {folder}", cure)


def check_database(subject: str) -> Iterator[Finding]:
    """Version, extensions, durability, time limits, migrations."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, version()")
        number, name = cursor.fetchone()
        words = " ".join(name.split()[:2])
        if number < OLDEST_POSTGRES:
            yield Finding(PROBLEM, subject, f"{words} is too old", "Use PostgreSQL 15 or later.")
        else:
            yield Finding(OK, subject, words)
        cursor.execute("SELECT extname FROM pg_extension")
        installed = {row[0] for row in cursor.fetchall()}
        for missing in sorted(set(EXTENSIONS) - installed):
            cure = (
                f"As owner of the database: CREATE EXTENSION {missing}; or run manage.py migrate."
            )
            yield Finding(PROBLEM, subject, f"extension {missing} is missing", cure)
        names = [*DURABLE, *TIMEOUTS]
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [names])
        values = dict(cursor.fetchall())
    for setting in DURABLE:
        if values.get(setting) == "off":
            level = WARNING if setting == "data_checksums" else PROBLEM
            cure = (
                "pg_checksums --enable, with the server stopped."
                if setting == "data_checksums"
                else f"ALTER SYSTEM SET {setting} = on; a power cut may lose what was paid for."
            )
            yield Finding(level, subject, f"{setting} is off", cure)
    for setting in TIMEOUTS:
        if values.get(setting) == "0":
            cure = "Leave `options` out of DATABASE_URL, so that the settings can give it."
            yield Finding(WARNING, subject, f"{setting} is unlimited", cure)
    executor = MigrationExecutor(connection)
    missing_migrations = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing_migrations:
        text = f"{missing_migrations} migrations are not applied"
        yield Finding(PROBLEM, subject, text, "Run manage.py migrate.")


def check_redis(subject: str) -> Iterator[Finding]:
    """Version, and whether the queue survives a restart."""
    client = redis_client()
    facts = client.info()
    found = tuple(int(part) for part in str(facts["redis_version"]).split(".")[:2])
    if found < OLDEST_REDIS:
        yield Finding(PROBLEM, subject, f"Redis {facts['redis_version']}", "Use 6.2 or later.")
    else:
        yield Finding(OK, subject, f"Redis {facts['redis_version']}")
    if not facts.get("aof_enabled"):
        cure = "Set `appendonly yes`: a restart then keeps what is queued."
        yield Finding(WARNING, subject, "append-only file is off", cure)
    policy = facts.get("maxmemory_policy", "noeviction")
    if facts.get("maxmemory") and policy != "noeviction":
        cure = "Set `maxmemory-policy noeviction`: queued work must not be evicted."
        yield Finding(PROBLEM, subject, f"evicts with {policy}", cure)


def check_processes(subject: str) -> Iterator[Finding]:
    """Whether worker and beat have sent heartbeats."""
    for name, check in {"worker": check_worker, "beat": check_beat}.items():
        try:
            check()
        except NotWorking as error:
            yield Finding(PROBLEM, subject, str(error), COMMANDS[name])
        else:
            yield Finding(OK, subject, f"{name} is alive")


def check_clocks(subject: str) -> Iterator[Finding]:
    """Whether this machine, the database and Redis agree on the time."""
    with connection.cursor() as cursor:
        began = time.time()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        database = float(cursor.fetchone()[0]) - began
    began = time.time()
    seconds, microseconds = redis_client().time()
    clocks = {"database": database, "Redis": seconds + microseconds / 1e6 - began}
    for name, ahead in clocks.items():
        level = OK if abs(ahead) < CLOCK_SECONDS else PROBLEM
        cure = "" if level == OK else "Run a time service (chrony) on every machine."
        yield Finding(level, subject, f"the {name}'s clock differs by {ahead:+.2f} s", cure)


def check_time_zones(subject: str) -> Iterator[Finding]:
    """Whether time-zone data is there."""
    zones = available_timezones()
    try:
        edition = version("tzdata")
    except PackageNotFoundError:
        edition = "of the system"
    if len(zones) < 400:
        cure = "Install the tzdata package: pip install tzdata, or the system's."
        yield Finding(PROBLEM, subject, f"only {len(zones)} zones known", cure)
        return
    yield Finding(OK, subject, f"{len(zones)} zones, data {edition}")


def check_agreement(subject: str) -> Iterator[Finding]:
    """Whether Python and the database know the same time-zone rules."""
    year = datetime.now(UTC).year + 1
    moments = [datetime(year, month, 1, tzinfo=UTC) for month in (1, 4, 7, 10)]
    for zone in TELLING_ZONES:
        ours = [moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for moment in moments]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT array_agg(moment AT TIME ZONE %s) FROM unnest(%s) AS moment",
                [zone, moments],
            )
            theirs = cursor.fetchone()[0]
        if theirs != ours:
            text = f"Python and the database disagree on {zone} in {year}"
            cure = "Update the tzdata package here and on the database's machine."
            yield Finding(WARNING, subject, text, cure)


def check_providers(subject: str) -> Iterator[Finding]:
    """Which adapter is used, and which of its variables are set. Never their values."""
    for name, keys in PROVIDERS.items():
        chosen = getattr(settings, name, "local")
        present = [key for key in keys if os.environ.get(key)]
        text = f"{name}={chosen}" + (f", set: {', '.join(present)}" if present else "")
        # Our own feeds are complete.
        if chosen == "local" and name != "FEED_PROVIDER" and not settings.DEBUG:
            cure = f"Set {name} and its keys (docs/operations): local reaches nobody outside."
            yield Finding(WARNING, subject, text, cure)
        else:
            yield Finding(OK, subject, text)
        if chosen == "stripe" and os.environ.get("STRIPE_SECRET_KEY", "").startswith("sk_test"):
            cure = "Use the live key where real money moves."
            yield Finding(OK if settings.DEBUG else WARNING, subject, "Stripe test key", cure)


COMMANDS = {
    "worker": "Start `celery -A peerloop.celery:app worker`, or bin/dev which starts all.",
    "beat": "Start exactly one `celery -A peerloop.celery:app beat`, or bin/dev.",
}
CHECKS: dict[str, Callable[[str], Iterator[Finding]]] = {
    "settings": check_settings,
    "database": check_database,
    "redis": check_redis,
    "processes": check_processes,
    "clocks": check_clocks,
    "time zones": check_time_zones,
    "agreement": check_agreement,
    "providers": check_providers,
    "files": diagnosis_files.check_files,
    "mail": diagnosis_mail.check_mail,
    "feeds": diagnosis_feeds.check_feeds,
    "backups": diagnosis_backups.check_backups,
}
CURES = {
    "settings": "Look at .env.example: it explains each variable.",
    "database": "Start bin/dev, or check DATABASE_URL and that its server runs.",
    "redis": "Start bin/dev, or check REDIS_URL and that its server runs.",
    "processes": "Worker and beat report through Redis: repair that first.",
    "clocks": "Repair the database and Redis first.",
    "time zones": "Install the tzdata package.",
    "agreement": "Repair the database and the time-zone data first.",
    "providers": "Look at .env.example: it explains each variable.",
    "files": diagnosis_files.CURE,
    "mail": diagnosis_mail.CURE,
    "feeds": diagnosis_feeds.CURE,
    "backups": diagnosis_backups.CURE,
}
