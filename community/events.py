"""Domain events that the community app announces."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ReplyHelped:
    """Who asked a question marked a reply as helpful. Announced once per reply.

    ``course_id`` is None for questions in the main feed and in those of creators.
    """

    asker_id: UUID
    helper_id: UUID
    post_id: UUID
    reply_id: UUID
    course_id: UUID | None
    at: datetime
