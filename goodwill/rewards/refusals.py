"""Why a reward is not claimed."""

from peerloop.kit.refusals import Conflict


class NotReached(Conflict):
    """The reward belongs to a tier that the member has yet to reach (rule TIER-2)."""

    code = "not_reached"
    message = "This reward comes with a tier that you have yet to reach."
