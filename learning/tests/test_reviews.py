"""Public reviews: who writes one of what, their figures, answers and edits (RATE-4 to RATE-7)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Email, Notification, User, UserStats
from accounts.sanctions.actions.posting_ban import ban_from_posting
from learning.actions.asking import ask_for_reviews
from learning.actions.expectations import state_expectations
from learning.actions.reviews import (
    AnsweredAlready,
    ReviewedAlready,
    answer_review,
    change_review,
    hide_review,
    mark_helpful,
    remove_review,
    restore_review,
    write_review,
)
from learning.models import (
    Enrollment,
    Expectations,
    RatingCount,
    Review,
    ReviewVote,
    StudentTeacher,
)
from learning.queries.reviews import Spread, left_to_review
from learning.tests.people import AT, completed, taught
from peerloop.kit import invariants
from peerloop.kit.refusals import Forbidden, Invalid, WrongMoment
from tests.cast import a_course, a_member, a_teacher, an_enrollment
from tests.threads import at_once

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=9)
WORDS = "She explains everything twice."


def done(course=None, teacher=None):
    """Somebody completed the course with the teacher."""
    course = course or a_course()
    teacher = teacher or a_teacher(course)
    return an_enrollment(
        a_member(), course, teacher, status="completed", completed_at=AT, progress_percent=100
    )


def review(enrollment, about="teacher", rating=5, comment=WORDS, **more):
    fields = {"by": enrollment.student, "at": LATER, **more}
    return write_review(
        enrollment=enrollment, about=about, rating=rating, comment=comment, **fields
    )


def test_a_review_of_the_teacher_counts_for_the_right_to_teach_and_the_member():
    enrollment = completed()
    review(enrollment, rating=4)
    enrollment.student_teacher.refresh_from_db()
    assert (enrollment.student_teacher.rating, enrollment.student_teacher.rating_count) == (4, 1)
    stats = UserStats.objects.get(user=enrollment.teacher)
    assert (stats.average_rating, stats.total_reviews) == (4, 1)
    enrollment.course.refresh_from_db()
    assert (enrollment.course.rating, enrollment.course.rating_count) == (None, 0)


def test_a_review_of_the_course_counts_for_the_course_and_its_creator():
    enrollment = completed()
    row = review(enrollment, "course", rating=3, comment="", clarity=5)
    enrollment.course.refresh_from_db()
    assert (enrollment.course.rating, enrollment.course.rating_count) == (3, 1)
    assert UserStats.objects.get(user=enrollment.course.creator).total_reviews == 1
    assert (row.clarity, row.depth) == (5, None)


def test_the_figure_is_the_plain_mean_to_one_decimal():
    course = a_course()
    teacher = a_teacher(course)
    for rating in (5, 4, 4):
        review(done(course, teacher), rating=rating)
    teacher.refresh_from_db()
    assert (str(teacher.rating), teacher.rating_count) == ("4.3", 3)


def test_who_is_reviewed_is_told_once():
    enrollment = completed()
    review(enrollment)
    review(enrollment)
    told = Notification.objects.get(user=enrollment.teacher, title__contains="reviewed")
    assert told.body == WORDS


def test_a_second_review_of_the_same_is_refused_and_changes_nothing():
    enrollment = completed()
    review(enrollment)
    with pytest.raises(ReviewedAlready):
        review(enrollment, rating=1)
    assert Review.objects.get().rating == 5


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"rating": 0}, "rating"),
        ({"rating": 6}, "rating"),
        ({"comment": "Too short"}, "comment"),
        ({"comment": " \u200b\u2800 " * 20}, "comment"),
        ({"comment": "x" * 100_000}, "comment"),
        ({"about": "course", "depth": 9}, "depth"),
        ({"about": "course", "comment": "Short"}, "comment"),
    ],
)
def test_what_says_nothing_or_too_much_is_refused_and_names_the_field(said, field):
    with pytest.raises(Invalid) as refused:
        review(completed(), **said)
    assert list(refused.value.fields) == [field]
    assert not Review.objects.exists()


def test_somebody_who_never_met_the_teacher_does_not_review():
    enrollment = completed()
    for stranger in (a_member("Olga"), enrollment.teacher, enrollment.course.creator):
        with pytest.raises(Forbidden):
            review(enrollment, by=stranger)


def test_a_course_that_goes_on_is_not_reviewed_yet():
    enrollment = taught(modules=2, sessions=1)
    assert left_to_review(enrollment) == []
    with pytest.raises(WrongMoment):
        review(enrollment)


def test_the_database_refuses_a_review_of_what_was_not_completed():
    enrollment = taught(modules=2, sessions=1)
    row = Review(
        enrollment=enrollment,
        about="teacher",
        course=enrollment.course,
        student_teacher=enrollment.student_teacher,
        rated=enrollment.teacher,
        rating=5,
        comment=WORDS,
    )
    with pytest.raises(IntegrityError, match="what its student completed"), transaction.atomic():
        row.save()


def test_who_may_not_post_does_not_review():
    enrollment = completed()
    admin = a_member("Ada", is_admin=True)
    ban_from_posting(user=enrollment.student, reason="Spam", by=admin, at=AT)
    with pytest.raises(Forbidden):
        review(enrollment, by=User.objects.get(pk=enrollment.student_id))


def test_a_review_is_changed_for_14_days_and_the_mean_with_it():
    row = review(completed(), rating=2)
    change = {"review": row, "by": row.enrollment.student, "comment": WORDS}
    change_review(rating=5, at=LATER + timedelta(days=14), **change)
    row.student_teacher.refresh_from_db()
    assert row.student_teacher.rating == 5
    with pytest.raises(Forbidden, match="14 days"):
        change_review(rating=1, at=LATER + timedelta(days=14, seconds=1), **change)


def test_a_review_is_answered_once_by_who_is_reviewed():
    row = review(completed())
    with pytest.raises(Forbidden):
        answer_review(review=row, by=row.course.creator, answer="Thank you, Sam.", at=LATER)
    for _ in range(2):
        answer_review(review=row, by=row.rated, answer="Thank you, Sam.", at=LATER)
    with pytest.raises(AnsweredAlready):
        answer_review(review=row, by=row.rated, answer="And another word.", at=LATER)
    told = Notification.objects.filter(user=row.enrollment.student, title__contains="answered")
    assert told.count() == 1


def test_a_removed_review_is_out_of_the_mean_a_hidden_one_is_not():
    course = a_course()
    teacher = a_teacher(course)
    review(done(course, teacher), rating=5)
    bad = review(done(course, teacher), rating=1)

    def mean():
        teacher.refresh_from_db()
        return teacher.rating, teacher.rating_count

    hide_review(id=bad.pk, at=LATER)
    assert mean() == (3, 2)
    for _ in range(2):
        remove_review(id=bad.pk, at=LATER)
    assert mean() == (5, 1)
    restore_review(id=bad.pk, at=LATER)
    assert mean() == (3, 2)


def test_the_last_review_removed_leaves_no_rating():
    row = review(completed())
    remove_review(id=row.pk, at=LATER)
    row.student_teacher.refresh_from_db()
    assert (row.student_teacher.rating, row.student_teacher.rating_count) == (None, 0)
    assert UserStats.objects.get(user=row.rated).average_rating is None


def test_a_review_that_moderators_have_is_neither_changed_nor_answered():
    row = review(completed())
    hide_review(id=row.pk, at=LATER)
    with pytest.raises(WrongMoment):
        change_review(review=row, by=row.enrollment.student, rating=1, comment=WORDS, at=LATER)
    with pytest.raises(WrongMoment):
        answer_review(review=row, by=row.rated, answer="Thank you, Sam.", at=LATER)


def test_helpful_is_counted_once_a_member_and_not_for_its_people():
    row, reader = review(completed()), a_member("Rita Reader")
    assert mark_helpful(review=row, by=reader, is_helpful=True, at=LATER) == 1
    assert mark_helpful(review=row, by=reader, is_helpful=True, at=LATER) == 1
    assert mark_helpful(review=row, by=reader, is_helpful=False, at=LATER) == 0
    for person in (row.rated, row.enrollment.student):
        with pytest.raises(Forbidden):
            mark_helpful(review=row, by=person, is_helpful=True, at=LATER)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=60))
def test_a_spread_adds_up_to_what_was_given(ratings):
    spread = Spread({stars: ratings.count(stars) for stars in set(ratings)})
    assert spread.total == len(ratings)
    assert abs(spread.mean - sum(ratings) / len(ratings)) <= 0.05 + 1e-9
    assert [stars for stars, _, _ in spread.bars] == [5, 4, 3, 2, 1]


def test_a_student_is_reminded_once_three_days_after_the_course():
    enrollment = completed()
    Enrollment.objects.update(completed_at=AT)
    assert ask_for_reviews(at=AT + timedelta(days=2)) == 0
    assert ask_for_reviews(at=AT + timedelta(days=3)) == 1
    assert ask_for_reviews(at=AT + timedelta(days=4)) == 0
    mail = Email.objects.get(user=enrollment.student, template="review-reminder")
    assert mail.context["course"] == enrollment.course.title


def test_who_reviewed_already_is_not_reminded():
    enrollment = completed()
    Enrollment.objects.update(completed_at=AT)
    review(enrollment, "course")
    assert ask_for_reviews(at=AT + timedelta(days=3)) == 0


def test_expectations_are_kept_while_the_course_goes_on():
    enrollment = taught()
    say = {"enrollment": enrollment, "by": enrollment.student, "at": AT}
    with pytest.raises(Invalid):
        state_expectations(goal="Too short", **say)
    with pytest.raises(Invalid) as refused:
        state_expectations(goal="Write to my boss", hopes="x" * 100_000, **say)
    assert list(refused.value.fields) == ["hopes"]
    for goal in ("Write reports that people read.", "Write reports that people answer."):
        state_expectations(goal=goal, **say)
    assert Expectations.objects.get().goal == "Write reports that people answer."
    with pytest.raises(Forbidden):
        state_expectations(goal="x" * 30, **{**say, "by": enrollment.teacher})


@pytest.mark.django_db(transaction=True)
def test_reviews_at_once_are_all_counted():
    course, other = a_course(), None
    other = a_course(course.creator)
    enrollments = [done(course, a_teacher(course, name=f"Tom {n}")) for n in range(4)]
    enrollments += [done(other, a_teacher(other, name=f"Tim {n}")) for n in range(4)]

    def act(enrollment, rating):
        mine = Enrollment.objects.get(pk=enrollment.pk)
        return lambda: review(mine, "course", rating=rating, by=enrollment.student)

    acts = [act(one, 1 + n % 5) for n, one in enumerate(enrollments)]
    results = at_once(acts)

    assert {type(one) for one in results} == {Review}
    course.refresh_from_db()
    assert (course.rating_count, str(course.rating)) == (4, "2.5")
    assert UserStats.objects.get(user=course.creator).total_reviews == 8
    assert sum(RatingCount.objects.values_list("number", flat=True)) == 8


@pytest.mark.django_db(transaction=True)
def test_one_review_sent_twice_at_once_is_published_once():
    enrollment = completed()

    def act():
        mine = Enrollment.objects.get(pk=enrollment.pk)
        return review(mine, by=enrollment.student)

    results = at_once([act] * 4)

    assert {one.pk for one in results} == {Review.objects.get().pk}
    enrollment.student_teacher.refresh_from_db()
    assert enrollment.student_teacher.rating_count == 1


@pytest.mark.django_db(transaction=True)
def test_people_helped_at_once_are_all_counted():
    row = review(completed())
    people = [a_member(f"Reader {n}") for n in range(5)]
    at_once(
        [
            lambda who=who: mark_helpful(review=row, by=who, is_helpful=True, at=LATER)
            for who in people
        ]
    )
    row.refresh_from_db()
    assert row.helpful_count == ReviewVote.objects.count() == 5


def test_the_nightly_check_finds_a_rating_that_no_review_says():
    row = review(completed())
    assert not broken()
    StudentTeacher.objects.update(rating=1)
    assert broken() == [str(row.student_teacher_id)]


def broken():
    return [one.row_id for one in invariants.differences() if one.invariant == "RATE-6"]
