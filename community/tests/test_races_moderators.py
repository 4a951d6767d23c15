"""Answers and invitations in the same moment, with real threads and connections."""

import pytest

from accounts.models import AuditEntry, Email, User
from community.models import CommunityModerator, ModeratorInvite
from community.moderators.access import InviteClosed
from community.moderators.actions import (
    accept_invite,
    appoint_moderator,
    cancel_invite,
    decline_invite,
    invite_moderator,
    resend_invite,
)
from community.moderators.actions.appointing import TooManyModerators
from community.moderators.actions.inviting import InvitePending
from community.tests.test_moderators import a_student_of
from peerloop.kit import clock
from peerloop.kit.refusals import Refused
from tests.cast import a_course, a_member
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "mia@example.com"


@pytest.fixture
def ada():
    return a_member("Ada Admin", is_admin=True)


def invited(by):
    return invite_moderator(email=ADDRESS, by=by, at=clock.now())


def test_of_ten_invitations_of_one_address_one_goes_out(ada):
    found = at_once([lambda: invited(ada)] * 10)

    assert sum(isinstance(one, ModeratorInvite) for one in found) == 1
    assert sum(isinstance(one, InvitePending) for one in found) == 9
    assert Email.objects.filter(to=ADDRESS).count() == 1


def test_accepting_eight_times_at_once_counts_once(ada):
    mia, invite = a_member("Mia", email=ADDRESS), invited(ada)
    found = at_once([lambda: accept_invite(invite=invite, by=mia, at=clock.now())] * 8)

    assert found.count(None) == 1
    assert sum(isinstance(one, InviteClosed) for one in found) == 7
    assert AuditEntry.objects.filter(action="member.role").count() == 1


@pytest.mark.parametrize("turn", range(5))
def test_accepting_while_it_is_cancelled_ends_one_way_or_the_other(ada, turn):
    mia, invite = a_member("Mia", email=ADDRESS), invited(ada)
    accepted, cancelled = at_once(
        [
            lambda: accept_invite(invite=invite, by=mia, at=clock.now()),
            lambda: cancel_invite(invite=invite, by=ada, at=clock.now()),
        ]
    )

    invite.refresh_from_db()
    assert (accepted is None) != (cancelled is None)
    assert isinstance(accepted or cancelled, Refused)
    assert invite.status == ("accepted" if accepted is None else "cancelled")
    assert User.objects.get(pk=mia.pk).is_moderator == (accepted is None)


def test_accepting_while_it_is_declined_or_sent_again_leaves_one_answer(ada):
    mia, invite = a_member("Mia", email=ADDRESS), invited(ada)
    at = clock.now()
    at_once(
        [
            lambda: accept_invite(invite=invite, by=mia, at=at),
            lambda: decline_invite(invite=invite, at=at),
            lambda: resend_invite(invite=invite, by=ada, at=at),
        ]
    )
    invite.refresh_from_db()
    assert invite.status in ("accepted", "declined")
    assert User.objects.get(pk=mia.pk).is_moderator == (invite.status == "accepted")


def test_a_member_is_appointed_once_and_the_limit_holds_when_many_are_at_once(monkeypatch):
    monkeypatch.setattr("community.moderators.actions.appointing.MOST_MODERATORS", 3)
    course = a_course()
    students = [a_student_of(course, f"Sam {n}") for n in range(5)]
    acts = [
        lambda user=user: appoint_moderator(
            creator=course.creator, user=user, by=course.creator, at=clock.now()
        )
        for user in students * 2
    ]

    found = at_once(acts)

    rows = CommunityModerator.objects.filter(creator=course.creator)
    assert rows.count() == rows.values("user").distinct().count() == 3
    assert sum(isinstance(one, TooManyModerators) for one in found) == 4
