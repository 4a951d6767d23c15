"""Tables and constraints of attendance and rescheduling get the names of their models."""

from django.db import migrations, models


def renamed_constraint(
    model: str, table: str, old: str, constraint: models.BaseConstraint
) -> migrations.SeparateDatabaseAndState:
    """Rename in the database; to the state of the models it is another constraint."""
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f'ALTER TABLE {table} RENAME CONSTRAINT "{old}" TO "{constraint.name}"',
                f'ALTER TABLE {table} RENAME CONSTRAINT "{constraint.name}" TO "{old}"',
            )
        ],
        state_operations=[
            migrations.RemoveConstraint(model, old),
            migrations.AddConstraint(model, constraint),
        ],
    )


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0005_rating_reminder")]

    operations = [
        migrations.RenameModel("RoomMark", "AttendanceEvent"),
        migrations.AlterModelTable("AttendanceEvent", "attendance_events"),
        migrations.AlterField(
            "AttendanceEvent",
            "session",
            models.ForeignKey(
                on_delete=models.CASCADE, related_name="attendance_events", to="scheduling.session"
            ),
        ),
        renamed_constraint(
            "AttendanceEvent",
            "attendance_events",
            "room_mark_once",
            models.UniqueConstraint(
                fields=("session", "user", "kind", "source", "reference"),
                name="attendance_event_once",
                nulls_distinct=False,
            ),
        ),
        renamed_constraint(
            "AttendanceEvent",
            "attendance_events",
            "room_mark_kind",
            models.CheckConstraint(
                condition=models.Q(kind__in=["click", "joined", "left", "ended"]),
                name="attendance_event_kind",
            ),
        ),
        renamed_constraint(
            "AttendanceEvent",
            "attendance_events",
            "room_mark_source",
            models.CheckConstraint(
                condition=models.Q(source__in=["event", "poll", "click"]),
                name="attendance_event_source",
            ),
        ),
        renamed_constraint(
            "AttendanceEvent",
            "attendance_events",
            "room_mark_of_whom",
            models.CheckConstraint(
                condition=models.Q(kind="ended", user__isnull=True)
                | (~models.Q(kind="ended") & models.Q(user__isnull=False)),
                name="attendance_event_of_whom",
            ),
        ),
        migrations.RenameModel("SessionMove", "SessionReschedule"),
        migrations.AlterModelTable("SessionReschedule", "session_reschedules"),
        migrations.AlterModelOptions("SessionReschedule", {"verbose_name": "session move"}),
        migrations.AlterField(
            "SessionReschedule",
            "session",
            models.ForeignKey(
                on_delete=models.CASCADE, related_name="reschedules", to="scheduling.session"
            ),
        ),
        renamed_constraint(
            "SessionReschedule",
            "session_reschedules",
            "session_move_changes_time",
            models.CheckConstraint(
                condition=~models.Q(old_start=models.F("new_start")),
                name="session_reschedule_changes_time",
            ),
        ),
        renamed_constraint(
            "SessionReschedule",
            "session_reschedules",
            "session_move_late_reason",
            models.CheckConstraint(
                condition=models.Q(is_late=False) | ~models.Q(reason=""),
                name="session_reschedule_late_reason",
            ),
        ),
        renamed_constraint(
            "Session",
            "sessions",
            "session_moved_at_most_twice",
            models.CheckConstraint(
                condition=models.Q(reschedule_count__lte=2),
                name="session_rescheduled_at_most_twice",
            ),
        ),
    ]
