"""Seats follow sessions by a trigger; windows of one person do not overlap; moves are kept."""

import datetime as dt

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import peerloop.kit.clock
import peerloop.kit.ids

SEATS = """
CREATE FUNCTION sessions_keep_seats() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM session_seats WHERE session_id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.status IN ('scheduled', 'in_progress') THEN
        -- In the order of people, so that two bookings wait for each other one way round.
        INSERT INTO session_seats (session_id, user_id, role, during)
        SELECT NEW.id, seat.user_id, seat.role, seat.during
        FROM (VALUES
            (NEW.teacher_id, 'teacher', tstzrange(NEW.scheduled_start, NEW.teacher_busy_until)),
            (NEW.student_id, 'student', tstzrange(NEW.scheduled_start, NEW.scheduled_end))
        ) AS seat (user_id, role, during)
        ORDER BY seat.user_id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER sessions_take_seats AFTER INSERT ON sessions
    FOR EACH ROW EXECUTE FUNCTION sessions_keep_seats();

CREATE TRIGGER sessions_change_seats AFTER UPDATE ON sessions
    FOR EACH ROW WHEN (
        (OLD.status IN ('scheduled', 'in_progress'), OLD.teacher_id, OLD.student_id,
         OLD.scheduled_start, OLD.scheduled_end, OLD.teacher_busy_until)
        IS DISTINCT FROM
        (NEW.status IN ('scheduled', 'in_progress'), NEW.teacher_id, NEW.student_id,
         NEW.scheduled_start, NEW.scheduled_end, NEW.teacher_busy_until)
    )
    EXECUTE FUNCTION sessions_keep_seats();

CREATE TRIGGER sessions_leave_seats AFTER DELETE ON sessions
    FOR EACH ROW EXECUTE FUNCTION sessions_keep_seats();

INSERT INTO session_seats (session_id, user_id, role, during)
SELECT id, teacher_id, 'teacher', tstzrange(scheduled_start, teacher_busy_until)
FROM sessions WHERE status IN ('scheduled', 'in_progress')
UNION ALL
SELECT id, student_id, 'student', tstzrange(scheduled_start, scheduled_end)
FROM sessions WHERE status IN ('scheduled', 'in_progress')
ON CONFLICT (session_id, role) DO NOTHING;

CREATE FUNCTION session_seats_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Depth 1 is this trigger alone: nobody above it wrote a session.
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'session_seats is written by the triggers of sessions only'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER session_seats_by_trigger_only BEFORE INSERT OR UPDATE OR DELETE ON session_seats
    FOR EACH STATEMENT EXECUTE FUNCTION session_seats_guard();
"""

NO_SEATS = """
DROP TRIGGER session_seats_by_trigger_only ON session_seats;
DROP FUNCTION session_seats_guard();
DROP TRIGGER sessions_leave_seats ON sessions;
DROP TRIGGER sessions_change_seats ON sessions;
DROP TRIGGER sessions_take_seats ON sessions;
DROP FUNCTION sessions_keep_seats();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("scheduling", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="sessionseat",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="seats",
                to="scheduling.session",
            ),
        ),
        migrations.RunSQL(SEATS, NO_SEATS),
        migrations.CreateModel(
            name="SessionMove",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=peerloop.kit.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                ("old_start", models.DateTimeField()),
                ("new_start", models.DateTimeField()),
                ("is_late", models.BooleanField(default=False)),
                ("reason", models.TextField(blank=True, max_length=2000)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="scheduling.session",
                    ),
                ),
            ],
            options={
                "db_table": "session_moves",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("old_start", models.F("new_start")), _negated=True),
                        name="session_move_changes_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_late", False),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="session_move_late_reason",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="availability",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("user", "="),
                    ("day_of_week", "="),
                    (
                        models.Func(
                            models.F("start_minute"),
                            models.F("end_minute"),
                            function="int4range",
                            output_field=django.contrib.postgres.fields.ranges.IntegerRangeField(),
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.F("start_date"),
                            django.db.models.expressions.CombinedExpression(
                                models.F("start_date"),
                                "+",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("repeat_weeks"), "*", models.Value(7)
                                ),
                            ),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="availability_no_overlap",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "teacher_busy_until__lte",
                        models.ExpressionWrapper(
                            django.db.models.expressions.CombinedExpression(
                                models.F("scheduled_end"),
                                "+",
                                models.Value(dt.timedelta(seconds=3600)),
                            ),
                            output_field=models.DateTimeField(),
                        ),
                    )
                ),
                name="session_buffer_at_most_an_hour",
            ),
        ),
        migrations.AddIndex(
            model_name="sessionreminder",
            index=models.Index(
                condition=models.Q(("sent_at", None)),
                fields=["for_start"],
                name="reminder_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionreminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["24h", "1h", "15m"])), name="reminder_kind"
            ),
        ),
    ]
