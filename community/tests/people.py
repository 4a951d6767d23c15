"""Conversations for tests."""

from datetime import UTC, datetime, timedelta

from community.conversations.actions import open_conversation, send_message

AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def a_conversation(one, other, *texts, at=AT):
    """A conversation in which the two take turns, a minute apart; ``one`` begins."""
    conversation = open_conversation(others=[other], by=one, at=at)
    for turn, text in enumerate(texts):
        send_message(
            conversation=conversation,
            content=text,
            by=[one, other][turn % 2],
            at=at + timedelta(minutes=turn),
        )
    conversation.refresh_from_db()
    return conversation
