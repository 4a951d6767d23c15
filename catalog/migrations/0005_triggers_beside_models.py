"""Triggers are declared in the models from now on (peerloop/kit/triggers.py): those of 0002 go,
the same rules come back as the models declare them.
"""

import peerloop.kit.triggers
from django.conf import settings
from django.db import migrations

OLD = """
DROP TRIGGER users_renamed ON users;
DROP TRIGGER courses_search ON courses;
DROP TRIGGER courses_counted_on_insert ON courses;
DROP TRIGGER courses_counted_on_delete ON courses;
DROP TRIGGER courses_counted_on_update ON courses;
DROP FUNCTION touch_courses_of_creator();
DROP FUNCTION touch_courses() CASCADE; -- with the nine triggers of tags, objectives and modules
DROP FUNCTION refresh_course_search();
DROP FUNCTION course_words_like(text[]);
DROP FUNCTION count_shelves();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_interests'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(OLD, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='course',
            constraint=peerloop.kit.triggers.Trigger(body="SELECT string_agg(tag, ' ' ORDER BY tag) INTO about\n    FROM course_tags WHERE course_id = NEW.id;\nSELECT string_agg(text, ' ' ORDER BY position) INTO promises\n    FROM course_objectives WHERE course_id = NEW.id;\nSELECT string_agg(title, ' ' ORDER BY module_order) INTO steps\n    FROM course_curriculum WHERE course_id = NEW.id AND archived_at IS NULL;\nSELECT name INTO creator FROM users WHERE id = NEW.creator_id;\nNEW.search :=\n    setweight(to_tsvector('english', unaccent(NEW.title)), 'A')\n    || setweight(to_tsvector('english', unaccent(concat_ws(' ', about, promises))), 'B')\n    || setweight(to_tsvector('english', unaccent(concat_ws(' ', steps, creator))), 'C')\n    || setweight(to_tsvector('english',\n        unaccent(concat_ws(' ', NEW.tagline, NEW.description))), 'D');\n-- In one order, so that two courses with the same new words can't lock each other.\nINSERT INTO course_words (word)\n    SELECT DISTINCT matches.parts[1] AS word\n    FROM regexp_matches(\n        lower(unaccent(concat_ws(' ', NEW.title, about, promises, steps, creator))),\n        '[[:alpha:]][[:alnum:]]{2,39}', 'g') AS matches (parts)\n    ORDER BY word\n    ON CONFLICT DO NOTHING;\nRETURN NEW;", declare='about text; promises text; steps text; creator text;', name='courses_search', on='BEFORE INSERT OR UPDATE OF title, tagline, description, creator_id, search'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=peerloop.kit.triggers.Trigger(body='UPDATE courses SET search = NULL WHERE creator_id = NEW.id;\nRETURN NULL;', condition='OLD.name IS DISTINCT FROM NEW.name', name='users_renamed', on='AFTER UPDATE OF name', table='users'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=peerloop.kit.triggers.Trigger(body="INSERT INTO course_shelf_counts AS kept (category_id, level, courses)\nSELECT category_id, level, count(*) FROM changed\nWHERE status = 'published' AND deleted_at IS NULL\nGROUP BY category_id, level ORDER BY category_id, level\nON CONFLICT (category_id, level)\n    DO UPDATE SET courses = kept.courses + EXCLUDED.courses;\nRETURN NULL;", is_once_a_statement=True, name='courses_counted_on_insert', on='AFTER INSERT', referencing='NEW TABLE AS changed'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=peerloop.kit.triggers.Trigger(body="UPDATE course_shelf_counts AS kept SET courses = kept.courses - gone.courses\nFROM (\n    SELECT category_id, level, count(*) AS courses FROM changed\n    WHERE status = 'published' AND deleted_at IS NULL GROUP BY category_id, level\n) AS gone\nWHERE kept.category_id = gone.category_id AND kept.level = gone.level;\nRETURN NULL;", is_once_a_statement=True, name='courses_counted_on_delete', on='AFTER DELETE', referencing='OLD TABLE AS changed'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=peerloop.kit.triggers.Trigger(body="INSERT INTO course_shelf_counts AS kept (category_id, level, courses)\nSELECT category_id, level, 0\nFROM (VALUES (NEW.category_id, NEW.level, NEW.status, NEW.deleted_at))\n    AS listed (category_id, level, status, deleted_at)\nWHERE status = 'published' AND deleted_at IS NULL\nON CONFLICT (category_id, level) DO NOTHING;\n-- Both shelves in one statement and one order, so that two changes at once can't lock\n-- each other.\nUPDATE course_shelf_counts AS kept SET courses = kept.courses + change.amount\nFROM (\n    SELECT shelf.category_id, shelf.level,\n        (shelf.category_id = NEW.category_id AND shelf.level = NEW.level\n            AND NEW.status = 'published' AND NEW.deleted_at IS NULL)::int\n        - coalesce((shelf.category_id = OLD.category_id AND shelf.level = OLD.level\n            AND OLD.status = 'published' AND OLD.deleted_at IS NULL)::int, 0)\n        AS amount\n    FROM course_shelf_counts AS shelf\n    WHERE (shelf.category_id, shelf.level) IN\n        ((OLD.category_id, OLD.level), (NEW.category_id, NEW.level))\n    ORDER BY shelf.category_id, shelf.level FOR NO KEY UPDATE\n) AS change\nWHERE kept.category_id = change.category_id AND kept.level = change.level;\nRETURN NULL;", condition='(OLD.status, OLD.deleted_at, OLD.category_id, OLD.level) IS DISTINCT FROM (NEW.status, NEW.deleted_at, NEW.category_id, NEW.level)', name='courses_counted_on_update', on='AFTER UPDATE OF status, deleted_at, category_id, level'),
        ),
        migrations.AddConstraint(
            model_name='coursemodule',
            constraint=peerloop.kit.triggers.Trigger(body='UPDATE courses SET search = NULL WHERE id IN (SELECT course_id FROM changed);\nRETURN NULL;', is_once_a_statement=True, name='course_curriculum_inserted', on='AFTER INSERT', referencing='NEW TABLE AS changed'),
        ),
        migrations.AddConstraint(
            model_name='coursemodule',
            constraint=peerloop.kit.triggers.Trigger(body='UPDATE courses SET search = NULL WHERE id IN (SELECT course_id FROM changed);\nRETURN NULL;', is_once_a_statement=True, name='course_curriculum_updated', on='AFTER UPDATE', referencing='NEW TABLE AS changed'),
        ),
        migrations.AddConstraint(
            model_name='coursemodule',
            constraint=peerloop.kit.triggers.Trigger(body='UPDATE courses SET search = NULL WHERE id IN (SELECT course_id FROM changed);\nRETURN NULL;', is_once_a_statement=True, name='course_curriculum_deleted', on='AFTER DELETE', referencing='OLD TABLE AS changed'),
        ),
        migrations.AddConstraint(
            model_name='courseobjective',
            constraint=peerloop.kit.triggers.Trigger(body='UPDATE courses SET search = NULL WHERE id IN (SELECT course_id FROM changed);\nRETURN NULL;', is_once_a_statement=True, name='course_objectives_inserted', on='AFTER INSERT', referencing='NEW TABLE AS changed'),
        ),
        migrations.AddConstraint(
            model_name='courseobjective',
            constraint=peerloop.kit.triggers.Trigger(body='UPDATE courses SET search = NULL WHERE id IN (SELECT course_id FROM changed);\nRETURN NULL;', is_once_a_statement=True, name='course_objectives_updated', on='AFTER UPDATE', referencing='NEW TABLE AS changed'),
        ),
        migrations.AddConstraint(
            model_name='courseobjective',
            constraint=peerloop.kit.triggers.Trigger(body='UPDATE courses SET search = NULL WHERE id IN (SELECT course_id FROM changed);\nRETURN NULL;', is_once_a_statement=True, name='course_objectives_deleted', on='AFTER DELETE', referencing='OLD TABLE AS changed'),
        ),
        migrations.AddConstraint(
            model_name='coursetag',
            constraint=peerloop.kit.triggers.Trigger(body='UPDATE courses SET search = NULL WHERE id IN (SELECT course_id FROM changed);\nRETURN NULL;', is_once_a_statement=True, name='course_tags_inserted', on='AFTER INSERT', referencing='NEW TABLE AS changed'),
        ),
        migrations.AddConstraint(
            model_name='coursetag',
            constraint=peerloop.kit.triggers.Trigger(body='UPDATE courses SET search = NULL WHERE id IN (SELECT course_id FROM changed);\nRETURN NULL;', is_once_a_statement=True, name='course_tags_updated', on='AFTER UPDATE', referencing='NEW TABLE AS changed'),
        ),
        migrations.AddConstraint(
            model_name='coursetag',
            constraint=peerloop.kit.triggers.Trigger(body='UPDATE courses SET search = NULL WHERE id IN (SELECT course_id FROM changed);\nRETURN NULL;', is_once_a_statement=True, name='course_tags_deleted', on='AFTER DELETE', referencing='OLD TABLE AS changed'),
        ),
        migrations.AddConstraint(
            model_name='courseword',
            constraint=peerloop.kit.triggers.Function(body="SELECT one.word, near.word\nFROM unnest(asked) AS one (word) CROSS JOIN LATERAL (\n    SELECT known.word FROM course_words AS known\n    WHERE known.word % one.word\n        OR known.word LIKE one.word || '%'\n        OR (known.word LIKE left(one.word, 1) || '%'\n            AND length(known.word) BETWEEN length(one.word) - 2 AND length(one.word) + 2\n            AND levenshtein_less_equal(known.word, one.word, 2) <= 2)\n    ORDER BY NOT known.word LIKE one.word || '%',\n        levenshtein_less_equal(known.word, one.word, 3), known.word\n    LIMIT 50\n) AS near", name='course_words_like', options='LANGUAGE sql STABLE ROWS 50 SET pg_trgm.similarity_threshold = 0.3', returns='TABLE (asked_word text, known_word text)', signature='asked text[]'),
        ),
    ]
