"""The admin site of accounts: the page of members, which shows all subjects, and each subject's."""

from accounts.admin import members
from accounts.audit import admin as audit
from accounts.files import admin as files
from accounts.identity import admin as identity
from accounts.incoming import admin as incoming
from accounts.members import admin as applications
from accounts.notifications import admin as notifications

__all__ = ["applications", "audit", "files", "identity", "incoming", "members", "notifications"]
