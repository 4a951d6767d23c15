"""Members, mails, events and the audit log in the admin site."""

from accounts.admin import applications, mail, members, records

__all__ = ["applications", "mail", "members", "records"]
