"""What must hold of sessions and their seats."""

from accounts.invariants import figure_of_members
from peerloop.kit.invariants import Invariant, Recount
from peerloop.kit.statements import statement
from scheduling.models import Session

PLACES = statement(
    """
SELECT e.id, e.modules_paid || '/' || e.session_credits || '/' || e.extra_sessions,
       count(*) FILTER (WHERE s.kind = 'course') || '/'
    || count(*) FILTER (WHERE s.kind = 'makeup') || '/'
    || count(*) FILTER (WHERE s.kind = 'extra')
FROM enrollments e JOIN sessions s ON s.enrollment_id = e.id
WHERE {using_place}
GROUP BY e.id
HAVING count(*) FILTER (WHERE s.kind = 'course') > e.modules_paid
    OR count(*) FILTER (WHERE s.kind = 'makeup') > e.session_credits
    OR count(*) FILTER (WHERE s.kind = 'extra') > e.extra_sessions
""",
    using_place=Session.using_place_sql("s"),
)
SEATS = statement(
    """
WITH wanted AS (
    SELECT id AS session_id, teacher_id AS user_id, 'teacher' AS role,
           tstzrange(scheduled_start, teacher_busy_until) AS during
    FROM sessions WHERE {open}
    UNION ALL
    SELECT id, student_id, 'student', tstzrange(scheduled_start, scheduled_end)
    FROM sessions WHERE {open}
    UNION ALL
    SELECT id, teacher_id, 'teacher', tstzrange(starts_at, busy_until) FROM slot_holds
)
SELECT coalesce(w.session_id, t.session_id, t.hold_id) || ' ' || coalesce(w.role, t.role),
       coalesce(w.during::text, 'no seat'), coalesce(t.during::text, 'no seat')
FROM wanted w FULL JOIN session_seats t
    ON coalesce(t.session_id, t.hold_id) = w.session_id
    AND t.role = w.role AND t.user_id = w.user_id
WHERE w.during IS DISTINCT FROM t.during
""",
    open=Session.open_sql(),
)

HAS_HOURS = """
SELECT u.id, found.has, u.has_hours FROM users u
CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM availability WHERE user_id = u.id) AS has) found
WHERE u.has_hours <> found.has
"""
RECOUNT_HOURS = "UPDATE users SET has_hours = NOT has_hours WHERE id = %s"

INVARIANTS = (
    Invariant(
        "I9",
        "whether a member has weekly hours",
        HAS_HOURS,
        Recount(table="users", column="has_hours", update=RECOUNT_HOURS),
    ),
    Invariant("I4", "sessions of an enrollment fit its places (course/make-up/extra)", PLACES),
    Invariant("I10", "seats are those of open sessions and of held times", SEATS),
    figure_of_members(
        "sessions_completed",
        "SELECT user_id, count(*) AS amount FROM ("
        "SELECT teacher_id AS user_id FROM sessions WHERE kind = 'course' AND status = 'completed'"
        " UNION ALL "
        "SELECT student_id FROM sessions WHERE kind = 'course' AND status = 'completed'"
        ") AS seats GROUP BY user_id",
    ),
)
