"""Links to private files: signed, for one member, for 15 minutes (FIL-3).

The link is the permission: whoever makes one has asked before whether that member may.
"""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from accounts.models import File, User
from peerloop.kit.refusals import Conflict, Gone, Missing

SALT = "accounts.files.links"
LONGEST_SIGNATURE, LONGEST_MOMENT = 100, 11


class LinkExpired(Gone):
    """The link has expired."""

    code = "link_expired"
    message = "This link has expired. Open the page that it was on again for a new one."


class StillPending(Conflict):
    """The file waits for its scan."""

    code = "file_pending"
    message = "This file is still being checked for viruses. Try again in a few minutes."


def file_link(file: File, *, member: User, at: datetime, inline: bool = False) -> str:
    """The path of the file for this member, valid for 15 minutes.

    ``inline`` asks to show a PDF in the browser; pictures of our making always are.
    """
    until = int((at + timedelta(seconds=settings.FILE_LINK_SECONDS)).timestamp())
    shown = "&show=1" if inline else ""
    path = reverse("file", args=[file.pk])
    return f"{path}?until={until}&sign={_signature(file.pk, member, until)}{shown}"


def linked_file(
    member: User, file_id: uuid.UUID, *, until: str, signature: str, at: datetime
) -> File:
    """The file behind a link, for the member that it was made for.

    Raises Missing for any other member and for what was removed, LinkExpired when it is old, and
    StillPending for all but the owner while the scan is out.
    """
    is_number = until.isascii() and until.isdecimal() and len(until) <= LONGEST_MOMENT
    good = is_number and _is_good(file_id, member, until, signature)
    file = File.objects.filter(pk=file_id, deleted_at=None, stored_at__isnull=False).first()
    if not good or file is None:
        raise Missing
    if int(until) <= at.timestamp():
        raise LinkExpired
    if file.scan == File.Scan.PENDING and file.owner_id != member.pk:
        raise StillPending
    return file


def _signature(file_id: uuid.UUID, member: User, until: int | str) -> str:
    signer = Signer(salt=SALT)
    return signer.signature(f"{file_id}:{member.pk}:{until}")


def _is_good(file_id: uuid.UUID, member: User, until: str, signature: str) -> bool:
    if len(signature) > LONGEST_SIGNATURE or not signature.isascii():
        return False
    signed = f"{file_id}:{member.pk}:{until}"
    signer = Signer(salt=SALT)
    try:
        # Retired keys are valid too, as for everything that is signed.
        signer.unsign(f"{signed}{signer.sep}{signature}")
    except BadSignature:
        return False
    return True
