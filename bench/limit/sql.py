"""The limit's statements, one for each role, written for it alone."""

COURSES = """
SELECT c.id, c.title, c.description, c.thumbnail_url, c.level, c.price_cents, c.duration,
    c.rating::float8, c.student_count, g.id, g.name, u.id, u.name, u.avatar_url,
    (SELECT sum(courses)::int FROM course_shelf_counts)
FROM courses c JOIN categories g ON g.id = c.category_id JOIN users u ON u.id = c.creator_id
WHERE c.status = 'published' AND c.deleted_at IS NULL
ORDER BY c.fair_rating DESC, c.id DESC LIMIT 20
"""
COURSE = """
SELECT c.id, c.title, c.description, c.thumbnail_url, c.level, c.price_cents, c.duration,
    c.rating::float8, c.student_count, g.id, g.name, u.id, u.name, u.avatar_url,
    ARRAY (SELECT tag FROM course_tags WHERE course_id = c.id ORDER BY tag),
    ARRAY (SELECT text FROM course_objectives WHERE course_id = c.id ORDER BY position),
    ARRAY (SELECT text FROM course_includes WHERE course_id = c.id ORDER BY position),
    (SELECT json_agg(json_build_object('id', id, 'title', title, 'description', description,
        'duration', duration, 'video_count', video_count, 'reading_count', reading_count,
        'has_assessment', has_assessment) ORDER BY module_order)
     FROM course_curriculum WHERE course_id = c.id AND archived_at IS NULL)::text,
    f.one_on_one_teaching, f.certified_teachers, f.earn_while_teaching, f.teacher_commission,
    (SELECT json_agg(json_build_array(t.user_id, p.name, p.avatar_url, t.students_taught,
        t.certified_date) ORDER BY t.created_at, t.id)
     FROM student_teachers t JOIN users p ON p.id = t.user_id
     WHERE t.course_id = c.id AND t.is_active AND t.teaching_active AND p.is_active
        AND p.suspended_at IS NULL AND p.deleted_at IS NULL)::text
FROM courses c JOIN categories g ON g.id = c.category_id JOIN users u ON u.id = c.creator_id
JOIN peerloop_features f ON f.course_id = c.id
WHERE c.id = %s AND c.status = 'published' AND c.deleted_at IS NULL
"""
ENROLLMENTS = """
SELECT e.id, c.id, c.title, c.slug, c.thumbnail_url, e.status, e.progress_percent,
    e.modules_paid, e.created_at, t.id, t.name, t.avatar_url, n.id, n.scheduled_start,
    n.scheduled_end, n.status,
    (SELECT count(*) FROM enrollments WHERE student_id = %s)
FROM enrollments e JOIN courses c ON c.id = e.course_id LEFT JOIN users t ON t.id = e.teacher_id
LEFT JOIN LATERAL (
    SELECT id, scheduled_start, scheduled_end, status FROM sessions
    WHERE enrollment_id = e.id AND status IN ('scheduled', 'in_progress') AND scheduled_end > now()
    ORDER BY scheduled_start LIMIT 1
) n ON true
WHERE e.student_id = %s ORDER BY e.created_at DESC, e.id DESC LIMIT 20
"""
CATALOG = """
SELECT c.slug, c.title, c.thumbnail_url, c.level, c.price_cents, c.rating::float8,
    c.rating_count, u.name, to_char(f.next_at AT TIME ZONE 'UTC', 'Dy FMDD Mon, HH24:MI'),
    f.next_at,
    (SELECT json_agg(json_build_array(g.name, g.slug, s.courses) ORDER BY g.position)
     FROM categories g JOIN (SELECT category_id, sum(courses) AS courses
        FROM course_shelf_counts GROUP BY category_id) s ON s.category_id = g.id
     WHERE g.is_active)::text,
    (SELECT json_object_agg(level, courses) FROM (SELECT level, sum(courses) AS courses
        FROM course_shelf_counts GROUP BY level) l)::text
FROM courses c JOIN users u ON u.id = c.creator_id
LEFT JOIN bench_free f ON f.course_id = c.id AND f.is_first
WHERE c.status = 'published' AND c.deleted_at IS NULL
ORDER BY c.fair_rating DESC, c.id DESC LIMIT 18
"""
PAGE = """
SELECT c.slug, c.title, c.tagline, c.description, c.thumbnail_url, c.level, c.price_cents,
    c.rating::float8, c.rating_count, c.session_minutes, g.name, g.slug, u.name, u.handle, u.title,
    ARRAY (SELECT tag FROM course_tags WHERE course_id = c.id ORDER BY tag),
    ARRAY (SELECT text FROM course_objectives WHERE course_id = c.id ORDER BY position),
    ARRAY (SELECT text FROM course_includes WHERE course_id = c.id ORDER BY position),
    ARRAY (SELECT text FROM course_target_audience WHERE course_id = c.id ORDER BY position),
    (SELECT json_agg(json_build_array(text, replace(kind, '_', ' ')) ORDER BY position)
     FROM course_prerequisites WHERE course_id = c.id)::text,
    (SELECT json_agg(json_build_array(title, description, duration, video_count, reading_count,
        has_assessment) ORDER BY module_order)
     FROM course_curriculum WHERE course_id = c.id AND archived_at IS NULL)::text,
    (SELECT json_agg(json_build_array(p.id, p.name, f.next_at,
        to_char(f.next_at AT TIME ZONE 'UTC', 'Dy FMDD Mon, HH24:MI')) ORDER BY f.place)
     FROM bench_free f JOIN users p ON p.id = f.user_id WHERE f.course_id = c.id)::text,
    (SELECT json_agg(json_build_array(free_at,
        to_char(free_at AT TIME ZONE 'UTC', 'Dy FMDD Mon, HH24:MI')) ORDER BY place)
     FROM bench_times WHERE course_id = c.id)::text
FROM courses c JOIN categories g ON g.id = c.category_id JOIN users u ON u.id = c.creator_id
WHERE c.slug = %s AND c.status = 'published' AND c.deleted_at IS NULL
"""
DASHBOARD = """
SELECT u.name, u.email,
    (SELECT count(*) FROM notifications WHERE user_id = u.id AND read_at IS NULL),
    (SELECT json_agg(json_build_array(e.id, e.title, e.progress_percent, e.next_at,
        to_char(e.next_at AT TIME ZONE u.timezone, 'Dy FMDD Mon, HH24:MI'))
        ORDER BY e.created_at DESC, e.id DESC)
     FROM (SELECT e.id, e.created_at, c.title, e.progress_percent,
            (SELECT min(scheduled_start) FROM sessions WHERE enrollment_id = e.id
                AND status IN ('scheduled', 'in_progress') AND scheduled_end > now()) AS next_at
        FROM enrollments e JOIN courses c ON c.id = e.course_id
        WHERE e.student_id = u.id AND e.status <> 'cancelled'
        ORDER BY e.created_at DESC, e.id DESC LIMIT 6) e)::text,
    (SELECT json_agg(json_build_array(s.id, s.module, s.course, s.teacher, s.scheduled_start,
        to_char(s.scheduled_start AT TIME ZONE u.timezone, 'Dy FMDD Mon, HH24:MI'))
        ORDER BY s.scheduled_start)
     FROM (SELECT s.id, s.scheduled_start, c.title AS course, t.name AS teacher,
            (SELECT title FROM course_curriculum WHERE course_id = s.course_id
                AND archived_at IS NULL ORDER BY module_order LIMIT 1) AS module
        FROM sessions s JOIN courses c ON c.id = s.course_id JOIN users t ON t.id = s.teacher_id
        WHERE (s.student_id = u.id OR s.teacher_id = u.id)
            AND s.status IN ('scheduled', 'in_progress') AND s.scheduled_end > now()
        ORDER BY s.scheduled_start LIMIT 5) s)::text
FROM users u WHERE u.id = %s
"""
# For the pages: what the product shows of free times and computes from hours lies ready here.
TABLES = """
CREATE TABLE bench_free (course_id uuid, place int, user_id uuid, next_at timestamptz,
    is_first bool GENERATED ALWAYS AS (place = 1) STORED, PRIMARY KEY (course_id, place));
CREATE TABLE bench_times (course_id uuid, place int, free_at timestamptz,
    PRIMARY KEY (course_id, place));
CREATE TABLE bench_bookings (teacher uuid, student uuid, held tstzrange,
    EXCLUDE USING gist (teacher WITH =, held WITH &&));
CREATE TABLE bench_events (event_id text PRIMARY KEY, body bytea);
"""
BOOK = (
    "INSERT INTO bench_bookings (teacher, student, held)"
    " VALUES (%s, %s, tstzrange(%s::timestamptz, %s::timestamptz + interval '1 hour'))"
)
