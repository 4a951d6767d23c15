"""The tables of bench/growth_world.py: the source of each, and SQL expressions for its columns.

``{n}`` is the number of rows, ``g`` the number of a row, ``users(g)`` the id of that member.
Columns that are not named get the default of their model.
"""

# Every tenth row is Hanna's (member 1), every fiftieth course, and every tenth student of one.
OWNER = "CASE WHEN g % 10 = 0 THEN 1 ELSE 2 + g * 13 % ({n} - 2) END"
CREATOR = "CASE WHEN {c} % 50 = 0 THEN 1 ELSE 6 + 5 * ({c} * 7 % ({n} / 5 - 1)) END"
TEACHER = "CASE WHEN {c} % 50 = 0 THEN 1 ELSE 5 + 4 * ({c} * 3 % ({n} / 4 - 1)) END"
COURSE = "CASE WHEN g % 10 = 0 THEN 1 + g % {n} WHEN g % 10 = 1 THEN 50 ELSE 1 + (g * 7) % {n} END"
ASKED = "3 + g * 29 % ({n} - 3)"
AGO = "now() - ({n} - g) * interval '18 minutes'"
SERIES = "generate_series(1, {n}) AS g"
TOPICS = ("guitar", "python", "spanish", "pottery", "statistics", "negotiation", "watercolour")

Table = tuple[str, str, dict[str, str]]
PEOPLE: list[Table] = [
    (
        "users",
        SERIES,
        {
            "id": "users(g)",
            "created_at": AGO,
            "email": "'m' || g || '@growth.test'",
            "handle": "'mem' || g",
            "name": "initcap(pg_temp.word(g * 37)) || ' ' || initcap(pg_temp.word(g % 500))",
            "password": "'!'",
            "timezone": "'Europe/Berlin'",
            "is_creator": "g % 5 = 1",
            "is_student_teacher": "g % 4 = 1",
            "has_hours": "g = 1 OR g > 20",
            "is_admin": "g = 2",
            "is_moderator": "g % 20 = 13",
            "privacy_public": "g % 10 <> 3",
            "email_verified_at": AGO,
            "onboarding_completed_at": AGO,
            "email_status": "CASE WHEN g % 50 = 7 THEN 'bounced' ELSE 'ok' END",
            "stripe_account_id": "CASE WHEN g % 4 = 1 THEN 'acct_' || g END",
            "stripe_account_status": "CASE WHEN g % 4 = 1 THEN 'active' ELSE 'none' END",
            "stripe_payouts_enabled": "g % 4 = 1",
            "suspended_at": "CASE WHEN g % 200 = 99 THEN now() END",
            "suspended_reason": "CASE WHEN g % 200 = 99 THEN 'spam' ELSE '' END",
        },
    ),
    ("user_stats", SERIES, {"user_id": "users(g)", "students_taught": "g % 90"}),
    (
        "user_expertise",
        "generate_series(1, {n}) AS g, generate_series(0, 1) AS part",
        {"user_id": "users(g)", "tag": "pg_temp.word((g + part * 41) % 300)"},
    ),
    (
        "follows",
        SERIES,
        {
            "created_at": AGO,
            "follower_id": "users(CASE WHEN g % 10 = 1 THEN 1 ELSE g END)",
            "followed_id": "users(CASE WHEN g % 10 = 0 THEN 1 WHEN g % 10 = 1 THEN g + 1"
            " ELSE g % {n} + 1 END)",
        },
    ),
    (
        "user_blocks",
        SERIES,
        {
            "created_at": AGO,
            "blocker_id": "users(CASE WHEN g % 10 = 5 THEN 1 ELSE g END)",
            "blocked_id": "users(CASE WHEN g % 10 = 5 THEN g ELSE 3 + (g + 1) % ({n} - 3) END)",
        },
    ),
    (
        "creator_applications",
        SERIES,
        {
            "created_at": AGO,
            "user_id": "users(g)",
            "status": "CASE WHEN g % 20 = 3 THEN 'pending' ELSE 'approved' END",
            "decided_at": "CASE WHEN g % 20 <> 3 THEN now() END",
            "decided_by_id": "CASE WHEN g % 20 <> 3 THEN users(2) END",
        },
    ),
    (
        "audit_log",
        SERIES,
        {
            "id": "audit_log(g)",
            "created_at": AGO,
            "actor_id": "users(CASE WHEN g % 10 < 5 THEN 2 ELSE g END)",
            "action": "'member.' || pg_temp.word(g % 40)",
            "object_type": "'type' || g % 12",
            "object_id": "users(g)::text",
        },
    ),
    (
        "audit_chain",
        SERIES,
        {
            "entry_id": "audit_log(g)",
            "seq": "g",
            "hash": "encode(sha256(g::text::bytea), 'hex')",
            "prev_hash": "encode(sha256((g - 1)::text::bytea), 'hex')",
        },
    ),
    (
        "audit_heads",
        SERIES,
        {"day": "current_date - ({n} - g)::int", "seq": "g", "hash": "repeat('0', 64)"},
    ),
    (
        "files",
        SERIES,
        {
            "id": "files(g)",
            "created_at": AGO,
            "owner_id": f"users({OWNER})",
            "purpose": "CASE WHEN g % 3 = 0 THEN 'avatar' ELSE 'profile_media' END",
            "name": "'picture.webp'",
            "key": "encode(sha256(g::text::bytea), 'hex')",
            "content_type": "'image/webp'",
            "size": "1000 + g",
            "sha256": "encode(sha256(g::text::bytea), 'hex')",
            "scan": "CASE WHEN g % 100 = 7 THEN 'pending' ELSE 'clean' END",
            "scanner": "CASE WHEN g % 100 = 7 THEN '' ELSE 'clamd' END",
            "stored_at": AGO,
        },
    ),
    (
        "user_media",
        SERIES,
        {
            "id": "user_media(g)",
            "user_id": "users(g)",
            "kind": "'video_link'",
            "title": "'How I teach'",
            "url": "'https://example.org/video'",
            "position": "1",
        },
    ),
    (
        "webhook_events",
        SERIES,
        {
            "created_at": AGO,
            "received_at": AGO,
            "provider": "(ARRAY['stripe', 'resend', 'bbb'])[1 + g % 3]",
            "event_id": "'evt_' || g",
            "kind": "'kind.' || g % 9",
            "payload": "'{}'",
            "status": "CASE WHEN g % 200 = 1 THEN 'failed' ELSE 'done' END",
        },
    ),
    (
        "email_log",
        SERIES,
        {
            "created_at": AGO,
            "updated_at": AGO,
            "user_id": f"users({OWNER})",
            "to": "'m' || g || '@growth.test'",
            "template": "'kind_' || g % 40",
            "dedupe_key": "'mail-' || g",
            "provider_id": "'provider-' || g",
            "status": "CASE WHEN g % 50 = 1 THEN 'failed' ELSE 'sent' END",
            "sent_at": "CASE WHEN g % 50 <> 1 THEN " + AGO + " END",
            "error": "CASE WHEN g % 50 = 1 THEN 'no such mailbox' ELSE '' END",
        },
    ),
    (
        "local_mails",
        SERIES,
        {
            "id": "local_mails(g)",
            "created_at": AGO,
            "key": "'mail-' || g",
            "to": "'m' || g || '@growth.test'",
            "sender": "'hello@growth.test'",
            "subject": "'News'",
            "text": "'Something happened.'",
            "html": "'<p>Something happened.</p>'",
        },
    ),
    (
        "notifications",
        SERIES,
        {
            "id": "notifications(g)",
            "created_at": AGO,
            "user_id": f"users({OWNER})",
            "kind": "'session.completed'",
            "title": "'Your session is completed'",
            "url": "'/calendar'",
            "read_at": "CASE WHEN g < {n} - 200 THEN now() END",
        },
    ),
    (
        "data_exports",
        SERIES,
        {"created_at": AGO, "user_id": "users(g)", "status": "'expired'"},
    ),
    (
        "user_sanctions",
        SERIES,
        {
            "created_at": AGO,
            "user_id": "users(3 + g % ({n} - 3))",
            "kind": "'posting_ban'",
            "reason": "'spam'",
            "starts_at": AGO,
            "issued_by_id": "users(2)",
            "lifted_at": "now()",
            "lifted_by_id": "users(2)",
        },
    ),
    (
        "web_sessions",
        SERIES,
        {
            "id": "web_sessions(g)",
            "user_id": "users(g)",
            "session_data": "''",
            "expire_date": "now() + interval '1 day'",
            "began_at": AGO,
            "seen_at": "now()",
        },
    ),
    (
        "mfa_authenticator",
        "generate_series(3, {n}) AS g",
        {
            "id": "g",
            "created_at": AGO,
            "user_id": "users(g)",
            "type": "(ARRAY['totp', 'recovery_codes'])[1 + g % 2]",
            "data": "'{}'",
        },
    ),
]
COURSES: list[Table] = [
    (
        "categories",
        "generate_series(1, 12) AS g",
        {
            "id": "categories(g)",
            "name": "'Shelf ' || g",
            "slug": "'shelf-' || g",
            "position": "g",
        },
    ),
    (
        "courses",
        SERIES,
        {
            "id": "courses(g)",
            "created_at": AGO,
            "creator_id": f"users({CREATOR.replace('{c}', 'g')})",
            "category_id": "categories(1 + g % 12)",
            "title": "initcap(pg_temp.word(g % (2 * {n} / 5)) || ' ' || (ARRAY['"
            + "', '".join(TOPICS)
            + "'])[1 + g % 7]) || ' lessons'",
            "slug": "'course-' || g",
            "description": "(SELECT string_agg(pg_temp.word((g * place) % 5000), ' ')"
            " FROM generate_series(1, 40) AS place)"
            " || CASE WHEN g % 10 < 3 THEN ' widespread' ELSE '' END"
            " || CASE WHEN g % 50 = 3 THEN ' occasional' ELSE '' END"
            " || CASE WHEN g <= 5 THEN ' seldom' ELSE '' END",
            "thumbnail_url": "'/static/img/cover.svg'",
            "level": "(ARRAY['beginner', 'intermediate', 'advanced'])[1 + g % 3]",
            "price_cents": "5000 + (g * 7919) % 85000",
            "duration": "'4 weeks'",
            "status": "CASE WHEN g % 10 = 9 THEN 'draft' ELSE 'published' END",
            "is_featured": "g % ({n} / 10) = 1",
            "rating": "CASE WHEN g % 3 > 0 THEN 3.5 + g % 15 / 10.0 END",
            "rating_count": "CASE WHEN g % 3 > 0 THEN 1 + g % 60 ELSE 0 END",
            "student_count": "(g * 31) % 500",
            "first_published_at": "CASE WHEN g % 10 <> 9 THEN " + AGO + " END",
        },
    ),
    (
        "course_curriculum",
        "generate_series(1, {n}) AS g, generate_series(1, 4) AS part",
        {
            "id": "course_curriculum(4 * g + part)",
            "course_id": "courses(g)",
            "module_order": "part",
            "title": "pg_temp.word((g * part) % 5000) || ' ' || pg_temp.word((g + part) % 900)",
        },
    ),
    (
        "course_tags",
        "generate_series(1, {n}) AS g, generate_series(0, 1) AS part",
        {"course_id": "courses(g)", "tag": "pg_temp.word((g + part * 41) % 300)"},
    ),
    (
        "course_objectives",
        SERIES,
        {"course_id": "courses(g)", "text": "'Know ' || pg_temp.word(g % 900)", "position": "1"},
    ),
    ("peerloop_features", SERIES, {"course_id": "courses(g)"}),
    (
        "course_follows",
        SERIES,
        {"created_at": AGO, "user_id": f"users({OWNER})", "course_id": "courses(g)"},
    ),
    (
        "inquiries",
        SERIES,
        {
            "id": "inquiries(g)",
            "created_at": AGO,
            "latest_at": AGO,
            "creator_id": f"users({OWNER})",
            "course_id": f"courses({COURSE})",
            "user_id": "users(CASE WHEN g % 10 = 0 THEN 1 ELSE 3 + g * 29 % ({n} - 3) END)",
            "status": "CASE WHEN g % 20 = 0 THEN 'open' ELSE 'answered' END",
            "first_answered_at": "CASE WHEN g % 20 <> 0 THEN now() END",
        },
    ),
    (
        "content_requests",
        SERIES,
        {
            "id": "content_requests(g)",
            "created_at": AGO,
            "author_id": f"users({OWNER})",
            "title": "'A course about ' || pg_temp.word(g) || g",
            "reason": "'I would like to know more of ' || pg_temp.word(g)",
            "status": "CASE WHEN g % 4 = 0 THEN 'declined' ELSE 'open' END",
            "answer": "CASE WHEN g % 4 = 0 THEN 'Not now.' ELSE '' END",
            "decided_at": "CASE WHEN g % 4 = 0 THEN now() END",
            "vote_count": "1",
        },
    ),
    (
        "content_request_votes",
        SERIES,
        {
            "created_at": AGO,
            "request_id": "content_requests(g)",
            "user_id": f"users({OWNER})",
        },
    ),
    (
        "inquiry_messages",
        SERIES,
        {
            "created_at": AGO,
            "inquiry_id": "inquiries(g)",
            "side": "'asker'",
            "body": "'Is there ' || pg_temp.word(g) || ' in it?'",
        },
    ),
    ("user_interests", SERIES, {"user_id": "users(g)", "category_id": "categories(1 + g % 12)"}),
]
LEARNING: list[Table] = [
    (
        "certificates",
        SERIES,
        {
            "id": "certificates(g)",
            "created_at": AGO,
            "user_id": f"users({TEACHER.replace('{c}', 'g')})",
            "course_id": "courses(g)",
            "type": "'teaching'",
            "status": "'issued'",
            "code": "'T' || g",
            "issued_at": AGO,
            "issued_by_id": f"users({CREATOR.replace('{c}', 'g')})",
        },
    ),
    (
        "student_teachers",
        SERIES,
        {
            "id": "student_teachers(g)",
            "created_at": AGO,
            "user_id": f"users({TEACHER.replace('{c}', 'g')})",
            "course_id": "courses(g)",
            "is_active": "g % 20 <> 19",
            "teaching_active": "g % 15 <> 14",
            "certified_date": f"({AGO})::date",
            "certificate_id": "certificates(g)",
            "students_taught": "(g * 17) % 70",
        },
    ),
    (
        "enrollments",
        (
            f"(SELECT g, {COURSE} AS c FROM {SERIES}) AS one CROSS JOIN LATERAL"
            f" (SELECT {OWNER} AS student, {TEACHER.replace('{c}', 'c')} AS teacher) AS two"
        ),
        {
            "id": "enrollments(g)",
            "created_at": AGO,
            "student_id": "users(student)",
            "course_id": "courses(c)",
            "teacher_id": "CASE WHEN student <> teacher THEN users(teacher) END",
            "student_teacher_id": "CASE WHEN student <> teacher THEN student_teachers(c) END",
            "status": "CASE WHEN g / 10 % 20 < 6 THEN 'in_progress'"
            " WHEN g / 10 % 20 = 7 THEN 'cancelled' ELSE 'completed' END",
            "cancelled_at": "CASE WHEN g / 10 % 20 = 7 THEN now() END",
            "completed_at": "CASE WHEN g / 10 % 20 >= 6 AND g / 10 % 20 <> 7 THEN " + AGO + " END",
            "modules_paid": "4",
            "progress_percent": "g % 100",
        },
    ),
    (
        "module_progress",
        (
            "enrollments AS e CROSS JOIN LATERAL (SELECT id AS module FROM course_curriculum"
            " WHERE course_id = e.course_id AND module_order = 1) AS first"
        ),
        {
            "enrollment_id": "e.id",
            "module_id": "module",
            "delivered_at": "e.created_at",
            "is_complete": "true",
            "completed_at": "e.created_at",
        },
    ),
    (
        "homework_assignments",
        (
            "courses AS c CROSS JOIN LATERAL"
            " (SELECT ('x' || right(c.id::text, 12))::bit(48)::bigint AS g) AS number"
        ),
        {
            "id": "homework_assignments(g)",
            "created_at": "c.created_at",
            "course_id": "c.id",
            "author_id": "c.creator_id",
            "title": "'Homework'",
            "instructions": "'Write three prompts.'",
            "position": "1",
        },
    ),
    (
        "homework_submissions",
        (
            "enrollments AS e CROSS JOIN LATERAL (SELECT ('x' || right(e.id::text, 12))::bit(48)"
            "::bigint AS g, ('x' || right(e.course_id::text, 12))::bit(48)::bigint AS c) AS number"
        ),
        {
            "id": "homework_submissions(g)",
            "created_at": "e.created_at",
            "assignment_id": "homework_assignments(c)",
            "enrollment_id": "e.id",
            "student_id": "e.student_id",
            "version": "1",
            "content": "'My three prompts'",
            "status": "CASE WHEN g % 50 = 10 THEN 'submitted' ELSE 'approved' END",
            "reviewer_id": "CASE WHEN g % 50 <> 10 THEN users(2) END",
            "reviewed_at": "CASE WHEN g % 50 <> 10 THEN e.created_at END",
        },
    ),
    (
        "reviews",
        (
            "enrollments AS e JOIN courses AS c ON c.id = e.course_id CROSS JOIN LATERAL"
            " (SELECT ('x' || right(e.id::text, 12))::bit(48)::bigint AS g) AS number"
        ),
        {
            "id": "reviews(g)",
            "created_at": "e.created_at",
            "enrollment_id": "e.id",
            "about": "'course'",
            "course_id": "e.course_id",
            "rated_id": "c.creator_id",
            "rating": "1 + g % 5",
            "comment": "'Clear, and worth the money.'",
            "helpful_count": "g % 7",
        },
    ),
    (
        "resources",
        (
            "courses AS c CROSS JOIN LATERAL"
            " (SELECT ('x' || right(c.id::text, 12))::bit(48)::bigint AS g) AS number"
        ),
        {
            "id": "resources(g)",
            "created_at": "c.created_at",
            "course_id": "c.id",
            "uploader_id": "c.creator_id",
            "type": "'other'",
            "name": "'Further reading'",
            "link": "'https://example.com/reading'",
            "position": "1",
        },
    ),
    (
        "quizzes",
        (
            "course_curriculum AS m CROSS JOIN LATERAL"
            " (SELECT ('x' || right(m.course_id::text, 12))::bit(48)::bigint AS g) AS number"
            " WHERE m.module_order = 1"
        ),
        {
            "id": "quizzes(g)",
            "created_at": "m.created_at",
            "course_id": "m.course_id",
            "module_id": "m.id",
            "title": "'Quiz'",
            "revision": "1",
            "question_count": "1",
        },
    ),
    (
        "quiz_revisions",
        "quizzes AS q",
        {
            "created_at": "q.created_at",
            "quiz_id": "q.id",
            "number": "1",
            "questions": """'[{"id": "a", "kind": "short", "text": "What does a prompt need?","""
            """ "explanation": "", "options": []}]'""",
        },
    ),
    (
        "quiz_attempts",
        (
            "enrollments AS e JOIN quizzes AS q ON q.course_id = e.course_id"
            " JOIN quiz_revisions AS r ON r.quiz_id = q.id CROSS JOIN LATERAL"
            " (SELECT ('x' || right(e.id::text, 12))::bit(48)::bigint AS g) AS number"
        ),
        {
            "id": "quiz_attempts(g)",
            "created_at": "e.created_at",
            "quiz_id": "q.id",
            "revision_id": "r.id",
            "enrollment_id": "e.id",
            "student_id": "e.student_id",
            "number": "1",
            "status": "CASE WHEN g % 50 = 10 THEN 'waiting' ELSE 'marked' END",
            "answers": """'{"a": "An example."}'""",
            "total": "1",
            "reviewer_id": "CASE WHEN g % 50 <> 10 THEN users(2) END",
            "marked_at": "CASE WHEN g % 50 <> 10 THEN e.created_at END",
        },
    ),
    (
        "certificates",
        "enrollments AS e WHERE status = 'completed'",
        {
            "created_at": "e.created_at",
            "user_id": "e.student_id",
            "course_id": "e.course_id",
            "enrollment_id": "e.id",
            "type": "'completion'",
            "status": "CASE WHEN right(e.id::text, 1) IN ('3', '8', 'a', 'b') THEN 'pending'"
            " ELSE 'issued' END",
            "code": "'C' || right(e.id::text, 11)",
            "issued_at": "e.created_at",
            "auto_issue_at": "now() + interval '3 days'",
        },
    ),
    (
        "certificate_events",
        "certificates AS c",
        {"certificate_id": "c.id", "to_status": "'issued'", "created_at": "c.created_at"},
    ),
    (
        "teaching_applications",
        SERIES,
        {
            "id": "teaching_applications(g)",
            "created_at": AGO,
            "user_id": f"users({OWNER})",
            "course_id": f"courses({COURSE})",
            "enrollment_id": "enrollments(g)",
            "status": "CASE WHEN g % 5 = 1 THEN 'pending' ELSE 'approved' END",
            "decided_at": "CASE WHEN g % 5 <> 1 THEN now() END",
            "decided_by_id": "CASE WHEN g % 5 <> 1 THEN users(2) END",
        },
    ),
    (
        "instructor_followers",
        "enrollments AS e JOIN courses AS c ON c.id = e.course_id",
        {
            "creator_id": "c.creator_id",
            "user_id": "e.student_id",
            "first_enrollment_id": "e.id",
            "first_enrollment_at": "e.created_at",
        },
    ),
]
# One session of an hour for each enrollment; some of the first hundreds are still upcoming.
AHEAD = "(g <= 400 AND g / 10 % 2 = 0)"
START = (
    f"CASE WHEN {AHEAD} THEN date_trunc('hour', now()) + g / 10 * interval '2 hours'"
    f" + interval '1 day' ELSE date_trunc('hour', {AGO} - interval '1 day') END"
)
SESSIONS: list[Table] = [
    (
        "sessions",
        (
            f"(SELECT g, {START} AS start FROM {SERIES}) AS at"
            " JOIN enrollments AS e ON e.id = enrollments(g) AND e.teacher_id IS NOT NULL"
        ),
        {
            "id": "sessions(g)",
            "created_at": AGO,
            "enrollment_id": "e.id",
            "course_id": "e.course_id",
            "teacher_id": "e.teacher_id",
            "student_id": "e.student_id",
            "booked_by_id": "e.student_id",
            "scheduled_start": "start",
            "scheduled_end": "start + interval '1 hour'",
            "teacher_busy_until": "start + interval '75 minutes'",
            "status": f"CASE WHEN {AHEAD} THEN 'scheduled' WHEN g / 10 % 20 = 3 THEN 'cancelled'"
            " WHEN g / 10 % 20 = 5 THEN 'no_show' ELSE 'completed' END",
            "ended_at": f"CASE WHEN NOT {AHEAD} THEN start + interval '1 hour' END",
            "completion_source": "'room_ended'",
            "joint_seconds": "3500",
            "no_show_party": f"CASE WHEN NOT {AHEAD} AND g / 10 % 20 = 5 THEN 'student'"
            " ELSE '' END",
            "cancelled_at": f"CASE WHEN NOT {AHEAD} AND g / 10 % 20 = 3 THEN start END",
        },
    ),
    (
        "session_materials",
        (
            "sessions AS s CROSS JOIN LATERAL"
            " (SELECT ('x' || right(s.id::text, 12))::bit(48)::bigint AS g) AS number"
        ),
        {
            "id": "session_materials(g)",
            "created_at": "s.created_at",
            "session_id": "s.id",
            "uploader_id": "s.teacher_id",
            "type": "'other'",
            "name": "'Notes'",
            "link": "'https://example.com/notes'",
            "position": "1",
        },
    ),
    (
        "shared_pages",
        "sessions AS s",
        {
            "session_id": "s.id",
            "created_at": "s.created_at",
            "goal": "'A page that sells'",
            "next_step": "'Show three headlines'",
            "notes": "'Bring your text'",
            "revision": "1",
        },
    ),
    (
        "session_attendance",
        "sessions AS s WHERE status = 'completed'",
        {
            "session_id": "s.id",
            "user_id": "s.student_id",
            "joined_at": "s.scheduled_start",
            "left_at": "s.scheduled_end",
            "source": "'event'",
        },
    ),
    (
        "session_assessments",
        "sessions AS s WHERE status = 'completed'",
        {
            "session_id": "s.id",
            "assessor_id": "s.student_id",
            "assessee_id": "s.teacher_id",
            "rating": "4",
            "created_at": "s.scheduled_end",
        },
    ),
    (
        "session_reminders",
        "sessions AS s",
        {
            "session_id": "s.id",
            "user_id": "s.student_id",
            "kind": "'24h'",
            "for_start": "s.scheduled_start",
            "sent_at": "now()",
        },
    ),
    (
        "availability",
        SERIES,
        {
            "id": "availability(g)",
            "created_at": AGO,
            "user_id": "users(CASE WHEN g <= 20 THEN 1 ELSE g END)",
            "day_of_week": "g % 7",
            "start_minute": "CASE WHEN g <= 20 THEN 480 + g / 7 * 120 ELSE 540 END",
            "end_minute": "CASE WHEN g <= 20 THEN 540 + g / 7 * 120 ELSE 1020 END",
            "timezone": "'Europe/Berlin'",
        },
    ),
    (
        "time_off",
        SERIES,
        {
            "created_at": AGO,
            "user_id": f"users({OWNER})",
            "first_day": "current_date - (({n} - g) / 10 * 3)::int",
            "last_day": "current_date - (({n} - g) / 10 * 3)::int",
        },
    ),
    (
        "availability_overrides",
        SERIES,
        {
            "created_at": AGO,
            "user_id": f"users({OWNER})",
            "date": "current_date - (({n} - g) / 10)::int",
            "is_available": "false",
            "timezone": "'Europe/Berlin'",
        },
    ),
    ("availability_settings", SERIES, {"user_id": "users(g)", "timezone": "'Europe/Berlin'"}),
]
RECORDINGS: list[Table] = [
    (
        "session_recordings",
        f"{SERIES} JOIN sessions AS s ON s.id = sessions(g)",
        {
            "id": "session_recordings(g)",
            "created_at": AGO,
            "session_id": "s.id",
            "record_id": "'rec ' || g",
            "status": "'left'",
        },
    ),
]
MONEY: list[Table] = [
    (
        "checkout_sessions",
        f"{SERIES} JOIN enrollments AS e ON e.id = enrollments(g)",
        {
            "id": "checkout_sessions(g)",
            "created_at": AGO,
            "student_id": "e.student_id",
            "payer_id": "e.student_id",
            "course_id": "e.course_id",
            "amount_cents": "45000",
            "modules_paid": "4",
            "status": "CASE WHEN g % 30 = 1 THEN 'expired' ELSE 'paid' END",
            "stripe_session_id": "'cs_' || g",
            "expires_at": AGO,
        },
    ),
    (
        "transactions",
        f"{SERIES} JOIN enrollments AS e ON e.id = enrollments(g)",
        {
            "id": "transactions(g)",
            "created_at": AGO,
            "checkout_id": "checkout_sessions(g)",
            "payer_id": "e.student_id",
            "student_id": "e.student_id",
            "course_id": "e.course_id",
            "enrollment_id": "e.id",
            "amount_cents": "45000",
            "status": "CASE WHEN g % 40 = 1 THEN 'refunded' ELSE 'paid' END",
            "refunded_cents": "CASE WHEN g % 40 = 1 THEN 45000 ELSE 0 END",
            "stripe_payment_intent_id": "'pi_' || g",
            "stripe_charge_id": "'ch_' || g",
            "paid_at": AGO,
        },
    ),
    (
        "payouts",
        SERIES,
        {
            "id": "payouts(g)",
            "created_at": AGO,
            "recipient_id": "users(CASE WHEN g % 10 = 0 THEN 1 ELSE g END)",
            "amount_cents": "7875",
            "status": "CASE WHEN g % 10 = 5 THEN 'pending' WHEN g % 100 = 7 THEN 'failed'"
            " ELSE 'paid' END",
            "stripe_transfer_id": "'tr_' || g",
            "paid_at": AGO,
        },
    ),
    (
        "payment_splits",
        (
            f"{SERIES} JOIN enrollments AS e ON e.id = enrollments(g)"
            " JOIN courses AS c ON c.id = e.course_id CROSS JOIN LATERAL (VALUES"
            " (1, 'platform', NULL, 'platform', 15.0, 6750),"
            " (2, 'royalty', c.creator_id, 'creator', 15.0, 6750),"
            " (3, 'teaching', e.teacher_id, 'student_teacher', 70.0, 31500)"
            ") AS part (place, share, recipient, type, percent, cents)"
        ),
        {
            "id": "payment_splits(3 * g + place)",
            "created_at": AGO,
            "transaction_id": "transactions(g)",
            "enrollment_id": "e.id",
            "part_no": "1",
            "share": "share",
            "recipient_id": "recipient::uuid",
            "recipient_type": "type",
            "percent": "percent",
            "amount_cents": "cents",
            # Shares older than two months were paid out, except for a fifth who never requested it.
            "status": "CASE WHEN share = 'platform' THEN 'retained'"
            " WHEN share = 'teaching' AND e.teacher_id IS NULL THEN 'held'"
            " WHEN g % 10 = 5 AND share = 'teaching' THEN 'queued'"
            " WHEN g % 5 = 2 AND recipient IS DISTINCT FROM users(1) THEN 'releasable'"
            " WHEN {n} - g < 400 THEN 'held' WHEN {n} - g < 4000 THEN 'releasable'"
            " ELSE 'paid' END",
            "session_id": "sessions(g)",
            "delivered_at": AGO,
            "releasable_at": f"{AGO} + interval '5 days'",
            "payout_id": "payouts(g)",
            "paid_at": "now()",
        },
    ),
    (
        "split_events",
        "payment_splits AS s",
        {"split_id": "s.id", "to_status": "s.status", "at": "s.created_at"},
    ),
    (
        "balance_adjustments",
        SERIES,
        {
            "id": "balance_adjustments(g)",
            "created_at": AGO,
            "recipient_id": f"users({OWNER})",
            "amount_cents": "-500",
            "reason": "'clawback'",
            "payout_id": "CASE WHEN g < {n} - 100 THEN payouts(g) END",
        },
    ),
    (
        "payers",
        SERIES,
        {"user_id": "users(g)", "provider": "'local'", "customer_id": "'cus_' || g"},
    ),
    (
        "transfer_reversals",
        SERIES,
        {
            "created_at": AGO,
            "payout_id": "payouts(g)",
            "clawback_id": "balance_adjustments(g)",
            "amount_cents": "500",
            "status": "CASE WHEN g % 50 = 1 THEN 'refused' ELSE 'done' END",
            "stripe_reversal_id": "'trr_' || g",
        },
    ),
    (
        "refund_requests",
        SERIES,
        {
            "id": "refund_requests(g)",
            "created_at": AGO,
            "enrollment_id": "enrollments(g)",
            "transaction_id": "transactions(g)",
            "policy": "'pro_rata'",
            "policy_cents": "100",
            "status": "CASE WHEN g % 50 = 1 THEN 'pending' ELSE 'done' END",
            "auto_approve_at": AGO,
        },
    ),
    (
        "withdrawals",
        SERIES,
        {
            "created_at": AGO,
            "name": "'Sam ' || g",
            "email": "'sam' || g || '@example.com'",
            "order": "'The course of spring'",
            "transaction_id": "CASE WHEN g % 50 <> 1 THEN transactions(g) END",
            "refund_cents": "100",
            "status": "CASE WHEN g % 50 = 1 THEN 'waiting' ELSE 'done' END",
            "received_at": AGO,
            "answer": "''",
        },
    ),
    (
        "refunds",
        SERIES,
        {
            "created_at": AGO,
            "transaction_id": "transactions(g)",
            "amount_cents": "100",
            "stripe_refund_id": "'re_' || g",
            "origin": "'request'",
            "booked_at": AGO,
        },
    ),
    (
        "papers",
        SERIES,
        {
            "id": "papers(g)",
            "created_at": AGO,
            "kind": "'receipt'",
            "year": "2026",
            "number": "g + 1",
            "issued_at": AGO,
            "happened_at": AGO,
            "transaction_id": "transactions(g)",
            "amount_cents": "45000",
            "currency": "'usd'",
            "seller": "'PeerLoop'",
            "buyer": "'Sam ' || g",
            "subject": "'A course'",
        },
    ),
    (
        "confirmations",
        SERIES,
        {
            "created_at": AGO,
            "kind": "'payout'",
            "subject_id": "payouts(g)",
            "recipient_id": "users(g)",
            "amount_cents": "250000",
            "status": "'declined'",
            "asked_by_id": "users(2)",
            "asked_at": AGO,
        },
    ),
    (
        "provider_entries",
        SERIES,
        {
            "created_at": AGO,
            "kind": "'charge'",
            "object_id": "'ch_' || g",
            "made_at": AGO,
            "amount_cents": "45000",
            "currency": "'usd'",
            "status": "'succeeded'",
            "fee_cents": "1335",
            "seen_at": AGO,
        },
    ),
    (
        "books_differences",
        SERIES,
        {
            "created_at": AGO,
            "kind": "'refund_unknown'",
            "about": "'re_other_' || g",
            "happened_at": AGO,
            "theirs": "'$1.00 USD'",
            "ours": "'nothing'",
            "first_seen_at": AGO,
            "gone_at": "CASE WHEN g % 50 <> 7 THEN now() END",
        },
    ),
    (
        "books_looks",
        SERIES,
        {
            "created_at": AGO,
            "since": f"{AGO} - interval '4 days'",
            "until": AGO,
            "entries": "200",
            "began_at": AGO,
            "finished_at": AGO,
        },
    ),
    (
        "money_days",
        SERIES,
        {
            "created_at": AGO,
            "day": "date '2026-01-01' - ({n} - g)",
            "checked_at": AGO,
            "figures": "jsonb_build_object()",
            "found": "0",
            "findings": "'[]'",
            "seal_before": "'before ' || g",
            "seal": "'seal ' || g",
        },
    ),
    (
        "excess_refunds",
        SERIES,
        {
            "created_at": AGO,
            "transaction_id": "transactions(g)",
            "provider_id": "'exr_' || g",
            "amount_cents": "100",
            "seen_at": AGO,
        },
    ),
    (
        "refund_failures",
        SERIES,
        {
            "created_at": AGO,
            "transaction_id": "transactions(g)",
            "stripe_refund_id": "'ref_' || g",
            "amount_cents": "100",
            "failed_at": AGO,
        },
    ),
    (
        "holds",
        "payment_splits AS s WHERE status = 'held'",
        {
            "split_id": "s.id",
            "cause": "'flag'",
            "source_id": "s.session_id",
            "status_before": "'held'",
            "placed_at": "s.delivered_at",
            "lifted_at": "now()",
        },
    ),
    (
        "card_disputes",
        SERIES,
        {
            "created_at": AGO,
            "transaction_id": "transactions(g)",
            "stripe_dispute_id": "'dp_' || g",
            "amount_cents": "45000",
            "status": "CASE WHEN g % 20 = 1 THEN 'open' ELSE 'won' END",
            "opened_at": AGO,
            "closed_at": "CASE WHEN g % 20 <> 1 THEN now() END",
        },
    ),
]
# Two members each; Hanna has every tenth, and one with a tenth of all messages.
HER_TALK = "conversations(10)"
TALK: list[Table] = [
    (
        "community_moderators",
        SERIES,
        {
            "created_at": AGO,
            "creator_id": "users(CASE WHEN g % 10 = 0 THEN 1 ELSE 2 END)",
            "user_id": "users(3 + g % ({n} - 3))",
            "appointed_by_id": "users(2)",
            "is_active": "g % 3 = 0",
            "revoked_by_id": "CASE WHEN g % 3 <> 0 THEN users(2) END",
            "revoked_at": "CASE WHEN g % 3 <> 0 THEN now() END",
        },
    ),
    (
        "community_welcomes",
        SERIES,
        {"created_at": AGO, "creator_id": "users(g)", "content": "'Welcome'"},
    ),
    (
        "moderator_invites",
        SERIES,
        {
            "created_at": AGO,
            "email": "'i' || g || '@growth.test'",
            "invited_by_id": "users(2)",
            "status": "CASE WHEN g % 3 = 0 THEN 'pending' ELSE 'expired' END",
            "expires_at": "now() + interval '7 days'",
        },
    ),
    (
        "posts",
        SERIES,
        {
            "id": "posts(g)",
            "created_at": AGO,
            "author_id": f"users({OWNER})",
            "feed_group": "CASE WHEN g % 3 = 0 THEN 'course' WHEN g % 3 = 1 THEN 'instructor'"
            " ELSE 'user' END",
            "course_id": f"CASE WHEN g % 3 = 0 THEN courses({COURSE}) END",
            "creator_id": f"CASE WHEN g % 3 = 1 THEN users({OWNER}) END",
            "content": "'What did you learn about ' || pg_temp.word(g) || '?'",
        },
    ),
    (
        "timeline_entries",
        "posts AS p, LATERAL (VALUES (p.author_id), (users(1))) AS r (reader)",
        {"user_id": "r.reader", "posted_at": "p.created_at", "post_id": "p.id"},
    ),
    (
        "feed_deliveries",
        SERIES,
        {
            "post_id": "posts(g)",
            "created_at": AGO,
            "updated_at": AGO,
            "next_try_at": AGO,
            "status": "CASE WHEN g % 50 = 0 THEN 'failed' ELSE 'sent' END",
        },
    ),
    (
        "feed_follows",
        SERIES,
        {
            "created_at": AGO,
            "user_id": "users(g)",
            "group": "'course'",
            "key": "'key' || g",
            "next_try_at": AGO,
            "status": "CASE WHEN g % 50 = 0 THEN 'failed' ELSE 'sent' END",
        },
    ),
    (
        "hidden_posts",
        "generate_series(1, {n}, 7) AS g",
        {"created_at": AGO, "user_id": f"users({OWNER})", "post_id": "posts(g)"},
    ),
    (
        "feed_mutes",
        "generate_series(3, {n}) AS g",
        {
            "created_at": AGO,
            "user_id": "users(CASE WHEN g % 10 = 0 AND g <= 2000 THEN 1 ELSE g END)",
            "member_id": "users(g - 1)",
        },
    ),
    (
        "feed_visits",
        SERIES,
        {
            "user_id": f"users({OWNER})",
            "feed_group": "'course'",
            "feed_id": "courses(g)",
            "last_visited_at": AGO,
        },
    ),
    (
        "post_bookmarks",
        SERIES,
        {
            "created_at": AGO,
            "post_id": "posts(g)",
            "user_id": f"users({OWNER})",
        },
    ),
    (
        "post_likes",
        SERIES,
        {
            "created_at": AGO,
            "post_id": "posts(g)",
            "user_id": f"users({OWNER})",
        },
    ),
    # Every tenth is Hanna's, one a day; each went to one reader.
    (
        "newsletters",
        SERIES,
        {
            "id": "newsletters(g)",
            "created_at": AGO,
            "creator_id": f"users({OWNER})",
            "subject": "'What is new ' || g",
            "body": "'Try ' || pg_temp.word(g)",
            "status": "CASE WHEN g % 20 = 0 THEN 'draft' ELSE 'sent' END",
            "send_at": "CASE WHEN g % 20 <> 0 THEN now() - (g + 2) * interval '2 days' END",
            "quiet_until": "CASE WHEN g % 20 <> 0 THEN now() - (g + 1) * interval '2 days' END",
            "filled_at": "CASE WHEN g % 20 <> 0 THEN now() END",
            "sent_at": "CASE WHEN g % 20 <> 0 THEN now() END",
        },
    ),
    (
        "newsletter_subscribers",
        SERIES,
        {
            "id": "newsletter_subscribers(g)",
            "created_at": AGO,
            "creator_id": "users(CASE WHEN g % 10 = 0 THEN 1 ELSE 2 + g % ({n} - 2) END)",
            "user_id": "users(CASE WHEN g % 10 = 1 THEN 1 ELSE g END)",
            "source": "'profile'",
            "subscribed_at": AGO,
        },
    ),
    (
        "newsletter_deliveries",
        SERIES,
        {
            "created_at": AGO,
            "newsletter_id": "newsletters(g)",
            "subscriber_id": "newsletter_subscribers(g)",
            "status": "CASE WHEN g % 7 = 0 THEN 'bounced' ELSE 'delivered' END",
        },
    ),
    (
        "post_mentions",
        SERIES,
        {
            "created_at": AGO,
            "post_id": "posts(g)",
            "user_id": f"users({OWNER})",
        },
    ),
    (
        # In Hanna's course however few rows there are.
        "feed_pins",
        "generate_series(1, {n} / 3) AS g",
        {
            "created_at": AGO,
            "feed_group": "'course'",
            "course_id": "courses(CASE g WHEN 1 THEN 50 WHEN 50 THEN 1 ELSE g END)",
            "post_id": "posts(3 * g)",
            "pinned_by_id": "users(2)",
            "place": "1",
        },
    ),
    (
        # Each for a day, the next of the same author when it is over.
        "promoted_posts",
        "generate_series(3, {n}, 81) AS g",
        {
            "created_at": AGO,
            "post_id": "posts(g)",
            "author_id": f"users({OWNER})",
            "points_spent": "50",
            "place": "1",
            "starts_at": AGO,
            "expires_at": f"{AGO} + interval '1 day'",
            "status": f"CASE WHEN {AGO} + interval '1 day' > now() THEN 'live' ELSE 'ended' END",
        },
    ),
    (
        # Hanna keeps as many as one may.
        "companion_pins",
        SERIES,
        {
            "id": "companion_pins(g)",
            "created_at": AGO,
            "user_id": "users(CASE WHEN g <= 20 THEN 1 ELSE g END)",
            "post_id": "posts(g)",
            "place": "CASE WHEN g <= 20 THEN g ELSE 1 END",
        },
    ),
    (
        "helpful_replies",
        SERIES,
        {
            "created_at": AGO,
            "reply_id": "posts(g)",
            "post_id": "posts(g)",
            "asker_id": f"users({OWNER})",
        },
    ),
    (
        "conversations",
        SERIES,
        {
            "id": "conversations(g)",
            "created_at": AGO,
            "kind": "'direct'",
            "direct_key": "'talk ' || g",
            "created_by_id": f"users({OWNER})",
            "last_number": "CASE WHEN g = 10 THEN {n} / 10 ELSE 1 END",
        },
    ),
    (
        "conversation_participants",
        f"{SERIES} CROSS JOIN generate_series(1, 2) AS side",
        {
            "conversation_id": "conversations(g)",
            "created_at": AGO,
            "user_id": f"CASE WHEN side = 1 THEN users({OWNER})"
            " ELSE users(3 + g * 29 % ({n} - 3)) END",
            "last_message_at": AGO,
            "last_read_number": "CASE WHEN g < {n} - 200 THEN"
            " CASE WHEN g = 10 THEN {n} / 10 ELSE 1 END ELSE 0 END",
            "unread_count": "CASE WHEN g < {n} - 200 OR side = 2 THEN 0 ELSE 1 END",
        },
    ),
    (
        "messages",
        SERIES,
        {
            "id": "messages(g)",
            "created_at": AGO,
            "conversation_id": f"CASE WHEN g % 10 = 0 THEN {HER_TALK} ELSE conversations(g) END",
            "number": "CASE WHEN g % 10 = 0 THEN g / 10 ELSE 1 END",
            "sender_id": "users(3 + g * 29 % ({n} - 3))",
            "content": "'Shall we start with ' || pg_temp.word(g) || '?'",
        },
    ),
]
# Of what was reported, only the newest waits; the rest is history.
WAITS = "(g % 2 = 0 AND g > {n} - 400)"
REPORTS: list[Table] = [
    (
        "moderation_cases",
        SERIES,
        {
            "id": "moderation_cases(g)",
            "created_at": AGO,
            "target_type": "'post'",
            "target_id": "posts(g)",
            "author_id": f"users({OWNER})",
            "scope_creator_id": f"users({OWNER})",
            "status": f"CASE WHEN {WAITS} THEN 'pending' ELSE 'actioned' END",
            "priority": "1 + g % 3",
            "pending_since": AGO,
            "decided_at": f"CASE WHEN NOT {WAITS} THEN {AGO} END",
        },
    ),
    (
        "moderation_actions",
        f"{SERIES} WHERE NOT {WAITS}",
        {
            "id": "moderation_actions(g)",
            "created_at": AGO,
            "case_id": "moderation_cases(g)",
            "actor_id": "users(2)",
            "action": "'remove'",
            "rule": "'spam'",
            "reason": "'Spam about ' || pg_temp.word(g)",
            "target_user_id": f"users({OWNER})",
            "takes_out": "true",
        },
    ),
    (
        "content_flags",
        SERIES,
        {
            "created_at": AGO,
            "case_id": "moderation_cases(g)",
            "flagger_id": "users(3 + g * 29 % ({n} - 3))",
            "reason": "'spam'",
            "details": "'Too much of ' || pg_temp.word(g)",
            "decision_id": f"CASE WHEN NOT {WAITS} THEN moderation_actions(g) END",
        },
    ),
    (
        "appeals",
        f"{SERIES} WHERE NOT {WAITS}",
        {
            "id": "appeals(g)",
            "created_at": AGO,
            "decision_id": "moderation_actions(g)",
            "side": "'author'",
            "user_id": f"users({OWNER})",
            "text": "'It was no spam'",
            "status": "CASE WHEN g > {n} - 100 THEN 'waiting' ELSE 'upheld' END",
            "decided_by_id": "CASE WHEN g <= {n} - 100 THEN users(2) END",
            "decided_at": f"CASE WHEN g <= {{n}} - 100 THEN {AGO} END",
            "answer": "CASE WHEN g > {n} - 100 THEN '' ELSE 'It was' END",
        },
    ),
]
# What Hanna earned and spent, and others in turn; the sums are those of the ledger.
GAVE = "users(CASE WHEN g % 10 = 0 THEN 3 + g * 29 % ({n} - 3) ELSE 1 END)"
POINTS: list[Table] = [
    (
        "help_summons",
        SERIES,
        {
            "id": "help_summons(g)",
            "created_at": AGO,
            # Nobody helps themselves.
            "student_id": f"users(coalesce(nullif({ASKED}, {OWNER}), 2))",
            "course_id": f"courses({COURSE})",
            "enrollment_id": "enrollments(g)",
            "conversation_id": "conversations(g)",
            "status": "'completed'",
            "expires_at": AGO,
            "helper_id": f"users({OWNER})",
            "responded_at": AGO,
            "completed_at": AGO,
            "points_awarded": "15",
        },
    ),
    (
        "user_availability",
        SERIES,
        {
            "created_at": AGO,
            "user_id": "users(g)",
            "is_available": "g % 50 = 0",
            "since": f"CASE WHEN g % 50 = 0 THEN {AGO} END",
            "last_seen_at": "now()",
        },
    ),
    (
        "goodwill_transactions",
        SERIES,
        {
            "created_at": AGO,
            "user_id": f"users({OWNER})",
            "type": "CASE WHEN g % 7 = 3 THEN 'spent' ELSE 'earned' END",
            "reason": "CASE WHEN g % 7 = 3 THEN 'correction' ELSE 'summon_help' END",
            "points": "CASE WHEN g % 7 = 3 THEN 1 ELSE 10 END",
            "cause": "'movement:' || g",
            "counterparty_id": f"CASE WHEN g % 7 <> 3 THEN {GAVE} END",
            "course_id": f"CASE WHEN g % 7 <> 3 THEN courses({COURSE}) END",
            "on_date": f"({AGO})::date",
            "given_on": f"CASE WHEN g % 7 <> 3 THEN ({AGO})::date END",
            "created_by_id": "CASE WHEN g % 7 = 3 THEN users(2) END",
            "note": "CASE WHEN g % 7 = 3 THEN 'counted twice' ELSE '' END",
        },
    ),
    (
        "reward_claims",
        SERIES,
        {
            "created_at": AGO,
            "user_id": "users(g)",
            "tier": "(ARRAY['trusted_helper', 'mentor', 'champion'])[1 + g % 3]",
            "status": "CASE WHEN g % 2 = 0 THEN 'claimed' ELSE 'given' END",
            "answer": "CASE WHEN g % 2 = 0 THEN '' ELSE 'It is in your balance' END",
            "decided_by_id": "CASE WHEN g % 2 = 1 THEN users(2) END",
            "decided_at": f"CASE WHEN g % 2 = 1 THEN {AGO} END",
        },
    ),
    (
        "referrals",
        SERIES,
        {
            "created_at": AGO,
            "referrer_id": f"users({OWNER})",
            "email": "'friend' || g || '@growth.test'",
            "status": "CASE WHEN g % 20 = 3 THEN 'sent' ELSE 'void' END",
            "sent_at": AGO,
        },
    ),
    (
        "user_goodwill",
        (
            "(SELECT user_id, sum(points) FILTER (WHERE type = 'earned') AS earned,"
            " sum(points) FILTER (WHERE type = 'spent') AS spent,"
            " count(*) FILTER (WHERE type = 'earned') AS helped"
            " FROM goodwill_transactions GROUP BY user_id) AS moved"
        ),
        {
            "user_id": "user_id",
            "total_earned": "coalesce(earned, 0) + coalesce(spent, 0)",
            "spent": "coalesce(spent, 0)",
            "summons_helped": "helped",
        },
    ),
    (
        "goodwill_ranks",
        (
            "(SELECT user_id, row_number() OVER (ORDER BY user_id) AS g FROM user_goodwill"
            " LIMIT 100) AS moved"
        ),
        {
            "span": "'month'",
            "place": "g",
            "user_id": "user_id",
            "points": "1000 - g",
            "at": "now()",
        },
    ),
    (
        "goodwill_days",
        (
            "(SELECT user_id, on_date, least(100, sum(points)) AS points FROM goodwill_transactions"
            " WHERE type = 'earned' GROUP BY user_id, on_date) AS moved"
        ),
        {"user_id": "user_id", "day": "on_date", "earned": "points", "received": "points"},
    ),
    (
        "goodwill_pairs",
        (
            "(SELECT user_id, counterparty_id, sum(points) AS points, count(*) AS awards,"
            " max(created_at) AS last_at FROM goodwill_transactions"
            " WHERE counterparty_id IS NOT NULL GROUP BY user_id, counterparty_id) AS moved"
        ),
        {
            "giver_id": "counterparty_id",
            "receiver_id": "user_id",
            "points": "points",
            "awards": "awards",
            "mutual": "CASE WHEN points > 10 THEN 10 ELSE 0 END",
            "last_at": "last_at",
        },
    ),
]
TABLES = (*PEOPLE, *COURSES, *LEARNING, *SESSIONS, *RECORDINGS, *MONEY, *TALK, *REPORTS, *POINTS)
