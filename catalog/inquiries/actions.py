"""Ask a creator, answer, ask again, close; and what counts as converted (rule CAT-11)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.audit.log import record
from accounts.identity.access import require_verified
from accounts.identity.email_addresses import address_of
from accounts.models import Block, User
from accounts.notifications.notify import notify
from accounts.notifications.outbox.queue import queue_email
from accounts.sanctions.access import require_may_post
from catalog.inquiries.notifications import ANSWERED, ANSWERED_MAIL, RECEIVED
from catalog.models import Course, Inquiry, InquiryMessage, InquiryStatus, Side
from catalog.models.inquiry import LONGEST_NAME, LONGEST_TEXT, SHORTEST_QUESTION
from peerloop.kit.refusals import Conflict, Forbidden, Invalid
from peerloop.kit.rows import locked
from peerloop.kit.text import clean, one_line

CONVERTS_WITHIN = timedelta(days=30)
# The same question again within this time is the first one, sent twice.
SENT_TWICE = timedelta(hours=1)
MOST_MESSAGES = 40
# A question of who has no account is kept for so long after its last word.
KEPT = timedelta(days=400)


class OwnQuestion(Conflict):
    """Creators don't ask themselves."""

    code = "own_course"
    message = "This is your own course."


class EnoughWritten(Conflict):
    """The thread is as long as one may be."""

    code = "thread_full"
    message = "This thread is full. Write to each other in messages."


@transaction.atomic
def ask_creator(
    *,
    course: Course,
    text: str,
    name: str = "",
    email: str = "",
    by: User | None = None,
    at: datetime,
) -> Inquiry:
    """Ask the creator of a listed course; they get a notification and a mail with a reply link.

    ``text``: 20 to 2,000 characters. ``name`` and ``email`` of who has no account. Sent twice
    within an hour it is asked once. Raises Invalid naming the field, OwnQuestion, Unverified,
    PostingBanned, Forbidden for whom the creator shut out.
    """
    words = _checked(text, shortest=SHORTEST_QUESTION, ask="Ask in at least 20 characters.")
    who: dict[str, Any]
    if by is not None:
        _require_may_ask(course, by, at)
        who = {"user": by}
    else:
        who = _named(name, email)
    # One after another for each course, so that a question that comes twice is seen.
    locked(Course.objects.filter(pk=course.pk)).values_list("pk").first()
    asked = Inquiry.objects.filter(
        creator=course.creator_id, course=course, created_at__gt=at - SENT_TWICE, **who
    )
    before = asked.filter(messages__body=words, messages__side=Side.ASKER).first()
    if before is not None:
        return before
    times = {"created_at": at, "updated_at": at}
    inquiry = Inquiry.objects.create(
        creator=course.creator, course=course, latest_at=at, **who, **times
    )
    _say(inquiry, Side.ASKER, words, at)
    return inquiry


@transaction.atomic
def write_to(*, inquiry: Inquiry, side: Side, text: str, at: datetime) -> Inquiry:
    """Add an answer of the creator, or a further question; the other side is told.

    ``text``: 1 to 2,000 characters. The same last word again changes nothing. Raises Invalid
    naming ``text``, EnoughWritten, WrongMoment for spam.
    """
    words = _checked(text, shortest=1, ask="Write something.")
    inquiry = _locked(inquiry)
    last = inquiry.messages.order_by("-created_at", "-pk").first()
    if last is not None and (last.side, last.body) == (side, words):
        return inquiry
    if inquiry.messages.count() >= MOST_MESSAGES:
        raise EnoughWritten
    wanted = InquiryStatus.ANSWERED if side == Side.CREATOR else InquiryStatus.OPEN
    if inquiry.status != wanted:
        if inquiry.first_answered_at is None and side == Side.CREATOR:
            inquiry.first_answered_at = at
        inquiry.transition_to(wanted)
    inquiry.latest_at = at
    inquiry.save(update_fields=["status", "first_answered_at", "latest_at"])
    _say(inquiry, side, words, at)
    return inquiry


@transaction.atomic
def put_away(*, inquiry: Inquiry, status: str, by: User, at: datetime) -> Inquiry:
    """Close a question, mark it as spam, or open it again; nobody is told. Safe to repeat.

    By its creator, or by an admin, whose act is audited. Raises WrongMoment, or Invalid naming
    ``status``.
    """
    if status not in (InquiryStatus.CLOSED, InquiryStatus.SPAM, InquiryStatus.OPEN):
        raise Invalid.field("status", "Close it, mark it as spam, or open it again.")
    inquiry = _locked(inquiry)
    if inquiry.status == status:
        return inquiry
    before = inquiry.status
    inquiry.transition_to(status)
    inquiry.save(update_fields=["status"])
    if by.pk != inquiry.creator_id:
        record(
            actor=by,
            action="inquiry.put_away",
            subject=inquiry,
            before={"status": before},
            after={"status": status},
            at=at,
        )
    return inquiry


@transaction.atomic
def note_enrolled(*, student_id: UUID, creator_id: UUID, enrollment_id: UUID, at: datetime) -> None:
    """Count the student's questions of the last 30 days to this creator as converted.

    Asked by the member, or from the address of their account. Safe to repeat.
    """
    email = User.objects.values_list("email", flat=True).get(pk=student_id)
    asked = Inquiry.objects.filter(
        Q(user=student_id) | Q(email=email, user=None),
        creator=creator_id,
        converted_at=None,
        created_at__gt=at - CONVERTS_WITHIN,
    )
    asked.exclude(status=InquiryStatus.SPAM).update(
        converted_at=at, enrollment_id=enrollment_id, updated_at=at
    )


@transaction.atomic
def forget_old(*, at: datetime) -> int:
    """Delete questions without an account that nobody wrote in for 400 days; how many."""
    old = Inquiry.objects.filter(user=None, latest_at__lt=at - KEPT)
    return old.delete()[1].get(Inquiry._meta.label, 0)


def _require_may_ask(course: Course, by: User, at: datetime) -> None:
    if course.creator_id == by.pk:
        raise OwnQuestion
    require_verified(by)
    require_may_post(by, at=at)
    if Block.objects.filter(blocker=course.creator_id, blocked=by).exists():
        raise Forbidden("You can't write to this creator.")


def _named(name: str, email: str) -> dict[str, str]:
    named = one_line(name)
    if not 2 <= len(named) <= LONGEST_NAME:
        raise Invalid.field("name", f"Say your name in 2 to {LONGEST_NAME} characters.")
    return {"name": named, "email": address_of(email)}


def _checked(text: str, *, shortest: int, ask: str) -> str:
    words = clean(text)
    if len(words) < shortest:
        raise Invalid.field("text", ask)
    if len(words) > LONGEST_TEXT:
        raise Invalid.field("text", f"Use at most {LONGEST_TEXT:,} characters.")
    return words


def _locked(inquiry: Inquiry) -> Inquiry:
    rows = Inquiry.objects.select_related("creator", "course", "user")
    return locked(rows).get(pk=inquiry.pk)


def _say(inquiry: Inquiry, side: Side, words: str, at: datetime) -> None:
    message = InquiryMessage.objects.create(
        inquiry=inquiry, side=side, body=words, created_at=at, updated_at=at
    )
    values = {
        "name": inquiry.asker,
        "creator": inquiry.creator.name,
        "course": inquiry.subject,
        "text": words,
        "inquiry": str(inquiry.pk),
    }
    key = message.pk
    if side == Side.ASKER:
        people = [inquiry.creator]
        notify(RECEIVED, people=people, key=key, to=[inquiry.pk], at=at, **values)
    elif inquiry.user is not None:
        notify(ANSWERED, people=[inquiry.user], key=key, to=[inquiry.pk], at=at, **values)
    elif inquiry.email:
        queue_email(
            ANSWERED_MAIL,
            to=inquiry.email,
            context=values,
            dedupe_key=f"{ANSWERED_MAIL.template}:{key}",
            at=at,
        )
