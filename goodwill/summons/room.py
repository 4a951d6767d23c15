"""The room in which the two of an answered call meet: our own, with a ticket of its own."""

from datetime import datetime
from uuid import UUID

from accounts.models import User
from goodwill.models import HelpSummons
from goodwill.summons.words import ROOM_STAYS
from scheduling.local_room import issue_ticket

ROOM_SALT = "goodwill.summons.room"


def room_closes_at(summons: HelpSummons) -> datetime:
    """When the room closes: an hour after the answer."""
    assert summons.responded_at is not None, "only an answered call has a room"
    return summons.responded_at + ROOM_STAYS


def has_room(summons: HelpSummons, *, at: datetime) -> bool:
    """Whether the two may meet in the room now."""
    return summons.status == summons.Status.RESPONDED and at < room_closes_at(summons)


def ticket_to_room(summons: HelpSummons, *, user: User, sign_in: str) -> str:
    """A ticket to the room's socket, once and within two minutes; the caller checked the right."""
    return issue_ticket(session_id=summons.pk, user_id=user.pk, sign_in=sign_in, salt=ROOM_SALT)


def meeting_of(summons_id: UUID, user_id: UUID, *, at: datetime) -> tuple[HelpSummons | None, str]:
    """The call, if this person's socket to its room may be open now; else a word why not."""
    rows = HelpSummons.objects.select_related("student", "helper")
    summons = rows.filter(pk=summons_id, helper__isnull=False).first()
    if summons is None or user_id not in (summons.student_id, summons.helper_id):
        return None, "refused"
    person = summons.student if user_id == summons.student_id else summons.helper
    if person is None or not person.may_sign_in:
        return None, "suspended"
    if not has_room(summons, at=at):
        return None, "over"
    return summons, ""
