"""The protocol of e-mail providers."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

MOST_IN_BATCH = 100
HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,76}")
# Ends of lines in any alphabet, and all that could end a header or hide one (security OUT-2).
UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment; ``kind`` is its Content-Type with all parameters."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class EmailOptions:
    """One mail, ready to be sent. ``key`` names it: under one key it is sent once.

    Raises ValueError for a header that would become two: no carrier ever sees one.
    """

    to: str
    sender: str
    subject: str
    text: str
    html: str
    key: str
    tags: dict[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse line breaks in everything outside the texts."""
        for name in self.headers:
            if not HEADER_NAME.fullmatch(name):
                raise ValueError("a header has no proper name")
        for value in self._outside():
            if UNFIT.search(value):
                raise ValueError("a line break or control character in a header")

    def _outside(self) -> Iterator[str]:
        yield from (self.to, self.sender, self.subject, self.key)
        for pairs in (self.tags, self.headers):
            for name, value in pairs.items():
                yield from (name, value)
        for file in self.attachments:
            yield from (file.name, file.kind)


class EmailProvider(Protocol):
    """Sends mails. Raises kit.providers.Unavailable (try again) or Rejected (final).

    ``most_in_batch``: how many mails a call of send_batch takes, all or none, and the same mails a
    second time without effect. 1 for a carrier that can't promise that: its mails go one by one.
    """

    most_in_batch: int

    def held(self) -> AbstractContextManager[None]:
        """Keep the connection open for a block in which several mails are sent."""
        ...

    def send_email(self, options: EmailOptions) -> str:
        """Send one mail; the provider's id of it. The same key again sends nothing new."""
        ...

    def send_batch(self, mails: list[EmailOptions]) -> list[str]:
        """Send up to MOST_IN_BATCH mails in one call; their ids in the same order.

        All or none, where the provider can; attachments are refused.
        """
        ...
