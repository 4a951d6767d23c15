"""Commands for operators: ledger_check, payouts and reconcile."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import UserStats
from billing.demo import payouts
from billing.models import Payout
from catalog.models import Course
from community.models import InstructorFollower
from learning.models import Certificate, Enrollment, StudentTeacher, TeacherFigures
from peerloop.demo import enrollments, world
from peerloop.demo.lives import lives
from peerloop.kit import demo
from peerloop.kit.invariants import differences, rebuild_counters
from scheduling.tests.people import MONDAY_TEN
from tests.cast import a_course, a_member, a_teacher, an_enrollment

pytestmark = pytest.mark.django_db


def check() -> str:
    """The output of the command; exit code 1 is added as a last line."""
    said = StringIO()
    try:
        call_command("ledger_check", stdout=said)
    except SystemExit as end:
        said.write(f"exit {end.code}")
    return said.getvalue()


def a_complete_enrollment() -> Enrollment:
    """An enrollment that passes all checks, with its follower and counters."""
    course = a_course()
    UserStats.objects.create(user=course.creator, courses_created=1)
    enrollment = an_enrollment(course=course, teacher=a_teacher(course))
    InstructorFollower.objects.create(
        creator=course.creator,
        user=enrollment.student,
        first_enrollment=enrollment,
        first_enrollment_at=enrollment.created_at,
    )
    return enrollment


def found() -> list[tuple[str, str, str, str]]:
    return [(one.invariant, one.row_id, one.expected, one.found) for one in differences()]


def without_what_follows(monkeypatch):
    """Leave out calls for help and free meetings, which come from lives; the order stays."""
    come_from_lives = {"help", "free meetings"}
    steps = {name: step for name, step in demo._steps.items() if name not in come_from_lives}
    monkeypatch.setattr(demo, "_steps", steps)


def test_an_empty_database_passes() -> None:
    assert "Everything agrees." in check()


def test_a_complete_enrollment_passes() -> None:
    a_complete_enrollment()
    assert found() == []


def test_a_wrong_student_count_is_found() -> None:
    course = a_complete_enrollment().course
    Course.objects.filter(pk=course.pk).update(student_count=7)
    said = check()
    assert "I9" in said
    assert str(course.pk) in said
    assert "should be 1, is 7" in said
    assert said.endswith("exit 1")


def test_a_missing_follower_is_found() -> None:
    enrollment = a_complete_enrollment()
    InstructorFollower.objects.all().delete()
    key = f"{enrollment.course.creator_id} {enrollment.student_id}"
    assert found() == [("I7", key, "a follower", "no follower")]


def test_a_follower_without_enrollment_is_found() -> None:
    enrollment, stranger = a_complete_enrollment(), a_member("Olga Outside")
    InstructorFollower.objects.create(
        creator=enrollment.course.creator,
        user=stranger,
        first_enrollment=enrollment,
        first_enrollment_at=enrollment.created_at,
    )
    assert [(one[0], one[3]) for one in found()] == [("I7", "a follower")]


def test_a_teacher_without_certificate_is_found() -> None:
    enrollment = a_complete_enrollment()
    Certificate.objects.update(status="revoked", revoked_at=MONDAY_TEN)
    assert [one[:2] for one in found()] == [("I8", str(enrollment.student_teacher_id))]


def test_a_teacher_without_waiver_or_completed_course_is_found() -> None:
    enrollment = a_complete_enrollment()
    StudentTeacher.objects.update(waiver_reason="")
    assert [one[:2] for one in found()] == [("I8", str(enrollment.student_teacher_id))]


@pytest.mark.parametrize(
    "column", ["students_taught", "courses_created", "courses_completed", "sessions_completed"]
)
def test_a_wrong_counter_of_a_member_is_found(column: str) -> None:
    creator = a_complete_enrollment().course.creator
    UserStats.objects.filter(user=creator).update(**{column: 9})
    assert [(one[0], one[1], one[3]) for one in found()] == [("I9", str(creator.pk), "9")]


def test_wrong_figures_of_a_teacher_are_found_and_summed_anew() -> None:
    teacher = a_complete_enrollment().teacher
    for spoil in ({"students_taught": 9}, None):
        rows = TeacherFigures.objects.filter(user=teacher)
        rows.delete() if spoil is None else rows.update(**spoil)
        assert [one[:2] for one in found()] == [("I9", str(teacher.pk))]
        assert rebuild_counters() == 1
        assert found() == []


def test_a_seat_without_session_is_found() -> None:
    from scheduling.models import Session

    enrollment = a_complete_enrollment()
    session = Session.objects.create(
        enrollment=enrollment,
        course=enrollment.course,
        teacher=enrollment.teacher,
        student=enrollment.student,
        scheduled_start=MONDAY_TEN,
        scheduled_end=MONDAY_TEN.replace(hour=11),
        teacher_busy_until=MONDAY_TEN.replace(hour=11),
        booked_by=enrollment.student,
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE session_seats DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM session_seats WHERE role = 'student'")
    assert [one[:2] for one in found()] == [("I10", f"{session.pk} student")]


def test_a_wrong_course_count_of_a_category_is_found() -> None:
    a_complete_enrollment()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE course_shelf_counts SET courses = courses + 2")
    assert [(one[0], one[2], one[3]) for one in found()] == [("I9", "1", "3")]


def test_the_demo_members_pass_all_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrollments, "lives", list)
    monkeypatch.setattr(payouts, "payouts", list)
    without_what_follows(monkeypatch)
    world.build(members_in_all=400)
    assert Enrollment.objects.count() > 200
    assert differences() == []


def test_payouts_are_listed_and_only_an_admin_sends_them() -> None:
    said = StringIO()
    call_command("payouts", stdout=said)
    assert "Waiting: 0." in said.getvalue()
    with pytest.raises(CommandError, match="--by"):
        call_command("payouts", "--process")
    with pytest.raises(CommandError, match="no admin"):
        call_command("payouts", "--process", "--by", a_member().email)


def test_payouts_are_sent_on_behalf_of_an_admin(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = [life for life in lives() if life.student == "gabriela"]
    monkeypatch.setattr(enrollments, "lives", lambda: taken)
    requested = [plan for plan in payouts.payouts() if plan.recipient == "chloe"]
    monkeypatch.setattr(payouts, "payouts", lambda: requested)
    without_what_follows(monkeypatch)
    world.build()
    said = StringIO()
    call_command("payouts", stdout=said)
    assert "Chloé Lambert" in said.getvalue()
    assert "Waiting: 1." in said.getvalue()
    call_command("payouts", "--process", "--by", "ADMIN@demo.peerloop.test", stdout=said)
    assert "not sent: 0." in said.getvalue()
    assert set(Payout.objects.values_list("status", flat=True)) == {"paid"}
    assert differences() == []


def test_reconcile_asks_every_provider() -> None:
    said = StringIO()
    call_command("reconcile", stdout=said)
    for words in ("open checkouts", "running rooms", "waiting mails", "waiting events"):
        assert words in said.getvalue()
    said = StringIO()
    call_command("reconcile", "--provider", "stripe", stdout=said)
    assert "open checkouts" in said.getvalue()
    assert "rooms" not in said.getvalue()


def test_the_nightly_recount_corrects_every_counter() -> None:
    enrollment = a_complete_enrollment()
    Course.objects.update(student_count=7)
    StudentTeacher.objects.update(students_taught=3)
    UserStats.objects.update(courses_created=5, follower_count=2)

    assert rebuild_counters() == 4
    assert found() == []
    assert rebuild_counters() == 0
    enrollment.course.refresh_from_db()
    assert enrollment.course.student_count == 1
