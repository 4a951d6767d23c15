"""Menu link to a member's goodwill."""

from peerloop.kit.navigation import RAIL, Link

LINKS = (Link(menu=RAIL, order=50, label="Goodwill", page="goodwill", icon="heart-handshake"),)
