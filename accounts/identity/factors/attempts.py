"""Rate-limited use of codes: an attempt is counted before the code is checked (security ID-8)."""

from accounts.identity import sign_in_limits
from accounts.identity.actions.second_step import WrongCode, consume_code
from accounts.models import User
from peerloop.kit import clock
from peerloop.kit.security_log import note_event

LIMIT = "second-step"
LIMIT_KNOWN = "second-step-known"


def consume_code_with_limit(*, user: User, code: str, counted_as: str) -> None:
    """Use a code of the member's second factor; a right one resets the count of attempts.

    ``counted_as`` is the account as the limits count it, for this browser. Raises TooMany or
    WrongCode.
    """
    sign_in_limits.count_account(LIMIT, counted_as)
    # Only known browsers: attempts from others must not lock the member out of them (ID-3).
    is_known = counted_as != sign_in_limits.account_of(user.email)
    if is_known:
        sign_in_limits.count_account(LIMIT_KNOWN, str(user.pk))
    try:
        consume_code(user=user, code=code, at=clock.now())
    except WrongCode:
        note_event("second_step.failed", actor=user.pk)
        raise
    sign_in_limits.reset_account(LIMIT, counted_as)
    if is_known:
        sign_in_limits.reset_account(LIMIT_KNOWN, str(user.pk))
