"""The database refuses invalid attendance events and ratings."""

import pytest
from django.db import IntegrityError, transaction

from scheduling.models import AttendanceEvent, SessionAssessment
from scheduling.tests.people import MONDAY_TEN
from scheduling.tests.rooms import a_lesson

pytestmark = pytest.mark.django_db


def refuses(constraint, make):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        make()
    assert constraint in str(refused.value)


def an_event(lesson, **fields) -> AttendanceEvent:
    values = {"kind": "joined", "source": "event", "reference": "1", "user": lesson.teacher}
    return AttendanceEvent.objects.create(session=lesson, at=MONDAY_TEN, **{**values, **fields})


def test_the_same_event_is_kept_once():
    lesson = a_lesson()
    an_event(lesson)
    an_event(lesson, kind="ended", user=None)

    refuses("attendance_event_once", lambda: an_event(lesson))
    refuses("attendance_event_once", lambda: an_event(lesson, kind="ended", user=None))


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("attendance_event_kind", {"kind": "flew"}),
        ("attendance_event_source", {"source": "guess"}),
        ("attendance_event_of_whom", {"user": None}),
    ],
)
def test_an_event_is_of_a_known_kind_and_of_somebody(constraint, fields):
    lesson = a_lesson()

    refuses(constraint, lambda: an_event(lesson, **fields))


def test_an_end_is_of_nobody():
    lesson = a_lesson()

    refuses("attendance_event_of_whom", lambda: an_event(lesson, kind="ended"))


@pytest.mark.parametrize("part", ["teaching", "interaction", "materials"])
def test_ratings_of_an_assessment_go_from_one_to_five(part):
    lesson = a_lesson()

    refuses(
        "assessment_parts_1_to_5",
        lambda: SessionAssessment.objects.create(
            session=lesson,
            assessor=lesson.student,
            assessee=lesson.teacher,
            rating=5,
            **{part: 6},
        ),
    )
