"""Addresses of the pages and endpoints of accounts, from each subject."""

from accounts.files import urls as files
from accounts.identity import urls as identity
from accounts.members import urls as members
from accounts.notifications import urls as notifications
from accounts.privacy import urls as privacy

pages = [
    *identity.pages,
    *members.pages,
    *files.pages,
    *notifications.pages,
    *privacy.pages,
]
api = [*identity.api, *members.api, *notifications.api]
