"""Call for help, and take the call back."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.identity.access import require_verified
from accounts.models import User
from accounts.notifications.notify import notify
from accounts.sanctions.access import require_may_post
from catalog.models import CourseModule
from goodwill.models import HelpSummons
from goodwill.summons.live import publish_calls, publish_summons
from goodwill.summons.notifications import CALLED
from goodwill.summons.queries import MOST_CALLED, helpers_of
from goodwill.summons.refusals import AlreadyAnswered, AlreadyOpen, CallsUsed, NotWaiting
from goodwill.summons.words import CALLS_A_DAY, WAITS
from learning.models import Enrollment
from peerloop.kit.rows import locked


@transaction.atomic
def summon(
    *, enrollment: Enrollment, module: CourseModule | None, by: User, at: datetime
) -> HelpSummons:
    """Call for help in a course; everybody who is here to help is told at once (rule SUM-1).

    It waits fifteen minutes. ``at``: UTC; three calls a day of the student's zone. Raises
    Unverified, PostingBanned, AlreadyOpen with the ``summons`` that is open, CallsUsed.
    """
    require_verified(by)
    require_may_post(by, at=at)
    # One call of a student at a time, so that each is counted.
    locked(User.objects.filter(pk=by.pk)).values_list("pk").get()
    course = enrollment.course
    own = HelpSummons.objects.filter(student=by)
    standing = own.open().filter(course=course).first()
    if standing is not None:
        raise AlreadyOpen(summons=str(standing.pk))
    if own.filter(created_at__gte=_day_began(by, at)).count() >= CALLS_A_DAY:
        raise CallsUsed
    row = HelpSummons.objects.create(
        student=by,
        course=course,
        enrollment=enrollment,
        module=module,
        expires_at=at + WAITS,
        created_at=at,
        updated_at=at,
    )
    helpers = list(helpers_of(course, for_user=by, at=at)[:MOST_CALLED])
    notify(
        CALLED,
        people=helpers,
        key=row.pk,
        to=[row.pk],
        name=by.name,
        course=course.title,
        module=module.title if module else "",
        at=at,
    )
    publish_calls(helper.pk for helper in helpers)
    return row


@transaction.atomic
def cancel_summons(*, summons: HelpSummons, by: User, at: datetime) -> HelpSummons:
    """Take a call back that nobody answered yet. Safe to repeat.

    Raises AlreadyAnswered, NotWaiting once it expired.
    """
    row = locked(HelpSummons.objects.filter(student=by)).get(pk=summons.pk)
    if row.status == row.Status.CANCELLED:
        return row
    if row.helper_id is not None:
        raise AlreadyAnswered("Somebody answered your call. Say there that you need no help.")
    if row.status != row.Status.PENDING:
        raise NotWaiting
    row.transition_to(row.Status.CANCELLED)
    row.save(update_fields=["status"])
    publish_summons(row)
    publish_calls(helpers_of(row.course, for_user=by, at=at).values_list("pk", flat=True))
    return row


def _day_began(user: User, at: datetime) -> datetime:
    zone = ZoneInfo(user.zone_name)
    return datetime.combine(at.astimezone(zone).date(), time.min, tzinfo=zone)
