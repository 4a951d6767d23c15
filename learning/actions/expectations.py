"""What a student hopes for, in their words (rule RATE-8)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from learning.actions.locks import lock_enrollment
from learning.models import Enrollment, Expectations
from peerloop.kit.refusals import Forbidden, Invalid
from peerloop.kit.text import clean

SHORTEST, LONGEST = 20, 1_000


@transaction.atomic
def state_expectations(
    *,
    enrollment: Enrollment,
    by: User,
    at: datetime,
    goal: str = "",
    timeline: str = "",
    experience: str = "",
    hopes: str = "",
) -> Expectations:
    """Keep what the student expects of an enrollment, in place of what stood there.

    Safe to repeat. Raises Forbidden for others and once the enrollment is over, Invalid naming the
    field: together they say at least 20 characters, each at most 1,000.
    """
    lock_enrollment(enrollment)
    if by.pk != enrollment.student_id:
        raise Forbidden("Only the student says what they expect.")
    if not enrollment.is_active:
        raise Forbidden("This course is over.")
    given = {"goal": goal, "timeline": timeline, "experience": experience, "hopes": hopes}
    words = {name: clean(text) for name, text in given.items()}
    for name, text in words.items():
        if len(text) > LONGEST:
            raise Invalid.field(name, f"Use at most {LONGEST:,} characters.")
    if sum(map(len, words.values())) < SHORTEST:
        raise Invalid.field("goal", f"Write at least {SHORTEST} characters in all.")
    kept, _ = Expectations.objects.update_or_create(
        enrollment=enrollment,
        defaults={**words, "updated_at": at},
        create_defaults={**words, "created_at": at, "updated_at": at},
    )
    return kept
