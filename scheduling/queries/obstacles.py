"""Sessions that prevent a member from closing the account (rule ROLE-13)."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.template.defaultfilters import pluralize
from django.urls import reverse

from accounts.models import User
from peerloop.kit.personal_data import Obstacle
from scheduling.models import Session


def obstacles(user_id: UUID, at: datetime) -> Iterator[Obstacle]:
    """Open sessions, in either role: one statement."""
    ahead = Session.objects.involving(User(pk=user_id)).open()
    if number := ahead.count():
        words = f"You have {number} session{pluralize(number)} ahead. Hold or cancel first."
        yield Obstacle("session_ahead", words, reverse("calendar"))
