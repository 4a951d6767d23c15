"""A text as HTML. What the parser made passes nh3 once more, which knows nothing of Markdown."""

import html
import re
from collections.abc import Mapping
from functools import lru_cache

import nh3
from django.conf import settings
from django.utils.safestring import SafeString
from markdown_it.token import Token

from peerloop.kit.markdown.links import absolute, is_allowed, is_own, said_host
from peerloop.kit.markdown.parsing import ANY_MARKS, LONGEST, mentioned, rendered, tokens_of

TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "a", "code", "pre", "blockquote", "ul", "ol", "li"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
# Of links that lead elsewhere: not counted by search engines, marked as a member's.
REL = "nofollow ugc noopener noreferrer"
LINK = re.compile(rf'<a(?: href="([^"]*)")? rel="{REL}">')
KEPT, LONGEST_KEPT = 1_024, 5_000


def to_html(
    text: str, *, headings: int = 0, mentions: Mapping[str, str] | None = None
) -> SafeString:
    """The text as HTML of blocks, to stand inside a ``<div class="prose">``.

    ``headings``: the level at which its headings begin, 3 to 6; 0 makes them bold paragraphs.
    ``mentions``: the address of each person that may be mentioned, by handle in small letters
    (``mentioned`` says which a text needs). Never raises, and takes time in proportion to the text.
    """
    known = mentions or {}
    needed = tuple((one, known[one]) for one in mentioned(text) if one in known) if known else ()
    return _html(text, headings, needed)


def to_mail_html(text: str) -> SafeString:
    """The same for a mail: links to this site have its address, nobody is mentioned."""
    return SafeString(_links(_html(text, 0, ()), is_mail=True))


def cleaned(made: str) -> str:
    """Only tags, attributes and addresses of the subset; links elsewhere say that they are."""
    kept = nh3.clean(
        made,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=REL,
        strip_comments=True,
    )
    return _links(kept)


def _html(text: str, headings: int, mentions: tuple[tuple[str, str], ...]) -> SafeString:
    if len(text) <= LONGEST and not ANY_MARKS.search(text):
        return _plain(text)
    make = _made if len(text) <= LONGEST_KEPT else _made.__wrapped__
    return make(text, headings, mentions, settings.BASE_URL)


@lru_cache(maxsize=KEPT)
def _made(
    text: str, headings: int, mentions: tuple[tuple[str, str], ...], base_url: str
) -> SafeString:
    """``base_url`` only tells apart what was kept: the settings may differ in tests."""
    tokens = tokens_of(text, dict(mentions))
    for place, token in enumerate(tokens):
        if token.type in ("heading_open", "heading_close"):
            _demote(token, headings)
        elif token.type == "inline":
            children = with_hosts(token.children or [])
            is_bold = not headings and tokens[place - 1].type == "heading_open"
            token.children = _bold(children) if is_bold else children
    return SafeString(cleaned(rendered(tokens)).strip())


def with_hosts(children: list[Token]) -> list[Token]:
    """The same words with the host after each link whose words don't say where it leads."""
    said: list[Token] = []
    opened: Token | None = None
    words = ""
    for token in children:
        said.append(token)
        if token.type == "link_open":
            opened, words = token, ""
        elif token.type == "link_close" and opened is not None:
            host = said_host(str(opened.attrs.get("href", "")), words)
            if host:
                said.append(Token("text", "", 0, content=f" ({host})"))
            opened = None
        else:
            words += token.content
    return said


def _plain(text: str) -> SafeString:
    """Paragraphs and lines of a text that holds no Markdown: the same as the long way, sooner."""
    blocks = re.split(r"\n(?: *\n)+", text.strip(" \n"))
    lines = (
        "<br>\n".join(html.escape(line.strip(" "), quote=False) for line in block.split("\n"))
        for block in blocks
    )
    return SafeString("\n".join(f"<p>{block}</p>" for block in lines if block))


def _demote(token: Token, headings: int) -> None:
    level = int(token.tag[1])
    token.tag = f"h{min(6, headings + level - 1)}" if headings else "p"


def _bold(children: list[Token]) -> list[Token]:
    return [Token("strong_open", "strong", 1), *children, Token("strong_close", "strong", -1)]


def _links(kept: str, *, is_mail: bool = False) -> str:
    """Links to this site are no strangers'. Whatever this doesn't recognize keeps its rel."""

    def link(found: re.Match[str]) -> str:
        address = html.unescape(found[1] or "")
        # Without one where nh3 could not read it.
        if not is_allowed(address):
            return "<a>"
        return f'<a href="{found[1]}">' if is_own(address) else found[0]

    linked = LINK.sub(link, kept)
    if not is_mail:
        return linked
    own_path = re.compile(r'<a href="(/[^"]*)">')
    return own_path.sub(
        lambda found: f'<a href="{html.escape(absolute("/"))[:-1]}{found[1]}">', linked
    )
