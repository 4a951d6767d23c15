"""Notifications about sign-in, e-mail address, second factors and account closure."""

from functools import partial

from django.conf import settings

from accounts.models.preferences import Group
from accounts.notifications.kinds import Kind, Mail, Sample

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

about_sign_in = partial(Kind, word="system", page="security-settings")

ADDRESS_CHANGED = about_sign_in(
    "address-changed",
    "Your e-mail address was changed",
    "If that wasn't you, use the link that we sent to the old address.",
)
PASSWORD_CHANGED = about_sign_in(
    "password-changed",
    "Your password was changed",
    "If that wasn't you, reset it now and end all sign-ins.",
    mailed=True,
)
NEW_SIGN_IN = about_sign_in(
    "new-sign-in",
    "New sign-in to your account",
    "From a device that is new to us. If that wasn't you, change your password.",
    sample=AGENT,
    mailed=True,
)
SIGN_IN_ENDED = about_sign_in(
    "sign-in-ended",
    "We ended a sign-in to your account",
    "Somebody used an old key of it. Sign in again there, and look at your sign-ins.",
    sample=AGENT,
    mailed=True,
)
FACTOR_ADDED = about_sign_in(
    "factor-added",
    "{what} was added to your account",
    "If that wasn't you, change your password and sign out everywhere else.",
    sample=FACTOR,
    mailed=True,
)
FACTOR_REMOVED = about_sign_in(
    "factor-removed",
    "{what} was removed from your account",
    FACTOR_ADDED.body,
    sample=FACTOR,
    mailed=True,
)
RECOVERY_CODE_USED = about_sign_in(
    "recovery-code-used",
    "A recovery code of yours was used",
    "If that wasn't you, change your password and make new recovery codes.",
    sample=Sample({"left": 9}, bare={"left": 1}),
    mailed=True,
)
