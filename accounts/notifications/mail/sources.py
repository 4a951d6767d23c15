"""Mails whose words stand in rows of an app and not in the outbox: one text for thousands.

A mail of such a template holds ids only. Its app says at sending which are still wanted, and what
the others say; both for a whole batch, so that it costs the same statements as one mail.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

from accounts.models import Email


class Source(Protocol):
    """Knows the words of one template."""

    def unwanted(self, emails: list[Email]) -> dict[UUID, str]:
        """Those that are not to be sent, by the id of the mail, with the reason."""
        ...

    def values(self, emails: list[Email]) -> dict[UUID, dict[str, Any]]:
        """What the template needs, by the id of the mail.

        The same whenever it is asked: a batch that is sent again has to say the same. Under
        ``unsubscribe_url`` it may give a link that ends these mails only.
        """
        ...


_sources: dict[str, Source] = {}


def with_source(template: str, source: Source) -> None:
    """Register who knows the words of a template. Safe to repeat."""
    _sources[template] = source


def has_source(template: str) -> bool:
    """Whether rows of an app stand behind mails of this template."""
    return template in _sources


def unwanted_by_sources(emails: list[Email]) -> dict[UUID, str]:
    """Mails that their app no longer wants to be sent, with the reason."""
    return _asked(emails, lambda source, mails: source.unwanted(mails))


def told_by_sources(emails: list[Email]) -> dict[UUID, dict[str, Any]]:
    """The values of those mails whose words stand in rows of an app."""
    return _asked(emails, lambda source, mails: source.values(mails))


def _asked(
    emails: list[Email], ask: Callable[[Source, list[Email]], dict[UUID, Any]]
) -> dict[UUID, Any]:
    found: dict[str, list[Email]] = defaultdict(list)
    for email in emails:
        if email.template in _sources:
            found[email.template].append(email)
    return {
        pk: answer
        for template, mails in found.items()
        for pk, answer in ask(_sources[template], mails).items()
    }
