"""The menu link of creators to what members miss."""

from peerloop.kit.navigation import FOOTER, Link

LINKS = (
    Link(menu="create", order=27, label="Wanted", page="content-requests", icon="lightbulb"),
    Link(menu=FOOTER, order=35, label="Wanted courses", page="content-requests"),
)
