"""What a creator says to who opens their feed."""

from datetime import datetime

from django.db import transaction

from accounts.identity.access import require_verified
from accounts.models import User
from accounts.sanctions.access import require_may_post
from community.hub.access import require_creator
from community.models import CommunityWelcome
from community.models.welcome import LONGEST_WELCOME
from community.text import checked_text, require_few_links


@transaction.atomic
def write_welcome(*, content: str, by: User, at: datetime) -> None:
    """Set the words at the head of the creator's feed; empty ones take them away. Safe to repeat.

    ``content``: Markdown of at most 2,000 characters. Raises Forbidden for who is no creator,
    Unverified, PostingBanned, Invalid naming ``content``.
    """
    require_creator(by)
    require_verified(by)
    require_may_post(by, at=at)
    text = checked_text(content, most=LONGEST_WELCOME, may_be_empty=True)
    require_few_links(text, by=by, at=at)
    if text:
        CommunityWelcome.objects.update_or_create(
            creator=by, defaults={"content": text, "updated_at": at}
        )
    else:
        CommunityWelcome.objects.filter(creator=by).delete()
