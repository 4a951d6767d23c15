"""Links in mails by which one person of a session moves or cancels it without signing in.

The link names the session as it stood when the mail was written: who reads, its start, how often it
was moved. One change ends it, whoever makes it, so it works once without being stored anywhere.
Reading the page changes nothing: mail scanners follow every link.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from accounts.models import User
from peerloop.kit.refusals import Gone, Missing
from scheduling.models import Session
from scheduling.slots import minute_of

SALT = "scheduling.mail.change"


class LinkUsed(Gone):
    """The session was moved or cancelled since, or it has begun."""

    code = "link_used"
    message = "The session was moved, cancelled or has begun since this mail. Sign in to see it."


class Opened(NamedTuple):
    """The session of a link and the one of its people who got the mail."""

    session: Session
    person: User


def change_path(session: Session, person: User) -> str:
    """The path of the page from which this person moves or cancels the session once."""
    return reverse("session-by-mail", args=[token_of(session, person)])


def token_of(session: Session, person: User) -> str:
    """The signed words of a link; the same until the session is changed."""
    state = f"{session.reschedule_count}.{minute_of(session.scheduled_start)}"
    return Signer(salt=SALT).sign(f"{session.pk.hex}.{person.pk.hex}.{state}")


def open_link(token: str, *, at: datetime) -> Opened:
    """The session and person of a link.

    Raises Missing for a wrong link or an account that is closed or suspended, LinkUsed for a
    session that was changed since or has begun.
    """
    try:
        key, reader, moved, minute = Signer(salt=SALT).unsign(token).split(".")
        session_id, person_id = UUID(key), UUID(reader)
    except (BadSignature, ValueError):
        raise Missing from None
    person = User.objects.active().filter(pk=person_id).first()
    rows = Session.objects.select_related("course", "teacher", "student", "enrollment", "module")
    session = rows.filter(pk=session_id).first()
    if person is None or session is None or person.pk not in people_of(session):
        raise Missing
    stands = (str(session.reschedule_count), str(minute_of(session.scheduled_start)))
    is_ahead = session.status == Session.Status.SCHEDULED and at < session.scheduled_start
    if stands != (moved, minute) or not is_ahead:
        raise LinkUsed
    return Opened(session, person)


def people_of(session: Session) -> tuple[UUID, UUID]:
    """The ids of the two people of a session."""
    return session.teacher_id, session.student_id
