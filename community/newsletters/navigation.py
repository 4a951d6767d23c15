"""Menu links to newsletters."""

from peerloop.kit.navigation import SETTINGS, Link

LINKS = (
    Link(menu="create", order=50, label="Newsletters", page="newsletters", icon="mail"),
    Link(menu=SETTINGS, order=35, label="Newsletters", page="newsletter-subscriptions"),
)
