"""Triggers are declared in the models from now on (peerloop/kit/triggers.py): those of 0002 go,
the same rules come back as the models declare them.
"""

import peerloop.kit.triggers
from django.conf import settings
from django.db import migrations

OLD = """
DROP TRIGGER session_seats_by_trigger_only ON session_seats;
DROP TRIGGER sessions_leave_seats ON sessions;
DROP TRIGGER sessions_change_seats ON sessions;
DROP TRIGGER sessions_take_seats ON sessions;
DROP FUNCTION session_seats_guard();
DROP FUNCTION sessions_keep_seats();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0005_triggers_beside_models'),
        ('learning', '0002_dispute_without_memory'),
        ('scheduling', '0006_attendance_events'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(OLD, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='session',
            constraint=peerloop.kit.triggers.Trigger(body="IF TG_OP <> 'INSERT' THEN\n    DELETE FROM session_seats WHERE session_id = OLD.id;\nEND IF;\nIF TG_OP <> 'DELETE' AND NEW.status IN ('scheduled', 'in_progress') THEN\n    -- In the order of people, so that two bookings wait for each other one way round.\n    INSERT INTO session_seats (session_id, user_id, role, during)\n    SELECT NEW.id, seat.user_id, seat.role, seat.during\n    FROM (VALUES\n        (NEW.teacher_id, 'teacher',\n         tstzrange(NEW.scheduled_start, NEW.teacher_busy_until)),\n        (NEW.student_id, 'student', tstzrange(NEW.scheduled_start, NEW.scheduled_end))\n    ) AS seat (user_id, role, during)\n    ORDER BY seat.user_id;\nEND IF;\nRETURN NULL;", name='sessions_take_seats', on='AFTER INSERT'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=peerloop.kit.triggers.Trigger(body="IF TG_OP <> 'INSERT' THEN\n    DELETE FROM session_seats WHERE session_id = OLD.id;\nEND IF;\nIF TG_OP <> 'DELETE' AND NEW.status IN ('scheduled', 'in_progress') THEN\n    -- In the order of people, so that two bookings wait for each other one way round.\n    INSERT INTO session_seats (session_id, user_id, role, during)\n    SELECT NEW.id, seat.user_id, seat.role, seat.during\n    FROM (VALUES\n        (NEW.teacher_id, 'teacher',\n         tstzrange(NEW.scheduled_start, NEW.teacher_busy_until)),\n        (NEW.student_id, 'student', tstzrange(NEW.scheduled_start, NEW.scheduled_end))\n    ) AS seat (user_id, role, during)\n    ORDER BY seat.user_id;\nEND IF;\nRETURN NULL;", condition="(OLD.status IN ('scheduled', 'in_progress'), OLD.teacher_id, OLD.student_id, OLD.scheduled_start, OLD.scheduled_end, OLD.teacher_busy_until) IS DISTINCT FROM (NEW.status IN ('scheduled', 'in_progress'), NEW.teacher_id, NEW.student_id, NEW.scheduled_start, NEW.scheduled_end, NEW.teacher_busy_until)", name='sessions_change_seats', on='AFTER UPDATE'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=peerloop.kit.triggers.Trigger(body="IF TG_OP <> 'INSERT' THEN\n    DELETE FROM session_seats WHERE session_id = OLD.id;\nEND IF;\nIF TG_OP <> 'DELETE' AND NEW.status IN ('scheduled', 'in_progress') THEN\n    -- In the order of people, so that two bookings wait for each other one way round.\n    INSERT INTO session_seats (session_id, user_id, role, during)\n    SELECT NEW.id, seat.user_id, seat.role, seat.during\n    FROM (VALUES\n        (NEW.teacher_id, 'teacher',\n         tstzrange(NEW.scheduled_start, NEW.teacher_busy_until)),\n        (NEW.student_id, 'student', tstzrange(NEW.scheduled_start, NEW.scheduled_end))\n    ) AS seat (user_id, role, during)\n    ORDER BY seat.user_id;\nEND IF;\nRETURN NULL;", name='sessions_leave_seats', on='AFTER DELETE'),
        ),
        migrations.AddConstraint(
            model_name='sessionseat',
            constraint=peerloop.kit.triggers.Trigger(body="IF pg_trigger_depth() < 2 THEN\n    RAISE EXCEPTION 'session_seats is written by the triggers of sessions only'\n        USING ERRCODE = 'restrict_violation';\nEND IF;\nRETURN NULL;", is_once_a_statement=True, name='session_seats_by_trigger_only', on='BEFORE INSERT OR UPDATE OR DELETE'),
        ),
    ]
