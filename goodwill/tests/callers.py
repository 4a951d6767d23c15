"""Students who call and helpers who answer, for tests."""

from datetime import UTC, datetime, timedelta

from goodwill.summons.actions import answer_summons, summon, switch_help
from tests.cast import a_course, a_member, a_teacher, an_enrollment

AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def a_helper(course, name="Tom Teacher", *, at=AT):
    """A certified teacher of the course with the switch on."""
    user = a_teacher(course, name=name).user
    switch_help(user=user, is_available=True, at=at)
    return user


def a_call(*, at=AT, student=None, course=None):
    """A call that waits, in a course of a creator of its own."""
    course = course or a_course()
    student = student or a_member()
    enrollment = an_enrollment(course=course, student=student)
    return summon(enrollment=enrollment, module=None, by=student, at=at)


def an_answered_call(*, at=AT, student=None, course=None):
    """The same, answered by Tom in the same moment."""
    call = a_call(at=at, student=student, course=course)
    return answer_summons(summons=call, by=a_helper(call.course, at=at), at=at)


def minutes(number):
    """So many minutes after AT."""
    return AT + timedelta(minutes=number)
