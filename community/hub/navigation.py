"""The menu link to a creator's community."""

from peerloop.kit.navigation import Link

LINKS = (Link(menu="create", order=30, label="Community", page="creator-community", icon="users"),)
