"""What members are notified of about their way in, from addresses to closing the account."""

from dataclasses import replace

from django.conf import settings

from accounts.models.preferences import Group
from accounts.notifications.kinds import Kind, Mail, Sample

PAGE = "security-settings"
LINK = f"{settings.BASE_URL}/password/reset/a-secret-of-forty-three-characters-or-so-x"

WITH_LINK = Sample({"link": LINK})
NEW_ADDRESS = Sample({"new_address": "s***@example.org", "link": LINK})
AGENT = Sample({"agent": "Firefox on Linux"}, bare={"agent": ""})
FACTOR = Sample({"factor": "an authenticator app", "what": "An authenticator app"})

EMAIL_VERIFICATION = Mail("email-verification", WITH_LINK)
WELCOME = Mail("welcome", group=Group.COURSE_UPDATE)
PASSWORD_RESET = Mail("password-reset", WITH_LINK)
ADDRESS_CHANGE = Mail("address-change", WITH_LINK)
ADDRESS_TAKEN = Mail("address-taken")
ADDRESS_CHANGE_ASKED = Mail("address-change-asked", NEW_ADDRESS)
ADDRESS_RESTORED = Mail("address-restored")
# Goes to the old address, with the way back; the notification reaches the member anywhere.
ADDRESS_CHANGED_MAIL = Mail("address-changed", NEW_ADDRESS)
ACCOUNT_CLOSED = Mail(
    "account-closed",
    Sample({"name": "Sam Student", "kept_until": "2026-04-01T09:00:00+00:00", "link": LINK}),
)

ADDRESS_CHANGED = Kind(
    name="address-changed",
    word="system",
    title="Your e-mail address was changed",
    body="If that wasn't you, use the link that we sent to the old address.",
    page=PAGE,
)
PASSWORD_CHANGED = Kind(
    name="password-changed",
    word="system",
    title="Your password was changed",
    body="If that wasn't you, reset it now and end all sign-ins.",
    page=PAGE,
    mail=Mail("password-changed"),
)
NEW_SIGN_IN = Kind(
    name="new-sign-in",
    word="system",
    title="New sign-in to your account",
    body="From a device that is new to us. If that wasn't you, change your password.",
    page=PAGE,
    mail=Mail("new-sign-in", AGENT),
)
SIGN_IN_ENDED = Kind(
    name="sign-in-ended",
    word="system",
    title="We ended a sign-in to your account",
    body="Somebody used an old key of it. Sign in again there, and look at your sign-ins.",
    page=PAGE,
    mail=Mail("sign-in-ended", AGENT),
)
FACTOR_ADDED = Kind(
    name="factor-added",
    word="system",
    title="{what} was added to your account",
    body="If that wasn't you, change your password and sign out everywhere else.",
    page=PAGE,
    mail=Mail("factor-added", FACTOR),
)
FACTOR_REMOVED = replace(
    FACTOR_ADDED,
    name="factor-removed",
    title="{what} was removed from your account",
    mail=Mail("factor-removed", FACTOR),
)
RECOVERY_CODE_USED = Kind(
    name="recovery-code-used",
    word="system",
    title="A recovery code of yours was used",
    body="If that wasn't you, change your password and make new recovery codes.",
    page=PAGE,
    mail=Mail("recovery-code-used", Sample({"left": 9}, bare={"left": 1})),
)
