"""Whose newsletters a member writes or may subscribe to."""

from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, Signer

from accounts.members.access import visible_member, visible_member_of_handle
from accounts.models import User
from community.models import Newsletter, NewsletterSubscriber
from peerloop.kit.api import identifier
from peerloop.kit.refusals import Forbidden, Missing
from peerloop.kit.roles import roles_of

SALT = "community.newsletters.end"


class NotACreator(Forbidden):
    """Only creators write newsletters (rule NEWS-1)."""

    code = "no_creator"
    message = "Newsletters are written by creators. You can apply to become one."
    way_in = ("Apply as a creator", "apply-to-create")


def require_creator(user: User) -> None:
    """Raises NotACreator."""
    if not is_creator(user):
        raise NotACreator


def is_creator(user: User) -> bool:
    """Whether the member creates courses: approved, or with a course (rule ROLE-4)."""
    return "create" in roles_of(user)


def own_newsletter(user: User, newsletter_id: Any) -> Newsletter:
    """A newsletter of the member's own; raises NotACreator, and Missing for another's."""
    require_creator(user)
    found = Newsletter.objects.filter(creator=user, pk=identifier(newsletter_id)).first()
    if found is None:
        raise Missing
    return found


def creator_to_read(viewer: User, user_id: Any) -> User:
    """A creator whose newsletter the viewer may ask for; Missing also for who shut them out."""
    return _creator(visible_member(viewer, user_id))


def creator_of_handle(viewer: User, handle: str) -> User:
    """The same by handle."""
    return _creator(visible_member_of_handle(viewer, handle))


def _creator(found: User) -> User:
    if not is_creator(found):
        raise Missing
    return found


def token_of(subscriber_id: UUID, newsletter_id: UUID) -> str:
    """The signed token of the link that ends a subscription.

    It carries no date, so a mail that is rendered twice stays the same, and it opens nothing else.
    """
    return Signer(salt=SALT).sign(f"{subscriber_id.hex}.{newsletter_id.hex}")


def subscriber_of_token(token: str) -> tuple[NewsletterSubscriber, UUID]:
    """The subscription of a link, and the newsletter that it stood in; raises Missing."""
    try:
        subscriber_id, _, newsletter_id = Signer(salt=SALT).unsign(token).partition(".")
        key, newsletter = UUID(subscriber_id), UUID(newsletter_id)
    except (BadSignature, ValueError):
        raise Missing from None
    rows = NewsletterSubscriber.objects.select_related("creator", "user")
    found = rows.filter(pk=key, user__deleted_at=None).first()
    if found is None:
        raise Missing
    return found, newsletter
