"""What is searched and what is counted follows every change of a course, whoever makes it.

Triggers and not actions: the admin site, a script and a renamed creator change it too.
"""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.contrib.postgres.operations import CreateExtension
from django.db import migrations, models

# ``search`` is the switch: writing it, even with NULL, computes it anew (see touch_courses).
SEARCH = """
CREATE FUNCTION refresh_course_search() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about text;
    promises text;
    steps text;
    creator text;
BEGIN
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
        || setweight(to_tsvector('english', unaccent(concat_ws(' ', NEW.tagline, NEW.description))), 'D');
    -- In one order, so that two courses with the same new words can't lock each other.
    INSERT INTO course_words (word)
        SELECT DISTINCT matches.parts[1] AS word
        FROM regexp_matches(
            lower(unaccent(concat_ws(' ', NEW.title, about, promises, steps, creator))),
            '[[:alpha:]][[:alnum:]]{2,39}', 'g') AS matches (parts)
        ORDER BY word
        ON CONFLICT DO NOTHING;
    RETURN NEW;
END $$;

CREATE TRIGGER courses_search
    BEFORE INSERT OR UPDATE OF title, tagline, description, creator_id, search
    ON courses FOR EACH ROW EXECUTE FUNCTION refresh_course_search();

CREATE FUNCTION touch_courses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE courses SET search = NULL WHERE id IN (SELECT course_id FROM changed);
    RETURN NULL;
END $$;

CREATE FUNCTION touch_courses_of_creator() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE courses SET search = NULL WHERE creator_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER users_renamed AFTER UPDATE OF name ON users FOR EACH ROW
    WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION touch_courses_of_creator();
"""
SEARCH_BACK = """
DROP TRIGGER users_renamed ON users;
DROP FUNCTION touch_courses_of_creator();
DROP TRIGGER courses_search ON courses;
DROP FUNCTION touch_courses() CASCADE;
DROP FUNCTION refresh_course_search();
"""
PARTS = ("course_tags", "course_objectives", "course_curriculum")
EVENTS = (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
# Once a statement and not once a row: twenty modules in one insert are one refresh.
TOUCHES = "".join(
    f"CREATE TRIGGER {table}_{event.lower()}ed AFTER {event} ON {table} "
    f"REFERENCING {side} TABLE AS changed "
    "FOR EACH STATEMENT EXECUTE FUNCTION touch_courses();\n"
    for table in PARTS
    for event, side in EVENTS
)

# What a mistyped word may have meant: words that begin with it, that differ in two letters behind
# the first, or that share many groups of three. The threshold belongs to the function, so that no
# connection has to set it. Which of them is near enough is decided by the reader.
LIKENESS = """
CREATE FUNCTION course_words_like(asked text[])
    RETURNS TABLE (asked_word text, known_word text)
    LANGUAGE sql STABLE ROWS 50
    SET pg_trgm.similarity_threshold = 0.3
AS $$
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
$$;
"""

COUNTS = """
CREATE FUNCTION count_shelves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO course_shelf_counts AS kept (category_id, level, courses)
        SELECT category_id, level, 0
        FROM (VALUES (NEW.category_id, NEW.level, NEW.status, NEW.deleted_at))
            AS listed (category_id, level, status, deleted_at)
        WHERE status = 'published' AND deleted_at IS NULL
        ON CONFLICT (category_id, level) DO NOTHING;
        -- Both shelves in one statement and in one order: two moves at once can't lock each other.
        UPDATE course_shelf_counts AS kept SET courses = kept.courses + change.amount
        FROM (
            SELECT shelf.category_id, shelf.level,
                (shelf.category_id = NEW.category_id AND shelf.level = NEW.level
                    AND NEW.status = 'published' AND NEW.deleted_at IS NULL)::int
                - coalesce((shelf.category_id = OLD.category_id AND shelf.level = OLD.level
                    AND OLD.status = 'published' AND OLD.deleted_at IS NULL)::int, 0) AS amount
            FROM course_shelf_counts AS shelf
            WHERE (shelf.category_id, shelf.level) IN
                ((OLD.category_id, OLD.level), (NEW.category_id, NEW.level))
            ORDER BY shelf.category_id, shelf.level FOR NO KEY UPDATE
        ) AS change
        WHERE kept.category_id = change.category_id AND kept.level = change.level;
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO course_shelf_counts AS kept (category_id, level, courses)
        SELECT category_id, level, count(*) FROM changed
        WHERE status = 'published' AND deleted_at IS NULL
        GROUP BY category_id, level ORDER BY category_id, level
        ON CONFLICT (category_id, level) DO UPDATE SET courses = kept.courses + EXCLUDED.courses;
    ELSE
        UPDATE course_shelf_counts AS kept SET courses = kept.courses - gone.courses
        FROM (
            SELECT category_id, level, count(*) AS courses FROM changed
            WHERE status = 'published' AND deleted_at IS NULL GROUP BY category_id, level
        ) AS gone
        WHERE kept.category_id = gone.category_id AND kept.level = gone.level;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER courses_counted_on_insert AFTER INSERT ON courses
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_shelves();
CREATE TRIGGER courses_counted_on_delete AFTER DELETE ON courses
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_shelves();
CREATE TRIGGER courses_counted_on_update
    AFTER UPDATE OF status, deleted_at, category_id, level ON courses FOR EACH ROW
    WHEN ((OLD.status, OLD.deleted_at, OLD.category_id, OLD.level)
        IS DISTINCT FROM (NEW.status, NEW.deleted_at, NEW.category_id, NEW.level))
    EXECUTE FUNCTION count_shelves();
"""
COUNTS_BACK = """
DROP TRIGGER courses_counted_on_insert ON courses;
DROP TRIGGER courses_counted_on_delete ON courses;
DROP TRIGGER courses_counted_on_update ON courses;
DROP FUNCTION count_shelves();
"""
FILL = """
UPDATE courses SET search = NULL;
INSERT INTO course_shelf_counts (category_id, level, courses)
    SELECT category_id, level, count(*) FROM courses
    WHERE status = 'published' AND deleted_at IS NULL GROUP BY category_id, level;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial"), ("accounts", "0001_initial")]

    operations = [
        CreateExtension("fuzzystrmatch"),
        migrations.CreateModel(
            name="ShelfCount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "category",
                        "level",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("beginner", "Beginner"),
                            ("intermediate", "Intermediate"),
                            ("advanced", "Advanced"),
                        ],
                        max_length=12,
                    ),
                ),
                ("courses", models.PositiveIntegerField()),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shelves",
                        to="catalog.category",
                    ),
                ),
            ],
            options={"db_table": "course_shelf_counts"},
        ),
        migrations.RemoveIndex(model_name="course", name="course_search_trgm"),
        migrations.RemoveField(model_name="course", name="search_text"),
        migrations.CreateModel(
            name="CourseWord",
            fields=[
                ("word", models.CharField(max_length=40, primary_key=True, serialize=False)),
            ],
            options={
                "db_table": "course_words",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["word"], name="course_word_trgm", opclasses=["gin_trgm_ops"]
                    )
                ],
            },
        ),
        migrations.RunSQL(SEARCH, SEARCH_BACK),
        migrations.RunSQL(TOUCHES, migrations.RunSQL.noop),
        migrations.RunSQL(LIKENESS, "DROP FUNCTION course_words_like(text[]);"),
        migrations.RunSQL(COUNTS, COUNTS_BACK),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
