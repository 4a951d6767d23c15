"""Menu links to a member's certificates and to a creator's pending decisions."""

from peerloop.kit.navigation import RAIL, Link

LINKS = (
    Link(menu=RAIL, order=40, label="Certificates", page="certificates", icon="award"),
    Link(menu="create", order=20, label="Approvals", page="approvals", icon="clipboard-list"),
)
