"""A database with a given number of rows in every table that a list reads, inserted in bulk.

Row ``g`` of 1 to N is ``N - g`` steps of 18 minutes in the past: more rows are a longer history,
not busier days. A tenth of the rows belongs to one member, who learns, teaches and creates
(``HANNA``); the rest is spread over all members. ``ADA`` is an admin.

Triggers and foreign key checks are disabled meanwhile; columns kept by triggers are filled at the
end.
"""

import re
from typing import Any

from bench.growth_tables import TABLES

HANNA, ADA = 1, 2
# Hanna's course with every tenth enrollment, and an enrollment of her own.
HER_COURSE, HER_ENROLLMENT = 50, 10
# Tables in which two rows may get the same unique pair; the second one is skipped.
MAY_MEET = {
    *("user_expertise", "follows", "user_blocks", "course_tags", "enrollments", "certificates"),
    *("instructor_followers", "session_attendance", "session_assessments"),
    *("conversation_participants", "community_moderators", "timeline_entries"),
}

HELPERS = """
CREATE FUNCTION pg_temp.key(kind int, g bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(1700000000000 + g), 12, '0') || '7' || lpad(to_hex(kind), 3, '0')
        || '8000' || lpad(to_hex(g), 12, '0'))::uuid
$$;
CREATE FUNCTION pg_temp.word(g bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT string_agg(substr('bdfgklmnprstvz', 1 + (g / 56 ^ place)::int % 14, 1)
        || substr('aeio', 1 + (g / 56 ^ place)::int / 14 % 4, 1), '' ORDER BY place)
    FROM generate_series(0, 3) AS place
$$;
"""

# Prefixes of primary keys, so that a row can reference another by its number.
KINDS = {
    table: number
    for number, table in enumerate(
        (
            *("users", "categories", "courses", "course_curriculum", "certificates"),
            *("enrollments", "student_teachers", "sessions", "transactions", "payouts"),
            *("checkout_sessions", "files", "payment_splits", "balance_adjustments"),
            *("audit_log", "refund_requests", "completions", "local_mails", "notifications"),
            *("teaching_applications", "web_sessions", "user_media", "data_exports"),
            *("availability", "conversations", "messages", "session_recordings"),
            *("posts", "moderation_cases", "moderation_actions", "appeals"),
            "help_summons",
            *("newsletters", "newsletter_subscribers"),
            "companion_pins",
            *("homework_assignments", "homework_submissions"),
            *("resources", "session_materials", "quizzes", "quiz_attempts"),
            *("inquiries", "content_requests"),
            "reviews",
            "papers",
        ),
        start=1,
    )
}


def key(table: str, number: int) -> str:
    """The id of a row, as ``pg_temp.key`` computes it."""
    head = f"{1_700_000_000_000 + number:012x}"
    tail = f"{number:012x}"
    return f"{head[:8]}-{head[8:]}-7{KINDS[table]:03x}-8000-{tail}"


KEPT = (
    (
        "INSERT INTO rating_counts (rated_thing_id, stars, rated_id, number)"
        " SELECT course_id, rating, rated_id, count(*) FROM reviews GROUP BY 1, 2, 3"
    ),
    "UPDATE courses SET search = NULL",
    (
        "INSERT INTO course_shelf_counts (category_id, level, courses)"
        " SELECT category_id, level, count(*) FROM courses"
        " WHERE status = 'published' AND deleted_at IS NULL GROUP BY category_id, level"
    ),
    (
        "INSERT INTO teacher_figures (user_id, students_taught, certified_date, is_listed)"
        " SELECT user_id, sum(t.students_taught), min(certified_date), is_student_teacher"
        " AND has_hours AND privacy_public AND suspended_at IS NULL"
        " FROM student_teachers AS t JOIN users AS u ON u.id = user_id WHERE t.is_active"
        " GROUP BY user_id, u.id"
    ),
    (
        "UPDATE user_stats SET follower_count = found.number FROM (SELECT followed_id, count(*)"
        " AS number FROM follows GROUP BY 1) AS found WHERE followed_id = user_id"
    ),
    (
        "UPDATE user_stats SET following_count = found.number FROM (SELECT follower_id, count(*)"
        " AS number FROM follows GROUP BY 1) AS found WHERE follower_id = user_id"
    ),
)


def fill(rows: int) -> None:
    """Fill all tables of an empty database, then the columns that triggers keep."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(HELPERS)
        for table, source, columns in TABLES:
            cursor.execute(insert(table, source, columns, rows))
        cursor.execute("SET session_replication_role = origin")
        for statement in KEPT:
            cursor.execute(statement)


def tidy() -> None:
    """Do what autovacuum would have done by now."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (FULL, ANALYZE) courses")
        cursor.execute("VACUUM ANALYZE")


def insert(table: str, source: str, columns: dict[str, str], rows: int) -> str:
    """One INSERT ... SELECT; columns that are not named get the default of their model."""
    given = _defaults(table) | columns
    names = ", ".join(f'"{name}"' for name in given)
    values = ", ".join(_with_keys(value) for value in given.values())
    statement = f"INSERT INTO {table} ({names}) SELECT {values} FROM {_with_keys(source)}"
    twice = " ON CONFLICT DO NOTHING" if table in MAY_MEET else ""
    return statement.replace("{n}", str(rows)) + twice


def _with_keys(expression: str) -> str:
    """``users(g)`` as the id of that row."""
    return re.sub(
        r"\b(\w+)\(",
        lambda found: f"pg_temp.key({KINDS[found[1]]}, " if found[1] in KINDS else found[0],
        expression,
    )


def _defaults(table: str) -> dict[str, str]:
    """For each column of the table that must not be NULL, an expression of its default."""
    from django.apps import apps
    from django.db import models

    model = next(m for m in apps.get_models() if m._meta.db_table == table and not m._meta.proxy)
    found = {}
    for field in model._meta.local_concrete_fields:
        if field.null or isinstance(field, models.AutoField | models.GeneratedField):
            continue
        if field.has_db_default():
            # The database has it at hand, such as the next of a sequence.
            continue
        found[field.column] = _default(field)
    return found


def _default(field: Any) -> str:
    from django.db import models

    if isinstance(field, models.UUIDField):
        return "gen_random_uuid()"
    if isinstance(field, models.DateTimeField):
        return "now()"
    if field.has_default():
        return "'{}'" if callable(field.default) else f"'{field.default}'"
    return "''" if isinstance(field, models.CharField | models.TextField) else "NULL"
