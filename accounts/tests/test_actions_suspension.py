"""Suspensions and roles (rules ROLE-10, ROLE-12)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection
from psycopg import errors

from accounts.events import MemberSuspended
from accounts.identity.actions.closure import ask_for_erasure
from accounts.identity.actions.tokens import (
    RefreshRefused,
    issue_tokens,
    rotate_tokens,
)
from accounts.members.actions.roles import set_role
from accounts.models import AuditEntry, User
from accounts.privacy.actions.cleanup import clear_expired
from accounts.sanctions.actions.suspension import (
    lift_suspension,
    suspend_member,
)
from peerloop.kit import events
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, Refused
from tests.cast import a_member

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def ada():
    return a_member("Ada Admin", is_admin=True)


@pytest.mark.django_db
def test_a_suspension_ends_all_sign_ins_and_announces_an_event(ada, monkeypatch):
    heard = []
    monkeypatch.setitem(events._in_transaction, MemberSuspended, [heard.append])
    sam = a_member()
    pair = issue_tokens(user=sam)

    for _ in range(2):
        suspend_member(user=sam, reason="Spam", by=ada, at=AT)
    lift_suspension(user=sam, reason="Sorry", by=ada, at=AT)

    with pytest.raises(RefreshRefused):
        rotate_tokens(refresh=pair.refresh)
    assert heard == [MemberSuspended(user_id=sam.pk, at=AT)]
    assert AuditEntry.objects.count() == 2


@pytest.mark.django_db
def test_a_suspension_that_the_database_breaks_off_is_tried_once_more(ada, monkeypatch):
    heard = []

    def listen(fact):
        heard.append(fact)
        if len(heard) == 1:
            raise OperationalError from errors.DeadlockDetected()

    monkeypatch.setitem(events._in_transaction, MemberSuspended, [listen])
    sam = a_member()

    suspend_member(user=sam, reason="Spam", by=ada, at=AT)

    sam.refresh_from_db()
    assert sam.is_suspended
    assert (len(heard), AuditEntry.objects.count()) == (2, 1)


@pytest.mark.django_db
def test_a_suspension_for_a_time_ends_by_itself(ada):
    sam = a_member()
    suspend_member(user=sam, reason="Spam", by=ada, at=AT, until=AT + timedelta(days=3))

    clear_expired(at=AT + timedelta(days=2))
    sam.refresh_from_db()
    assert sam.is_suspended
    clear_expired(at=AT + timedelta(days=3))

    sam.refresh_from_db()
    assert not sam.is_suspended
    assert AuditEntry.objects.filter(action="member.lift_suspension").get().actor is None


@pytest.mark.django_db
def test_nobody_suspends_themselves_or_the_last_admin(ada):
    moderator = a_member("Max Moderator", is_moderator=True)

    with pytest.raises(Forbidden):
        suspend_member(user=ada, reason="x", by=ada, at=AT)
    with pytest.raises(Forbidden):
        suspend_member(user=ada, reason="x", by=moderator, at=AT)
    with pytest.raises(Invalid):
        suspend_member(user=moderator, reason=" ", by=ada, at=AT)


@pytest.mark.django_db
def test_only_admins_give_roles_and_only_listed_ones(ada):
    sam, moderator = a_member(), a_member("Max", is_moderator=True)

    with pytest.raises(Forbidden):
        set_role(user=sam, role="is_admin", held=True, reason="x", by=moderator, at=AT)
    with pytest.raises(Invalid):
        set_role(user=sam, role="is_superuser", held=True, reason="x", by=ada, at=AT)
    with pytest.raises(Invalid):
        set_role(user=sam, role="is_admin", held=True, reason="", by=ada, at=AT)


@pytest.mark.django_db
def test_a_role_given_twice_is_one_entry_in_the_log(ada):
    sam = a_member()
    for _ in range(2):
        set_role(user=sam, role="is_creator", held=True, reason="Good", by=ada, at=AT)

    entry = AuditEntry.objects.get()
    assert (entry.before, entry.after) == ({"is_creator": False}, {"is_creator": True})


@pytest.mark.django_db
def test_the_last_active_admin_stays(ada):
    other = a_member("Eve", is_admin=True)
    User.objects.filter(pk=other.pk).update(suspended_at=AT)

    with pytest.raises(Conflict):
        set_role(user=ada, role="is_admin", held=False, reason="x", by=ada, at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_remove_each_other_at_once_leave_one():
    ada, eve = a_member("Ada", is_admin=True), a_member("Eve", is_admin=True)

    def remove(pair: tuple[User, User]) -> None:
        by, user = pair
        try:
            set_role(user=user, role="is_admin", held=False, reason="x", by=by, at=AT)
        except Refused:
            return
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(remove, [(ada, eve), (eve, ada)]))

    assert User.objects.filter(is_admin=True).count() == 1


@pytest.mark.django_db
def test_a_moderator_is_made_and_removed_by_an_admin_from_the_next_request_on(ada):
    max_moderator = a_member("Max")
    for held in (True, False):
        set_role(user=max_moderator, role="is_moderator", held=held, reason="x", by=ada, at=AT)
        max_moderator.refresh_from_db()
        assert max_moderator.is_moderator == held
        assert max_moderator.role == ("moderator" if held else "student")

    entries = AuditEntry.objects.filter(action="member.role", object_id=str(max_moderator.pk))
    assert {entry.reason for entry in entries} == {"x"}
    assert entries.count() == 2


@pytest.mark.django_db
def test_an_admin_who_was_suspended_or_left_gives_no_roles(ada):
    eve, sam = a_member("Eve", is_admin=True), a_member()
    for closed in ("suspended_at", "deleted_at"):
        User.objects.filter(pk=eve.pk).update(suspended_at=None, deleted_at=None)
        User.objects.filter(pk=eve.pk).update(**{closed: AT})
        eve.refresh_from_db()
        with pytest.raises(Forbidden):
            set_role(user=sam, role="is_creator", held=True, reason="x", by=eve, at=AT)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["suspend", "leave"])
def test_of_two_admins_who_leave_at_once_one_stays(way):
    ada, eve = a_member("Ada", is_admin=True), a_member("Eve", is_admin=True)

    def go(pair: tuple[User, User]) -> None:
        by, user = pair
        try:
            if way == "suspend":
                suspend_member(user=user, reason="x", by=by, at=AT)
            else:
                ask_for_erasure(user=by, by=by, at=AT)
        except Refused:
            return
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(go, [(ada, eve), (eve, ada)]))

    assert User.objects.active().filter(is_admin=True).count() == 1
