"""The demo has what interfaces.md promises, and its ledger balances."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from accounts.demo.people import PASSWORD, people
from accounts.models import CreatorApplication, Email, File, LocalMail, Notification, User
from billing.actions.payouts import request_payout
from billing.models import LocalPaymentObject, PaymentSplit, Payout, RefundRequest
from billing.queries import earnings_of
from catalog.models import Category, Course
from community.models import Post, PromotedPost, TimelineEntry
from goodwill.models import HelpSummons, HelpSwitch
from learning.demo.reviews import all_said
from learning.models import Certificate, Enrollment, StudentTeacher, TeachingApplication
from learning.queries import eligible_teachers
from peerloop.demo.lives import lives
from peerloop.kit import clock
from peerloop.kit.invariants import differences
from scheduling.models import Session, SessionAttendance, SessionReminder
from scheduling.queries import free_slots, next_free
from tests.cast import browse

ACCOUNTS = ("admin", "creator", "teacher", "student", "newcomer", "moderator")


# Each test is a savepoint inside the fixture's transaction: its changes are rolled back.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


class RollBack(Exception):
    """Raised to roll back what the fixture wrote."""


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The demo, seeded once for all tests of this module and rolled back after them."""
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                yield seed()
                raise RollBack
        except RollBack:
            pass


def seed(*arguments: str) -> str:
    said = StringIO()
    call_command("seed_demo", *arguments, stdout=said)
    return said.getvalue()


def member(name: str) -> User:
    return User.objects.get(email=f"{name}@demo.peerloop.test")


def course() -> Course:
    return Course.objects.get(slug="ai-prompting-mastery")


def test_the_command_prints_what_it_made(demo: str) -> None:
    assert demo.startswith("The demo is in")
    assert PASSWORD in demo


def test_six_accounts_are_verified_and_can_sign_in_with_the_password() -> None:
    for name in ACCOUNTS:
        user = member(name)
        assert user.is_verified, name
        assert user.may_sign_in, name
        assert user.check_password(PASSWORD), name


def test_rights_of_the_accounts() -> None:
    assert [name for name in ACCOUNTS if member(name).is_admin] == ["admin"]
    assert [name for name in ACCOUNTS if member(name).is_moderator] == ["moderator"]
    assert [name for name in ACCOUNTS if member(name).is_creator] == ["creator"]


def test_the_creator_owns_four_published_courses_and_can_be_paid() -> None:
    creator = member("creator")
    assert Course.objects.listed().filter(creator=creator).count() >= 4
    assert creator.stripe_account_status == "active"
    assert creator.stripe_payouts_enabled


def test_the_course_has_the_promised_price_and_modules() -> None:
    found = course()
    assert found.creator == member("creator")
    assert found.is_listed
    assert (found.price_cents, found.currency) == (45_000, "usd")
    assert found.modules.filter(archived_at=None).count() == 5


def test_the_teacher_teaches_it_and_can_be_paid() -> None:
    teacher = member("teacher")
    assert eligible_teachers(course()).filter(user=teacher).exists()
    assert teacher.is_student_teacher
    assert teacher.stripe_account_status == "active"
    assert teacher.stripe_payouts_enabled


def test_the_teacher_has_free_times_on_each_of_the_next_28_days() -> None:
    at = clock.now()
    slots = free_slots(teacher=member("teacher"), minutes=60, at=at)
    free = {slot.start.date() for slot in slots if slot.is_available}
    assert {(at + timedelta(days=day)).date() for day in range(1, 28)} <= free


def test_the_teacher_has_earned_available_held_and_paid_money() -> None:
    earned = earnings_of(member("teacher"))
    assert earned.available_cents >= 5_000
    assert earned.held_cents > 0
    assert earned.paid_cents > 0
    assert Payout.objects.filter(recipient=member("teacher"), status="paid").exists()


def test_the_teacher_can_ask_for_a_payout() -> None:
    payout = request_payout(recipient=member("teacher"), amount_cents=5_000 * 2, at=clock.now())
    assert 5_000 <= payout.amount_cents <= 10_000


def test_the_student_is_enrolled_with_one_session_held_and_none_ahead() -> None:
    enrollment = Enrollment.objects.get(student=member("student"))
    assert (enrollment.course, enrollment.teacher) == (course(), member("teacher"))
    assert enrollment.source == "checkout"
    assert enrollment.is_active
    assert enrollment.modules_paid == 5
    paid = PaymentSplit.objects.filter(enrollment=enrollment)
    assert sum(paid.values_list("amount_cents", flat=True)) == 45_000
    sessions = Session.objects.involving(member("student"))
    assert list(sessions.values_list("status", flat=True)) == ["completed"]
    assert SessionAttendance.objects.filter(session__in=sessions).count() == 2


def test_the_student_was_helped_by_the_teacher_who_is_there_again() -> None:
    calls = HelpSummons.objects.filter(student=member("student"), helper=member("teacher"))
    assert sorted(calls.values_list("points_awarded", flat=True)) == [15, 20, 25]
    assert HelpSwitch.objects.get(user=member("teacher")).is_available


def test_a_question_of_the_student_is_promoted_and_marked_in_the_main_feed() -> None:
    promoted = PromotedPost.objects.shown(clock.now()).get()
    assert promoted.author == member("student")
    assert promoted.points_spent == 50
    page = browse(member("newcomer")).get("/feed?feed=main")
    assert "Promoted with 50 points" in page.content.decode()


def test_the_calls_for_help_are_about_different_things() -> None:
    call = HelpSummons.objects.filter(student=member("student"), helper=member("teacher"))[0]
    said = list(call.conversation.messages.values_list("content", flat=True))
    assert len(set(said)) == len(said) > 10


def test_the_newcomer_has_nothing_yet() -> None:
    newcomer = member("newcomer")
    assert not Enrollment.objects.filter(student=newcomer).exists()
    assert not Notification.objects.filter(user=newcomer).exists()
    assert not Session.objects.involving(newcomer).exists()


def test_there_are_other_members_and_courses() -> None:
    assert User.objects.count() >= 46
    assert Course.objects.listed().count() >= 12
    assert Category.objects.filter(courses__status="published").distinct().count() == 8
    assert set(User.objects.values_list("privacy_public", flat=True)) == {True, False}
    pictured = User.objects.exclude(avatar_url="")
    assert 0.8 < pictured.count() / User.objects.count() < 1, (
        "most show a face, some their initials"
    )
    # Generated drawings, no photographs of people.
    assert File.objects.filter(name="picture.webp", scanner="made_anew").count() == pictured.count()
    assert browse().get(pictured[0].avatar_url).status_code == 200


def test_every_course_has_several_teachers_who_can_be_booked() -> None:
    at = clock.now()
    for found in Course.objects.listed():
        rows = list(eligible_teachers(found))
        assert len(rows) >= 3, found
        free = next_free([row.user_id for row in rows], minutes=found.session_minutes, at=at)
        assert sum(start is not None for start in free.values()) >= 3, found


def test_every_status_occurs() -> None:
    assert set(Enrollment.objects.values_list("status", flat=True)) == {
        *("enrolled", "in_progress", "completed", "cancelled"),
    }
    assert set(Session.objects.values_list("status", flat=True)) == {
        *("completed", "scheduled", "cancelled", "no_show"),
    }
    assert Session.objects.filter(reschedule_count=1).exists()
    assert set(Certificate.objects.values_list("type", flat=True)) == {
        *("completion", "mastery", "teaching"),
    }
    assert {"pending", "issued"} <= set(Certificate.objects.values_list("status", flat=True))
    assert set(TeachingApplication.objects.values_list("status", flat=True)) == {
        *("pending", "approved", "declined"),
    }
    assert {"pending", "paid"} <= set(Payout.objects.values_list("status", flat=True))
    assert {"pending", "done"} <= set(RefundRequest.objects.values_list("status", flat=True))
    assert {"full", "guarantee", "pro_rata"} <= set(
        RefundRequest.objects.values_list("policy", flat=True)
    )
    assert CreatorApplication.objects.filter(status="pending").exists()


def test_every_account_has_something_to_do() -> None:
    at = clock.now()
    creator, teacher = member("creator"), member("teacher")
    assert TeachingApplication.objects.filter(course__creator=creator, status="pending").exists()
    assert Certificate.objects.filter(course__creator=creator, status="pending").exists()
    ahead = Session.objects.open().filter(scheduled_start__gt=at)
    assert ahead.filter(teacher=teacher).exists()
    assert ahead.filter(teacher=creator).exists()
    for user in (creator, teacher, member("student"), member("admin")):
        assert Notification.objects.filter(user=user, read_at=None).exists(), user


def test_the_teacher_was_certified_by_completing_the_course() -> None:
    row = StudentTeacher.objects.get(user=member("teacher"), course=course())
    assert row.waiver_reason == "", "certified because the course was completed"
    assert row.students_taught >= 2


def test_past_rows_have_past_timestamps() -> None:
    at = clock.now()
    for model in (Enrollment, Certificate, Payout, Notification, Session, PaymentSplit):
        assert not model.objects.filter(created_at__gt=at).exists(), model
    oldest = User.objects.order_by("created_at").first()
    assert oldest is not None
    assert at - oldest.created_at > timedelta(days=180)
    held = Session.objects.filter(status="completed")
    assert not held.filter(ended_at__gt=at).exists()
    assert not Session.objects.open().filter(scheduled_start__lte=at).exists()


def test_no_mail_or_reminder_of_the_past_is_sent() -> None:
    at = clock.now()
    states = Counter(Email.objects.values_list("status", flat=True))
    assert set(states) <= {"skipped", "sent"}, states
    assert 0 < states["sent"] == LocalMail.objects.count() <= 10
    assert not LocalPaymentObject.objects.filter(kind="event", delivered_at=None).exists()
    late = SessionReminder.objects.filter(sent_at=None, for_start__lte=at)
    assert not late.exists()


def test_who_takes_a_course_has_its_posts_in_their_own_feed() -> None:
    post = Post.objects.tops().filter(feed_group="course", repost_of=None).latest("created_at")
    enrolled = Enrollment.objects.with_content().filter(course=post.course)
    students = set(enrolled.values_list("student", flat=True))
    found = set(TimelineEntry.objects.filter(post=post).values_list("user", flat=True))
    assert students
    assert students <= found


def test_the_ledger_balances_and_counters_are_right() -> None:
    assert differences() == []


def test_a_second_run_changes_nothing() -> None:
    before = [model.objects.count() for model in (User, Course, Session, Email, PaymentSplit)]
    assert "already" in seed()
    assert "already" in seed("--scale", "large")
    assert before == [
        model.objects.count() for model in (User, Course, Session, Email, PaymentSplit)
    ]


def test_the_same_members_are_made_each_time() -> None:
    told = {(life.student, life.course) for life in lives()}
    told |= {key for key, said in all_said().items() if said.done}
    names = {user.email: user.handle for user in User.objects.all()}
    found = Enrollment.objects.select_related("student", "course", "teacher")
    assert len(told) == found.count()
    assert {(e.student.handle, e.course.slug) for e in found} == {
        (_handle(student, names), slug) for student, slug in told
    }


def _handle(key: str, names: dict[str, str]) -> str:
    return next(names[person.address] for person in people() if person.key == key)


def test_an_unknown_scale_is_refused() -> None:
    for scale in ("huge", "-3", "0", "1e9"):
        with pytest.raises(CommandError, match="--scale"):
            seed("--scale", scale)
