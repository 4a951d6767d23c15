"""What PeerLoop asks of whoever carries its mail."""

from dataclasses import dataclass, field
from typing import Protocol

MOST_IN_BATCH = 100


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class EmailOptions:
    """One mail, ready to leave. ``key`` names it: under one key it is sent once."""

    to: str
    sender: str
    subject: str
    text: str
    html: str
    key: str
    tags: dict[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)


class EmailProvider(Protocol):
    """Carries mails. Raises kit.providers.Unavailable (try again) or Rejected (final).

    ``most_in_batch``: how many mails a call of send_batch takes, all or none, and the same mails a
    second time without effect. 1 for a carrier that can't promise that: its mails go one by one.
    """

    most_in_batch: int

    def send_email(self, options: EmailOptions) -> str:
        """Send one mail; the provider's id of it. The same key again sends nothing new."""
        ...

    def send_batch(self, mails: list[EmailOptions]) -> list[str]:
        """Send up to MOST_IN_BATCH mails in one call; their ids in the same order.

        All or none, where the provider can; attachments are refused.
        """
        ...
