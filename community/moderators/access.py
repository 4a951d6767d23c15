"""Who keeps order where (rules MOD-4, MOD-5, ROLE-9)."""

from datetime import datetime
from typing import Any, Protocol, cast

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.identity.access import require_verified
from accounts.models import User
from accounts.models.tokens import hash_of
from catalog.models import Course
from community.models import CommunityModerator, ModeratorInvite
from community.models.moderator_invite import InviteStatus
from peerloop.kit.refusals import Gone, Missing
from peerloop.kit.statements import Given, Read, columns


class InFeed(Protocol):
    """What belongs to a feed: a feed itself, or a post. Both are empty for the main feed."""

    @property
    def course(self) -> Course | None:
        """The course whose feed it is."""

    @property
    def creator(self) -> User | None:
        """The creator whose feed it is."""


def appointments_of(user: User) -> QuerySet[CommunityModerator]:
    """The creators' appointments that the member holds."""
    return CommunityModerator.objects.active().filter(user=user)


def active_moderators_of(creator: User) -> list[CommunityModerator]:
    """A creator's live appointments, the newest first: at most twenty."""
    rows = CommunityModerator.objects.active().filter(creator=creator)
    return list(rows.select_related("user").order_by("-created_at", "-pk"))


def moderates_creator(user: User, creator: Any) -> Exists:
    """The condition, for another query, that the member moderates for a row's ``creator``."""
    return Exists(appointments_of(user).filter(creator=creator))


def moderated_courses(user: User) -> QuerySet[Course]:
    """Courses of the creators who appointed the member. Who ``keeps_order`` moderates all."""
    return Course.objects.filter(moderates_creator(user, OuterRef("creator")))


def in_scope(user: User, *, course: str = "course", creator: str = "creator") -> Q:
    """The condition that a row is in a feed that a community moderator moderates.

    ``course``, ``creator``: the row's fields. Add it only where the member does not
    ``keeps_order``.
    """
    return Q(**{f"{course}__in": moderated_courses(user).values("pk")}) | Q(
        **{f"{creator}__in": appointments_of(user).values("creator")}
    )


def keeps_order_in(user: User, feed: InFeed) -> bool:
    """Whether the member moderates in a feed, or the feed of a post: may hide, remove and pin."""
    if user.keeps_order:
        return True
    creator_id = creator_of(feed)
    if creator_id is None:
        return False
    return APPOINTMENT.first(user=user.pk, creator=creator_id) is not None


def _appointment() -> QuerySet[CommunityModerator, Any]:
    rows = appointments_of(cast(User, Given("user")))
    return rows.filter(creator=Given("creator")).values_list("pk")


# Each look at a post of a course or creator asks.
APPOINTMENT = Read(columns, _appointment)


def leads_feed(user: User, feed: InFeed) -> bool:
    """Whether the member may pin there: its creator, and who keeps order (rule FEED-10)."""
    return creator_of(feed) == user.pk or keeps_order_in(user, feed)


def creator_of(feed: InFeed) -> Any:
    """The id of the creator whose people read the feed; None for the main feed."""
    if feed.course is not None:
        return feed.course.creator_id
    return None if feed.creator is None else feed.creator.pk


class InviteClosed(Gone):
    """The invitation was answered or cancelled, is past, or no admin stands behind it."""

    code = "invite_closed"


def invite_of_token(token: str, *, at: datetime) -> ModeratorInvite:
    """The open invitation of a mail's link; raises Missing for an unknown one, InviteClosed."""
    rows = ModeratorInvite.objects.select_related("invited_by")
    invite = rows.filter(token_hash=hash_of(token)).first()
    if invite is None:
        raise Missing(
            "This link isn't complete or isn't ours. If you got a second mail, use its link."
        )
    require_open(invite, at=at)
    return invite


def own_invite(user: User, *, at: datetime) -> ModeratorInvite:
    """The open invitation of the member's verified address; raises Unverified, Missing."""
    require_verified(user)
    rows = ModeratorInvite.objects.open(at).select_related("invited_by")
    invite = rows.filter(email=user.email).first()
    if invite is None:
        raise Missing("There is no open invitation for your address.")
    require_open(invite, at=at)
    return invite


def require_open(invite: ModeratorInvite, *, at: datetime) -> None:
    """Raises InviteClosed for what can't be answered any more, with what became of it."""
    if not (invite.invited_by.is_admin and invite.invited_by.may_sign_in):
        raise InviteClosed("Who sent this invitation can't invite moderators any more.")
    if invite.status == InviteStatus.PENDING and invite.expires_at > at:
        return
    raise InviteClosed(CLOSED.get(invite.status, CLOSED[InviteStatus.EXPIRED]))


CLOSED: dict[str, str] = {
    InviteStatus.ACCEPTED: "This invitation was accepted already.",
    InviteStatus.DECLINED: "This invitation was declined.",
    InviteStatus.CANCELLED: "This invitation was taken back.",
    InviteStatus.EXPIRED: "This invitation is past. Ask who sent it for a new one.",
}
