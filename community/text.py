"""What members write in posts and messages: checked on its way in, shortened for lists."""

from peerloop.kit.markdown import excerpt
from peerloop.kit.refusals import Invalid
from peerloop.kit.text import clean

SHORT = 140


def checked_text(content: str, *, most: int, may_be_empty: bool = False) -> str:
    """The text without control and invisible characters; raises Invalid naming ``content``.

    ``most``: characters.
    """
    text = clean(content)
    if not text and not may_be_empty:
        raise Invalid.field("content", "Write something first.")
    if len(text) > most:
        raise Invalid.field("content", f"At most {most:,} characters.")
    return text


def beginning(content: str) -> str:
    """The first words in one line, without the signs of Markdown."""
    return excerpt(content, SHORT)
