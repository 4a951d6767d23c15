"""What Django tells the streams of open pages; they themselves run in ``peerloop.live``."""

from accounts.events import SignInEnded
from accounts.notifications.live_count import publish_changed


def recheck_streams_of(event: SignInEnded) -> None:
    """After commit: the member's streams look again who is signed in, and end if nobody is."""
    publish_changed([event.user_id])
