"""Members, mails, events and the audit log in the admin site."""

from accounts.admin import applications, factors, files, mail, members, records

__all__ = ["applications", "factors", "files", "mail", "members", "records"]
