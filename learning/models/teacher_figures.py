"""What the list of student-teachers is read from, stored so that no query reads all teachers."""

from django.db import models

from accounts.models.member import active_member
from peerloop.kit.statements import statement
from peerloop.kit.triggers import Trigger

LISTED = (
    "{0}.is_student_teacher AND {0}.has_hours AND {0}.privacy_public"
    " AND {0}.is_active AND {0}.deleted_at IS NULL AND {0}.suspended_at IS NULL"
)
# Triggers and not actions, because the admin site and scripts change rights and members too. The
# first statement locks the row, the next ones see what was committed while it waited.
RIGHTS_CHANGED = Trigger(
    name="student_teachers_figures",
    table="student_teachers",
    on="AFTER INSERT OR DELETE OR UPDATE OF is_active, students_taught, certified_date",
    declare="teacher uuid := coalesce(NEW.user_id, OLD.user_id);",
    body=statement(
        """
        INSERT INTO teacher_figures AS kept (user_id, students_taught, certified_date, is_listed)
            VALUES (teacher, 0, 'infinity', false)
            ON CONFLICT (user_id) DO UPDATE SET students_taught = kept.students_taught;
        UPDATE teacher_figures AS kept
            SET students_taught = found.taught, certified_date = found.first,
                is_listed = found.listed
            FROM (SELECT sum(students_taught) AS taught, min(certified_date) AS first,
                    (SELECT {listed} FROM users WHERE id = teacher) AS listed
                FROM student_teachers WHERE user_id = teacher AND is_active) AS found
            WHERE kept.user_id = teacher AND found.first IS NOT NULL;
        DELETE FROM teacher_figures WHERE user_id = teacher AND NOT EXISTS (
            SELECT FROM student_teachers WHERE user_id = teacher AND is_active);
        RETURN NULL;
        """,
        listed=LISTED.format("users"),
    ),
)
MEMBER_CHANGED = Trigger(
    name="users_teacher_listed",
    table="users",
    on="AFTER UPDATE OF is_student_teacher, has_hours, privacy_public, is_active, deleted_at,"
    " suspended_at",
    condition=f"({LISTED.format('OLD')}) IS DISTINCT FROM ({LISTED.format('NEW')})",
    body=statement(
        """
        UPDATE teacher_figures SET is_listed = {listed} WHERE user_id = NEW.id;
        RETURN NULL;
        """,
        listed=LISTED.format("NEW"),
    ),
)


class TeacherFiguresQuerySet(models.QuerySet["TeacherFigures"]):
    """Filters of teachers."""

    def available(self) -> "TeacherFiguresQuerySet":
        """Those with an active account and hours who want to be listed (ROLE-7, APPLY-4)."""
        return self.filter(
            active_member("user__"), user__is_student_teacher=True, user__has_hours=True
        )

    def listed(self) -> "TeacherFiguresQuerySet":
        """Those of them whose profile is public, for everybody (rule PRIV-3)."""
        return self.filter(is_listed=True)


class TeacherFigures(models.Model):
    """A member with an active right to teach; written only by triggers.

    ``students_taught`` is the sum over the courses that they teach, ``certified_date`` the first
    one's. ``is_listed``: whether everybody sees them in the list.
    """

    user = models.OneToOneField(
        "accounts.User", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    students_taught = models.PositiveIntegerField()
    certified_date = models.DateField()
    is_listed = models.BooleanField()

    objects = TeacherFiguresQuerySet.as_manager()

    class Meta:
        db_table = "teacher_figures"
        constraints = [RIGHTS_CHANGED, MEMBER_CHANGED]
        indexes = [
            models.Index(
                fields=["-students_taught", "certified_date", "user"],
                condition=models.Q(is_listed=True),
                name="teacher_figures_listed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} taught {self.students_taught}"
