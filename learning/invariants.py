"""Invariants of enrollments and of the right to teach."""

from accounts.invariants import figure_of_members
from learning.queries.completion import READY_SQL
from peerloop.kit.invariants import Invariant, Recount

CERTIFIED = """
SELECT st.id, 'an issued teaching certificate', coalesce(c.type || ' ' || c.status, 'none')
FROM student_teachers st LEFT JOIN certificates c
    ON c.id = st.certificate_id AND c.user_id = st.user_id AND c.course_id = st.course_id
WHERE st.is_active AND (c.type IS DISTINCT FROM 'teaching' OR c.status IS DISTINCT FROM 'issued')
"""
ENTITLED = """
SELECT st.id, 'a completed enrollment, the creator or a waiver', 'none of them'
FROM student_teachers st JOIN courses c ON c.id = st.course_id
WHERE st.is_active AND st.user_id <> c.creator_id AND st.waiver_reason = ''
  AND NOT EXISTS (
    SELECT FROM enrollments e WHERE e.student_id = st.user_id AND e.course_id = st.course_id
        AND e.completion_fired_at IS NOT NULL)
"""
STUDENTS = """
SELECT c.id, count(DISTINCT e.student_id), c.student_count
FROM courses c LEFT JOIN enrollments e ON e.course_id = c.id AND e.status <> 'cancelled'
GROUP BY c.id HAVING c.student_count <> count(DISTINCT e.student_id)
"""
RECOUNT_STUDENTS = """
UPDATE courses SET student_count = (
    SELECT count(DISTINCT student_id) FROM enrollments
    WHERE course_id = courses.id AND status <> 'cancelled')
WHERE id = %s
"""
TAUGHT = """
SELECT st.id, count(DISTINCT e.student_id), st.students_taught
FROM student_teachers st LEFT JOIN enrollments e
    ON e.student_teacher_id = st.id AND e.completion_fired_at IS NOT NULL
GROUP BY st.id HAVING st.students_taught <> count(DISTINCT e.student_id)
"""
RECOUNT_TAUGHT = """
UPDATE student_teachers SET students_taught = (
    SELECT count(DISTINCT student_id) FROM enrollments
    WHERE student_teacher_id = student_teachers.id AND completion_fired_at IS NOT NULL)
WHERE id = %s
"""
FIGURES = """
WITH summed AS (
    SELECT t.user_id, sum(t.students_taught)::int AS taught, min(t.certified_date) AS first,
        u.is_student_teacher AND u.has_hours AND u.privacy_public AND u.is_active
            AND u.deleted_at IS NULL AND u.suspended_at IS NULL AS listed
    FROM student_teachers t JOIN users u ON u.id = t.user_id WHERE t.is_active GROUP BY 1, 4
)
SELECT coalesce(s.user_id, f.user_id), concat_ws(' ', s.taught, s.first, s.listed),
       concat_ws(' ', f.students_taught, f.certified_date, f.is_listed)
FROM summed s FULL JOIN teacher_figures f ON f.user_id = s.user_id
WHERE (s.taught, s.first, s.listed)
    IS DISTINCT FROM (f.students_taught, f.certified_date, f.is_listed)
"""
# The trigger makes the row anew.
RESUM_FIGURES = "UPDATE student_teachers SET students_taught = students_taught WHERE user_id = %s"

# Of courses and of student-teachers, what their reviews say.
RATINGS = """
WITH counted AS (
    SELECT CASE WHEN about = 'course' THEN course_id ELSE student_teacher_id END AS thing,
        round(avg(rating), 1) AS mean, count(*) AS amount
    FROM reviews WHERE status <> 'removed' GROUP BY 1
), kept AS (
    SELECT id, rating, rating_count FROM courses
    UNION ALL SELECT id, rating, rating_count FROM student_teachers
)
SELECT k.id, concat_ws(' of ', c.mean, coalesce(c.amount, 0)),
    concat_ws(' of ', k.rating, k.rating_count)
FROM kept k LEFT JOIN counted c ON c.thing = k.id
WHERE (k.rating, k.rating_count) IS DISTINCT FROM (c.mean, coalesce(c.amount, 0)::int)
"""
STARS = """
SELECT n.rated_thing_id, coalesce(r.amount, 0), n.number
FROM rating_counts n LEFT JOIN (
    SELECT CASE WHEN about = 'course' THEN course_id ELSE student_teacher_id END AS thing,
        rating, count(*) AS amount
    FROM reviews WHERE status <> 'removed' GROUP BY 1, 2
) r ON r.thing = n.rated_thing_id AND r.rating = n.stars
WHERE n.number <> coalesce(r.amount, 0)
"""
RATED = """
WITH counted AS (
    SELECT rated_id, round(avg(rating), 1) AS mean, count(*) AS amount
    FROM reviews WHERE status <> 'removed' GROUP BY 1
)
SELECT s.user_id, concat_ws(' of ', c.mean, coalesce(c.amount, 0)),
    concat_ws(' of ', s.average_rating, s.total_reviews)
FROM user_stats s LEFT JOIN counted c ON c.rated_id = s.user_id
WHERE (s.average_rating, s.total_reviews) IS DISTINCT FROM (c.mean, coalesce(c.amount, 0)::int)
"""

READY = READY_SQL.replace("SELECT e.id", "SELECT e.id, 'completed', e.status", 1)

INVARIANTS = (
    # Found each hour by a sweep, since homework may be taken away while nobody does anything.
    Invariant("LEARN-3", "an enrollment that lacks nothing is completed", READY),
    Invariant("I8", "who teaches has an issued teaching certificate", CERTIFIED),
    Invariant("I8", "who teaches completed the course, created it or has a waiver", ENTITLED),
    Invariant(
        "I9",
        "student_count of a course",
        STUDENTS,
        Recount(table="courses", column="student_count", update=RECOUNT_STUDENTS),
    ),
    # Must come before the members' figure, which is the sum of these.
    Invariant(
        "I9",
        "students_taught of a student-teacher",
        TAUGHT,
        Recount(table="student_teachers", column="students_taught", update=RECOUNT_TAUGHT),
    ),
    Invariant(
        "I9",
        "figures of a teacher in the directory",
        FIGURES,
        Recount(
            table="teacher_figures", column="students_taught", update=RESUM_FIGURES, key="user_id"
        ),
    ),
    # Written by the trigger of reviews alone.
    Invariant("RATE-6", "the rating of a course or a student-teacher", RATINGS),
    Invariant("RATE-6", "how many reviews give so many stars", STARS),
    Invariant("RATE-6", "the rating of a member", RATED),
    figure_of_members(
        "students_taught",
        "SELECT user_id, sum(students_taught) AS amount FROM student_teachers GROUP BY user_id",
    ),
    figure_of_members(
        "courses_completed",
        "SELECT student_id AS user_id, count(*) AS amount FROM enrollments"
        " WHERE completion_fired_at IS NOT NULL GROUP BY student_id",
    ),
)
