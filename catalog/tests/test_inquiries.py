"""Questions to creators: asking, answering, the mails, and who enrolled afterwards (CAT-11)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.members.actions.relations import block_member
from accounts.models import AuditEntry, Email, Notification
from accounts.notifications.mail.composing import rendered
from catalog.inquiries.access import asked_inquiry, received_inquiry
from catalog.inquiries.actions import (
    MOST_MESSAGES,
    EnoughWritten,
    OwnQuestion,
    ask_creator,
    forget_old,
    note_enrolled,
    put_away,
    write_to,
)
from catalog.inquiries.links import inquiry_of, token_of
from catalog.models import Inquiry, InquiryMessage, Side
from catalog.tests.people import AT, ada, clara
from learning.actions import open_enrollment
from peerloop.kit.ids import uuid7
from peerloop.kit.refusals import Forbidden, Invalid, Missing, WrongMoment
from tests.cast import a_course, a_member
from tests.threads import at_once

pytestmark = pytest.mark.django_db
QUESTION = "Are there teachers with times before ten?"
UNA = {"name": "Una Visitor", "email": "Una@Example.com"}


def asked(course=None, **given) -> Inquiry:
    given = {"text": QUESTION, **({} if "by" in given else UNA), **given}
    return ask_creator(course=course or a_course(clara()), at=given.pop("at", AT), **given)


def mail(template: str):
    return rendered(Email.objects.get(template=template), at=AT)


def test_a_visitors_question_reaches_the_creator_in_the_app_and_by_mail():
    inquiry = asked()

    told = Notification.objects.get(user=inquiry.creator)
    sent = mail("inquiry-received")

    assert (inquiry.email, inquiry.user, inquiry.status) == ("una@example.com", None, "open")
    assert told.title.replace("\u2068", "").replace("\u2069", "") == (
        f"Una Visitor asks about {inquiry.course.title}"
    )
    assert sent.to == inquiry.creator.email
    assert QUESTION in sent.text
    assert f"/questions/by-mail/{token_of(inquiry.pk, Side.CREATOR)}" in sent.text


def test_the_link_does_not_lie_in_the_outbox():
    inquiry = asked()

    kept = Email.objects.get(template="inquiry-received").context

    assert token_of(inquiry.pk, Side.CREATOR).rpartition(":")[2] not in str(kept)


def test_an_answer_goes_to_the_visitor_with_a_link_to_ask_on():
    inquiry = asked()
    write_to(inquiry=inquiry, side=Side.CREATOR, text="Yes, <b>three</b>.", at=AT)

    inquiry.refresh_from_db()
    sent = mail("inquiry-answered")

    assert (inquiry.status, inquiry.first_answered_at) == ("answered", AT)
    assert sent.to == "una@example.com"
    assert "Yes, <b>three</b>." in sent.text
    assert "<b>three</b>" not in sent.html
    assert f"/questions/by-mail/{token_of(inquiry.pk, Side.ASKER)}" in sent.html


def test_a_member_is_told_in_the_app_too():
    sam = a_member()
    inquiry = asked(by=sam)
    write_to(inquiry=inquiry, side=Side.CREATOR, text="Yes.", at=AT)

    assert Notification.objects.get(user=sam).url == f"/questions/{inquiry.pk}"
    assert mail("inquiry-answered").to == sam.email


def test_a_further_question_opens_the_thread_again():
    inquiry = asked()
    write_to(inquiry=inquiry, side=Side.CREATOR, text="Yes.", at=AT)
    later = AT + timedelta(hours=2)

    again = write_to(inquiry=inquiry, side=Side.ASKER, text="On Mondays?", at=later)

    assert (again.status, again.latest_at, again.first_answered_at) == ("open", later, AT)
    assert Email.objects.filter(template="inquiry-received").count() == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": "x" * 19}, "text"),
        ({"text": " \n" * 40}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"name": " x "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": "una@localhost"}, "email"),
    ],
)
def test_what_can_not_be_right_is_refused_by_field(given, field):
    with pytest.raises(Invalid) as refusal:
        asked(**given)

    assert list(refusal.value.fields) == [field]
    assert not Inquiry.objects.exists()
    assert not Email.objects.exists()


def test_the_same_question_sent_twice_is_asked_once():
    course = a_course(clara())

    assert asked(course).pk == asked(course).pk
    assert asked(course, at=AT + timedelta(hours=2)).pk != asked(course).pk
    assert Email.objects.filter(template="inquiry-received").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_ask_once():
    course = a_course(clara())

    at_once([lambda: asked(course)] * 2)

    assert InquiryMessage.objects.count() == 1


def test_the_same_answer_twice_is_sent_once():
    inquiry = asked()
    for _ in range(2):
        write_to(inquiry=inquiry, side=Side.CREATOR, text="Yes.", at=AT)

    assert inquiry.messages.count() == 2
    assert Email.objects.filter(template="inquiry-answered").count() == 1


def test_a_thread_ends_somewhere():
    inquiry = asked()
    for number in range(MOST_MESSAGES - 1):
        side = (Side.CREATOR, Side.ASKER)[number % 2]
        write_to(inquiry=inquiry, side=side, text=f"Word {number}", at=AT)

    with pytest.raises(EnoughWritten):
        write_to(inquiry=inquiry, side=Side.CREATOR, text="One more", at=AT)


def test_who_may_not_ask():
    creator, quiet = clara(), a_member()
    course = a_course(creator)
    block_member(member=quiet, by=creator, at=AT)

    with pytest.raises(OwnQuestion):
        asked(course, by=creator)
    with pytest.raises(Forbidden, match="can't write to this creator"):
        asked(course, by=quiet)
    with pytest.raises(Forbidden, match="Confirm your e-mail"):
        asked(course, by=a_member(verified=False))


def test_a_question_is_put_away_and_opened_again():
    inquiry = asked()

    for status in ("closed", "closed", "spam", "open"):
        assert put_away(inquiry=inquiry, status=status, by=inquiry.creator, at=AT).status == status
    with pytest.raises(Invalid):
        put_away(inquiry=inquiry, status="answered", by=inquiry.creator, at=AT)
    assert not AuditEntry.objects.filter(action="inquiry.put_away").exists()


def test_spam_is_not_answered():
    inquiry = put_away(inquiry=(row := asked()), status="spam", by=row.creator, at=AT)

    with pytest.raises(WrongMoment):
        write_to(inquiry=inquiry, side=Side.CREATOR, text="Yes.", at=AT)


def test_an_admins_act_is_audited():
    admin, inquiry = ada(), asked()

    put_away(inquiry=inquiry, status="spam", by=admin, at=AT)

    entry = AuditEntry.objects.get(action="inquiry.put_away")
    assert (entry.actor, entry.after) == (admin, {"status": "spam"})


def test_each_side_reads_its_own_questions():
    sam, other = a_member(), a_member()
    inquiry = asked(by=sam)

    assert received_inquiry(inquiry.creator, inquiry.pk) == asked_inquiry(sam, inquiry.pk)
    for look, user in ((received_inquiry, sam), (asked_inquiry, inquiry.creator)):
        with pytest.raises(Missing):
            look(user, inquiry.pk)
    for look in (received_inquiry, asked_inquiry):
        with pytest.raises(Missing):
            look(other, inquiry.pk)


def test_a_link_opens_for_its_side_and_not_for_ever():
    inquiry = asked()

    assert inquiry_of(token_of(inquiry.pk, Side.ASKER), at=AT)[1] == Side.ASKER
    assert inquiry_of(token_of(inquiry.pk, Side.CREATOR), at=AT)[1] == Side.CREATOR
    late = AT + timedelta(days=91)
    forged = token_of(inquiry.pk, Side.ASKER).replace("asker", "creator")
    for token, at in (
        (token_of(inquiry.pk, Side.ASKER), late),
        (forged, AT),
        (token_of(uuid7(), Side.ASKER), AT),
        ("x", AT),
        (token_of(inquiry.pk, "admin"), AT),
    ):
        with pytest.raises(Missing):
            inquiry_of(token, at=at)


def test_enrolling_counts_the_questions_of_the_last_thirty_days():
    course = a_course(clara())
    sam = a_member(email="sam@example.com")
    first = asked(course, by=sam)
    by_address = asked(course, email="Sam@example.com")
    old = asked(course, by=sam, text=f"Long ago: {QUESTION}", at=AT - timedelta(days=31))
    elsewhere = asked(by=sam)
    enrollment = open_enrollment(student=sam, course=course, teacher=None, modules_paid=3, at=AT)

    for one in (first, by_address):
        one.refresh_from_db()
        assert (one.converted_at, one.enrollment_id) == (AT, enrollment.pk)
    for one in (old, elsewhere):
        one.refresh_from_db()
        assert one.converted_at is None


def test_counting_again_changes_nothing():
    course = a_course(clara())
    sam = a_member()
    inquiry = asked(course, by=sam)
    for day in range(2):
        note_enrolled(
            student_id=sam.pk,
            creator_id=course.creator_id,
            enrollment_id=uuid7(),
            at=AT + timedelta(days=day),
        )

    inquiry.refresh_from_db()
    assert inquiry.converted_at == AT


def test_old_questions_without_an_account_are_forgotten():
    course = a_course(clara())
    gone, kept = asked(course), asked(course, by=a_member())
    fresh = asked(course, at=AT + timedelta(days=2))

    assert forget_old(at=AT + timedelta(days=401)) == 1
    assert set(Inquiry.objects.all()) == {kept, fresh}
    assert not InquiryMessage.objects.filter(inquiry_id=gone.pk).exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "lost"},
        {"name": ""},
        {"status": "answered"},
        {"converted_at": AT},
        {"user": "creator"},
    ],
)
def test_the_database_refuses_what_can_not_be(fields):
    inquiry = asked()
    fields = {name: inquiry.creator if name == "user" else value for name, value in fields.items()}

    with pytest.raises(IntegrityError), transaction.atomic():
        Inquiry.objects.filter(pk=inquiry.pk).update(**fields)
