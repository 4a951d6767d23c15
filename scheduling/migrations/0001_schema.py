import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import peerloop.kit.clock
import peerloop.kit.ids
import peerloop.kit.triggers
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    # The steps that this one stands for, where they were applied before.
    replaces = [
        ("scheduling", "0001_initial"),
        ("scheduling", "0002_seats_and_windows"),
        ("scheduling", "0003_room_marks"),
        ("scheduling", "0004_rescheduled_from"),
        ("scheduling", "0005_rating_reminder"),
        ("scheduling", "0006_attendance_events"),
        ("scheduling", "0007_triggers_beside_models"),
        ("scheduling", "0008_lists_without_counting"),
    ]

    dependencies = [
        ("accounts", "__first__"),
        ("catalog", "0001_schema"),
        ("learning", "0001_schema"),
    ]

    operations = [
        migrations.CreateModel(
            name="Session",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("course", "Course"),
                            ("makeup", "Makeup"),
                            ("extra", "Extra"),
                            ("intro", "Intro"),
                            ("admin", "Admin"),
                        ],
                        default="course",
                        max_length=8,
                    ),
                ),
                ("scheduled_start", models.DateTimeField()),
                ("scheduled_end", models.DateTimeField()),
                ("teacher_busy_until", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("scheduled", "Scheduled"),
                            ("in_progress", "In Progress"),
                            ("completed", "Completed"),
                            ("cancelled", "Cancelled"),
                            ("no_show", "No Show"),
                        ],
                        default="scheduled",
                        max_length=12,
                    ),
                ),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("joint_seconds", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "completion_source",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("room_ended", "Room Ended"),
                            ("empty_room", "Empty Room"),
                            ("sweep", "Sweep"),
                            ("teacher", "Teacher"),
                            ("creator", "Creator"),
                            ("admin", "Admin"),
                        ],
                        max_length=10,
                    ),
                ),
                ("no_show_party", models.CharField(blank=True, max_length=8)),
                ("provider", models.CharField(blank=True, max_length=14)),
                ("room_id", models.CharField(blank=True, max_length=80, null=True, unique=True)),
                ("room_secrets", models.JSONField(blank=True, default=dict)),
                ("recording_url", models.CharField(blank=True, max_length=1000, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("cancel_reason", models.TextField(blank=True, max_length=2000)),
                ("is_late_cancel", models.BooleanField(default=False)),
                ("reschedule_count", models.PositiveSmallIntegerField(default=0)),
                ("topic", models.CharField(blank=True, max_length=500)),
                (
                    "booked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.course",
                    ),
                ),
                (
                    "enrollment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="learning.enrollment",
                    ),
                ),
                (
                    "module",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.coursemodule",
                    ),
                ),
                (
                    "rescheduled_from",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="scheduling.session",
                    ),
                ),
                (
                    "student",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "teacher",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "sessions",
                "indexes": [
                    models.Index(fields=["-scheduled_start", "-id"], name="session_newest"),
                    models.Index(
                        fields=["teacher", "scheduled_start"], name="session_teacher_start"
                    ),
                    models.Index(
                        fields=["student", "scheduled_start"], name="session_student_start"
                    ),
                    models.Index(fields=["status", "scheduled_end"], name="session_status_end"),
                    models.Index(fields=["enrollment", "status"], name="session_enrollment_status"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["scheduled", "in_progress", "completed", "cancelled", "no_show"],
                            )
                        ),
                        name="session_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scheduled_end__gt", models.F("scheduled_start"))),
                        name="session_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("teacher_busy_until__gte", models.F("scheduled_end"))),
                        name="session_buffer_after_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "teacher_busy_until__lte",
                                models.ExpressionWrapper(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("scheduled_end"),
                                        "+",
                                        models.Value(datetime.timedelta(seconds=3600)),
                                    ),
                                    output_field=models.DateTimeField(),
                                ),
                            )
                        ),
                        name="session_buffer_at_most_an_hour",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("teacher", models.F("student")), _negated=True),
                        name="session_needs_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reschedule_count__lte", 2)),
                        name="session_rescheduled_at_most_twice",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "completed"), _negated=True),
                            models.Q(
                                ("ended_at__isnull", False),
                                models.Q(("completion_source", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="session_completed_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("status", "no_show"),
                                ("no_show_party__in", ["student", "teacher", "both"]),
                            ),
                            models.Q(
                                models.Q(("status", "no_show"), _negated=True),
                                ("no_show_party", ""),
                            ),
                            _connector="OR",
                        ),
                        name="session_no_show_party",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancelled_at__isnull", False), ("status", "cancelled")),
                            models.Q(
                                models.Q(("status", "cancelled"), _negated=True),
                                ("cancelled_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="session_cancelled_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["intro", "admin"]),
                            ("enrollment__isnull", False),
                            _connector="OR",
                        ),
                        name="session_needs_enrollment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_late_cancel", False),
                            models.Q(("cancel_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="session_late_cancel_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("module__isnull", False), ("status", "completed")),
                        fields=("enrollment", "module"),
                        name="session_module_delivered_once",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="IF TG_OP <> 'INSERT' THEN\n    DELETE FROM session_seats WHERE session_id = OLD.id;\nEND IF;\nIF TG_OP <> 'DELETE' AND NEW.status IN ('scheduled', 'in_progress') THEN\n    -- In the order of people, so that two bookings wait for each other one way round.\n    INSERT INTO session_seats (session_id, user_id, role, during)\n    SELECT NEW.id, seat.user_id, seat.role, seat.during\n    FROM (VALUES\n        (NEW.teacher_id, 'teacher',\n         tstzrange(NEW.scheduled_start, NEW.teacher_busy_until)),\n        (NEW.student_id, 'student', tstzrange(NEW.scheduled_start, NEW.scheduled_end))\n    ) AS seat (user_id, role, during)\n    ORDER BY seat.user_id;\nEND IF;\nRETURN NULL;",
                        name="sessions_take_seats",
                        on="AFTER INSERT",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="IF TG_OP <> 'INSERT' THEN\n    DELETE FROM session_seats WHERE session_id = OLD.id;\nEND IF;\nIF TG_OP <> 'DELETE' AND NEW.status IN ('scheduled', 'in_progress') THEN\n    -- In the order of people, so that two bookings wait for each other one way round.\n    INSERT INTO session_seats (session_id, user_id, role, during)\n    SELECT NEW.id, seat.user_id, seat.role, seat.during\n    FROM (VALUES\n        (NEW.teacher_id, 'teacher',\n         tstzrange(NEW.scheduled_start, NEW.teacher_busy_until)),\n        (NEW.student_id, 'student', tstzrange(NEW.scheduled_start, NEW.scheduled_end))\n    ) AS seat (user_id, role, during)\n    ORDER BY seat.user_id;\nEND IF;\nRETURN NULL;",
                        condition="(OLD.status IN ('scheduled', 'in_progress'), OLD.teacher_id, OLD.student_id, OLD.scheduled_start, OLD.scheduled_end, OLD.teacher_busy_until) IS DISTINCT FROM (NEW.status IN ('scheduled', 'in_progress'), NEW.teacher_id, NEW.student_id, NEW.scheduled_start, NEW.scheduled_end, NEW.teacher_busy_until)",
                        name="sessions_change_seats",
                        on="AFTER UPDATE",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="IF TG_OP <> 'INSERT' THEN\n    DELETE FROM session_seats WHERE session_id = OLD.id;\nEND IF;\nIF TG_OP <> 'DELETE' AND NEW.status IN ('scheduled', 'in_progress') THEN\n    -- In the order of people, so that two bookings wait for each other one way round.\n    INSERT INTO session_seats (session_id, user_id, role, during)\n    SELECT NEW.id, seat.user_id, seat.role, seat.during\n    FROM (VALUES\n        (NEW.teacher_id, 'teacher',\n         tstzrange(NEW.scheduled_start, NEW.teacher_busy_until)),\n        (NEW.student_id, 'student', tstzrange(NEW.scheduled_start, NEW.scheduled_end))\n    ) AS seat (user_id, role, during)\n    ORDER BY seat.user_id;\nEND IF;\nRETURN NULL;",
                        name="sessions_leave_seats",
                        on="AFTER DELETE",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AttendanceEvent",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("click", "Click"),
                            ("joined", "Joined"),
                            ("left", "Left"),
                            ("ended", "Ended"),
                        ],
                        max_length=6,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("event", "Event"), ("poll", "Poll"), ("click", "Click")],
                        max_length=5,
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=160)),
                ("at", models.DateTimeField()),
                ("is_deliberate", models.BooleanField(default=False)),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendance_events",
                        to="scheduling.session",
                    ),
                ),
            ],
            options={
                "db_table": "attendance_events",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("session", "user", "kind", "source", "reference"),
                        name="attendance_event_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["click", "joined", "left", "ended"])),
                        name="attendance_event_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["event", "poll", "click"])),
                        name="attendance_event_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "ended"), ("user__isnull", True)),
                            models.Q(
                                models.Q(("kind", "ended"), _negated=True), ("user__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="attendance_event_of_whom",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionAssessment",
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
                ("rating", models.PositiveSmallIntegerField()),
                ("comment", models.TextField(blank=True, max_length=2000)),
                ("teaching", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("interaction", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("materials", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "assessee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="scheduling.session",
                    ),
                ),
            ],
            options={
                "db_table": "session_assessments",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("teaching__isnull", True),
                                models.Q(("teaching__gte", 1), ("teaching__lte", 5)),
                                _connector="OR",
                            ),
                            models.Q(
                                ("interaction__isnull", True),
                                models.Q(("interaction__gte", 1), ("interaction__lte", 5)),
                                _connector="OR",
                            ),
                            models.Q(
                                ("materials__isnull", True),
                                models.Q(("materials__gte", 1), ("materials__lte", 5)),
                                _connector="OR",
                            ),
                        ),
                        name="assessment_parts_1_to_5",
                    ),
                    models.UniqueConstraint(fields=("session", "assessor"), name="assessment_once"),
                    models.CheckConstraint(
                        condition=models.Q(("rating__gte", 1), ("rating__lte", 5)),
                        name="assessment_rating_1_to_5",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("assessor", models.F("assessee")), _negated=True),
                        name="assessment_not_own",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionAttendance",
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
                ("joined_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                (
                    "source",
                    models.CharField(
                        choices=[("event", "Event"), ("poll", "Poll"), ("click", "Click")],
                        max_length=5,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendance",
                        to="scheduling.session",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "session attendance",
                "db_table": "session_attendance",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_at__isnull", True)),
                        fields=("session", "user"),
                        name="attendance_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_at__isnull", True),
                            ("left_at__gte", models.F("joined_at")),
                            _connector="OR",
                        ),
                        name="attendance_left_after_joined",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionReminder",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("24h", "Day"),
                            ("1h", "Hour"),
                            ("15m", "Quarter"),
                            ("3d", "To Rate"),
                        ],
                        max_length=3,
                    ),
                ),
                ("for_start", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="scheduling.session",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "session_reminders",
                "indexes": [
                    models.Index(
                        condition=models.Q(("sent_at", None)),
                        fields=["for_start"],
                        name="reminder_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("session", "user", "kind", "for_start"), name="reminder_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["24h", "1h", "15m", "3d"])),
                        name="reminder_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionReschedule",
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
                        related_name="reschedules",
                        to="scheduling.session",
                    ),
                ),
            ],
            options={
                "verbose_name": "session move",
                "db_table": "session_reschedules",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("old_start", models.F("new_start")), _negated=True),
                        name="session_reschedule_changes_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_late", False),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="session_reschedule_late_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionSeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("teacher", "Teacher"), ("student", "Student")], max_length=7
                    ),
                ),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="seats",
                        to="scheduling.session",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "session_seats",
                "constraints": [
                    models.UniqueConstraint(fields=("session", "role"), name="seat_once"),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("user", "="), ("during", "&&")],
                        name="seat_one_place_at_a_time",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="IF pg_trigger_depth() < 2 THEN\n    RAISE EXCEPTION 'session_seats is written by the triggers of sessions only'\n        USING ERRCODE = 'restrict_violation';\nEND IF;\nRETURN NULL;",
                        is_once_a_statement=True,
                        name="session_seats_by_trigger_only",
                        on="BEFORE INSERT OR UPDATE OR DELETE",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Availability",
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
                ("day_of_week", models.PositiveSmallIntegerField()),
                ("start_minute", models.PositiveSmallIntegerField()),
                ("end_minute", models.PositiveSmallIntegerField()),
                ("timezone", models.CharField(max_length=64)),
                ("start_date", models.DateField(blank=True, null=True)),
                ("repeat_weeks", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("is_intro", models.BooleanField(default=False)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "availability",
                "db_table": "availability",
                "ordering": ["day_of_week", "start_minute"],
                "indexes": [
                    models.Index(fields=["user", "day_of_week"], name="availability_user_day")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("day_of_week__lte", 6)), name="availability_weekday"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "end_minute__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("start_minute"), "+", models.Value(60)
                                ),
                            ),
                            ("end_minute__lte", 1440),
                        ),
                        name="availability_at_least_an_hour",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("repeat_weeks__isnull", True),
                            models.Q(("repeat_weeks__gte", 1), ("start_date__isnull", False)),
                            _connector="OR",
                        ),
                        name="availability_repeat_needs_start",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
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
                ],
            },
        ),
        migrations.CreateModel(
            name="AvailabilityOverride",
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
                ("date", models.DateField()),
                ("is_available", models.BooleanField()),
                ("start_minute", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("end_minute", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("timezone", models.CharField(max_length=64)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "availability_overrides",
                "ordering": ["date", "start_minute"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("end_minute__isnull", True),
                                ("is_available", False),
                                ("start_minute__isnull", True),
                            ),
                            models.Q(
                                (
                                    "end_minute__gte",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("start_minute"), "+", models.Value(60)
                                    ),
                                ),
                                ("end_minute__lte", 1440),
                                ("is_available", True),
                                ("start_minute__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="override_times",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_available", False)),
                        fields=("user", "date"),
                        name="override_one_block",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("is_available", True)),
                        expressions=[
                            ("user", "="),
                            ("date", "="),
                            (
                                models.Func(
                                    models.F("start_minute"),
                                    models.F("end_minute"),
                                    function="int4range",
                                    output_field=django.contrib.postgres.fields.ranges.IntegerRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="override_no_overlap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AvailabilitySettings",
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
                ("timezone", models.CharField(max_length=64)),
                ("buffer_minutes", models.PositiveSmallIntegerField(default=15)),
                ("notice_minutes", models.PositiveSmallIntegerField(default=120)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "availability settings",
                "db_table": "availability_settings",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("buffer_minutes__lte", 60)), name="buffer_0_to_60"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("notice_minutes__lte", 4320)), name="notice_0_to_4320"
                    ),
                ],
            },
        ),
    ]
