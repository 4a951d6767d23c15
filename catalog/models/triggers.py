"""Triggers that count the listed courses of each category and level.

Triggers and not actions, because the admin site and scripts change courses too.
"""

from peerloop.kit.triggers import Trigger

SHELF_COUNTS = (
    Trigger(
        name="courses_counted_on_insert",
        on="AFTER INSERT",
        referencing="NEW TABLE AS changed",
        body="""
            INSERT INTO course_shelf_counts AS kept (category_id, level, courses)
            SELECT category_id, level, count(*) FROM changed
            WHERE status = 'published' AND deleted_at IS NULL
            GROUP BY category_id, level ORDER BY category_id, level
            ON CONFLICT (category_id, level)
                DO UPDATE SET courses = kept.courses + EXCLUDED.courses;
            RETURN NULL;
        """,
    ),
    Trigger(
        name="courses_counted_on_delete",
        on="AFTER DELETE",
        referencing="OLD TABLE AS changed",
        body="""
            UPDATE course_shelf_counts AS kept SET courses = kept.courses - gone.courses
            FROM (
                SELECT category_id, level, count(*) AS courses FROM changed
                WHERE status = 'published' AND deleted_at IS NULL GROUP BY category_id, level
            ) AS gone
            WHERE kept.category_id = gone.category_id AND kept.level = gone.level;
            RETURN NULL;
        """,
    ),
    Trigger(
        name="courses_counted_on_update",
        on="AFTER UPDATE OF status, deleted_at, category_id, level",
        condition="""(OLD.status, OLD.deleted_at, OLD.category_id, OLD.level)
            IS DISTINCT FROM (NEW.status, NEW.deleted_at, NEW.category_id, NEW.level)""",
        body="""
            INSERT INTO course_shelf_counts AS kept (category_id, level, courses)
            SELECT category_id, level, 0
            FROM (VALUES (NEW.category_id, NEW.level, NEW.status, NEW.deleted_at))
                AS listed (category_id, level, status, deleted_at)
            WHERE status = 'published' AND deleted_at IS NULL
            ON CONFLICT (category_id, level) DO NOTHING;
            -- Both shelves in one statement and one order, so that two changes at once can't lock
            -- each other.
            UPDATE course_shelf_counts AS kept SET courses = kept.courses + change.amount
            FROM (
                SELECT shelf.category_id, shelf.level,
                    (shelf.category_id = NEW.category_id AND shelf.level = NEW.level
                        AND NEW.status = 'published' AND NEW.deleted_at IS NULL)::int
                    - coalesce((shelf.category_id = OLD.category_id AND shelf.level = OLD.level
                        AND OLD.status = 'published' AND OLD.deleted_at IS NULL)::int, 0)
                    AS amount
                FROM course_shelf_counts AS shelf
                WHERE (shelf.category_id, shelf.level) IN
                    ((OLD.category_id, OLD.level), (NEW.category_id, NEW.level))
                ORDER BY shelf.category_id, shelf.level FOR NO KEY UPDATE
            ) AS change
            WHERE kept.category_id = change.category_id AND kept.level = change.level;
            RETURN NULL;
        """,
    ),
)
