"""Helpers who answer at the same time, with real threads and connections."""

import pytest

from community.models import Conversation
from goodwill.models import GoodwillTransaction, HelpSummons
from goodwill.summons.actions import answer_summons, cancel_summons, complete_summons, summon
from goodwill.summons.refusals import AlreadyAnswered, AlreadyClosed, AlreadyOpen, NotWaiting
from goodwill.tests.callers import AT, a_call, a_helper, an_answered_call, minutes
from peerloop.kit.refusals import Refused
from tests.cast import a_course, an_enrollment
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_fifty_helpers_race_for_one_call_and_one_wins():
    call = a_call()
    helpers = [a_helper(call.course, f"Helper {number}") for number in range(50)]

    answers = at_once([lambda by=by: answer_summons(summons=call, by=by, at=AT) for by in helpers])

    won = [answer for answer in answers if isinstance(answer, HelpSummons)]
    lost = [answer for answer in answers if not isinstance(answer, HelpSummons)]
    assert len(won) == 1
    assert {(type(answer), answer.status) for answer in lost} == {(AlreadyAnswered, 409)}
    call.refresh_from_db()
    assert call.helper_id == won[0].helper_id
    assert Conversation.objects.count() == 1


def test_a_call_is_cancelled_or_answered_but_never_both():
    call = a_call()
    tom = a_helper(call.course)

    answers = at_once(
        [
            lambda: answer_summons(summons=call, by=tom, at=AT),
            lambda: cancel_summons(summons=call, by=call.student, at=AT),
        ]
    )

    refusals = [answer for answer in answers if isinstance(answer, Refused)]
    assert [type(one) for one in refusals] in ([NotWaiting], [AlreadyAnswered])


def test_a_student_who_clicks_twice_calls_once():
    enrollment = an_enrollment(course=a_course())

    answers = at_once(
        [lambda: summon(enrollment=enrollment, module=None, by=enrollment.student, at=AT)] * 8
    )

    assert HelpSummons.objects.count() == 1
    assert sum(isinstance(answer, AlreadyOpen) for answer in answers) == 7


def test_points_are_given_once_however_often_they_are_sent_at_once():
    call = an_answered_call()

    answers = at_once(
        [
            lambda points=points: complete_summons(
                summons=call, points=points, by=call.student, at=minutes(5)
            )
            for points in range(10, 18)
        ]
    )

    assert sum(isinstance(answer, AlreadyClosed) for answer in answers) == 7
    row = GoodwillTransaction.objects.get()
    call.refresh_from_db()
    assert row.points == call.points_awarded
