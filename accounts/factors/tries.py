"""Codes at a door: counted before they are looked at (security ID-8)."""

from accounts import doors
from accounts.actions.second_step import use_code
from accounts.models import User
from peerloop.kit import clock

DOOR = "second-step"


def take_code(*, user: User, code: str, counted_as: str) -> None:
    """Use a code of the member's second step; a right one lets the count of tries begin anew.

    ``counted_as`` is the account as the limits count it, for this browser. Raises TooMany or
    WrongCode.
    """
    doors.count_account(DOOR, counted_as)
    use_code(user=user, code=code, at=clock.now())
    doors.forget_account(DOOR, counted_as)
