"""Menu links of calendar, sessions and hours."""

from peerloop.kit.navigation import RAIL, Link

LINKS = (
    Link(menu=RAIL, order=30, label="Calendar", page="calendar", icon="calendar"),
    Link(
        menu="teach",
        order=20,
        label="Availability",
        page="teach-availability",
        icon="calendar-check",
    ),
    Link(menu="teach", order=40, label="Sessions", page="teach-sessions", icon="video"),
)
