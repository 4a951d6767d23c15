"""Who may report what, and who may decide it (rules MOD-1, MOD-4 to MOD-6)."""

from accounts.models import User
from community.models import DecisionAction, ModerationCase, Reason
from community.models.moderation import LONGEST_DETAILS
from community.text import checked_text
from peerloop.kit.refusals import Conflict, Forbidden, Invalid
from peerloop.kit.text import clean

# What a community moderator may do (rule MOD-5).
OF_COMMUNITY = (DecisionAction.DISMISS, DecisionAction.REMOVE)
# How long a sanction of a moderator may be, in days (rule MOD-4). Only admins go without an end.
SANCTION_DAYS = (1, 7, 30)


class OwnContent(Conflict):
    """Nobody reports what they wrote themselves (rule MOD-1)."""

    code = "own_content"
    message = "This is yours. You can change or delete it yourself."


class AlreadyFlagged(Conflict):
    """One report for each member and piece of content (rule MOD-1)."""

    code = "already_flagged"
    message = "You reported this already. We tell you once somebody decided."


class AlreadyDecided(Conflict):
    """Somebody else was quicker."""

    code = "already_decided"
    message = "Somebody else decided this in the meantime. Nothing was changed; look at it again."


class NotYours(Forbidden):
    """Rules keep this moderator from deciding this case."""

    code = "not_yours_to_decide"


def checked_reason(reason: str) -> str:
    """One of the reasons; raises Invalid naming ``reason``."""
    if reason not in Reason.values:
        raise Invalid.field("reason", f"Choose one of: {', '.join(Reason.values)}.")
    return reason


def checked_words(words: str, *, name: str, is_needed: bool, ask: str = "") -> str:
    """A text of at most 2,000 characters, checked as posts are; raises Invalid naming the field.

    Links are not counted: they may be what is reported.
    """
    if is_needed and not clean(words):
        raise Invalid.field(name, ask or "Say it in a few words.")
    return checked_text(words, most=LONGEST_DETAILS, may_be_empty=True, name=name)


def require_may_decide(by: User, case: ModerationCase, action: str = "") -> None:
    """Raises NotYours for a case about oneself, an admin or another moderator, and by tier.

    Tier 1 decides everywhere but about staff; tier 2 in its own scope, dismisses and removes alone
    (rules MOD-4 to MOD-6). Scope is checked where the case is found.
    """
    author = case.author
    if author is not None and author.pk == by.pk:
        raise NotYours("This is about you, so somebody else decides it.")
    if by.is_admin:
        return
    if author is not None and author.keeps_order:
        raise NotYours("This is about somebody who keeps order here, so an admin decides it.")
    if action and not by.keeps_order and action not in OF_COMMUNITY:
        raise NotYours("Community moderators dismiss a report, or remove the content.")
