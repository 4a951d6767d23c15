"""How many questions may be asked: each is read by somebody (rule CAT-11)."""

from typing import Any

from django.utils import timezone

from accounts.incoming.rate_limits import count_try
from accounts.models import User
from peerloop.kit.network import client_address

MOST, HOUR = 3, 3_600


def count_question(request: Any, email: str) -> None:
    """Count a question by network and mail address, or by member; raises TooMany. Real time."""
    if isinstance(request.user, User):
        subjects = [f"account:{request.user.pk}"]
    else:
        subjects = [f"address:{client_address(request)}", f"mail:{email.strip().lower()}"]
    count_try(scope="inquiry", subjects=subjects, limit=MOST, seconds=HOUR, at=timezone.now())
