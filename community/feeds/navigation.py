"""Menu links to feeds."""

from peerloop.kit.navigation import BOTTOM, RAIL, Link

LINKS = (
    Link(menu=RAIL, order=15, label="Feed", page="feed", icon="newspaper"),
    Link(menu=BOTTOM, order=15, label="Feed", page="feed", icon="newspaper"),
)
