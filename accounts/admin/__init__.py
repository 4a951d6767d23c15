"""The admin site of accounts: the page of members, and the admin of each subject."""

from accounts.admin import members
from accounts.audit import admin as audit
from accounts.files import admin as files
from accounts.identity import admin as identity
from accounts.incoming import admin as incoming
from accounts.members import admin as applications
from accounts.notifications import admin as notifications

__all__ = ["applications", "audit", "files", "identity", "incoming", "members", "notifications"]
