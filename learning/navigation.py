"""Menu links of certificates and of what waits for a creator's decision."""

from peerloop.kit.navigation import RAIL, Link

LINKS = (
    Link(menu=RAIL, order=40, label="Certificates", page="certificates", icon="award"),
    Link(menu="create", order=20, label="Approvals", page="approvals", icon="clipboard-list"),
)
