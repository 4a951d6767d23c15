"""What members write in posts and messages: checked on its way in, shortened for lists."""

import re
import unicodedata
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import User
from peerloop.kit.markdown import excerpt
from peerloop.kit.refusals import Conflict, Invalid
from peerloop.kit.text import TURNING, clean

SHORT = 140
# No script stacks more: what does is made to run over its neighbors.
MOST_MARKS_ON_A_LETTER = 8
NEW_FOR = timedelta(days=7)
REPEATS_WITHIN = timedelta(days=1)
# Shorter texts are thanks and greetings, which people repeat.
SHORTEST_REPEAT = 20
# An address as it is written, also without its scheme. One to the reader's own machine is no host.
ENDINGS = (
    "com|net|org|info|biz|io|co|me|app|dev|xyz|top|shop|site|online|club|link|click|ru|cn|gg|ly"
)
ADDRESS = re.compile(
    rf"(?:https?://|www\.)[^\s<>\"'`()\[\]]+|\b(?:[a-z0-9-]+\.)+(?:{ENDINGS})\b(?:/[^\s<>\"'`()\[\]]*)?",
    re.IGNORECASE,
)
HOST = re.compile(r"(?:https?://)?([^\s/?#]+)", re.IGNORECASE)


class Repeated(Conflict):
    """The member wrote the same text shortly before."""

    code = "repeated"


def checked_text(
    content: str, *, most: int, may_be_empty: bool = False, name: str = "content"
) -> str:
    """The text without control, invisible and turning characters; raises Invalid for ``name``.

    ``most``: characters. Characters that turn the direction of all that follows are dropped: with
    them, the host that is shown after a link could be read backwards.
    """
    text = clean("".join(one for one in content if one not in TURNING))
    if not text and not may_be_empty:
        raise Invalid.field(name, "Write something first.")
    if len(text) > most:
        raise Invalid.field(name, f"At most {most:,} characters. You wrote {len(text):,}.")
    if _has_stacked_marks(text):
        raise Invalid.field(
            name, "Some letters carry more marks than any script needs. Write them without."
        )
    return text


def require_few_links(text: str, *, by: User, at: datetime, name: str = "content") -> None:
    """Raises Invalid for ``name`` with more links than a text, or a new account's, may have.

    Links to this site don't count. Who keeps order is not held back.
    """
    if by.keeps_order:
        return
    found = len(addresses_in(text))
    is_new = at - by.created_at < NEW_FOR
    most = settings.LINKS_OF_NEW_MEMBERS if is_new else settings.LINKS_IN_A_TEXT
    if found <= most:
        return
    links = f"{most} link{'' if most == 1 else 's'}"
    why = (
        f"In your first {NEW_FOR.days} days a text may have {links} to other sites"
        if is_new
        else f"A text may have {links} to other sites"
    )
    raise Invalid.field(name, f"{why}; this one has {found}. Take some out.")


def addresses_in(text: str) -> list[str]:
    """Addresses of other sites that the text names, each once; also those that are no links."""
    own = _host(settings.BASE_URL)
    plain = unicodedata.normalize("NFKC", text)
    found = {one.rstrip(".,;:!?*_~").lower() for one in ADDRESS.findall(plain)}
    return sorted(one for one in found if "." in _host(one) and _host(one) != own)


def said_by(text: str) -> str:
    """The letters and figures of a text alone: texts that differ in nothing else are the same.

    Empty for a text that is too short to be a repetition.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    letters = "".join(filter(str.isalnum, plain))
    return letters if len(letters) >= SHORTEST_REPEAT else ""


def beginning(content: str) -> str:
    """The first words in one line, without the signs of Markdown."""
    return excerpt(content, SHORT)


def _host(address: str) -> str:
    found = HOST.match(address)
    return found[1].rsplit("@", 1)[-1].partition(":")[0].lower() if found else ""


def _has_stacked_marks(text: str) -> bool:
    run = 0
    for character in text:
        # A variation selector or a sign around the letter is a mark too; joiners are none.
        run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if run > MOST_MARKS_ON_A_LETTER:
            return True
    return False
