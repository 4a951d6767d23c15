"""What the tables of accounts, and of the libraries it uses, hold of a member (PRI-3)."""

from accounts.members.actions.relations import end_follows_of
from peerloop.kit.personal_data import Exempt, Table

SECRET = "opens or guards a door"  # noqa: S105 - a reason, not a password
STAFF = "who of our staff decided is the staff's own data"
BOOKKEEPING = "counts for the machinery, says nothing of you"

ERASING_STEPS = (end_follows_of,)
TABLES: tuple[Table | Exempt, ...] = (
    Table(
        model="accounts.User",
        description="Your account and profile",
        owned=("pk",),
        secret={
            "password": "kept as a hash only; it opens your account",
            "is_superuser": BOOKKEEPING,
            "token_version": BOOKKEEPING,
            "profile_was_public": BOOKKEEPING,
        },
        kept_because="blanked at the very end, column by column",
    ),
    Table(
        model="accounts.Qualification",
        description="Your qualifications",
        owned=("user",),
        deleted=("user",),
    ),
    Table(
        model="accounts.Expertise", description="Your expertise", owned=("user",), deleted=("user",)
    ),
    Table(model="accounts.UserStats", description="Your figures", owned=("user",)),
    Table(
        model="accounts.CreatorApplication",
        description="Your applications to create courses",
        owned=("user",),
        participated=("decided_by",),
        secret={"decided_by": STAFF},
        deleted=("user",),
    ),
    Table(
        model="accounts.Sanction",
        description="Posting bans and suspensions of your account",
        owned=("user",),
        participated=("issued_by", "lifted_by"),
        secret={"issued_by": STAFF, "lifted_by": STAFF},
        blanked={"user": ("reason",)},
    ),
    Table(
        model="accounts.DataExport",
        description="The copies of your data that you asked for",
        owned=("user",),
        secret={"archive_key": SECRET},
        deleted=("user",),
    ),
    Table(
        model="accounts.File",
        description="Files that you uploaded; they lie in the folder files",
        owned=("owner",),
        secret={"key": SECRET},
        kept_because="files that belong to courses stay with those who learned there",
    ),
    Table(
        model="accounts.UserMedia",
        description="Pictures, videos and papers on your profile",
        owned=("user",),
        deleted=("user",),
    ),
    Table(
        model="accounts.Erasure",
        description="Your wishes to close the account",
        owned=("user",),
        participated=("asked_by", "undone_by"),
        secret={"token_hash": SECRET, "asked_by": STAFF, "undone_by": STAFF},
        blanked={"user": ("reason", "token_hash")},
    ),
    Table(
        model="accounts.Notification",
        description="Notices in the app",
        owned=("user",),
        deleted=("user",),
    ),
    Table(
        model="accounts.NotificationPreference",
        description="What you want to hear of",
        owned=("user",),
        deleted=("user",),
    ),
    Table(
        model="accounts.Email",
        description="Mails that we sent you",
        owned=("user",),
        by_address=("to",),
        secret={
            "context": "what the mails say is in your mailbox; here it could make links anew",
            "dedupe_key": BOOKKEEPING,
        },
        deleted=("user", "to"),
    ),
    Table(
        model="accounts.LocalMail",
        description="Mails that were kept here instead of being sent",
        by_address=("to",),
        secret={"text": "holds links that sign in", "html": "holds links that sign in"},
        deleted=("to",),
    ),
    Table(
        model="accounts.Follow",
        description="Whom you follow, and who follows you",
        owned=("follower", "followed"),
        # Ended one by one before, for the counters of the others.
        deleted=("follower", "followed"),
    ),
    Table(
        model="accounts.Block",
        description="Whom you blocked",
        owned=("blocker",),
        not_exported={"blocked": "whom others shut out is theirs to tell"},
        deleted=("blocker", "blocked"),
    ),
    Table(
        model="accounts.EmailVerificationToken",
        description="Links to confirm your address, without the links",
        owned=("user",),
        secret={"token_hash": SECRET},
        deleted=("user",),
    ),
    Table(
        model="accounts.PasswordResetToken",
        description="Links to reset your password, without the links",
        owned=("user",),
        secret={"token_hash": SECRET},
        deleted=("user",),
    ),
    Table(
        model="accounts.RefreshToken",
        description="Sign-ins of apps and programs",
        owned=("user",),
        secret={"token_hash": SECRET},
        deleted=("user",),
    ),
    Table(
        model="accounts.AddressChange",
        description="Changes of your address, without the links",
        owned=("user",),
        secret={"confirm_hash": SECRET, "undo_hash": SECRET},
        deleted=("user",),
    ),
    Table(
        model="socialaccount.SocialAccount",
        description="Accounts elsewhere that sign you in",
        owned=("user",),
        deleted=("user",),
    ),
    Exempt("socialaccount.SocialApp", "empty: the keys of providers are settings"),
    Exempt("socialaccount.SocialToken", "empty: we keep no token of a provider"),
    Table(
        model="mfa.Authenticator",
        description="Second factors and passkeys, without their secrets",
        owned=("user",),
        secret={"data": SECRET},
        deleted=("user",),
    ),
    Table(
        model="accounts.IdempotencyKey",
        description="Requests of your programs that could be repeated",
        owned=("user",),
        secret={
            "request_hash": BOOKKEEPING,
            "response": "a copy of the answer that your program got, kept for two days",
        },
        deleted=("user",),
    ),
    Table(
        model="accounts.AuditEntry",
        description="Privileged acts on your account, and those that you did",
        owned=("object_id",),
        participated=("actor",),
        secret={"actor": STAFF},
        kept_because="the log can't be changed by anybody; it names members by id",
    ),
    Table(
        model="accounts.PlatformSetting",
        description="Settings of PeerLoop that you changed",
        participated=("changed_by",),
        kept_because="settings of PeerLoop, no words about a member",
    ),
    Table(
        model="account.EmailAddress", description="Your address", owned=("user",), deleted=("user",)
    ),
    Table(
        model="account.EmailConfirmation",
        description="Confirmations of your address",
        owned=("email_address__user",),
        secret={"key": SECRET},
        deleted=("email_address__user",),
    ),
    Table(
        model="admin.LogEntry",
        description="What you did in the admin site",
        owned=("object_id",),
        participated=("user",),
        secret={"user": STAFF},
        blanked={"object_id": ("object_repr", "change_message")},
        kept_because="ids",
    ),
    Exempt(
        "accounts.WebhookEvent",
        "letters of mail and payment providers: told by the rows that they changed",
    ),
    Exempt("accounts.AuditLink", "seals of the log's entries, which are told"),
    Exempt("accounts.AuditHead", "seals of the log's days"),
    Exempt("accounts.RateHit", "tries at doors, as hashes, gone after a day"),
    Table(
        model="accounts.WebSession",
        description="Browsers in which you are signed in",
        owned=("user",),
        secret={"session_data": SECRET},
        deleted=("user",),
    ),
    Table(
        model="accounts.AddressChange",
        description="Changes of your e-mail address",
        owned=("user",),
        secret={"confirm_hash": SECRET, "undo_hash": SECRET},
        deleted=("user",),
    ),
    Exempt("sessions.Session", "web sign-ins, encoded; their keys would open your account"),
    Exempt("auth.Permission", "no members in it"),
    Exempt("auth.Group", "no members in it"),
    Exempt("contenttypes.ContentType", "no members in it"),
)
