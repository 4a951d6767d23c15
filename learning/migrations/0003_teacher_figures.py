import django.db.models.deletion
import peerloop.kit.triggers
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_schema"),
        ("learning", "0002_who_was_listed"),
    ]

    operations = [
        migrations.CreateModel(
            name="TeacherFigures",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("students_taught", models.PositiveIntegerField()),
                ("certified_date", models.DateField()),
                ("is_listed", models.BooleanField()),
            ],
            options={
                "db_table": "teacher_figures",
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_listed", True)),
                        fields=["-students_taught", "certified_date", "user"],
                        name="teacher_figures_listed",
                    )
                ],
                "constraints": [
                    peerloop.kit.triggers.Trigger(
                        body="INSERT INTO teacher_figures AS kept (user_id, students_taught, certified_date, is_listed)\n    VALUES (teacher, 0, 'infinity', false)\n    ON CONFLICT (user_id) DO UPDATE SET students_taught = kept.students_taught;\nUPDATE teacher_figures AS kept\n    SET students_taught = found.taught, certified_date = found.first,\n        is_listed = found.listed\n    FROM (SELECT sum(students_taught) AS taught, min(certified_date) AS first,\n            (SELECT users.is_student_teacher AND users.privacy_public AND users.is_active AND users.deleted_at IS NULL AND users.suspended_at IS NULL FROM users WHERE id = teacher) AS listed\n        FROM student_teachers WHERE user_id = teacher AND is_active) AS found\n    WHERE kept.user_id = teacher AND found.first IS NOT NULL;\nDELETE FROM teacher_figures WHERE user_id = teacher AND NOT EXISTS (\n    SELECT FROM student_teachers WHERE user_id = teacher AND is_active);\nRETURN NULL;",
                        declare="teacher uuid := coalesce(NEW.user_id, OLD.user_id);",
                        name="student_teachers_figures",
                        on="AFTER INSERT OR DELETE OR UPDATE OF is_active, students_taught, certified_date",
                        table="student_teachers",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="UPDATE teacher_figures SET is_listed = NEW.is_student_teacher AND NEW.privacy_public AND NEW.is_active AND NEW.deleted_at IS NULL AND NEW.suspended_at IS NULL WHERE user_id = NEW.id;\nRETURN NULL;",
                        condition="(OLD.is_student_teacher AND OLD.privacy_public AND OLD.is_active AND OLD.deleted_at IS NULL AND OLD.suspended_at IS NULL) IS DISTINCT FROM (NEW.is_student_teacher AND NEW.privacy_public AND NEW.is_active AND NEW.deleted_at IS NULL AND NEW.suspended_at IS NULL)",
                        name="users_teacher_listed",
                        on="AFTER UPDATE OF is_student_teacher, privacy_public, is_active, deleted_at, suspended_at",
                        table="users",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            "INSERT INTO teacher_figures (user_id, students_taught, certified_date, is_listed)"
            " SELECT user_id, sum(t.students_taught), min(certified_date), is_student_teacher"
            " AND privacy_public AND u.is_active AND deleted_at IS NULL AND suspended_at IS NULL"
            " FROM student_teachers AS t JOIN users AS u ON u.id = user_id"
            " WHERE t.is_active GROUP BY user_id, u.id",
            migrations.RunSQL.noop,
        ),
    ]
