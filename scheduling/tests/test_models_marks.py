"""The database refuses marks and ratings that can't be true."""

import pytest
from django.db import IntegrityError, transaction

from scheduling.models import RoomMark, SessionAssessment
from scheduling.tests.people import MONDAY_TEN
from scheduling.tests.rooms import a_lesson

pytestmark = pytest.mark.django_db


def refuses(constraint, make):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        make()
    assert constraint in str(refused.value)


def a_mark(lesson, **fields) -> RoomMark:
    values = {"kind": "joined", "source": "event", "reference": "1", "user": lesson.teacher}
    return RoomMark.objects.create(session=lesson, at=MONDAY_TEN, **{**values, **fields})


def test_the_same_mark_stands_once():
    lesson = a_lesson()
    a_mark(lesson)
    a_mark(lesson, kind="ended", user=None)

    refuses("room_mark_once", lambda: a_mark(lesson))
    refuses("room_mark_once", lambda: a_mark(lesson, kind="ended", user=None))


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("room_mark_kind", {"kind": "flew"}),
        ("room_mark_source", {"source": "guess"}),
        ("room_mark_of_whom", {"user": None}),
    ],
)
def test_a_mark_is_of_a_known_kind_and_of_somebody(constraint, fields):
    lesson = a_lesson()

    refuses(constraint, lambda: a_mark(lesson, **fields))


def test_an_end_is_of_nobody():
    lesson = a_lesson()

    refuses("room_mark_of_whom", lambda: a_mark(lesson, kind="ended"))


@pytest.mark.parametrize("part", ["teaching", "interaction", "materials"])
def test_marks_of_an_assessment_go_from_one_to_five(part):
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
