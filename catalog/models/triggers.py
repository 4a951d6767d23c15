"""Triggers that update the search vector, the search words and the counts of courses.

Triggers and not actions, because the admin site, scripts and a renamed creator change them too.
"""

from peerloop.kit.triggers import Function, Trigger

# Writing ``search``, even with NULL, makes the trigger compute it (see ``touches_search``).
SEARCH = Trigger(
    name="courses_search",
    on="BEFORE INSERT OR UPDATE OF title, tagline, description, creator_id, search",
    declare="about text; promises text; steps text; creator text;",
    body="""
        SELECT string_agg(tag, ' ' ORDER BY tag) INTO about
            FROM course_tags WHERE course_id = NEW.id;
        SELECT string_agg(text, ' ' ORDER BY position) INTO promises
            FROM course_objectives WHERE course_id = NEW.id;
        SELECT string_agg(title, ' ' ORDER BY module_order) INTO steps
            FROM course_curriculum WHERE course_id = NEW.id AND archived_at IS NULL;
        SELECT name INTO creator FROM users WHERE id = NEW.creator_id;
        NEW.search :=
            setweight(to_tsvector('english', unaccent(NEW.title)), 'A')
            || setweight(to_tsvector('english', unaccent(concat_ws(' ', about, promises))), 'B')
            || setweight(to_tsvector('english', unaccent(concat_ws(' ', steps, creator))), 'C')
            || setweight(to_tsvector('english',
                unaccent(concat_ws(' ', NEW.tagline, NEW.description))), 'D');
        -- In one order, so that two courses with the same new words can't lock each other.
        INSERT INTO course_words (word)
            SELECT DISTINCT matches.parts[1] AS word
            FROM regexp_matches(
                lower(unaccent(concat_ws(' ', NEW.title, about, promises, steps, creator))),
                '[[:alpha:]][[:alnum:]]{2,39}', 'g') AS matches (parts)
            ORDER BY word
            ON CONFLICT DO NOTHING;
        RETURN NEW;
    """,
)
CREATOR_RENAMED = Trigger(
    name="users_renamed",
    table="users",
    on="AFTER UPDATE OF name",
    condition="OLD.name IS DISTINCT FROM NEW.name",
    body="""
        UPDATE courses SET search = NULL WHERE creator_id = NEW.id;
        RETURN NULL;
    """,
)


def touches_search(table: str) -> list[Trigger]:
    """Triggers on ``table`` that update the search vectors of its courses, once per statement."""
    return [
        Trigger(
            name=f"{table}_{done}",
            on=f"AFTER {event}",
            referencing=f"{side} TABLE AS changed",
            body="""
                UPDATE courses SET search = NULL WHERE id IN (SELECT course_id FROM changed);
                RETURN NULL;
            """,
        )
        for event, side, done in (
            ("INSERT", "NEW", "inserted"),
            ("UPDATE", "NEW", "updated"),
            ("DELETE", "OLD", "deleted"),
        )
    ]


# Candidates for a mistyped word: words that begin with it, that differ in at most two letters after
# the first, or that share many trigrams. The threshold is set on the function, so that no
# connection has to set it. ``catalog.queries.meaning`` chooses among the candidates.
WORDS_LIKE = Function(
    name="course_words_like",
    signature="asked text[]",
    returns="TABLE (asked_word text, known_word text)",
    options="LANGUAGE sql STABLE ROWS 50 SET pg_trgm.similarity_threshold = 0.3",
    body="""
        SELECT one.word, near.word
        FROM unnest(asked) AS one (word) CROSS JOIN LATERAL (
            SELECT known.word FROM course_words AS known
            WHERE known.word % one.word
                OR known.word LIKE one.word || '%'
                OR (known.word LIKE left(one.word, 1) || '%'
                    AND length(known.word) BETWEEN length(one.word) - 2 AND length(one.word) + 2
                    AND levenshtein_less_equal(known.word, one.word, 2) <= 2)
            ORDER BY NOT known.word LIKE one.word || '%',
                levenshtein_less_equal(known.word, one.word, 3), known.word
            LIMIT 50
        ) AS near
    """,
)
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
