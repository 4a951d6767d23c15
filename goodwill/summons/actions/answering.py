"""Answer a call for help."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.notifications.notify import notify
from accounts.sanctions.access import require_may_post
from community.conversations.actions.opening import bring_together
from goodwill.models import HelpSummons
from goodwill.summons.access import apart, helps_in, require_switched_on
from goodwill.summons.live import publish_calls, publish_summons
from goodwill.summons.notifications import ANSWERED
from goodwill.summons.queries import helpers_of
from goodwill.summons.refusals import AlreadyAnswered, NotCertified, NotWaiting
from peerloop.kit.refusals import Missing


@transaction.atomic
def answer_summons(*, summons: HelpSummons, by: User, at: datetime) -> HelpSummons:
    """Answer as the first: one statement decides among all who try (rule SUM-2).

    Opens the conversation of the two (rule SUM-3). The winner may repeat it. Raises NotCertified,
    SwitchedOff, PostingBanned, Missing for who was shut out, AlreadyAnswered, NotWaiting.
    """
    if not helps_in(by, summons.course_id):
        raise NotCertified
    require_switched_on(by)
    require_may_post(by, at=at)
    if apart(by, summons.student_id):
        raise Missing
    won = (
        HelpSummons.objects.waiting(at)
        .filter(pk=summons.pk)
        .exclude(student=by)
        .update(status=HelpSummons.Status.RESPONDED, helper=by, responded_at=at, updated_at=at)
    )
    row = HelpSummons.objects.select_related("student", "helper", "course", "module").get(
        pk=summons.pk
    )
    if not won:
        if row.helper_id == by.pk:
            return row
        raise AlreadyAnswered if row.helper_id else NotWaiting
    row.conversation = bring_together(row.student, by, at=at)
    row.save(update_fields=["conversation"])
    notify(
        ANSWERED,
        people=[row.student],
        key=row.pk,
        to=[row.pk],
        name=by.name,
        course=row.course.title,
        at=at,
    )
    publish_summons(row)
    others = helpers_of(row.course, for_user=row.student, at=at).exclude(pk=by.pk)
    publish_calls(others.values_list("pk", flat=True))
    return row
