"""Moving or cancelling a session by the link of a mail: once, and never by reading it."""

import re
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.core.signing import Signer

from accounts.models import Email
from accounts.notifications.mail.composing import rendered
from peerloop.kit.refusals import WrongMoment
from scheduling.actions.booking import book_session
from scheduling.actions.cancelling import cancel_session
from scheduling.actions.rescheduling import reschedule_session
from scheduling.mail_links import SALT, change_path
from scheduling.models import Session
from scheduling.tests.people import MONDAY_TEN, NOW, a_session, sam_and_tom
from tests.cast import a_member, browse
from tests.threads import at_once

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
START = MONDAY_TEN + 2 * DAY
LATER = (START + DAY).isoformat()


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def session():
    return a_session(sam_and_tom(), start=START)


def of(session, who="student") -> str:
    return change_path(session, getattr(session, who))


def fresh(session) -> Session:
    return Session.objects.get(pk=session.pk)


def test_mails_bring_the_link_of_their_reader():
    enrollment = sam_and_tom()
    booked = book_session(
        enrollment=enrollment,
        teacher=enrollment.teacher,
        start=START,
        by=enrollment.student,
        at=NOW,
    )
    for person in (enrollment.student, enrollment.teacher):
        mail = rendered(Email.objects.get(template="session-booked", user=person), at=NOW)
        for text in (mail.text, mail.html):
            [path] = set(re.findall(r"/sessions/by-mail/[^\s\"<]+", text))
            assert path == change_path(booked, person)
            assert browse().get(path).status_code == 200


@pytest.mark.parametrize("who", ["student", "teacher"])
def test_the_page_shows_rule_and_cost_and_changes_nothing(session, who):
    person = getattr(session, who)
    person.timezone = "Asia/Tokyo"
    person.save()
    for _ in range(3):
        answer = browse().get(of(session, who))
        browse().head(of(session, who))
    text = answer.content.decode()
    assert "19:00" in text
    assert "Tokyo" in text
    assert "It costs nothing now" in text
    assert session.counterpart_of(person).name in text
    assert "no-store" in answer["Cache-Control"]
    assert fresh(session).status == Session.Status.SCHEDULED
    assert not Email.objects.exists()


def test_reading_the_form_addresses_does_nothing_either(session):
    for act in ("move", "cancel"):
        assert browse().get(f"{of(session)}/{act}").status_code == 405
    assert fresh(session).status == Session.Status.SCHEDULED


@pytest.mark.parametrize("who", ["student", "teacher"])
def test_cancelling_works_once(session, who):
    path = of(session, who)
    answer = browse().post(f"{path}/cancel", {"reason": ""})
    assert "Your session is cancelled" in answer.content.decode()
    row = fresh(session)
    assert (row.status, row.cancelled_by) == ("cancelled", getattr(session, who))
    assert not row.is_late_cancel
    assert Email.objects.filter(template="session-cancelled").count() == 2
    for again in (browse().get(path), browse().post(f"{path}/cancel")):
        assert again.status_code == 410
        assert "Sign in to see it" in again.content.decode()


def test_moving_ends_the_link_and_the_other_persons_too(session):
    mine, theirs = of(session), of(session, "teacher")
    answer = browse().post(f"{mine}/move", {"start": LATER})
    assert "Your session is moved" in answer.content.decode()
    assert fresh(session).scheduled_start == START + DAY
    assert browse().post(f"{mine}/move", {"start": START.isoformat()}).status_code == 410
    assert browse().get(theirs).status_code == 410
    assert browse().get(of(fresh(session))).status_code == 200


def test_less_than_a_day_before_it_asks_for_a_reason_and_counts_as_late(session):
    with time_machine.travel(START - timedelta(hours=5), tick=False):
        text = browse().get(of(session)).content.decode()
        assert "counts as late" in text
        assert browse().post(f"{of(session)}/cancel", {"reason": ""}).status_code == 422
        assert fresh(session).status == Session.Status.SCHEDULED
        browse().post(f"{of(session)}/cancel", {"reason": "Ill"})
    assert fresh(session).is_late_cancel


def test_a_time_that_is_not_free_is_refused_beside_the_form(session):
    answer = browse().post(f"{of(session)}/move", {"start": (START + 400 * DAY).isoformat()})
    assert answer.status_code == 400
    assert "Nothing changed" in answer.content.decode()
    assert browse().post(f"{of(session)}/move", {"start": "x"}).status_code == 422
    assert fresh(session).scheduled_start == START


def test_links_end_with_the_start(session):
    with time_machine.travel(START, tick=False):
        assert browse().get(of(session)).status_code == 410


@pytest.mark.parametrize("field", ["suspended_at", "deleted_at"])
def test_links_of_closed_accounts_open_nothing(session, field):
    sam, path = session.student, of(session)
    type(sam).objects.filter(pk=sam.pk).update(**{field: NOW})
    assert browse().get(path).status_code == 404
    assert browse().post(f"{path}/cancel").status_code == 404


def test_links_can_not_be_made_up(session):
    olga = a_member("Olga")
    state = f"0.{int(START.timestamp()) // 60}"
    made = [
        f"{session.pk.hex}.{session.student_id.hex}.{state}",
        Signer(salt="another").sign(f"{session.pk.hex}.{session.student_id.hex}.{state}"),
        Signer(salt=SALT).sign(f"{session.pk.hex}.{olga.pk.hex}.{state}"),
        Signer(salt=SALT).sign("a.b.c"),
        "x" * 900,
    ]
    for token in made:
        assert browse().post(f"/sessions/by-mail/{token}/cancel").status_code == 404
    assert fresh(session).status == Session.Status.SCHEDULED


def test_whoever_is_signed_in_goes_on_to_the_session(session):
    answer = browse(session.student).post(f"{of(session)}/cancel", {"reason": ""})
    assert answer["Location"] == f"/sessions/{session.pk}"
    stranger = browse(a_member("Olga"))
    assert stranger.get(f"/sessions/{session.pk}").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_two_moves_by_one_link_one_is_made():
    session = a_session(sam_and_tom(), start=START)
    path = of(session)
    acts = [
        lambda hours=hours: browse().post(
            f"{path}/move", {"start": (START + hours * timedelta(hours=1)).isoformat()}
        )
        for hours in (3, 5)
    ]
    answers = at_once(acts)
    first, second = sorted(answer.status_code for answer in answers)
    assert (first, second in (409, 410)) == (200, True)
    assert fresh(session).reschedule_count == 1


@pytest.mark.parametrize("act", ["move", "cancel"])
def test_an_act_on_a_time_that_was_known_before_a_move_is_refused(session, act):
    sam = session.student
    reschedule_session(session=session, start=START + DAY, by=sam, at=NOW)
    known = {"session": session, "by": sam, "at": NOW, "reason": "", "known_start": START}
    acts = {"cancel": cancel_session, "move": partial(reschedule_session, start=START + 2 * DAY)}
    with pytest.raises(WrongMoment, match="meanwhile"):
        acts[act](**known)
