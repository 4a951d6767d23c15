"""Concurrent events, joins and completions by hand of one session."""

import random
from functools import partial

import pytest
import time_machine

from accounts.models import Email, UserStats
from learning.models import ModuleProgress
from scheduling.actions.completion import complete_by_hand
from scheduling.actions.joining import join_session
from scheduling.actions.overdue import close_overdue
from scheduling.models import AttendanceEvent, Session
from scheduling.providers import base
from scheduling.room_events import process_event
from scheduling.tests.rooms import a_lesson, a_meeting, a_running_lesson, an_event, minute
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_events_and_people_at_once_complete_the_session_once():
    lesson = a_running_lesson()
    events = [*a_meeting(lesson), an_event(lesson, base.FINISHED, minute(50))] * 3
    random.Random(7).shuffle(events)
    acts = [partial(process_event, event) for event in events]
    acts += [
        partial(complete_by_hand, session=lesson, by=lesson.teacher, at=minute(130)),
        partial(close_overdue, session_id=lesson.pk, at=minute(130)),
    ]

    with time_machine.travel(minute(130), tick=False):
        at_once(acts)

    lesson.refresh_from_db()
    assert lesson.status == "completed"
    assert lesson.joint_seconds == 47 * 60
    assert Email.objects.filter(template="session-completed").count() == 2
    assert ModuleProgress.objects.filter(delivered_at__isnull=False).count() == 1
    assert UserStats.objects.get(user=lesson.teacher).sessions_completed == 1


def test_both_join_at_once_and_one_room_opens():
    lesson = a_lesson()
    people = [lesson.teacher, lesson.student] * 3

    tickets = at_once(
        [
            partial(
                join_session,
                session=Session.objects.select_related("course", "teacher", "student").get(
                    pk=lesson.pk
                ),
                by=person,
                at=minute(number),
            )
            for number, person in enumerate(people)
        ]
    )

    assert {ticket.room_id for ticket in tickets} == {f"peerloop-session-{lesson.pk}"}
    assert AttendanceEvent.objects.filter(session=lesson, kind="click").count() == 2
    lesson.refresh_from_db()
    assert lesson.status == "in_progress"
