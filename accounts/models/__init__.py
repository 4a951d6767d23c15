"""Models of the accounts app."""

from accounts.models.address_change import AddressChange
from accounts.models.application import CreatorApplication
from accounts.models.audit import AuditHead, AuditLink
from accounts.models.files import File, UserMedia
from accounts.models.inbox import IdempotencyKey, RateHit, WebhookEvent
from accounts.models.member import Expertise, Qualification, User, UserStats
from accounts.models.operation import AuditEntry, PlatformSetting
from accounts.models.outbox import DeadLetter, Email, LocalMail, Notification
from accounts.models.preferences import NotificationPreference
from accounts.models.privacy import DataExport, Erasure
from accounts.models.relations import Block, Follow
from accounts.models.sanctions import Sanction
from accounts.models.session import WebSession
from accounts.models.tokens import EmailVerificationToken, PasswordResetToken, RefreshToken

__all__ = [
    "AddressChange",
    "AuditEntry",
    "AuditHead",
    "AuditLink",
    "Block",
    "CreatorApplication",
    "DataExport",
    "DeadLetter",
    "Email",
    "EmailVerificationToken",
    "Erasure",
    "Expertise",
    "File",
    "Follow",
    "IdempotencyKey",
    "LocalMail",
    "Notification",
    "NotificationPreference",
    "PasswordResetToken",
    "PlatformSetting",
    "Qualification",
    "RateHit",
    "RefreshToken",
    "Sanction",
    "User",
    "UserMedia",
    "UserStats",
    "WebSession",
    "WebhookEvent",
]
