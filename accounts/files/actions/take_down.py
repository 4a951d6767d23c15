"""Staff remove a file with a reason; its owner is notified (rule ADM-2)."""

from datetime import datetime

from django.db import transaction

from accounts.audit.log import record
from accounts.events import FileRemoved
from accounts.files.actions.storing import remove_file
from accounts.files.notifications import FILE_TAKEN_DOWN
from accounts.files.public import avatar_address
from accounts.models import File, User, UserMedia
from accounts.notifications.notify import notify
from peerloop.kit.events import announce
from peerloop.kit.refusals import Forbidden, Invalid

LONGEST_REASON = 2_000


@transaction.atomic
def take_down(*, file: File, reason: str, by: User, at: datetime) -> None:
    """Remove a member's file, also from the profile that shows it. Safe to repeat.

    Raises Forbidden unless ``by`` is an admin or moderator, Invalid without a reason.
    """
    if not (by.may_sign_in and by.keeps_order):
        raise Forbidden("Only staff takes files away.")
    if not reason.strip():
        raise Invalid.field("reason", "Give a reason: it goes into the audit log.")
    file = File.objects.select_for_update(no_key=True).select_related(None).get(pk=file.pk)
    if file.deleted_at is not None:
        return
    UserMedia.objects.filter(file=file).delete()
    User.objects.filter(pk=file.owner_id, avatar_url=avatar_address(file)).update(avatar_url="")
    remove_file(file=file, at=at)
    announce(FileRemoved(file_id=file.pk, owner_id=file.owner_id, purpose=file.purpose, at=at))
    record(
        actor=by,
        action="file.take_down",
        subject=file,
        before={"purpose": file.purpose},
        reason=reason.strip()[:LONGEST_REASON],
        at=at,
    )
    notify(
        FILE_TAKEN_DOWN,
        people=User.objects.filter(pk=file.owner_id),
        key=file.pk,
        file=file.name,
        reason=reason.strip(),
        at=at,
    )
