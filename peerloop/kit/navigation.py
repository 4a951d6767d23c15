"""All links of the menus, in one place. A path that is not enabled is absent from every menu."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

# Pages that exist. Add a path here when its page lands; its link appears everywhere at once.
ENABLED_PATHS: frozenset[str] = frozenset(
    {
        "/",
        "/courses",
        "/creators",
        "/student-teachers",
        "/how-it-works",
        "/pricing",
        "/for-creators",
        "/login",
        "/signup",
        "/logout",
        "/dashboard",
        "/learn",
        "/calendar",
        "/certificates",
        "/teach",
        "/teach/availability",
        "/teach/students",
        "/teach/sessions",
        "/earnings",
        "/create",
        "/create/approvals",
        "/create/apply",
        "/settings/profile",
        "/settings/notifications",
        "/settings/security",
        "/settings/blocks",
        "/settings/payouts",
        "/notifications",
        "/admin/",
    }
)


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a menu. ``flag`` names the feature switch that it hangs on, if any."""

    label: str
    path: str
    icon: str
    flag: str = ""
    current: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Links of one role under its name."""

    label: str
    links: tuple[Link, ...]


PUBLIC = (
    Link("Courses", "/courses", "book-open"),
    Link("Teachers", "/student-teachers", "users"),
    Link("Creators", "/creators", "pencil-line"),
    Link("How it works", "/how-it-works", "repeat"),
    Link("Pricing", "/pricing", "tag"),
)
MEMBER = (
    Link("Dashboard", "/dashboard", "layout-dashboard"),
    Link("Feed", "/feed", "newspaper", flag="feed"),
    Link("My courses", "/learn", "book-open"),
    Link("Calendar", "/calendar", "calendar"),
    Link("Certificates", "/certificates", "award"),
    Link("Goodwill", "/goodwill", "heart-handshake", flag="goodwill"),
)
EARNINGS = Link("Earnings", "/earnings", "wallet")
BY_ROLE = {
    "teach": Group(
        "Teach",
        (
            Link("Teach home", "/teach", "presentation"),
            Link("Availability", "/teach/availability", "calendar-check"),
            Link("Students", "/teach/students", "graduation-cap"),
            Link("Sessions", "/teach/sessions", "video"),
            Link("Homework", "/teach/homework", "clipboard-check"),
            EARNINGS,
        ),
    ),
    "create": Group(
        "Create",
        (
            Link("Create home", "/create", "pencil-line"),
            Link("Approvals", "/create/approvals", "clipboard-list"),
            Link("Students", "/create/students", "graduation-cap"),
            Link("Analytics", "/create/analytics", "chart-line"),
            Link("Community", "/create/community", "messages-square"),
            Link("Newsletters", "/create/newsletters", "mail"),
            EARNINGS,
        ),
    ),
}
OTHER_ROLES = {
    "moderate": Link("Queue", "/mod", "flag"),
    "sponsor": Link("Sponsored", "/sponsor", "hand-coins"),
    "admin": Link("Admin", "/admin/", "shield"),
}
ROLE_HOMES = {
    "learn": Link("Learn", "/learn", "book-open"),
    "teach": Link("Teach", "/teach", "presentation"),
    "create": Link("Create", "/create", "pencil-line"),
}
ACCOUNT = (
    Link("Profile", "/settings/profile", "user-round"),
    Link("Notices", "/settings/notifications", "bell"),
    Link("Security", "/settings/security", "shield-check"),
    Link("Help", "/help-center", "life-buoy"),
)
APPLY = Link("Become a creator", "/create/apply", "pencil-line")
PAYOUTS = Link("Payouts", "/settings/payouts", "landmark")
FOOTER = (
    Link("How it works", "/how-it-works", ""),
    Link("Pricing", "/pricing", ""),
    Link("For creators", "/for-creators", ""),
    Link("Stories", "/stories", ""),
    Link("Help", "/help-center", ""),
    Link("Terms", "/legal/terms", ""),
    Link("Privacy", "/legal/privacy", ""),
    Link("Changelog", "/changelog", ""),
)


def enabled(links: Iterable[Link]) -> tuple[Link, ...]:
    """Those whose page exists."""
    return tuple(link for link in links if link.path in ENABLED_PATHS)


def public_links() -> tuple[Link, ...]:
    """Top bar of visitors."""
    return enabled(PUBLIC)


def footer_links() -> tuple[Link, ...]:
    """Foot of every public page."""
    return enabled(FOOTER)


def rail_links(role: str, roles: Iterable[str]) -> tuple[Group, ...]:
    """Side bar: what every member has, then the chosen role's part, then other duties."""
    held = set(roles)
    groups = [Group("", enabled(MEMBER))]
    if role in held and role in BY_ROLE:
        chosen = BY_ROLE[role]
        groups.append(Group(chosen.label, enabled(chosen.links)))
    duties = enabled(link for name, link in OTHER_ROLES.items() if name in held)
    if duties:
        groups.append(Group("More", duties))
    return tuple(groups)


def bottom_links(role: str) -> tuple[Link, ...]:
    """Bottom bar of phones, without its last item (Me), which opens the menu."""
    centre = ROLE_HOMES.get(role, ROLE_HOMES["learn"])
    return enabled(
        (
            Link("Home", "/dashboard", "house"),
            centre,
            Link("Calendar", "/calendar", "calendar"),
            Link("Feed", "/feed", "newspaper", flag="feed"),
        )
    )


def role_links(roles: Iterable[str]) -> tuple[Link, ...]:
    """The role switch: only roles held, and nothing at all for one role alone (ROLE-1)."""
    held = set(roles)
    links = enabled(link for name, link in ROLE_HOMES.items() if name in held)
    return links if len(links) > 1 else ()


def account_links(roles: Iterable[str]) -> tuple[Link, ...]:
    """Avatar menu; payouts for those who can earn, the way to create for those who can't yet."""
    held = set(roles)
    profile, *rest = ACCOUNT
    payouts = (PAYOUTS,) if {"teach", "create"} & held else ()
    apply = () if "create" in held else (APPLY,)
    return enabled((profile, *rest[:2], *payouts, *rest[2:3], *apply, *rest[3:]))


def marked(links: Iterable[Link], path: str) -> tuple[Link, ...]:
    """The same links; the one whose page (or the nearest page above it) is open is current."""
    found = tuple(links)
    nearest = max(
        (link.path for link in found if is_within(path, link.path)), key=len, default=None
    )
    return tuple(replace(link, current=link.path == nearest) for link in found)


def is_within(path: str, page: str) -> bool:
    """Whether an address is that page or one below it."""
    return path == page or (page != "/" and path.startswith(page.rstrip("/") + "/"))
