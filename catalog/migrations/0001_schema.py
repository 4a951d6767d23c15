import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.contrib.postgres.search
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.text
import peerloop.kit.clock
import peerloop.kit.ids
import peerloop.kit.triggers
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    # The steps that this one stands for, where they were applied before.
    replaces = [
        ("catalog", "0001_initial"),
        ("catalog", "0002_search_and_shelf_counts"),
        ("catalog", "0003_listed_indexes"),
        ("catalog", "0004_interests"),
        ("catalog", "0005_triggers_beside_models"),
        ("catalog", "0006_lists_without_counting"),
    ]

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        django.contrib.postgres.operations.CreateExtension(
            name="fuzzystrmatch",
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=peerloop.kit.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                ("name", models.CharField(max_length=80)),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("icon", models.CharField(blank=True, max_length=40)),
                ("position", models.PositiveSmallIntegerField()),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "verbose_name_plural": "categories",
                "db_table": "categories",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("position",),
                        name="category_position_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Course",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=peerloop.kit.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                ("title", models.CharField(max_length=140)),
                ("slug", models.SlugField(max_length=160, unique=True)),
                ("tagline", models.CharField(blank=True, max_length=200)),
                ("description", models.TextField(blank=True, max_length=20000)),
                ("thumbnail_url", models.CharField(blank=True, max_length=500, null=True)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("beginner", "Beginner"),
                            ("intermediate", "Intermediate"),
                            ("advanced", "Advanced"),
                        ],
                        default="beginner",
                        max_length=12,
                    ),
                ),
                ("price_cents", models.PositiveIntegerField(default=45000)),
                ("currency", models.CharField(default="usd", max_length=3)),
                ("duration", models.CharField(blank=True, max_length=60)),
                ("session_minutes", models.PositiveSmallIntegerField(default=60)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("published", "Published"),
                            ("suspended", "Suspended"),
                            ("retired", "Retired"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("is_featured", models.BooleanField(default=False)),
                ("lifetime_access", models.BooleanField(default=True)),
                (
                    "rating",
                    models.DecimalField(blank=True, decimal_places=1, max_digits=2, null=True),
                ),
                ("rating_count", models.PositiveIntegerField(default=0)),
                ("student_count", models.PositiveIntegerField(default=0)),
                ("first_published_at", models.DateTimeField(blank=True, null=True)),
                ("suspended_reason", models.TextField(blank=True, max_length=2000)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "search",
                    django.contrib.postgres.search.SearchVectorField(editable=False, null=True),
                ),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="courses",
                        to="catalog.category",
                    ),
                ),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "courses",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["search"], name="course_search"
                    ),
                    models.Index(fields=["category", "status"], name="course_category_status"),
                    models.Index(fields=["level", "status"], name="course_level_status"),
                    models.Index(
                        models.OrderBy(models.F("rating"), descending=True, nulls_last=True),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("deleted_at", None), ("status", "published")),
                        name="course_listed_rating",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None), ("status", "published")),
                        fields=["price_cents", "id"],
                        name="course_listed_price",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None), ("status", "published")),
                        fields=["-student_count", "-id"],
                        name="course_listed_students",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None), ("status", "published")),
                        fields=["-first_published_at", "-id"],
                        name="course_listed_newest",
                    ),
                    models.Index(
                        models.OrderBy(models.F("rating"), descending=True, nulls_last=True),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(
                            ("deleted_at", None), ("status", "published"), ("is_featured", True)
                        ),
                        name="course_featured_rating",
                    ),
                    models.Index(fields=["creator", "status"], name="course_creator_status"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "published"), _negated=True),
                            models.Q(
                                ("category__isnull", False),
                                ("description__length__gte", 50),
                                ("price_cents__gte", 50),
                                ("thumbnail_url__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="course_published_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "published", "suspended", "retired"])
                        ),
                        name="course_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["beginner", "intermediate", "advanced"])),
                        name="course_level",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("session_minutes__in", [30, 45, 60, 90])),
                        name="course_session_minutes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("rating__isnull", True), ("rating_count", 0)),
                            models.Q(
                                ("rating__gte", 1), ("rating__lte", 5), ("rating_count__gte", 1)
                            ),
                            _connector="OR",
                        ),
                        name="course_rating_1_to_5",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="SELECT string_agg(tag, ' ' ORDER BY tag) INTO about\n    FROM course_tags WHERE course_id = NEW.id;\nSELECT string_agg(text, ' ' ORDER BY position) INTO promises\n    FROM course_objectives WHERE course_id = NEW.id;\nSELECT string_agg(title, ' ' ORDER BY module_order) INTO steps\n    FROM course_curriculum WHERE course_id = NEW.id AND archived_at IS NULL;\nSELECT name INTO creator FROM users WHERE id = NEW.creator_id;\nNEW.search :=\n    setweight(to_tsvector('english', unaccent(NEW.title)), 'A')\n    || setweight(to_tsvector('english', unaccent(concat_ws(' ', about, promises))), 'B')\n    || setweight(to_tsvector('english', unaccent(concat_ws(' ', steps, creator))), 'C')\n    || setweight(to_tsvector('english',\n        unaccent(concat_ws(' ', NEW.tagline, NEW.description))), 'D');\n-- In one order, so that two courses with the same new words can't lock each other.\nINSERT INTO course_words (word)\n    SELECT DISTINCT matches.parts[1] AS word\n    FROM regexp_matches(\n        lower(unaccent(concat_ws(' ', NEW.title, about, promises, steps, creator))),\n        '[[:alpha:]][[:alnum:]]{2,39}', 'g') AS matches (parts)\n    ORDER BY word\n    ON CONFLICT DO NOTHING;\nRETURN NEW;",
                        declare="about text; promises text; steps text; creator text;",
                        name="courses_search",
                        on="BEFORE INSERT OR UPDATE OF title, tagline, description, creator_id, search",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="UPDATE courses SET search = NULL WHERE creator_id = NEW.id;\nRETURN NULL;",
                        condition="OLD.name IS DISTINCT FROM NEW.name",
                        name="users_renamed",
                        on="AFTER UPDATE OF name",
                        table="users",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="INSERT INTO course_shelf_counts AS kept (category_id, level, courses)\nSELECT category_id, level, count(*) FROM changed\nWHERE status = 'published' AND deleted_at IS NULL\nGROUP BY category_id, level ORDER BY category_id, level\nON CONFLICT (category_id, level)\n    DO UPDATE SET courses = kept.courses + EXCLUDED.courses;\nRETURN NULL;",
                        is_once_a_statement=True,
                        name="courses_counted_on_insert",
                        on="AFTER INSERT",
                        referencing="NEW TABLE AS changed",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="UPDATE course_shelf_counts AS kept SET courses = kept.courses - gone.courses\nFROM (\n    SELECT category_id, level, count(*) AS courses FROM changed\n    WHERE status = 'published' AND deleted_at IS NULL GROUP BY category_id, level\n) AS gone\nWHERE kept.category_id = gone.category_id AND kept.level = gone.level;\nRETURN NULL;",
                        is_once_a_statement=True,
                        name="courses_counted_on_delete",
                        on="AFTER DELETE",
                        referencing="OLD TABLE AS changed",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="INSERT INTO course_shelf_counts AS kept (category_id, level, courses)\nSELECT category_id, level, 0\nFROM (VALUES (NEW.category_id, NEW.level, NEW.status, NEW.deleted_at))\n    AS listed (category_id, level, status, deleted_at)\nWHERE status = 'published' AND deleted_at IS NULL\nON CONFLICT (category_id, level) DO NOTHING;\n-- Both shelves in one statement and one order, so that two changes at once can't lock\n-- each other.\nUPDATE course_shelf_counts AS kept SET courses = kept.courses + change.amount\nFROM (\n    SELECT shelf.category_id, shelf.level,\n        (shelf.category_id = NEW.category_id AND shelf.level = NEW.level\n            AND NEW.status = 'published' AND NEW.deleted_at IS NULL)::int\n        - coalesce((shelf.category_id = OLD.category_id AND shelf.level = OLD.level\n            AND OLD.status = 'published' AND OLD.deleted_at IS NULL)::int, 0)\n        AS amount\n    FROM course_shelf_counts AS shelf\n    WHERE (shelf.category_id, shelf.level) IN\n        ((OLD.category_id, OLD.level), (NEW.category_id, NEW.level))\n    ORDER BY shelf.category_id, shelf.level FOR NO KEY UPDATE\n) AS change\nWHERE kept.category_id = change.category_id AND kept.level = change.level;\nRETURN NULL;",
                        condition="(OLD.status, OLD.deleted_at, OLD.category_id, OLD.level) IS DISTINCT FROM (NEW.status, NEW.deleted_at, NEW.category_id, NEW.level)",
                        name="courses_counted_on_update",
                        on="AFTER UPDATE OF status, deleted_at, category_id, level",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CourseFollow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=peerloop.kit.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.course",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "course_follows",
                "constraints": [
                    models.UniqueConstraint(fields=("user", "course"), name="course_follow_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CourseInclude",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=peerloop.kit.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                ("text", models.CharField(max_length=300)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="includes",
                        to="catalog.course",
                    ),
                ),
            ],
            options={
                "db_table": "course_includes",
                "ordering": ["position"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("course", "position"),
                        name="include_position_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CourseModule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=peerloop.kit.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                ("module_order", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("title", models.CharField(max_length=140)),
                ("description", models.TextField(blank=True, max_length=10000)),
                ("duration", models.CharField(blank=True, max_length=60)),
                ("video_url", models.URLField(blank=True, max_length=500, null=True)),
                ("document_url", models.URLField(blank=True, max_length=500, null=True)),
                ("video_count", models.PositiveSmallIntegerField(default=0)),
                ("reading_count", models.PositiveSmallIntegerField(default=0)),
                ("has_assessment", models.BooleanField(default=False)),
                ("objectives", models.TextField(blank=True, max_length=5000)),
                ("exercise", models.TextField(blank=True, max_length=5000)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="modules",
                        to="catalog.course",
                    ),
                ),
            ],
            options={
                "db_table": "course_curriculum",
                "ordering": ["course", "module_order"],
                "constraints": [
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("course", "module_order"),
                        name="module_order_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("archived_at__isnull", True), ("module_order__isnull", False)
                            ),
                            models.Q(
                                ("archived_at__isnull", False), ("module_order__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="module_archived_has_no_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("module_order__isnull", True),
                            ("module_order__gte", 1),
                            _connector="OR",
                        ),
                        name="module_order_from_1",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="UPDATE courses SET search = NULL WHERE id IN (SELECT course_id FROM changed);\nRETURN NULL;",
                        is_once_a_statement=True,
                        name="course_curriculum_inserted",
                        on="AFTER INSERT",
                        referencing="NEW TABLE AS changed",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="UPDATE courses SET search = NULL WHERE id IN (SELECT course_id FROM changed);\nRETURN NULL;",
                        is_once_a_statement=True,
                        name="course_curriculum_updated",
                        on="AFTER UPDATE",
                        referencing="NEW TABLE AS changed",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="UPDATE courses SET search = NULL WHERE id IN (SELECT course_id FROM changed);\nRETURN NULL;",
                        is_once_a_statement=True,
                        name="course_curriculum_deleted",
                        on="AFTER DELETE",
                        referencing="OLD TABLE AS changed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CourseObjective",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=peerloop.kit.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                ("text", models.CharField(max_length=300)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="objectives",
                        to="catalog.course",
                    ),
                ),
            ],
            options={
                "db_table": "course_objectives",
                "ordering": ["position"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("course", "position"),
                        name="objective_position_once",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="UPDATE courses SET search = NULL WHERE id IN (SELECT course_id FROM changed);\nRETURN NULL;",
                        is_once_a_statement=True,
                        name="course_objectives_inserted",
                        on="AFTER INSERT",
                        referencing="NEW TABLE AS changed",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="UPDATE courses SET search = NULL WHERE id IN (SELECT course_id FROM changed);\nRETURN NULL;",
                        is_once_a_statement=True,
                        name="course_objectives_updated",
                        on="AFTER UPDATE",
                        referencing="NEW TABLE AS changed",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="UPDATE courses SET search = NULL WHERE id IN (SELECT course_id FROM changed);\nRETURN NULL;",
                        is_once_a_statement=True,
                        name="course_objectives_deleted",
                        on="AFTER DELETE",
                        referencing="OLD TABLE AS changed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CoursePrerequisite",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=peerloop.kit.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                ("text", models.CharField(max_length=300)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("required", "Required"),
                            ("nice_to_have", "Nice To Have"),
                            ("not_required", "Not Required"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="prerequisites",
                        to="catalog.course",
                    ),
                ),
            ],
            options={
                "db_table": "course_prerequisites",
                "ordering": ["position"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("course", "position"),
                        name="prerequisite_position_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["required", "nice_to_have", "not_required"])
                        ),
                        name="prerequisite_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CourseTag",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=peerloop.kit.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                ("tag", models.CharField(max_length=40)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tags",
                        to="catalog.course",
                    ),
                ),
            ],
            options={
                "db_table": "course_tags",
                "ordering": ["tag"],
                "indexes": [models.Index(fields=["tag"], name="course_tag_tag")],
                "constraints": [
                    models.UniqueConstraint(fields=("course", "tag"), name="course_tag_once"),
                    peerloop.kit.triggers.Trigger(
                        body="UPDATE courses SET search = NULL WHERE id IN (SELECT course_id FROM changed);\nRETURN NULL;",
                        is_once_a_statement=True,
                        name="course_tags_inserted",
                        on="AFTER INSERT",
                        referencing="NEW TABLE AS changed",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="UPDATE courses SET search = NULL WHERE id IN (SELECT course_id FROM changed);\nRETURN NULL;",
                        is_once_a_statement=True,
                        name="course_tags_updated",
                        on="AFTER UPDATE",
                        referencing="NEW TABLE AS changed",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="UPDATE courses SET search = NULL WHERE id IN (SELECT course_id FROM changed);\nRETURN NULL;",
                        is_once_a_statement=True,
                        name="course_tags_deleted",
                        on="AFTER DELETE",
                        referencing="OLD TABLE AS changed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CourseTargetAudience",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=peerloop.kit.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                ("text", models.CharField(max_length=300)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="target_audience",
                        to="catalog.course",
                    ),
                ),
            ],
            options={
                "db_table": "course_target_audience",
                "ordering": ["position"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("course", "position"),
                        name="audience_position_once",
                    )
                ],
            },
        ),
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
                "constraints": [
                    peerloop.kit.triggers.Function(
                        body="SELECT one.word, near.word\nFROM unnest(asked) AS one (word) CROSS JOIN LATERAL (\n    SELECT known.word FROM course_words AS known\n    WHERE known.word % one.word\n        OR known.word LIKE one.word || '%'\n        OR (known.word LIKE left(one.word, 1) || '%'\n            AND length(known.word) BETWEEN length(one.word) - 2 AND length(one.word) + 2\n            AND levenshtein_less_equal(known.word, one.word, 2) <= 2)\n    ORDER BY NOT known.word LIKE one.word || '%',\n        levenshtein_less_equal(known.word, one.word, 3), known.word\n    LIMIT 50\n) AS near",
                        name="course_words_like",
                        options="LANGUAGE sql STABLE ROWS 50 SET pg_trgm.similarity_threshold = 0.3",
                        returns="TABLE (asked_word text, known_word text)",
                        signature="asked text[]",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Interest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=peerloop.kit.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                ("tag", models.CharField(blank=True, max_length=40)),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("beginner", "Beginner"),
                            ("intermediate", "Intermediate"),
                            ("advanced", "Advanced"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.category",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "user_interests",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("category__isnull", False), ("tag", "")),
                            models.Q(("category", None), models.Q(("tag", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="interest_category_or_tag",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tag", django.db.models.functions.text.Lower("tag"))),
                        name="interest_tag_lower",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("level__in", ["", "beginner", "intermediate", "advanced"])
                        ),
                        name="interest_level",
                    ),
                    models.UniqueConstraint(
                        fields=("user", "category"), name="interest_category_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("tag", ""), _negated=True),
                        fields=("user", "tag"),
                        name="interest_tag_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PeerLoopFeatures",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=peerloop.kit.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                ("one_on_one_teaching", models.BooleanField(default=True)),
                ("certified_teachers", models.BooleanField(default=True)),
                ("earn_while_teaching", models.BooleanField(default=True)),
                ("teacher_commission", models.PositiveSmallIntegerField(default=70)),
                (
                    "course",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="peerloop_features",
                        to="catalog.course",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "PeerLoop features",
                "db_table": "peerloop_features",
            },
        ),
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
            options={
                "db_table": "course_shelf_counts",
            },
        ),
    ]
