"""Mails and notifications of apps that have not declared theirs yet."""

from accounts.models.preferences import Group

MAILS: dict[str, Group | None] = {
    "email-verification": None,
    "welcome": Group.COURSE_UPDATE,
    "password-reset": None,
    "password-changed": None,
    "address-change": None,
    "address-taken": None,
    "address-change-asked": None,
    "address-changed": None,
    "address-restored": None,
    "new-sign-in": None,
    "sign-in-ended": None,
    "factor-added": None,
    "factor-removed": None,
    "recovery-code-used": None,
    "creator-application-received": None,
    "creator-application-decision": None,
    "payment-receipt": None,
    "enrollment-confirmed": None,
    "new-student": Group.COURSE_UPDATE,
    "course-no-teachers": None,
    "payout-account-action": None,
    "payout-requested": None,
    "payout-complete": None,
    "payout-failed": None,
    "refund-requested": None,
    "refund-processed": None,
    "dispute-opened": None,
    "dispute-closed": None,
    "message-unread": Group.NEW_MESSAGE,
    "account-suspended": None,
    "posting-banned": None,
    "account-closed": None,
    "data-export-ready": None,
    "monthly-summary": None,
    "audit-head": None,
}

NOTICES: dict[str, Group] = {
    "session_booked": Group.SESSION_BOOKED,
    "session_invite": Group.SESSION_BOOKED,
    "session_reminder": Group.SESSION_REMINDER,
    "session_completed": Group.FEEDBACK_REMINDER,
    "message": Group.NEW_MESSAGE,
    "course_update": Group.COURSE_UPDATE,
    "homework": Group.COURSE_UPDATE,
    "certificate": Group.CERTIFICATE,
    "follow": Group.SOCIAL,
    "feed": Group.SOCIAL,
    "goodwill": Group.GOODWILL,
    "summons": Group.GOODWILL,
    "newsletter": Group.MARKETING,
}


# Never left out (rule NOTE-3), and the few that no member has reason to switch off.
ALWAYS_NOTICED = frozenset(
    {
        *("session_rescheduled", "session_cancelled", "session_no_show", "enrollment"),
        *("course_no_teachers", "teaching_application", "creator_application", "payment"),
        *("payout", "refund", "dispute", "inquiry", "moderation", "system"),
    }
)


def group_of_notification(kind: str, template: str | None = None) -> Group | None:
    """The group that rules a notification; None for what is always told. LookupError: no such."""
    if template is not None and MAILS[template] is None:
        return None
    return None if kind in ALWAYS_NOTICED else NOTICES[kind]
