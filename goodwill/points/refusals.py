"""Why points don't move."""

from peerloop.kit.refusals import Conflict, Invalid, LimitReached, TooMany


class Oneself(Invalid):
    """Nobody awards themselves (rule GW-7)."""

    code = "oneself"
    message = "You can't give points to yourself."


class NotAHelper(Conflict):
    """Only who teaches, or made the course, receives points for helping (rule GW-3)."""

    code = "not_a_helper"
    message = "Points go to teachers and to the creator of the course."


class SharedAccount(Conflict):
    """Both pay or are paid by the same card or account (rule GW-7)."""

    code = "shared_account"
    message = "Points can't move between two accounts that pay or are paid together."


class AlreadyMoved(Conflict):
    """This cause has moved points before; nothing is doubled (rule GW-7)."""

    code = "already_awarded"
    message = "Points were given for this already."


class NotEnough(Conflict):
    """The balance does not cover it (rules GW-4, FEED-11)."""

    code = "not_enough_points"
    message = "You don't have enough points for this."


class TooSoon(TooMany):
    """The same person got points from this member a little while ago (rule GW-5)."""

    code = "too_soon"
    message = "You gave this person points a little while ago. Try again later."


class EnoughForThem(LimitReached):
    """The same person got as many points from this member as they may for now (rule GW-5)."""

    code = "enough_for_them"
    message = "You gave this person as many points as you can for now."


class DayIsFull(LimitReached):
    """A daily limit of the giver or the receiver is reached (rule GW-6)."""

    code = "day_is_full"
    message = "No more points can be given today."
