"""Posting bans and suspensions as rows: who decides, how long, what the database refuses."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry, Email, Sanction, User
from accounts.sanctions.access import PostingBanned, require_may_post
from accounts.sanctions.actions.lifting import lift_sanction
from accounts.sanctions.actions.posting_ban import ban_from_posting
from accounts.sanctions.actions.suspension import (
    lift_if_over,
    lift_suspension,
    suspend_member,
)
from accounts.tests.mails import mails_to
from peerloop.kit.refusals import Forbidden, Invalid
from tests.cast import PASSWORD, a_member, browse

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WEEK = AT + timedelta(days=7)


@pytest.fixture
def ada():
    return a_member("Ada Admin", is_admin=True)


@pytest.fixture
def max_moderator():
    return a_member("Max Moderator", is_moderator=True)


@pytest.fixture
def sam():
    return a_member(email="sam@example.com")


def ban(sam, by, until=WEEK, at=AT):
    sanction = ban_from_posting(user=sam, reason="Spam", by=by, until=until, at=at)
    sam.refresh_from_db()
    return sanction


def test_a_ban_says_why_and_until_when_and_ends_without_a_job(sam, ada):
    require_may_post(sam, at=AT)
    ban(sam, ada)

    with pytest.raises(PostingBanned) as refused:
        require_may_post(sam, at=WEEK - timedelta(seconds=1))
    assert refused.value.as_json() == {
        "code": "posting_banned",
        "detail": "You can't post until 9 March 2026, 09:00 UTC. The reason: Spam",
        "fields": {},
        "reason": "Spam",
        "until": "2026-03-09T09:00:00+00:00",
    }
    require_may_post(sam, at=WEEK)


def test_a_banned_member_is_notified_can_sign_in_and_reads_the_reason(sam, ada):
    with time_machine.travel(AT, tick=False):
        ban(sam, ada)
        page = browse(sam).get("/settings/privacy").content.decode()

    assert "Spam" in page
    assert Email.objects.get(template="posting-banned").user == sam
    assert mails_to(sam.email)


def test_a_ban_without_an_end_lasts_until_an_admin_lifts_it(sam, ada, max_moderator):
    sanction = ban(sam, ada, until=None)

    with pytest.raises(PostingBanned, match="You can't post\\. The reason"):
        require_may_post(sam, at=AT + timedelta(days=3_000))
    with pytest.raises(Forbidden):
        lift_sanction(sanction=sanction, reason="Enough", by=max_moderator, at=WEEK)
    for _ in range(2):
        lift_sanction(sanction=sanction, reason="Enough", by=ada, at=WEEK)
    sam.refresh_from_db()

    require_may_post(sam, at=WEEK)
    sanction.refresh_from_db()
    assert (sanction.lifted_at, sanction.lifted_by) == (WEEK, ada)
    assert AuditEntry.objects.filter(action="member.lift_posting_ban").count() == 1


def test_a_repeated_ban_changes_nothing_and_a_longer_one_replaces_it(sam, ada):
    first = ban(sam, ada)
    assert ban(sam, ada) == first
    assert ban(sam, ada, until=AT + timedelta(days=1)) == first

    longer = ban(sam, ada, until=None)

    first.refresh_from_db()
    assert (first.lifted_at, longer.lifted_at) == (AT, None)
    assert list(Sanction.objects.in_force(AT)) == [longer]


@pytest.mark.parametrize("decide", [ban_from_posting, suspend_member], ids=["ban", "suspend"])
def test_moderators_go_no_further_than_thirty_days_and_never_above_them(
    sam, ada, max_moderator, decide
):
    far = AT + timedelta(days=30)
    other = a_member("Mia", is_moderator=True)
    for user, by, until in (
        (sam, max_moderator, None),
        (sam, max_moderator, far + timedelta(seconds=1)),
        (ada, max_moderator, WEEK),
        (other, max_moderator, WEEK),
        (max_moderator, max_moderator, WEEK),
        (ada, ada, WEEK),
        (max_moderator, sam, WEEK),
    ):
        with pytest.raises(Forbidden):
            decide(user=user, reason="Spam", by=by, until=until, at=AT)
    with pytest.raises(Invalid):
        decide(user=sam, reason=" ", by=ada, at=AT)
    with pytest.raises(Invalid):
        decide(user=sam, reason="Spam", by=ada, until=AT, at=AT)
    assert not Sanction.objects.exists()

    decide(user=sam, reason="Spam", by=max_moderator, until=far, at=AT)

    assert Sanction.objects.get().ends_at == far


def test_the_roles_of_the_deciding_member_are_read_again(sam, max_moderator):
    type(max_moderator).objects.update(is_moderator=False)

    with pytest.raises(Forbidden):
        ban_from_posting(user=sam, reason="Spam", by=max_moderator, until=WEEK, at=AT)


def test_a_suspension_leaves_its_row_and_lifting_it_too(sam, ada):
    suspend_member(user=sam, reason="Spam", by=ada, at=AT)
    sanction = Sanction.objects.get(kind=Sanction.Kind.SUSPENSION)
    assert (sanction.user, sanction.issued_by, sanction.ends_at) == (sam, ada, None)

    lift_sanction(sanction=sanction, reason="Sorry", by=ada, at=WEEK)

    sam.refresh_from_db()
    sanction.refresh_from_db()
    assert not sam.is_suspended
    assert (sanction.lifted_at, sanction.lifted_by) == (WEEK, ada)


def test_a_member_whose_suspension_is_over_can_sign_in_before_the_sweep(sam, ada):
    suspend_member(user=sam, reason="Spam", by=ada, until=WEEK, at=AT)
    given = {"email": sam.email, "password": PASSWORD}

    with time_machine.travel(WEEK - timedelta(minutes=1), tick=False):
        assert browse().post("/login", given).status_code == 422
    with time_machine.travel(WEEK, tick=False):
        assert browse().post("/login", given).status_code == 302

    assert Sanction.objects.get().lifted_at is None


def test_an_expired_suspension_does_not_lift_a_newer_one(sam, ada, max_moderator):
    suspend_member(user=sam, reason="Spam", by=max_moderator, until=WEEK, at=AT)
    first = Sanction.objects.get()
    read_before = User.objects.get(pk=sam.pk)
    lift_suspension(user=sam, reason="Over", by=None, at=WEEK)
    suspend_member(user=sam, reason="Spam, for good", by=ada, at=WEEK)

    lift_if_over(user=read_before, at=WEEK)
    lift_sanction(sanction=first, reason="Over", by=max_moderator, at=WEEK)

    sam.refresh_from_db()
    assert sam.is_suspended


def test_lifting_by_time_leaves_the_row_as_it_was_decided(sam, ada):
    suspend_member(user=sam, reason="Spam", by=ada, until=WEEK, at=AT)
    lift_suspension(user=sam, reason="Over", by=None, at=WEEK)

    assert not Sanction.objects.in_force(WEEK).exists()
    assert Sanction.objects.get().lifted_at is None


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("sanction_kind", {"kind": "scolding"}),
        ("sanction_ends_after_start", {"ends_at": AT}),
        ("sanction_lifted_after_start", {"lifted_at": AT - timedelta(days=1)}),
        ("sanction_lifted_by_and_at", {"lifted_by": "ada"}),
        ("sanction_by_another", {"issued_by": "sam"}),
    ],
    ids=["kind", "end", "lifted", "lifted_by", "own"],
)
def test_the_database_says_no(sam, ada, constraint, wrong):
    people = {"ada": ada, "sam": sam}
    wrong = {name: people.get(value, value) for name, value in wrong.items()}
    given = {"kind": "posting_ban", "reason": "x", "starts_at": AT, "issued_by": ada, **wrong}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Sanction.objects.create(user=sam, **given)
