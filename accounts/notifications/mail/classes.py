"""What kind of letter each one is, and which switch of its reader rules it (rules 25, NOTE-1 to 3).

One table of mails by template, one of notices by kind. What is in neither is always told: a
forgotten row must not silence a duty to inform.
"""

from dataclasses import dataclass

from django.db import models

from accounts.models.preferences import Group

# Nothing of it is left to choose: receipts, refunds and payouts are duties (rule NOTE-3).
ALWAYS_TOLD = frozenset({Group.PAYMENT})
# Mail is off there until the member asks for it (rule NOTE-2).
MAIL_OFF_AT_FIRST = frozenset({Group.SOCIAL, Group.GOODWILL, Group.MARKETING})


class MailClass(models.TextChoices):
    """Whether a mail may be declined."""

    ALWAYS = "S"
    BY_PREFERENCE = "P"
    MARKETING = "M"


@dataclass(frozen=True, slots=True)
class MailRule:
    """The class of a mail; of P and M also the group that its reader can switch off.

    ``has_consent``: who gets it asked for it elsewhere, so only an explicit "off" stops it.
    """

    mail_class: MailClass
    group: Group | None = None
    has_consent: bool = False


_ALWAYS = MailRule(MailClass.ALWAYS)


def _by_preference(group: Group) -> MailRule:
    return MailRule(MailClass.BY_PREFERENCE, group)


MAILS: dict[str, MailRule] = {
    "email-verification": _ALWAYS,
    "welcome": _by_preference(Group.COURSE_UPDATE),
    "password-reset": _ALWAYS,
    "password-changed": _ALWAYS,
    "address-change": _ALWAYS,
    "address-taken": _ALWAYS,
    "address-change-asked": _ALWAYS,
    "address-changed": _ALWAYS,
    "address-restored": _ALWAYS,
    "new-sign-in": _ALWAYS,
    "sign-in-ended": _ALWAYS,
    "factor-added": _ALWAYS,
    "factor-removed": _ALWAYS,
    "recovery-code-used": _ALWAYS,
    "creator-application-received": _ALWAYS,
    "creator-application-decision": _ALWAYS,
    "payment-receipt": _ALWAYS,
    "enrollment-confirmed": _ALWAYS,
    "new-student": _by_preference(Group.COURSE_UPDATE),
    "course-no-teachers": _ALWAYS,
    "session-booked": _by_preference(Group.SESSION_BOOKED),
    "session-rescheduled": _ALWAYS,
    "session-cancelled": _ALWAYS,
    "session-reminder": _by_preference(Group.SESSION_REMINDER),
    "session-completed": _by_preference(Group.FEEDBACK_REMINDER),
    "session-no-show": _ALWAYS,
    "feedback-reminder": _by_preference(Group.FEEDBACK_REMINDER),
    "session-invite": _by_preference(Group.SESSION_BOOKED),
    "session-invite-accepted": _by_preference(Group.SESSION_BOOKED),
    "session-invite-declined": _by_preference(Group.SESSION_BOOKED),
    "recording-ready": _by_preference(Group.COURSE_UPDATE),
    "intro-booked": _by_preference(Group.SESSION_BOOKED),
    "intro-reminder": _by_preference(Group.SESSION_REMINDER),
    "inquiry-received": _ALWAYS,
    "inquiry-answered": _ALWAYS,
    "homework-submitted": _by_preference(Group.COURSE_UPDATE),
    "homework-reviewed": _by_preference(Group.COURSE_UPDATE),
    "certificate-recommended": _by_preference(Group.CERTIFICATE),
    "certificate-issued": _by_preference(Group.CERTIFICATE),
    "certificate-declined": _by_preference(Group.CERTIFICATE),
    "certificate-revoked": _ALWAYS,
    "teaching-application": _ALWAYS,
    "teaching-decision": _ALWAYS,
    "payout-account-action": _ALWAYS,
    "payout-requested": _ALWAYS,
    "payout-complete": _ALWAYS,
    "payout-failed": _ALWAYS,
    "refund-requested": _ALWAYS,
    "refund-processed": _ALWAYS,
    "dispute-opened": _ALWAYS,
    "dispute-closed": _ALWAYS,
    "message-unread": _by_preference(Group.NEW_MESSAGE),
    "moderation-warning": _ALWAYS,
    "account-suspended": _ALWAYS,
    "posting-banned": _ALWAYS,
    "account-closed": _ALWAYS,
    "data-export-ready": _ALWAYS,
    "moderator-invite": _ALWAYS,
    "sponsor-progress": _by_preference(Group.COURSE_UPDATE),
    "newsletter": MailRule(MailClass.MARKETING, Group.MARKETING, has_consent=True),
    "referral-invite": MailRule(MailClass.MARKETING, Group.MARKETING, has_consent=True),
    "monthly-summary": _ALWAYS,
    "audit-head": _ALWAYS,
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


def rule_of(template: str) -> MailRule:
    """The rule of a mail; of one that is not in the table, that it is always sent."""
    return MAILS.get(template, _ALWAYS)


def group_of_notice(kind: str, template: str | None = None) -> Group | None:
    """The group that rules a notice; None for what is always told. LookupError: no such kind.

    A notice that comes with a mail of class S is as little optional as its mail.
    """
    if template is not None and rule_of(template).mail_class == MailClass.ALWAYS:
        return None
    return None if kind in ALWAYS_NOTICED else NOTICES[kind]
