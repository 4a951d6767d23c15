"""Ask for a course, vote for one, and what admins decide (rule REQ-1)."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.audit.log import record
from accounts.identity.access import require_verified
from accounts.models import User
from accounts.notifications.notify import notify
from accounts.sanctions.access import require_may_post
from catalog.content_requests.notifications import DECIDED
from catalog.models import ContentRequest, ContentRequestStatus, ContentRequestVote, Course
from catalog.models.content_request import (
    LONGEST_REASON,
    LONGEST_TITLE,
    SHORTEST_REASON,
    SHORTEST_TITLE,
)
from peerloop.kit.database_errors import broken_constraint
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, LimitReached, WrongMoment
from peerloop.kit.rows import locked
from peerloop.kit.text import clean, one_line

REQUESTS_A_MONTH = 3
MONTH = timedelta(days=30)
# A request that half the platform wants must not hold up who decides it.
MOST_TOLD = 1_000
OUTCOMES = {
    ContentRequestStatus.OPEN: "It is open again.",
    ContentRequestStatus.PLANNED: "Somebody is making it.",
    ContentRequestStatus.PUBLISHED: "There is a course now.",
    ContentRequestStatus.DECLINED: "There will be no course for now.",
}


class AskedAlready(Conflict):
    """A request with this title waits already."""

    code = "asked_already"
    message = "Somebody asked for this already. Vote for it in the list."


class EnoughAsked(LimitReached):
    """As many requests as a month allows."""

    code = "enough_asked"
    message = f"You can ask for {REQUESTS_A_MONTH} courses in 30 days. Vote for others meanwhile."


@transaction.atomic
def request_course(*, title: str, reason: str, by: User, at: datetime) -> ContentRequest:
    """Ask for a missing course; its author is the first who votes for it.

    ``title``: 8 to 120 characters, ``reason``: 20 to 1,000. Raises Invalid naming the field,
    AskedAlready, EnoughAsked, Unverified, PostingBanned.
    """
    require_verified(by)
    require_may_post(by, at=at)
    named = one_line(title)
    if not SHORTEST_TITLE <= len(named) <= LONGEST_TITLE:
        raise Invalid.field("title", f"Use {SHORTEST_TITLE} to {LONGEST_TITLE} characters.")
    words = clean(reason)
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        raise Invalid.field("reason", f"Use {SHORTEST_REASON} to {LONGEST_REASON:,} characters.")
    # One after another for each member, so that the limit counts all.
    locked(User.objects.filter(pk=by.pk)).values_list("pk").first()
    asked = ContentRequest.objects.filter(author=by, created_at__gt=at - MONTH)
    if asked.count() >= REQUESTS_A_MONTH:
        raise EnoughAsked
    row = ContentRequest(author=by, title=named, reason=words, created_at=at, updated_at=at)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise _asked_already(error) from None
    vote(request=row, wanted=True, by=by, at=at)
    row.refresh_from_db()
    return row


@transaction.atomic
def vote(*, request: ContentRequest, wanted: bool, by: User, at: datetime) -> None:
    """Vote for a request, or take the vote back; one vote a member. Safe to repeat.

    Raises Unverified, or WrongMoment once it was decided.
    """
    require_verified(by)
    row = locked(ContentRequest.objects.filter(pk=request.pk)).get()
    if not row.takes_votes:
        raise WrongMoment("This request was decided.", status_now=row.status)
    if wanted:
        vote_row = ContentRequestVote(request=row, user=by, created_at=at, updated_at=at)
        ContentRequestVote.objects.bulk_create([vote_row], ignore_conflicts=True)
    else:
        ContentRequestVote.objects.filter(request=row, user=by).delete()


@transaction.atomic
def decide_request(
    *,
    request: ContentRequest,
    status: str,
    by: User,
    at: datetime,
    answer: str = "",
    course: Course | None = None,
) -> ContentRequest:
    """Plan a request, decline it with an ``answer``, open it again, or name its ``course``.

    By an admin, with an audit row; its author and up to 1,000 voters are told. Raises WrongMoment,
    or Invalid naming ``answer`` or ``course``. The same decision again changes nothing.
    """
    if not by.is_admin:
        raise Forbidden
    words = clean(answer)
    if len(words) > LONGEST_REASON:
        raise Invalid.field("answer", f"Use at most {LONGEST_REASON:,} characters.")
    if status == ContentRequestStatus.DECLINED and not words:
        raise Invalid.field("answer", "Say why: who asked for it reads this.")
    if status == ContentRequestStatus.PUBLISHED and (course is None or not course.is_listed):
        raise Invalid.field("course", "Name a course that is published.")
    row = locked(ContentRequest.objects.select_related("author")).get(pk=request.pk)
    if row.status == status:
        return row
    before = row.status
    row.transition_to(status)
    row.answer, row.decided_at = words, at
    row.course = course if row.is_published else None
    try:
        with transaction.atomic():
            row.save(update_fields=["status", "answer", "decided_at", "course"])
    except IntegrityError as error:
        raise _asked_already(error) from None
    record(
        actor=by,
        action=f"content_request.{status}",
        subject=row,
        before={"status": before},
        after={"status": status, "course": str(course.pk) if row.is_published and course else ""},
        at=at,
    )
    _tell(row, at)
    return row


@transaction.atomic
def remove_request(*, request: ContentRequest, by: User, at: datetime) -> None:
    """Delete a request that should not be read, with its votes, by an admin; audited."""
    if not by.is_admin:
        raise Forbidden
    record(
        actor=by,
        action="content_request.removed",
        subject=request,
        before={"title": request.title, "author": str(request.author_id)},
        at=at,
    )
    ContentRequest.objects.filter(pk=request.pk).delete()


def _asked_already(error: IntegrityError) -> Exception:
    """The refusal for a title that waits already; any other error as it is."""
    if broken_constraint(error) != "content_request_title_once":
        return error
    return AskedAlready(fields={"title": [AskedAlready.message]})


def _tell(row: ContentRequest, at: datetime) -> None:
    voters = User.objects.active().filter(
        pk__in=row.votes.order_by("created_at", "pk").values("user")[:MOST_TOLD]
    )
    notify(
        DECIDED,
        people=[row.author, *voters],
        key=f"{row.pk}:{row.status}:{at.isoformat()}",
        title_of=row.title,
        outcome=OUTCOMES[ContentRequestStatus(row.status)],
        answer=row.answer,
        at=at,
    )
