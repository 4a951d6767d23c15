"""Closing an account: refused, requested, undone (rule ROLE-13)."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from accounts.identity.actions.closure import (
    AccountInUse,
    ask_for_erasure,
    obstacles,
    open_erasure,
    undo_erasure,
)
from accounts.identity.actions.tokens import (
    RefreshRefused,
    issue_tokens,
    rotate_tokens,
)
from accounts.models import AuditEntry, Email, Erasure, LocalMail, User
from accounts.notifications.outbox import delivery
from accounts.privacy.actions.erasure import erase_due
from accounts.tests.mails import link_in
from catalog.models import Course
from learning.models import Enrollment
from peerloop.kit import clock
from peerloop.kit.refusals import Forbidden, Gone, Invalid
from scheduling.tests.people import MONDAY_TEN, NOW, a_session, sam_and_tom
from tests.cast import PASSWORD, a_course, a_member, api, browse
from tests.lived_life import close, kims_life

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30, minutes=1)


@pytest.fixture
def kim():
    with time_machine.travel(NOW, tick=False):
        return kims_life()


@pytest.fixture
def ada():
    return a_member("Ada Admin", is_admin=True, email="ada@example.com")


def test_a_closed_account_cannot_sign_in_and_is_not_found(kim):
    User.objects.update(privacy_public=True)
    course = Course.objects.get(creator=kim, status="published")
    with time_machine.travel(NOW, tick=False):
        web, program, tokens = browse(kim), api(kim), issue_tokens(user=kim)
        assert web.get("/dashboard").status_code == 200
        close(kim)

        assert web.get("/dashboard")["Location"].startswith("/login")
        assert program.get("/api/v1/blocks").status_code == 401
        with pytest.raises(RefreshRefused):
            rotate_tokens(refresh=tokens.refresh)
        given = {"email": kim.email, "password": PASSWORD}
        assert browse().post("/login", given).status_code == 422
        for path in ("/creators", "/student-teachers", "/courses", f"/courses/{course.slug}"):
            assert kim.handle not in browse().get(path).content.decode(), path
        assert browse().get(f"/u/{kim.handle}").status_code == 404
    course.refresh_from_db()
    assert course.status == Course.Status.RETIRED


def test_the_link_of_the_mail_reopens_the_account_once(kim):
    with time_machine.travel(NOW, tick=False):
        address = kim.email
        close(kim)
        delivery.deliver_due(at=NOW)
        link = link_in(LocalMail.objects.get(to=address, subject="Your account is closed"))
        page = browse().get(link)
        assert (page.status_code, page["Referrer-Policy"]) == (200, "no-referrer")
        kim.refresh_from_db()
        assert kim.deleted_at is not None

        assert browse().post(link)["Location"] == "/login"

        kim.refresh_from_db()
        assert kim.deleted_at is None
        assert browse().post(link).status_code == 410
        assert browse().get("/account/reopen/no-such-link").status_code == 410
        given = {"email": kim.email, "password": PASSWORD}
        assert browse().post("/login", given).status_code == 302
    assert erase_due(at=LATER) == 0
    with time_machine.travel(LATER, tick=False):
        close(kim, at=LATER)


def test_a_password_reset_of_a_closed_account_sends_the_reopening_link_again():
    sam = a_member(email="sam@example.com")
    with time_machine.travel(NOW, tick=False):
        close(sam)
        delivery.deliver_due(at=NOW)
        first = link_in(LocalMail.objects.get(to=sam.email))
        browse().post("/password/reset", {"email": sam.email})
        delivery.deliver_due(at=NOW)
        links = {link_in(mail) for mail in LocalMail.objects.filter(to=sam.email)}
        (second,) = links - {first}

        assert browse().get(first).status_code == 410
        assert browse().post(second)["Location"] == "/login"

    assert not Email.objects.filter(template="password-reset").exists()


def test_after_thirty_days_it_cannot_be_reopened(kim, ada):
    erasure = close(kim)

    with pytest.raises(Gone):
        undo_erasure(erasure=erasure, by=ada, reason="x", at=LATER)


def test_all_reasons_against_closing_are_shown_at_once():
    enrollment = sam_and_tom()
    a_session(enrollment, start=MONDAY_TEN)
    sam, tom, clara = enrollment.student, enrollment.teacher, enrollment.course.creator

    found = {user: {one.code for one in obstacles(user=user, at=NOW)} for user in (sam, tom, clara)}

    assert found == {
        sam: {"enrolled", "session_ahead"},
        tom: {"teaching", "session_ahead"},
        clara: {"course_in_use"},
    }
    with pytest.raises(AccountInUse) as refused:
        close(sam)
    body = refused.value.as_json()
    assert body["code"] == "account_in_use"
    assert [one["code"] for one in body["obstacles"]] == ["enrolled", "session_ahead"]
    page = browse(sam).get("/settings/privacy/close").content.decode()
    assert "You are enrolled in 1 course." in page
    assert "Close my account" not in page
    assert not Erasure.objects.exists()


def test_pending_money_and_being_the_last_admin_prevent_closing(ada):
    from billing.tests.money_stage import ask, earned

    enrollment = earned()
    tom = enrollment.teacher
    assert "unpaid_balance" in {one.code for one in obstacles(user=tom, at=NOW)}
    ask(tom)
    assert {"unpaid_balance", "open_payout"} <= {one.code for one in obstacles(user=tom, at=NOW)}
    assert [one.code for one in obstacles(user=ada, at=NOW)] == ["last_admin"]
    with pytest.raises(AccountInUse, match="last admin"):
        close(ada)
    a_member("Eve", is_admin=True)
    close(ada)


@pytest.mark.parametrize("status", ["held", "frozen", "releasable", "queued"])
def test_money_of_each_unpaid_status_prevents_closing(status):
    from billing.actions.escrow import flag_part
    from billing.models import PaymentSplit
    from billing.tests.money_stage import ask, earned, hold, paid_enrollment

    enrollment = earned(modules=1) if status in ("releasable", "queued") else paid_enrollment()
    tom, clara = enrollment.teacher, enrollment.course.creator
    if status in ("held", "frozen"):
        hold(enrollment)
    if status == "queued":
        ask(tom)
    mine = PaymentSplit.objects.filter(recipient=tom)
    if status == "frozen":
        flag_part(split=mine.get(), reason="Nobody came.", by=clara, at=clock.now())
    assert [row.status for row in mine] == [status]

    assert "unpaid_balance" in {one.code for one in obstacles(user=tom, at=clock.now())}
    with pytest.raises(AccountInUse):
        close(tom)


def test_an_open_enrollment_delays_the_erasure():
    enrollment = sam_and_tom()
    sam = enrollment.student
    Enrollment.objects.update(status="cancelled", cancelled_at=NOW)
    erasure = close(sam)
    Enrollment.objects.update(status="enrolled", cancelled_at=None)

    assert erase_due(at=LATER) == 0
    Enrollment.objects.update(status="cancelled", cancelled_at=NOW)
    assert erase_due(at=LATER) == 1

    erasure.refresh_from_db()
    assert erasure.done_at == LATER


def test_an_admin_closes_and_reopens_with_a_reason_and_members_only_their_own(ada):
    sam, olga = a_member("Sam"), a_member("Olga")
    with pytest.raises(Forbidden):
        ask_for_erasure(user=sam, by=olga, reason="x", at=NOW)
    with pytest.raises(Invalid):
        ask_for_erasure(user=sam, by=ada, reason=" ", at=NOW)

    first = ask_for_erasure(user=sam, by=ada, reason="Asked by letter", at=NOW)
    assert ask_for_erasure(user=sam, by=ada, reason="Again", at=NOW) == first
    with pytest.raises(Forbidden):
        undo_erasure(erasure=first, by=olga, reason="x", at=NOW)
    for _ in range(2):
        undo_erasure(erasure=first, by=ada, reason="A mistake", at=NOW)

    sam.refresh_from_db()
    assert sam.deleted_at is None
    acts = AuditEntry.objects.filter(object_id=str(sam.pk)).values_list("action", "reason")
    assert set(acts) == {
        ("member.erasure_asked", "Asked by letter"),
        ("member.erasure_undone", "A mistake"),
    }
    with pytest.raises(Invalid):
        open_erasure(user=sam)


def test_the_command_closes_names_the_reasons_against_it_and_reopens(ada):
    sam, clara = a_member("Sam", email="sam@example.com"), a_course().creator
    said, wrong = StringIO(), StringIO()
    by = {"by": ada.email, "reason": "Asked by letter"}
    call_command("erase_member", sam.email, **by, stdout=said)
    sam.refresh_from_db()
    assert sam.deleted_at is not None
    call_command("erase_member", str(sam.pk), **by, undo=True, stdout=said)
    sam.refresh_from_db()
    assert sam.deleted_at is None
    for named in ("nobody@example.com", "no-id"):
        with pytest.raises(CommandError, match="Nobody"):
            call_command("erase_member", named, **by)
    with pytest.raises(CommandError, match="Only an admin"):
        call_command("erase_member", sam.email, by=str(clara.pk), reason="x")
    enrollment = sam_and_tom()
    with pytest.raises(CommandError, match="can't be closed"):
        call_command("erase_member", str(enrollment.student.pk), **by, stderr=wrong)
    assert "enrolled:" in wrong.getvalue()


def test_the_page_requires_a_fresh_sign_in_and_a_checkbox():
    sam = a_member("Sam", email="sam@example.com")
    web = browse(sam)
    page = web.get("/settings/privacy/close").content.decode()
    assert "What stays" in page
    assert web.post("/settings/privacy/close").status_code == 422
    session = web.session
    session["proved_at"] = 0
    session.save()
    assert web.post("/settings/privacy/close", {"is_sure": "on"})["Location"].startswith("/confirm")
    assert not Erasure.objects.exists()

    web = browse(sam)
    answer = web.post("/settings/privacy/close", {"is_sure": "on"})

    assert "Your account is closed" in answer.content.decode()
    assert web.get("/dashboard").status_code == 302
    assert Email.objects.filter(template="account-closed", to=sam.email, user=None).exists()


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("erasure_due_later", {"due_at": NOW}),
        ("erasure_undone_or_done", {"undone_at": NOW, "done_at": NOW}),
        ("erasure_undone_by_and_at", {"undone_by": "sam"}),
        ("erasure_one_standing", {}),
    ],
    ids=["due", "both", "undone_by", "twice"],
)
def test_the_database_refuses_inconsistent_rows(constraint, wrong):
    sam = a_member()
    wrong = {name: sam if value == "sam" else value for name, value in wrong.items()}
    given = {"user": sam, "asked_by": sam, "created_at": NOW, "due_at": LATER}
    if not wrong:
        Erasure.objects.create(**given)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Erasure.objects.create(**{**given, **wrong})
