"""The links of mails, by which a question is answered without signing in."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from accounts.models import Email
from catalog.models import Inquiry, Side
from peerloop.kit.refusals import Missing

SALT = "catalog.inquiries"
# After so long without a word a link no longer opens.
OPENS = timedelta(days=90)


def token_of(inquiry_id: object, side: str) -> str:
    """What a link holds: the question, and for whom it opens."""
    return Signer(salt=SALT).sign(f"{UUID(str(inquiry_id)).hex}.{side}")


def inquiry_of(token: str, *, at: datetime) -> tuple[Inquiry, Side]:
    """The question of a token and the side that it opens for; raises Missing.

    Spam, what is long over and what went to a closed account opens for nobody.
    """
    try:
        key, _, side = Signer(salt=SALT).unsign(token).partition(".")
        found = Inquiry.objects.select_related("creator", "course", "user").filter(pk=UUID(key))
        opens_for = Side(side)
    except (BadSignature, ValueError):
        raise Missing from None
    inquiry = found.filter(latest_at__gt=at - OPENS).first()
    if inquiry is None or inquiry.is_spam or not inquiry.creator.may_sign_in:
        raise Missing
    return inquiry, opens_for


def reply_link(email: Email, at: datetime) -> dict[str, Any]:
    """The link of the creator's mail, made at sending so that it does not lie in the outbox."""
    return {"link": _address(email, Side.CREATOR)}


def answer_link(email: Email, at: datetime) -> dict[str, Any]:
    """The link of the mail to who asked."""
    return {"link": _address(email, Side.ASKER)}


def _address(email: Email, side: Side) -> str:
    token = token_of(email.context["inquiry"], side)
    return settings.BASE_URL + reverse("inquiry-by-mail", args=[token])
