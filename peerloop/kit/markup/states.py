"""States as chips: an icon and a word, never colour alone."""

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from peerloop.kit.markup.drawing import icon as draw_icon

TONES = {"neutral", "brand", "accent", "info", "ok", "warn", "danger", "live"}


@dataclass(frozen=True, slots=True)
class State:
    """How one state is shown."""

    tone: str
    icon: str
    words: str


SESSION = {
    "scheduled": State("info", "calendar", "Scheduled"),
    "starting_soon": State("accent", "clock", "Starting soon"),
    "live": State("live", "radio", "Live"),
    "in_progress": State("live", "radio", "Live"),
    "completed": State("ok", "circle-check", "Completed"),
    "needs_review": State("warn", "triangle-alert", "Needs review"),
    "cancelled": State("neutral", "ban", "Cancelled"),
    "no_show": State("warn", "user-round", "No show"),
}
MONEY = {
    "held": State("info", "lock", "Held"),
    "frozen": State("warn", "snowflake", "Frozen"),
    "releasing": State("info", "hourglass", "Releasing"),
    "releasable": State("brand", "lock-open", "Available"),
    "available": State("brand", "lock-open", "Available"),
    "queued": State("info", "send", "In a payout"),
    "paid": State("ok", "circle-check", "Paid"),
    "retained": State("neutral", "receipt", "Kept"),
    "refunded": State("neutral", "undo-2", "Refunded"),
    "partially_refunded": State("neutral", "undo-2", "Partly refunded"),
    "reversed": State("danger", "undo-2", "Reversed"),
    "disputed": State("warn", "triangle-alert", "Disputed"),
}
ENROLLMENT = {
    "enrolled": State("info", "circle-dot", "Enrolled"),
    "in_progress": State("brand", "circle-dot", "In progress"),
    "completed": State("ok", "circle-check", "Completed"),
    "cancelled": State("neutral", "ban", "Cancelled"),
    "disputed": State("warn", "triangle-alert", "Disputed"),
}
COURSE = {
    "draft": State("neutral", "pencil", "Draft"),
    "published": State("ok", "globe", "Published"),
    "suspended": State("danger", "octagon-alert", "Suspended"),
    "retired": State("neutral", "folder", "Retired"),
}
DECISION = {
    "pending": State("warn", "hourglass", "Pending"),
    "approved": State("ok", "circle-check", "Approved"),
    "issued": State("ok", "award", "Issued"),
    "declined": State("neutral", "circle-x", "Declined"),
    "denied": State("neutral", "circle-x", "Declined"),
    "withdrawn": State("neutral", "undo-2", "Withdrawn"),
    "revoked": State("danger", "octagon-alert", "Revoked"),
    "processing": State("info", "refresh-cw", "Processing"),
    "failed": State("danger", "circle-alert", "Failed"),
    "expired": State("neutral", "clock", "Expired"),
    "open": State("info", "circle-dot", "Open"),
    "active": State("ok", "circle-check", "Active"),
    "restricted": State("warn", "triangle-alert", "Restricted"),
}
FAMILIES = {
    "session": SESSION,
    "money": MONEY,
    "enrollment": ENROLLMENT,
    "course": COURSE,
    "decision": DECISION,
}
# Families named later do not overrule words that an earlier one has taken.
ANY = {**DECISION, **COURSE, **ENROLLMENT, **MONEY, **SESSION}


def chip(
    state: str, detail: str = "", *, of: str = "", tone: str = "", icon: str = ""
) -> SafeString:
    """A status chip. ``detail`` follows the word; with an empty state it is the word.

    ``of`` names the family where a state's word means different things (``enrollment``).
    """
    key = str(state or "")
    known = FAMILIES.get(of, ANY).get(key) or ANY.get(key)
    if known is None:
        known = State("neutral", "", key.replace("_", " ").capitalize())
    shown_tone = tone or known.tone
    if shown_tone not in TONES:
        raise ValueError(f"a chip has no tone {shown_tone!r}")
    shown_icon = icon or known.icon
    words = f"{known.words} {detail}".strip()
    return format_html(
        '<span class="chip chip--{}">{}{}</span>',
        shown_tone,
        draw_icon(shown_icon, 16) if shown_icon else "",
        words,
    )
