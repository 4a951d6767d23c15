"""Asking to be a creator, and the decision."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.identity.access import Unverified
from accounts.members.actions.applications import (
    AlreadyApplied,
    AppliedLately,
    apply_to_create,
    complete_application,
    decide_creator_application,
)
from accounts.models import AuditEntry, CreatorApplication, Notification, User
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, WrongMoment
from tests.cast import a_member

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WORDS = {"motivation": "I know things", "ideas": "Many"}


@pytest.fixture
def ada():
    return a_member("Ada Admin", is_admin=True)


def decide(application, ada, *, approve=True, reason="Fine"):
    return decide_creator_application(
        application=application, approve=approve, reason=reason, by=ada, at=AT
    )


def test_a_member_asks_once_at_a_time(ada):
    sam = a_member()
    first = apply_to_create(by=sam, at=AT, **WORDS)

    with pytest.raises(AlreadyApplied):
        apply_to_create(by=sam, at=AT, **WORDS)
    decide(first, ada, approve=False, reason="Too early")
    with pytest.raises(AppliedLately):
        apply_to_create(by=sam, at=AT + timedelta(days=29), **WORDS)
    later = apply_to_create(by=sam, at=AT + timedelta(days=30), **WORDS)
    assert later.status == "pending"


def test_what_was_decided_is_not_completed_any_more(ada):
    sam = a_member()
    decide(apply_to_create(by=sam, at=AT, **WORDS), ada)

    with pytest.raises(WrongMoment):
        complete_application(by=sam, at=AT, **WORDS)


def test_who_is_not_verified_or_a_creator_already_cannot_ask():
    with pytest.raises(Unverified):
        apply_to_create(by=a_member(verified=False), at=AT)
    with pytest.raises(Conflict):
        apply_to_create(by=a_member(is_creator=True), at=AT)


def test_an_approval_gives_the_role_notifies_and_logs_once(ada):
    sam = a_member()
    application = CreatorApplication.objects.create(user=sam)

    for _ in range(2):
        decide(application, ada)

    assert User.objects.get(pk=sam.pk).is_creator
    assert AuditEntry.objects.filter(action="creator_application.approve").count() == 1
    assert Notification.objects.filter(user=sam).count() == 1


def test_a_decision_is_not_turned_round(ada):
    application = CreatorApplication.objects.create(user=a_member())
    decide(application, ada, approve=False)

    with pytest.raises(WrongMoment):
        decide(application, ada)


def test_only_another_admin_decides_and_a_denial_has_a_reason(ada):
    application = CreatorApplication.objects.create(user=a_member())
    own = CreatorApplication.objects.create(user=ada)

    with pytest.raises(Forbidden):
        decide(application, a_member(is_moderator=True))
    with pytest.raises(Forbidden):
        decide(own, ada)
    with pytest.raises(Invalid):
        decide(application, ada, approve=False, reason=" ")
